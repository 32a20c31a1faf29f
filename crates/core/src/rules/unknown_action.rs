//! The rule `unknown-action`: its text. Whether it fires is decided where its subject is judged.

use crate::rule::{Rule, Severity};

/// See [`Rule::what`].
pub static RULE: Rule = Rule {
    code: "unknown-action",
    severity: Severity::Warning,
    title: "an action that AWS does not document",
    what: "An action name or pattern matches no action of its service in the catalogue.",
    why: "A mistyped action grants nothing, and in a `Deny` it denies nothing. AWS has actions that it does \
        not document, so a name that is not found may still be right.",
    remedy: "Correct the name; for an action that is newer than the catalogue, suppress the finding with an end \
        date.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "ec2:DescribeInstance",
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
    references: &[
        "https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html",
    ],
};
