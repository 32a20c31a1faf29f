//! The rule `external-id-invalid`: its text. Whether it fires is decided where its subject is judged.

use crate::rule::{Rule, Severity};

/// See [`Rule::what`].
pub static RULE: Rule = Rule {
    code: "external-id-invalid",
    severity: Severity::Error,
    title: "a text that cannot be an external ID",
    what: "A value is no external ID: it has fewer than 2 or more than 1,224 characters, or a character besides \
        letters, digits and `_+=,.@:/-`. An unset variable leaves the empty text.",
    why: "AWS refuses such an ID in AssumeRole, so that the condition can never be true.",
    remedy: "Set the variable, or write the ID of the binding.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Principal": {
      "AWS": "arn:aws:iam::999988887777:root"
    },
    "Action": "sts:AssumeRole",
    "Condition": {
      "StringEquals": {
        "sts:ExternalId": "x"
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
    references: &["https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html"],
};
