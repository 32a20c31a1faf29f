//! The rule `role-code-boundary`: its text. Whether it fires is decided where its subject is judged.

use crate::rule::{Rule, Severity};

/// See [`Rule::what`].
pub static RULE: Rule = Rule {
    code: "role-code-boundary",
    severity: Severity::Error,
    title: "the role code sets another permissions boundary",
    what: "The permissions boundary in the role code differs from the profile.",
    why: "A boundary takes permissions away that the contract needs; a missing one leaves more than was \
        agreed.",
    remedy: "Set the boundary of the profile.",
    bad: "PermissionsBoundary: arn:aws:iam::111122223333:policy/Other",
    good: "no PermissionsBoundary, as in the profile",
    references: &["https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html"],
};
