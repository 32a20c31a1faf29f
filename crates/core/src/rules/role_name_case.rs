//! The rule `role-name-case`: its text. Whether it fires is decided where its subject is judged.

use crate::rule::{Rule, Severity};

/// See [`Rule::what`].
pub static RULE: Rule = Rule {
    code: "role-name-case",
    severity: Severity::Error,
    title: "the role name differs in case",
    what: "The role code names the role as the profile does, but with other capital letters.",
    why: "AWS matches the name in an ARN with its case, so the vendor is denied; and the right name cannot be \
        created beside it, because names are unique without regard to case.",
    remedy: "Write the name exactly as in the profile.",
    bad: "RoleName: vendorrole",
    good: "RoleName: VendorRole",
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html",
    ],
};
