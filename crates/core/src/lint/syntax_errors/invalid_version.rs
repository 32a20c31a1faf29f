//! The lint `invalid-version`: a version of the policy language that there is not.

use crate::lint::{ALL_TYPES, AwsCheck, AwsFindingType, Lint, Run};
use crate::rule::{Rule, Severity};

/// Its texts.
pub(super) static RULE: Rule = Rule {
    code: "invalid-version",
    severity: Severity::Error,
    title: "a version of the policy language that there is not",
    what: "`Version` is neither `2012-10-17` nor `2008-10-17`. It names the language, not the date of the \
        document.",
    why: "IAM refuses the document.",
    remedy: "Write `2012-10-17`.",
    bad: r#"{
  "Version": "2026-11-24",
  "Statement": {
    "Effect": "Allow",
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::cost-reports/*"
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
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html",
    ],
};

/// How it is made.
pub(super) static LINT: Lint = Lint {
    rule: &RULE,
    aws: Some(AwsCheck { finding_type: AwsFindingType::Error, name: "Invalid version" }),
    policy_types: ALL_TYPES,
    run: Run::Reader(&["invalid-version"]),
};
