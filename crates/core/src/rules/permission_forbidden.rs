//! The rule `permission-forbidden`: its text. Whether it fires is decided where its subject is judged.

use crate::rule::{Rule, Severity};

/// See [`Rule::what`].
pub static RULE: Rule = Rule {
    code: "permission-forbidden",
    severity: Severity::Error,
    title: "the policy grants what must never be possible",
    what: "Over all requests of the role there is one for an action of a class, or of a list, that the contract forbids, \
        on a forbidden resource, that a pattern of an `Allow` statement grants and no `Deny` takes away. The finding has \
        the request: a condition under which it is `allowed` can hold. Exceptions count on the resources that the \
        capabilities name. Without the finding it is proved that there is none.",
    why: "The contract promises that this cannot be done with the role.",
    remedy: "Narrow the pattern so that it no longer matches the forbidden actions, deny them without a way around, or \
        add an exception with its reason.",
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
