//! Condition keys without values. AWS tells four kinds apart by the operator; each is a lint of its own.

use super::Subject;
use super::written::{elements, is_empty_list};
use crate::finding::Finding;
use crate::rule::Rule;

/// How the operator is modified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Not at all.
    Plain,
    /// `ForAllValues:`, with or without `IfExists`.
    ForAllValues,
    /// `ForAnyValue:`, with or without `IfExists`.
    ForAnyValue,
    /// `…IfExists` alone.
    IfExists,
}

fn kind_of(operator: &str) -> Kind {
    match operator.split_once(':').map(|(set, _)| set) {
        Some("ForAllValues") => Kind::ForAllValues,
        Some("ForAnyValue") => Kind::ForAnyValue,
        _ if operator.ends_with("IfExists") => Kind::IfExists,
        _ => Kind::Plain,
    }
}

/// Reports keys without values under operators of this kind.
pub(super) fn check(
    subject: &Subject<'_>,
    findings: &mut Vec<Finding>,
    rule: &'static Rule,
    kind: Kind,
    meaning: &str,
) {
    for element in elements(subject, &["Condition"]) {
        for operator in element.member.value.as_object().unwrap_or_default() {
            if kind_of(&operator.key.value) != kind {
                continue;
            }
            for key in operator.value.as_object().unwrap_or_default() {
                if is_empty_list(&key.value) {
                    let message = format!("`{}` has no values: {meaning}", key.key.value);
                    let about = format!("statement-{}/{}", element.statement + 1, key.key.value);
                    findings.push(Finding::new(rule, key.value.span, about, message));
                }
            }
        }
    }
}
