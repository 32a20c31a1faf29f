//! The rule `suppression-expired`: its text. Whether it fires is decided where its subject is judged.

use crate::rule::{Rule, Severity};

/// See [`Rule::what`].
pub static RULE: Rule = Rule {
    code: "suppression-expired",
    severity: Severity::Warning,
    title: "a suppression has expired",
    what: "The end date of a `[[suppress]]` entry has passed; the findings that it accepted count again.",
    why: "An exception without an end becomes the rule.",
    remedy: "Mend what it accepted, or decide again and set a new end date.",
    bad: "until = 2026-01-31  # judged on 2026-02-01",
    good: "until = 2026-03-31  # judged on 2026-02-01",
    references: &["inferred: from `rolecall.toml` alone"],
};
