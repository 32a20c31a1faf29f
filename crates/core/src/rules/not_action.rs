//! The rule `not-action`: its text. Whether it fires is decided where its subject is judged.

use crate::rule::{Rule, Severity};

/// See [`Rule::what`].
pub static RULE: Rule = Rule {
    code: "not-action",
    severity: Severity::Error,
    title: "the policy allows everything but a list",
    what: "An `Allow` statement has `NotAction`.",
    why: "It grants every action that is not listed, of every service, and those that AWS adds later.",
    remedy: "Write `Action` with what the vendor needs.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "NotAction": "iam:*",
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
    references: &["https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notaction.html"],
};
