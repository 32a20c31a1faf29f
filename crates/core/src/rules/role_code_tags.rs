//! The rule `role-code-tags`: its text. Whether it fires is decided where its subject is judged.

use crate::rule::{Rule, Severity};

/// See [`Rule::what`].
pub static RULE: Rule = Rule {
    code: "role-code-tags",
    severity: Severity::Warning,
    title: "the role code has other tags",
    what: "A tag of the profile is missing in the role code, has another value, or the code has a tag that the \
        profile does not know.",
    why: "Tags steer access, cost allocation and clean-up jobs; a missing one gets roles removed.",
    remedy: "Set the tags of the profile.",
    bad: "Tags: []",
    good: "Tags: [{Key: owner, Value: platform}]",
    references: &["https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html"],
};
