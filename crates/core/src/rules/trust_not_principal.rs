//! The rule `trust-not-principal`: its text. Whether it fires is decided where its subject is judged.

use crate::rule::{Rule, Severity};

/// See [`Rule::what`].
pub static RULE: Rule = Rule {
    code: "trust-not-principal",
    severity: Severity::Error,
    title: "the trust is written with `NotPrincipal`",
    what: "A statement of the trust has `NotPrincipal`. With `Allow` it opens the role to everybody who is not \
        listed; with `Deny` it shuts out every caller whose ARNs are not all listed.",
    why: "AWS advises against `NotPrincipal` with `Allow` because it includes anonymous callers. With `Deny` \
        the account, the role and the session must all be listed, which nobody keeps up.",
    remedy: "Write `Principal` with the vendor account; narrow it with a condition on `aws:PrincipalArn`.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "NotPrincipal": {
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
    references: &["https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html"],
};
