//! The rule `trust-opens-with-wrong-id`: its text. Whether it fires is decided where its subject is judged.

use crate::rule::{Rule, Severity};

/// See [`Rule::what`].
pub static RULE: Rule = Rule {
    code: "trust-opens-with-wrong-id",
    severity: Severity::Error,
    title: "the role opens with a wrong external ID",
    what: "The trust was evaluated for AssumeRole by the vendor with wrong external IDs: a random one, the \
        right one with a suffix, with a prefix and with its case flipped, and those of other organizations \
        and accounts. At least one was `allowed`; or the proof over all requests found an ID that is.",
    why: "Whoever can make the vendor use that ID can have it act in this account.",
    remedy: "Compare the external ID with `StringEquals` and list the expected value alone.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Principal": {
      "AWS": "arn:aws:iam::999988887777:root"
    },
    "Action": "sts:AssumeRole",
    "Condition": {
      "StringLike": {
        "sts:ExternalId": "9f2c4b7e-31d8-4a65-8c0f-d7e6a1b25c43*"
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
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html",
    ],
};
