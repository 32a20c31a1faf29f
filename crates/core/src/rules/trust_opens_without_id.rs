//! The rule `trust-opens-without-id`: its text. Whether it fires is decided where its subject is judged.

use crate::rule::{Rule, Severity};

/// See [`Rule::what`].
pub static RULE: Rule = Rule {
    code: "trust-opens-without-id",
    severity: Severity::Error,
    title: "the role opens without an external ID",
    what: "The trust was evaluated for AssumeRole by the vendor without an external ID, and the answer is \
        `allowed`; or the proof over all requests found somebody for whom it is.",
    why: "Any customer of the vendor who knows the role's ARN can have the vendor act in this account: the \
        confused deputy problem. A role that opens without an ID accepts any ID.",
    remedy: "Give every `Allow` statement of the trust `StringEquals` on `sts:ExternalId`.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Principal": {
      "AWS": "arn:aws:iam::999988887777:root"
    },
    "Action": "sts:AssumeRole"
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
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html",
    ],
};
