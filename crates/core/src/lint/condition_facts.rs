//! What conditions of a statement say, read without evaluating them: which keys they name, whether they restrict.

use rolecall_iam::condition::{OperatorFamily, SetQualifier};
use rolecall_iam::document::{Condition, Statement};
use rolecall_iam::span::Span;
use rolecall_iam::value::Member;

use super::Subject;

/// Whether the condition is on this key; names of keys have no case.
pub(super) fn is_on(condition: &Condition, key: &str) -> bool {
    condition.key.value.eq_ignore_ascii_case(key)
}

/// Whether the condition is true only for listed values of a key that must be there.
pub(super) fn restricts(condition: &Condition) -> bool {
    let operator = condition.operator.value;
    !operator.base.is_negated()
        && !operator.if_exists
        && operator.base.family() != OperatorFamily::Null
        && operator.set != Some(SetQualifier::ForAllValues)
        && !condition.values.is_empty()
        && condition.values.iter().all(|value| !matches!(value.value.as_str(), "*" | "**"))
}

/// Whether a condition of the statement restricts one of these keys.
pub(super) fn restricted_by(statement: &Statement, keys: &[&str]) -> bool {
    statement.conditions.iter().any(|condition| restricts(condition) && keys.iter().any(|key| is_on(condition, key)))
}

/// Whether a condition of the statement names one of these keys, whatever it asks for.
pub(super) fn names_key(statement: &Statement, keys: &[&str]) -> bool {
    statement.conditions.iter().any(|condition| keys.iter().any(|key| is_on(condition, key)))
}

/// Whether the text has a policy variable: what it stands for is not known here.
pub(super) fn has_variable(text: &str) -> bool {
    text.contains("${")
}

/// The members of an operator's block in the document as written, by the place of the operator's name, with the whole
/// `Condition` block that it stands in.
pub(super) fn operator_block<'a>(subject: &Subject<'a>, operator: Span) -> Option<(&'a [Member], &'a Member)> {
    let condition = subject.statement_node_at(operator)?.get("Condition")?.as_object()?;
    let block = condition.iter().find(|member| member.key.span == operator)?;
    Some((condition, block))
}

/// Whether replacing the name of this operator touches its one key only and makes no duplicate.
pub(super) fn can_rename_operator(subject: &Subject<'_>, operator: Span, name: &str) -> bool {
    operator_block(subject, operator).is_some_and(|(condition, block)| {
        block.value.as_object().is_some_and(|keys| keys.len() == 1)
            && condition.iter().all(|member| member.key.value != name)
    })
}

/// The text as a JSON string, to write in place of a string.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for character in text.chars() {
        if matches!(character, '"' | '\\') {
            out.push('\\');
        }
        out.push(character);
    }
    out.push('"');
    out
}
