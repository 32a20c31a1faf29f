//! The rule `trust-unique-id-principal`: its text. Whether it fires is decided where its subject is judged.

use crate::rule::{Rule, Severity};

/// See [`Rule::what`].
pub static RULE: Rule = Rule {
    code: "trust-unique-id-principal",
    severity: Severity::Error,
    title: "the principal is the unique ID of a deleted entity",
    what: "A principal is a unique ID such as `AROA…` or `AIDA…`.",
    why: "AWS stores the ARN of a user or role as its unique ID and shows the ID when the entity is gone. An \
        entity made again under the same name has another ID: it matches nobody.",
    remedy: "Name the root of the vendor account and narrow it, where needed, with a condition on \
        `aws:PrincipalArn`.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Principal": {
      "AWS": "AROAEXAMPLEID12345678"
    },
    "Action": "sts:AssumeRole",
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
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html",
    ],
};
