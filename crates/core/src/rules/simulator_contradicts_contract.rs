//! The rule `simulator-contradicts-contract`: its text. Whether it fires is decided where its subject is judged.

use crate::rule::{Rule, Severity};

/// See [`Rule::what`].
pub static RULE: Rule = Rule {
    code: "simulator-contradicts-contract",
    severity: Severity::Error,
    title: "AWS's policy simulator decides an action against the contract",
    what: "With `--live`, each action of the contract is put to the IAM policy simulator (`SimulateCustomPolicy`) with the \
        role's policies: what a capability needs must be `allowed`, what must never be possible must not. The finding \
        shows AWS's decisions. It holds for the simulated resources alone; over all requests `permission-forbidden` \
        proves it.",
    why: "The account that runs the policies is AWS's: what it decides is what happens.",
    remedy: "Change the policy as `permission-missing` or `permission-forbidden` say; where neither fires, see \
        `simulator-contradicts-evaluator`.",
    bad: r#"[[contract.allow]]
capability = "inventory"
why = "match commitments to running instances"
actions = ["ec2:DescribeInstances"]

# AWS's simulator: ec2:DescribeInstances on `*` is implicitDeny"#,
    good: r#"[[contract.allow]]
capability = "inventory"
why = "match commitments to running instances"
actions = ["ec2:DescribeInstances"]

# AWS's simulator: ec2:DescribeInstances on `*` is allowed"#,
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulateCustomPolicy.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_testing-policies.html",
    ],
};
