//! The rule `permission-forbidden`: its text. Whether it fires is decided where its subject is judged.

use crate::rule::{Rule, Severity};

/// See [`Rule::what`].
pub static RULE: Rule = Rule {
    code: "permission-forbidden",
    severity: Severity::Error,
    title: "the policy may grant what must never be possible",
    what: "A pattern of an `Allow` statement matches actions of a class, or of a list, that the contract \
        forbids. Conditions are not believed; only an unconditional `Deny` on all resources takes an action \
        out.",
    why: "The contract promises that this cannot be done with the role.",
    remedy: "Narrow the pattern so that it no longer matches the forbidden actions, or add an exception with its \
        reason.",
    bad: r#"[[contract.never]]
class = "compute-control-plane"
why = "the vendor never starts or stops instances"

# policy.json allows ec2:*"#,
    good: r#"[[contract.never]]
class = "compute-control-plane"
why = "the vendor never starts or stops instances"

# policy.json allows ec2:DescribeInstances"#,
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html",
    ],
};
