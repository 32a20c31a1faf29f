//! The rule `external-id-several`: its text. Whether it fires is decided where its subject is judged.

use crate::rule::{Rule, Severity};

/// See [`Rule::what`].
pub static RULE: Rule = Rule {
    code: "external-id-several",
    severity: Severity::Warning,
    title: "several external IDs open the role",
    what: "The trust accepts more external IDs than the binding allows today. Two are fine only for an account \
        with an older ID while the migration window is open.",
    why: "Every further ID is a further way in, and nobody notices when it should have ended.",
    remedy: "Remove all but the expected ID, or open a migration window with an end date.",
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
        "sts:ExternalId": [
          "9f2c4b7e-31d8-4a65-8c0f-d7e6a1b25c43",
          "0d6c3e58-92ab-4b1f-8e77-35f4a9c1d260"
        ]
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
    references: &["https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html"],
};
