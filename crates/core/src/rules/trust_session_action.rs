//! The rule `trust-session-action`: its text. Whether it fires is decided where its subject is judged.

use crate::rule::{Rule, Severity};

/// See [`Rule::what`].
pub static RULE: Rule = Rule {
    code: "trust-session-action",
    severity: Severity::Note,
    title: "the trust allows session tags or a source identity",
    what: "An `Allow` statement of the trust has `sts:TagSession`, `sts:SetSourceIdentity` or `sts:SetContext`.",
    why: "The caller can then set session tags or a source identity. That is harmless unless policies of the \
        account decide by `aws:PrincipalTag` or `aws:SourceIdentity`.",
    remedy: "Leave the action out unless the vendor asks for it.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Principal": {
      "AWS": "arn:aws:iam::999988887777:root"
    },
    "Action": [
      "sts:AssumeRole",
      "sts:TagSession"
    ],
    "Condition": {
      "StringEquals": {
        "sts:ExternalId": "9f2c4b7e-31d8-4a65-8c0f-d7e6a1b25c43"
      }
    }
  }
}"#,
    good: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Principal": {
      "AWS": "arn:aws:iam::999988887777:root"
    },
    "Action": "sts:AssumeRole",
    "Condition": {
      "StringEquals": {
        "sts:ExternalId": "9f2c4b7e-31d8-4a65-8c0f-d7e6a1b25c43"
      }
    }
  }
}"#,
    references: &["https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html"],
};
