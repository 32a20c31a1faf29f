//! The rule `role-code-trust`: its text. Whether it fires is decided where its subject is judged.

use crate::rule::{Rule, Severity};

/// See [`Rule::what`].
pub static RULE: Rule = Rule {
    code: "role-code-trust",
    severity: Severity::Error,
    title: "the role code has another trust policy",
    what: "The trust policy in the role code does not surely mean the same as that of the profile and \
        organization.",
    why: "The trust decides who gets in: what is deployed must be what was reviewed.",
    remedy: "Copy the trust of the profile; what differs is listed.",
    bad: "sts:ExternalId of another organization",
    good: "sts:ExternalId of the organization",
    references: &["https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html"],
};
