//! The rule `permission-not-needed`: its text. Whether it fires is decided where its subject is judged.

use crate::rule::{Rule, Severity};

/// See [`Rule::what`].
pub static RULE: Rule = Rule {
    code: "permission-not-needed",
    severity: Severity::Warning,
    title: "the policy grants what no capability needs",
    what: "A pattern of an `Allow` statement matches actions that no capability lists, or grants a needed \
        action on clearly more resources than the contract names. A wildcard that reaches beyond the \
        contract is reported even where all actions known today are needed: it grants those that come later.",
    why: "What nobody needs can only be misused.",
    remedy: "Narrow the pattern, or add a capability that says why it is needed.",
    bad: r#"[[contract.allow]]
capability = "inventory"
why = "match commitments to running instances"
actions = ["ec2:DescribeInstances"]

# policy.json allows ec2:Describe*"#,
    good: r#"[[contract.allow]]
capability = "inventory"
why = "match commitments to running instances"
actions = ["ec2:DescribeInstances"]

# policy.json allows ec2:DescribeInstances"#,
    references: &["https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html"],
};
