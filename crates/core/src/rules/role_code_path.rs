//! The rule `role-code-path`: its text. Whether it fires is decided where its subject is judged.

use crate::rule::{Rule, Severity};

/// See [`Rule::what`].
pub static RULE: Rule = Rule {
    code: "role-code-path",
    severity: Severity::Error,
    title: "the role code puts the role under another path",
    what: "The path in the role code differs from the profile; no path means `/`.",
    why: "The path is part of the ARN that the vendor calls: AssumeRole is denied.",
    remedy: "Set the path of the profile, or remove it when that is `/`.",
    bad: "Path: /vendors/",
    good: "Path: /",
    references: &["https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html"],
};
