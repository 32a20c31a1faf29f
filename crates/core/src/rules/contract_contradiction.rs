//! The rule `contract-contradiction`: its text. Whether it fires is decided where its subject is judged.

use crate::rule::{Rule, Severity};

/// See [`Rule::what`].
pub static RULE: Rule = Rule {
    code: "contract-contradiction",
    severity: Severity::Error,
    title: "the contract needs what it forbids",
    what: "An action of a capability is also forbidden by a `never` entry of the same contract.",
    why: "No policy can fulfil both.",
    remedy: "Take the action out of the capability, or list it under `except` of the `never` entry and say why.",
    bad: r#"[[contract.allow]]
capability = "inventory"
why = "match commitments to running instances"
actions = ["ec2:StopInstances"]

[[contract.never]]
class = "compute-control-plane"
why = "the vendor never starts or stops instances"

"#,
    good: r#"[[contract.allow]]
capability = "inventory"
why = "match commitments to running instances"
actions = ["ec2:DescribeInstances"]

[[contract.never]]
class = "compute-control-plane"
why = "the vendor never starts or stops instances"

"#,
    references: &["inferred: from the contract alone"],
};
