//! The rule `trust-missing`: its text. Whether it fires is decided where its subject is judged.

use crate::rule::{Rule, Severity};

/// See [`Rule::what`].
pub static RULE: Rule = Rule {
    code: "trust-missing",
    severity: Severity::Error,
    title: "nobody may assume the role",
    what: "The trust policy is missing, or none of its statements allows `sts:AssumeRole`.",
    why: "Without an `Allow` in the trust policy every AssumeRole call is denied, also in the same account: \
        the vendor cannot work at all.",
    remedy: "Add one `Allow` statement with the vendor account as `Principal`, `sts:AssumeRole` as `Action` and \
        `StringEquals` on `sts:ExternalId`.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Deny",
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
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html",
    ],
};
