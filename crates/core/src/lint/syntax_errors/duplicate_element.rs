//! The lint `duplicate-element`: one key is written twice in an object.

use crate::lint::{ALL_TYPES, Lint, Run};
use crate::rule::{Rule, Severity};

/// Its texts.
pub(super) static RULE: Rule = Rule {
    code: "duplicate-element",
    severity: Severity::Error,
    title: "one key is written twice in an object",
    what: "An object of the document has the same key twice, in the same case.",
    why: "JSON leaves open which of the two counts. A reviewer may read one and AWS the other; what IAM does \
        with it is unverified.",
    remedy: "Keep one of the two; merge their values where both are meant.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "s3:GetObject",
    "Action": "s3:*",
    "Resource": "*"
  }
}"#,
    good: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": [
      "s3:GetObject",
      "s3:ListBucket"
    ],
    "Resource": "*"
  }
}"#,
    references: &["https://www.rfc-editor.org/rfc/rfc8259", "unverified: what IAM does with a repeated key"],
};

/// How it is made.
pub(super) static LINT: Lint =
    Lint { rule: &RULE, aws: None, policy_types: ALL_TYPES, run: Run::Reader(&["duplicate-key"]) };
