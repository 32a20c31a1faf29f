//! The rule `baseline-stale`: its text. Whether it fires is decided where its subject is judged.

use crate::rule::{Rule, Severity};

/// See [`Rule::what`].
pub static RULE: Rule = Rule {
    code: "baseline-stale",
    severity: Severity::Note,
    title: "the baseline lists a finding that is gone",
    what: "An entry of the baseline matches no finding of this run.",
    why: "What is mended would be accepted again if it came back.",
    remedy: "Write the baseline again.",
    bad: "a baseline with a finding that was mended",
    good: "a baseline of the findings that are there",
    references: &["inferred: from the baseline alone"],
};
