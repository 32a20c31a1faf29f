//! The rule `contract-empty-pattern`: its text. Whether it fires is decided where its subject is judged.

use crate::rule::{Rule, Severity};

/// See [`Rule::what`].
pub static RULE: Rule = Rule {
    code: "contract-empty-pattern",
    severity: Severity::Warning,
    title: "a pattern of the contract matches no known action",
    what: "An action of the contract, of an exception or of a forbidden list matches nothing in the catalogue.",
    why: "A mistyped action protects and demands nothing, and looks as if it did.",
    remedy: "Correct the name; the nearest known one is shown.",
    bad: r#"[[contract.allow]]
capability = "inventory"
why = "match commitments to running instances"
actions = ["ec2:DescribeInstance"]

"#,
    good: r#"[[contract.allow]]
capability = "inventory"
why = "match commitments to running instances"
actions = ["ec2:DescribeInstances"]

"#,
    references: &[
        "https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html",
    ],
};
