//! The rule `description-invalid`: its text. Whether it fires is decided where its subject is judged.

use crate::rule::{Rule, Severity};

/// See [`Rule::what`].
pub static RULE: Rule = Rule {
    code: "description-invalid",
    severity: Severity::Error,
    title: "the description has a character that AWS refuses",
    what: "The description has a character outside Latin-1, or a control character other than tab and line \
        breaks.",
    why: "CreateRole refuses it. Typographic quotes and dashes are the usual ones.",
    remedy: "Replace the character by a plain one.",
    bad: "Vendor – do not remove",
    good: "Vendor - do not remove",
    references: &["https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html"],
};
