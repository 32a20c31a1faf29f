//! The lint `text-operator-on-arn`: a text operator on a key that holds ARNs.

use crate::finding::Finding;
use crate::lint::{ALL_TYPES, Lint, Run, Subject, subject_of};
use crate::rule::{Rule, Severity};
use rolecall_iam::condition::BaseOperator;
use rolecall_iam_catalog::ValueType;

/// Its texts.
static RULE: Rule = Rule {
    code: "text-operator-on-arn",
    severity: Severity::Note,
    title: "a text operator on a key that holds ARNs",
    what: "A condition compares a key whose values are ARNs with a `String…` operator and a value that has \
        wildcards.",
    why: "It works, but a wildcard of `StringLike` crosses the colons of an ARN: `arn:aws:iam::*:role/x` matches \
        more texts than with `ArnLike`.",
    remedy: "Use `ArnLike` or `ArnNotLike`.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::cost-reports/*",
    "Condition": {
      "StringLike": {
        "aws:PrincipalArn": "arn:aws:iam::*:role/Reports"
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
      "ArnLike": {
        "aws:PrincipalArn": "arn:aws:iam::*:role/Reports"
      }
    }
  }
}"#,
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html",
    ],
};

/// How it is made.
pub(super) static LINT: Lint = Lint { rule: &RULE, aws: None, policy_types: ALL_TYPES, run: Run::Check(check) };

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for (index, statement) in subject.statements() {
        for (at, condition) in statement.conditions.iter().enumerate() {
            let like = condition.operator.value.base.positive() == BaseOperator::StringLike;
            let wild = condition.values.iter().any(|value| value.value != "*" && value.value.contains(['*', '?']));
            let key = || subject.keys.known(index, at, condition);
            let arn = || key().is_some_and(|key| key.value_type() == ValueType::Arn);
            if like && wild && arn() {
                let key = &condition.key.value;
                let message =
                    format!("`{}` compares `{key}` as plain text: wildcards cross colons", condition.operator.value);
                findings.push(Finding::new(&RULE, condition.operator.span, subject_of(index, statement, key), message));
            }
        }
    }
}
