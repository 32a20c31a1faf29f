//! The rule `trust-wrong-account`: its text. Whether it fires is decided where its subject is judged.

use crate::rule::{Rule, Severity};

/// See [`Rule::what`].
pub static RULE: Rule = Rule {
    code: "trust-wrong-account",
    severity: Severity::Error,
    title: "the trust names another account than the vendor's",
    what: "A principal of an `Allow` statement belongs to an account that is not the vendor's.",
    why: "The vendor is denied if its own account is missing, and a stranger can assume the role if it is \
        there besides.",
    remedy: "Name the account of the vendor from the role profile, and nothing else.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Principal": {
      "AWS": "arn:aws:iam::111122223333:root"
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
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html",
    ],
};
