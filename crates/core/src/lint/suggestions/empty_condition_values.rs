//! The lint `empty-condition-values`: a condition key without values.

use crate::finding::Finding;
use crate::lint::empty_conditions::{self, Kind};
use crate::lint::{ALL_TYPES, AwsCheck, AwsFindingType, Lint, Run, Subject};
use crate::rule::{Rule, Severity};

/// Its texts.
static RULE: Rule = Rule {
    code: "empty-condition-values",
    severity: Severity::Note,
    title: "a condition without values",
    what: "A condition key has an empty list of values, under an operator without `ForAllValues`, `ForAnyValue` or \
        `IfExists`.",
    why: "What AWS makes of it is not clear: its page on checks says that such a condition is true, and that the \
        statement provides no permissions.",
    remedy: "Write the values, or remove the key.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::cost-reports/*",
    "Condition": {
      "StringEquals": {
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
      "StringEquals": {
        "aws:PrincipalTag/team": "reports"
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
    aws: Some(AwsCheck { finding_type: AwsFindingType::Suggestion, name: "Empty array condition" }),
    policy_types: ALL_TYPES,
    run: Run::Check(check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    empty_conditions::check(subject, findings, &RULE, Kind::Plain, "what that means is not documented");
}
