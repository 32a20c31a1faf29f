//! The rule `too-many-tags`: its text. Whether it fires is decided where its subject is judged.

use crate::rule::{Rule, Severity};

/// See [`Rule::what`].
pub static RULE: Rule = Rule {
    code: "too-many-tags",
    severity: Severity::Error,
    title: "the role has too many tags",
    what: "The profile has more than 50 tags.",
    why: "CreateRole and TagRole refuse more than 50.",
    remedy: "Remove tags.",
    bad: "51 tags",
    good: "50 tags",
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html",
    ],
};
