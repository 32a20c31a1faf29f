//! The rule `tag-invalid`: its text. Whether it fires is decided where its subject is judged.

use crate::rule::{Rule, Severity};

/// See [`Rule::what`].
pub static RULE: Rule = Rule {
    code: "tag-invalid",
    severity: Severity::Error,
    title: "a tag that AWS refuses",
    what: "A tag key has no or more than 128 characters, a value more than 256, one of them a character that \
        AWS refuses, the key begins with `aws:`, or two keys differ at most in case.",
    why: "CreateRole refuses the whole role for one bad tag.",
    remedy: "Mend the tag.",
    bad: "aws:owner = platform",
    good: "owner = platform",
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html",
        "https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html",
    ],
};
