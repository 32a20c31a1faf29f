//! The rule `unknown-service`: its text. Whether it fires is decided where its subject is judged.

use crate::rule::{Rule, Severity};

/// See [`Rule::what`].
pub static RULE: Rule = Rule {
    code: "unknown-service",
    severity: Severity::Warning,
    title: "a service prefix that AWS does not document",
    what: "The part of an action before the colon is the prefix of no service in the catalogue.",
    why: "A mistyped prefix grants nothing, and in a `Deny` it denies nothing.",
    remedy: "Correct the prefix; for a service that is newer than the catalogue, suppress the finding with an end \
        date.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "cost-explorer:GetCostAndUsage",
    "Resource": "*"
  }
}"#,
    good: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "ce:GetCostAndUsage",
    "Resource": "*"
  }
}"#,
    references: &[
        "https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html",
    ],
};
