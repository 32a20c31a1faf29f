//! The rule `role-path`: its text. Whether it fires is decided where its subject is judged.

use crate::rule::{Rule, Severity};

/// See [`Rule::what`].
pub static RULE: Rule = Rule {
    code: "role-path",
    severity: Severity::Error,
    title: "the path of the role",
    what: "The path does not begin and end with `/`, is longer than 512 characters, has a character that AWS \
        refuses, or is another than `/` (a note: the vendor must then know it).",
    why: "The path is part of the role's ARN: a vendor that calls `role/Name` is denied when the role is \
        `role/path/Name`.",
    remedy: "Use the path `/` unless the vendor asks for another.",
    bad: "vendors",
    good: "/",
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html",
    ],
};
