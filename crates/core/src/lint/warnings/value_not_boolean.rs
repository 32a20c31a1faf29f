//! The lint `value-not-boolean`: a value of `Bool` or `Null` that is neither true nor false.

use crate::finding::Finding;
use crate::lint::condition_facts::has_variable;
use crate::lint::{ALL_TYPES, AwsCheck, AwsFindingType, Lint, Run, Subject, subject_of};
use crate::rule::{Rule, Severity};
use rolecall_iam::condition::OperatorFamily;

/// Its texts.
static RULE: Rule = Rule {
    code: "value-not-boolean",
    severity: Severity::Warning,
    title: "a value that is neither `true` nor `false`",
    what: "A value of `Bool` or `Null` is another text than `true` or `false`, in any case.",
    why: "A value that cannot be read matches nothing: a positive condition is never true, a negated one always.",
    remedy: "Write `true` or `false`.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::cost-reports/*",
    "Condition": {
      "Bool": {
        "aws:SecureTransport": "yes"
      }
    }
  }
}"#,
    good: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::cost-reports/*",
    "Condition": {
      "Bool": {
        "aws:SecureTransport": "true"
      }
    }
  }
}"#,
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html",
    ],
};

/// How it is made.
pub(super) static LINT: Lint = Lint {
    rule: &RULE,
    aws: Some(AwsCheck { finding_type: AwsFindingType::GeneralWarning, name: "Type mismatch Boolean" }),
    policy_types: ALL_TYPES,
    run: Run::Check(check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for (index, statement) in subject.statements() {
        for condition in &statement.conditions {
            if matches!(condition.operator.value.base.family(), OperatorFamily::Bool | OperatorFamily::Null) {
                for value in
                    condition.values.iter().filter(|value| !has_variable(&value.value) && !is_boolean(&value.value))
                {
                    let message = format!("`{}` is neither `true` nor `false`", value.value);
                    let about = subject_of(index, statement, &condition.key.value);
                    findings.push(
                        Finding::new(&RULE, value.span, about, message)
                            .with_related(condition.operator.span, "the operator"),
                    );
                }
            }
        }
    }
}

const fn is_boolean(text: &str) -> bool {
    text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false")
}
