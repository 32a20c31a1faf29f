//! The lint `empty-condition-for-any-value`: a condition key without values under `ForAnyValue`.

use crate::finding::Finding;
use crate::lint::empty_conditions::{self, Kind};
use crate::lint::{ALL_TYPES, AwsCheck, AwsFindingType, Lint, Run, Subject};
use crate::rule::{Rule, Severity};

/// Its texts.
static RULE: Rule = Rule {
    code: "empty-condition-for-any-value",
    severity: Severity::Note,
    title: "`ForAnyValue` without values",
    what: "A condition key has an empty list of values under `ForAnyValue`.",
    why: "It is never true: the statement does nothing.",
    remedy: "Write the values, or remove the statement.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::cost-reports/*",
    "Condition": {
      "ForAnyValue:StringEquals": {
        "aws:TagKeys": []
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
      "ForAnyValue:StringEquals": {
        "aws:TagKeys": "team"
      }
    }
  }
}"#,
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html",
    ],
};

/// How it is made.
pub(super) static LINT: Lint = Lint {
    rule: &RULE,
    aws: Some(AwsCheck { finding_type: AwsFindingType::Suggestion, name: "Empty array condition ForAnyValue" }),
    policy_types: ALL_TYPES,
    run: Run::Check(check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    empty_conditions::check(subject, findings, &RULE, Kind::ForAnyValue, "never true");
}
