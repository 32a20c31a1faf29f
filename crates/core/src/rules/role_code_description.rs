//! The rule `role-code-description`: its text. Whether it fires is decided where its subject is judged.

use crate::rule::{Rule, Severity};

/// See [`Rule::what`].
pub static RULE: Rule = Rule {
    code: "role-code-description",
    severity: Severity::Warning,
    title: "the role code has another description",
    what: "The description in the role code differs from the profile.",
    why: "The description tells whoever finds the role whose it is and whom to ask before removing it.",
    remedy: "Copy the description of the profile.",
    bad: "Description: test",
    good: "Description: Used by Vendor. Do not remove.",
    references: &["https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html"],
};
