//! The rule `role-code-name`: its text. Whether it fires is decided where its subject is judged.

use crate::rule::{Rule, Severity};

/// See [`Rule::what`].
pub static RULE: Rule = Rule {
    code: "role-code-name",
    severity: Severity::Error,
    title: "the role code gives the role another name",
    what: "The role code names the role otherwise than the profile, or leaves the name to AWS.",
    why: "The vendor calls the role by its name in every account: under another name it is denied.",
    remedy: "Set the name of the profile.",
    bad: "RoleName: CostRole",
    good: "RoleName: VendorRole",
    references: &["https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html"],
};
