//! The rule `role-code-session-duration`: its text. Whether it fires is decided where its subject is judged.

use crate::rule::{Rule, Severity};

/// See [`Rule::what`].
pub static RULE: Rule = Rule {
    code: "role-code-session-duration",
    severity: Severity::Warning,
    title: "the role code has another session duration",
    what: "`MaxSessionDuration` in the role code differs from the profile; none means 3,600 seconds.",
    why: "Calls with a longer `DurationSeconds` than the role allows fail; a longer one than agreed keeps \
        stolen credentials valid.",
    remedy: "Set the duration of the profile.",
    bad: "MaxSessionDuration: 43200",
    good: "MaxSessionDuration: 3600",
    references: &["https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html"],
};
