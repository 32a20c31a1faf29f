//! The rule `role-code-trust`: its text. Whether it fires is decided where its subject is judged.

use crate::rule::{Rule, Severity};

/// See [`Rule::what`].
pub static RULE: Rule = Rule {
    code: "role-code-trust",
    severity: Severity::Error,
    title: "the role code has another trust policy",
    what: "There is a request that the trust policy in the role code allows and that of the profile and organization \
        does not, or the other way round. The finding has the request. Texts that differ and mean the same are no finding: \
        that is proved.",
    why: "The trust decides who gets in: what is deployed must be what was reviewed.",
    remedy: "Copy the trust of the profile; what differs is listed.",
    bad: "sts:ExternalId of another organization",
    good: "sts:ExternalId of the organization",
    references: &["https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html"],
};
