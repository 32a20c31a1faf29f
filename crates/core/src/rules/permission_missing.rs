//! The rule `permission-missing`: its text. Whether it fires is decided where its subject is judged.

use crate::rule::{Rule, Severity};

/// See [`Rule::what`].
pub static RULE: Rule = Rule {
    code: "permission-missing",
    severity: Severity::Error,
    title: "the contract needs an action that the policy does not grant",
    what: "Each action of the contract is evaluated on its resources and in its context; every answer must be \
        `allowed`. A denial on a part of the resources counts as missing.",
    why: "AssumeRole passes and the action fails: usually the policy of an older version is still in place.",
    remedy: "Grant the action, or take it out of the contract.",
    bad: r#"[[contract.allow]]
capability = "inventory"
why = "match commitments to running instances"
actions = ["ec2:DescribeInstances"]

# policy.json allows ce:GetCostAndUsage alone"#,
    good: r#"[[contract.allow]]
capability = "inventory"
why = "match commitments to running instances"
actions = ["ec2:DescribeInstances"]

# policy.json allows ec2:DescribeInstances"#,
    references: &["https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html"],
};
