//! The lint `empty-condition-if-exists`: a condition key without values under `…IfExists`.

use crate::finding::Finding;
use crate::lint::empty_conditions::{self, Kind};
use crate::lint::{ALL_TYPES, AwsCheck, AwsFindingType, Lint, Run, Subject};
use crate::rule::{Rule, Severity};

/// Its texts.
static RULE: Rule = Rule {
    code: "empty-condition-if-exists",
    severity: Severity::Note,
    title: "`IfExists` without values",
    what: "A condition key has an empty list of values under an operator with `IfExists`.",
    why: "It is true only when the key is absent, and nobody who reads it would guess.",
    remedy: "Write `\"Null\": {\"<key>\": \"true\"}` if that is meant.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::cost-reports/*",
    "Condition": {
      "StringEqualsIfExists": {
        "aws:PrincipalTag/team": []
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
        "aws:PrincipalTag/team": "true"
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
    aws: Some(AwsCheck { finding_type: AwsFindingType::Suggestion, name: "Empty array condition IfExists" }),
    policy_types: ALL_TYPES,
    run: Run::Check(check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    empty_conditions::check(subject, findings, &RULE, Kind::IfExists, "true only when the key is absent");
}
