//! The rule `pass-role-any-resource`: its text. Whether it fires is decided where its subject is judged.

use crate::rule::{Rule, Severity};

/// See [`Rule::what`].
pub static RULE: Rule = Rule {
    code: "pass-role-any-resource",
    severity: Severity::Error,
    title: "any role can be passed to a service",
    what: "An `Allow` statement grants `iam:PassRole` on every role.",
    why: "Who can pass a role to a service acts with that role's permissions: it is the usual way to more \
        rights.",
    remedy: "Remove it, or name the one role in `Resource` and the service in a condition on \
        `iam:PassedToService`.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "iam:PassRole",
    "Resource": "*"
  }
}"#,
    good: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "iam:PassRole",
    "Resource": "arn:aws:iam::111122223333:role/ReportDelivery",
    "Condition": {
      "StringEquals": {
        "iam:PassedToService": "bcm-data-exports.amazonaws.com"
      }
    }
  }
}"#,
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html",
    ],
};
