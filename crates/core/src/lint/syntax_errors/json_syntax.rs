//! The lint `json-syntax`: the text is no JSON.

use crate::lint::{ALL_TYPES, AwsCheck, AwsFindingType, Lint, Run};
use crate::rule::{Rule, Severity};

/// Its texts.
pub(super) static RULE: Rule = Rule {
    code: "json-syntax",
    severity: Severity::Error,
    title: "the text is no JSON",
    what: "The text breaks the rules of JSON (RFC 8259): a missing or surplus comma, a comment, an unclosed \
        bracket or string, a control character, text behind the end.",
    why: "IAM refuses the document. Readers that forgive such slips may read something else than the author \
        meant.",
    remedy: "Correct the text at the place that is shown.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "s3:GetObject",
    "Resource": "*",
  }
}"#,
    good: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "s3:GetObject",
    "Resource": "*"
  }
}"#,
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html",
        "https://www.rfc-editor.org/rfc/rfc8259",
    ],
};

/// How it is made.
pub(super) static LINT: Lint = Lint {
    rule: &RULE,
    aws: Some(AwsCheck { finding_type: AwsFindingType::Error, name: "Json syntax error" }),
    policy_types: ALL_TYPES,
    run: Run::Reader(&[
        "syntax",
        "trailing-comma",
        "missing-comma",
        "comment",
        "control-character",
        "byte-order-mark",
        "trailing-text",
        "empty-document",
    ]),
};
