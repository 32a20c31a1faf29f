//! Reports the action patterns of `Allow` statements that match an action of a table.

use super::action_table::ActionTable;
use super::resolved::Named;
use super::{Subject, subject_of};
use crate::finding::Finding;
use crate::rule::Rule;
use rolecall_iam::document::{Effect, Statement};

/// One finding for each pattern that matches: `does` says what the action does. `*` is left to `allow-everything`,
/// `NotAction` to `not-action`.
pub(super) fn check(
    subject: &Subject<'_>,
    findings: &mut Vec<Finding>,
    rule: &'static Rule,
    (table, does): (&ActionTable, &str),
    counts: impl Fn(&Statement, &str) -> bool,
) {
    for (index, statement) in subject.statements() {
        if statement.effect.value != Effect::Allow || statement.actions.negated {
            continue;
        }
        for (pattern, named) in statement.actions.values.iter().zip(subject.actions.statement(index)) {
            if *named == Named::Everything {
                continue;
            }
            let mut matching = table.matching(*named, &pattern.value).filter(|(name, _)| counts(statement, name));
            let Some((first, _)) = matching.next() else { continue };
            let message = match matching.count() {
                _ if !pattern.value.has_wildcard() => format!("`{first}` {does}"),
                0 => format!("`{}` allows `{first}`, which {does}", pattern.value),
                more => format!("`{}` allows `{first}`, which {does}, and {more} more such actions", pattern.value),
            };
            let about = subject_of(index, statement, pattern.value.as_str());
            findings.push(Finding::new(rule, pattern.span, about, message));
        }
    }
}
