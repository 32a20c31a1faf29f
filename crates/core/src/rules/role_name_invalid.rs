//! The rule `role-name-invalid`: its text. Whether it fires is decided where its subject is judged.

use crate::rule::{Rule, Severity};

/// See [`Rule::what`].
pub static RULE: Rule = Rule {
    code: "role-name-invalid",
    severity: Severity::Error,
    title: "the role name is not one that AWS takes",
    what: "The role name is empty, longer than 64 characters, or has a character besides letters, digits and \
        `_+=,.@-`.",
    why: "CreateRole refuses it.",
    remedy: "Choose another name.",
    bad: "Vendor Role",
    good: "VendorRole",
    references: &["https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html"],
};
