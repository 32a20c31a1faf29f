//! The rule `suppression-unused`: its text. Whether it fires is decided where its subject is judged.

use crate::rule::{Rule, Severity};

/// See [`Rule::what`].
pub static RULE: Rule = Rule {
    code: "suppression-unused",
    severity: Severity::Note,
    title: "a suppression accepts nothing",
    what: "A `[[suppress]]` entry matches no finding.",
    why: "It would accept a future finding that nobody has looked at.",
    remedy: "Remove the entry.",
    bad: r#"[[suppress]]
rule = "service-wildcard"  # no such finding"#,
    good: "no entry",
    references: &["inferred: from `rolecall.toml` alone"],
};
