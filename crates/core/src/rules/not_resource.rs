//! The rule `not-resource`: its text. Whether it fires is decided where its subject is judged.

use crate::rule::{Rule, Severity};

/// See [`Rule::what`].
pub static RULE: Rule = Rule {
    code: "not-resource",
    severity: Severity::Error,
    title: "the policy allows all resources but a list",
    what: "An `Allow` statement has `NotResource`.",
    why: "It grants the actions on every resource that is not listed, and on those that are made later.",
    remedy: "Write `Resource` with the resources that the vendor needs.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "s3:GetObject",
    "NotResource": "arn:aws:s3:::payroll/*"
  }
}"#,
    good: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::cost-reports/*"
  }
}"#,
    references: &["https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notresource.html"],
};
