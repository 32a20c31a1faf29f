//! The rule `trust-opens-to-others`: its text. Whether it fires is decided where its subject is judged.

use crate::rule::{Rule, Severity};

/// See [`Rule::what`].
pub static RULE: Rule = Rule {
    code: "trust-opens-to-others",
    severity: Severity::Error,
    title: "the role opens to others than the vendor",
    what: "Over all requests there is one for `sts:AssumeRole`, `sts:AssumeRoleWithSAML` or \
        `sts:AssumeRoleWithWebIdentity` that the trust allows and that is not of the vendor: of another account, a \
        service, an identity provider, or, where the profile names the vendor's principals, another principal of its \
        account. The finding has the request. Without the finding it is proved that there is none.",
    why: "Who gets into the role acts with all that the vendor may do. The agreement is with the vendor alone.",
    remedy: "Let `Principal` name the root of the vendor's account alone, and narrow it with `aws:PrincipalArn` where \
        the profile does.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Principal": {
      "AWS": [
        "arn:aws:iam::999988887777:root",
        "arn:aws:iam::111122223333:root"
      ]
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
