//! The rule `description-too-long`: its text. Whether it fires is decided where its subject is judged.

use crate::rule::{Rule, Severity};

/// See [`Rule::what`].
pub static RULE: Rule = Rule {
    code: "description-too-long",
    severity: Severity::Error,
    title: "the description is too long",
    what: "The description of the role has more than 1,000 characters.",
    why: "CreateRole refuses it.",
    remedy: "Shorten the description.",
    bad: "a description of 1,001 characters",
    good: "a description of 1,000 characters",
    references: &["https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html"],
};
