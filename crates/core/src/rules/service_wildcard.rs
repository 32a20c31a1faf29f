//! The rule `service-wildcard`: its text. Whether it fires is decided where its subject is judged.

use crate::rule::{Rule, Severity};

/// See [`Rule::what`].
pub static RULE: Rule = Rule {
    code: "service-wildcard",
    severity: Severity::Warning,
    title: "the policy allows every action of a service",
    what: "An `Allow` statement has `service:*`, and the contract does not ask for exactly that.",
    why: "All reading and writing actions of the service are granted, and those that AWS adds later.",
    remedy: "List the actions that the vendor needs.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "ec2:*",
    "Resource": "*"
  }
}"#,
    good: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "ec2:DescribeInstances",
    "Resource": "*"
  }
}"#,
    references: &["https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html"],
};
