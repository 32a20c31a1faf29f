//! The rule `trust-role-arn-principal`: its text. Whether it fires is decided where its subject is judged.

use crate::rule::{Rule, Severity};

/// See [`Rule::what`].
pub static RULE: Rule = Rule {
    code: "trust-role-arn-principal",
    severity: Severity::Note,
    title: "the principal is one role or user of the vendor",
    what: "A principal is the ARN of a role, a user or a session in the vendor's account.",
    why: "AWS stores such an ARN as a unique ID. When the vendor makes its role again, the trust matches \
        nobody until it is saved again.",
    remedy: "Name the root of the vendor account as `Principal` and the role's ARN in a condition: \
        `\"ArnEquals\": {\"aws:PrincipalArn\": \"…\"}`.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Principal": {
      "AWS": "arn:aws:iam::999988887777:role/Integration"
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
      },
      "ArnEquals": {
        "aws:PrincipalArn": "arn:aws:iam::999988887777:role/Integration"
      }
    }
  }
}"#,
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html",
    ],
};
