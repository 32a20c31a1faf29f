//! The lint `empty-condition-for-all-values`: a condition key without values under `ForAllValues`.

use crate::finding::Finding;
use crate::lint::empty_conditions::{self, Kind};
use crate::lint::{ALL_TYPES, AwsCheck, AwsFindingType, Lint, Run, Subject};
use crate::rule::{Rule, Severity};

/// Its texts.
static RULE: Rule = Rule {
    code: "empty-condition-for-all-values",
    severity: Severity::Note,
    title: "`ForAllValues` without values",
    what: "A condition key has an empty list of values under `ForAllValues`.",
    why: "It is true only when the key is absent or empty, and nobody who reads it would guess.",
    remedy: "Write `\"Null\": {\"<key>\": \"true\"}` if that is meant.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::cost-reports/*",
    "Condition": {
      "ForAllValues:StringEquals": {
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
      "Null": {
        "aws:TagKeys": "true"
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
    aws: Some(AwsCheck { finding_type: AwsFindingType::Suggestion, name: "Empty array condition ForAllValues" }),
    policy_types: ALL_TYPES,
    run: Run::Check(check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    empty_conditions::check(subject, findings, &RULE, Kind::ForAllValues, "true only when the key is absent");
}
