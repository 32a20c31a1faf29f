//! The rule `session-duration`: its text. Whether it fires is decided where its subject is judged.

use crate::rule::{Rule, Severity};

/// See [`Rule::what`].
pub static RULE: Rule = Rule {
    code: "session-duration",
    severity: Severity::Error,
    title: "the session duration is out of range",
    what: "`MaxSessionDuration` is below 3,600 or above 43,200 seconds.",
    why: "CreateRole and UpdateRole refuse it.",
    remedy: "Choose a value between 3,600 and 43,200 seconds.",
    bad: "900",
    good: "3600",
    references: &["https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html"],
};
