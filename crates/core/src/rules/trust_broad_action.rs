//! The rule `trust-broad-action`: its text. Whether it fires is decided where its subject is judged.

use crate::rule::{Rule, Severity};

/// See [`Rule::what`].
pub static RULE: Rule = Rule {
    code: "trust-broad-action",
    severity: Severity::Error,
    title: "the trust allows more than `sts:AssumeRole`",
    what: "An `Allow` statement of the trust has `NotAction`, a wildcard, or an action besides \
        `sts:AssumeRole`, `sts:TagSession`, `sts:SetSourceIdentity` and `sts:SetContext`.",
    why: "`sts:*` also admits `AssumeRoleWithWebIdentity` and `AssumeRoleWithSAML`, which carry no external \
        ID, and whatever STS adds later.",
    remedy: "Write `\"Action\": \"sts:AssumeRole\"`.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Principal": {
      "AWS": "arn:aws:iam::999988887777:root"
    },
    "Action": "sts:*",
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
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html",
        "https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecuritytokenservice.html",
    ],
};
