//! The rule `external-id-negated`: its text. Whether it fires is decided where its subject is judged.

use crate::rule::{Rule, Severity};

/// See [`Rule::what`].
pub static RULE: Rule = Rule {
    code: "external-id-negated",
    severity: Severity::Error,
    title: "every external ID but one opens the role",
    what: "A condition on `sts:ExternalId` of an `Allow` statement uses a negated operator, or `Null` with \
        `true`.",
    why: "A negated operator is true for every other value and for a call without the key.",
    remedy: "Use `StringEquals` with the ID that the vendor sends.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Principal": {
      "AWS": "arn:aws:iam::999988887777:root"
    },
    "Action": "sts:AssumeRole",
    "Condition": {
      "StringNotEquals": {
        "sts:ExternalId": "5b8d20c1-7fe4-49a3-b6d2-0c9e8f7a6b15"
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
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html",
    ],
};
