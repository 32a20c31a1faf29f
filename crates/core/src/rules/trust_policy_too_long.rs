//! The rule `trust-policy-too-long`: its text. Whether it fires is decided where its subject is judged.

use crate::rule::{Rule, Severity};

/// See [`Rule::what`].
pub static RULE: Rule = Rule {
    code: "trust-policy-too-long",
    severity: Severity::Error,
    title: "the trust policy is too long",
    what: "The trust policy has more than 2,048 characters; a quota increase raises that to 4,096 at most.",
    why: "CreateRole and UpdateAssumeRolePolicy fail with LimitExceeded.",
    remedy: "Shorten the trust: one statement with one principal and one ID is enough.",
    bad: "a trust of 2,049 characters",
    good: "a trust of 2,048 characters",
    references: &["https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"],
};
