//! The lint `unsupported-element-combination`: an element and its `Not…` twin in one statement.

use crate::lint::{ALL_TYPES, AwsCheck, AwsFindingType, Lint, Run};
use crate::rule::{Rule, Severity};

/// Its texts.
pub(super) static RULE: Rule = Rule {
    code: "unsupported-element-combination",
    severity: Severity::Error,
    title: "an element and its `Not…` twin in one statement",
    what: "A statement has both `Action` and `NotAction`, `Resource` and `NotResource`, or `Principal` and \
        `NotPrincipal`.",
    why: "IAM refuses the document.",
    remedy: "Keep one of the two, or write two statements.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::cost-reports/*",
    "NotAction": "s3:DeleteObject"
  }
}"#,
    good: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::cost-reports/*"
  }
}"#,
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html",
    ],
};

/// How it is made.
pub(super) static LINT: Lint = Lint {
    rule: &RULE,
    aws: Some(AwsCheck { finding_type: AwsFindingType::Error, name: "Unsupported element combination" }),
    policy_types: ALL_TYPES,
    run: Run::Reader(&["both-forms"]),
};
