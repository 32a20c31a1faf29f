//! The lint `data-type-mismatch`: a value of the wrong JSON type.

use crate::lint::{ALL_TYPES, AwsCheck, AwsFindingType, Lint, Run};
use crate::rule::{Rule, Severity};

/// Its texts.
pub(super) static RULE: Rule = Rule {
    code: "data-type-mismatch",
    severity: Severity::Error,
    title: "a value of the wrong JSON type",
    what: "An element holds another JSON type than the grammar of policies has there: a number as `Version`, a \
        list as `Effect`, a string as `Condition`.",
    why: "IAM refuses the document.",
    remedy: "Write the type that the message names.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": [
      "Allow"
    ],
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
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html",
    ],
};

/// How it is made.
pub(super) static LINT: Lint = Lint {
    rule: &RULE,
    aws: Some(AwsCheck { finding_type: AwsFindingType::Error, name: "Data type mismatch" }),
    policy_types: ALL_TYPES,
    run: Run::Reader(&["wrong-type"]),
};
