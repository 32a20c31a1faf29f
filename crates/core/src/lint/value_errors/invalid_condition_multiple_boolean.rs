//! The lint `invalid-condition-multiple-boolean`: several values for a key that is true or false.

use crate::finding::Finding;
use crate::lint::key_names::KeyName;
use crate::lint::{ALL_TYPES, AwsCheck, AwsFindingType, Lint, Run, Subject, subject_of};
use crate::rule::{Rule, Severity};
use rolecall_iam::condition::BaseOperator;
use rolecall_iam_catalog::ValueType;

/// Its texts.
pub(super) static RULE: Rule = Rule {
    code: "invalid-condition-multiple-boolean",
    severity: Severity::Error,
    title: "several values for a key that is true or false",
    what: "A condition with the operator `Bool`, or on a key whose values are true or false, has several \
        values.",
    why: "Both values together match whenever the key is there, so that the condition says nothing.",
    remedy: "Write the one value that is meant.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::cost-reports/*",
    "Condition": {
      "Bool": {
        "aws:SecureTransport": [
          "true",
          "false"
        ]
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
    aws: Some(AwsCheck { finding_type: AwsFindingType::Error, name: "Invalid condition multiple Boolean" }),
    policy_types: ALL_TYPES,
    run: Run::Check(check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for (index, statement) in subject.statements() {
        for (condition, name) in statement.conditions.iter().zip(subject.keys.statement(index)) {
            let key = condition.key.value.as_str();
            let of_key = matches!(name, KeyName::Known(known) if known.value_type() == ValueType::Bool);
            if condition.values.len() < 2 || (condition.operator.value.base != BaseOperator::Bool && !of_key) {
                continue;
            }
            let (Some(first), Some(last)) = (condition.values.first(), condition.values.last()) else { continue };
            let message = format!("`{key}` is true or false, and {} values are listed", condition.values.len());
            let span = first.span.to(last.span);
            findings.push(Finding::new(&RULE, span, subject_of(index, statement, key), message));
        }
    }
}
