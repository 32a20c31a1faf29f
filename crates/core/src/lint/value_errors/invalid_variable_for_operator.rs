//! The lint `invalid-variable-for-operator`: a policy variable under an operator that takes none.

use super::variables;
use crate::finding::Finding;
use crate::lint::{ALL_TYPES, AwsCheck, AwsFindingType, Lint, Run, Subject, subject_of, text_part};
use crate::rule::{Rule, Severity};

/// Its texts.
pub(super) static RULE: Rule = Rule {
    code: "invalid-variable-for-operator",
    severity: Severity::Error,
    title: "a policy variable under an operator that takes none",
    what: "A value of an operator for numbers, dates, booleans, bytes, addresses or of `Null` holds `${…}`.",
    why: "Variables are replaced for operators of text and ARNs only; the value is read as it stands and \
        compares false.",
    remedy: "Write the value itself, or use an operator for text.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "s3:ListBucket",
    "Resource": "arn:aws:s3:::cost-reports",
    "Condition": {
      "NumericEquals": {
        "s3:max-keys": "${aws:PrincipalTag/keys}"
      }
    }
  }
}"#,
    good: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "s3:ListBucket",
    "Resource": "arn:aws:s3:::cost-reports",
    "Condition": {
      "NumericEquals": {
        "s3:max-keys": "10"
      }
    }
  }
}"#,
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html",
    ],
};

/// How it is made.
pub(super) static LINT: Lint = Lint {
    rule: &RULE,
    aws: Some(AwsCheck { finding_type: AwsFindingType::Error, name: "Invalid variable for operator" }),
    policy_types: ALL_TYPES,
    run: Run::Check(check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for (index, statement) in subject.statements() {
        for condition in &statement.conditions {
            let operator = condition.operator.value;
            if variables::takes_variables(operator.base.family()) {
                continue;
            }
            for value in &condition.values {
                for (variable, _) in variables::variables(&value.value) {
                    let message = format!("`{operator}` takes no policy variable such as `{variable}`");
                    let span = text_part::place(value, variable);
                    findings.push(Finding::new(&RULE, span, subject_of(index, statement, variable), message));
                }
            }
        }
    }
}
