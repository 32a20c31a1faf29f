//! What conditions of a statement say, read without evaluating them: which keys they name, whether they restrict.

use rolecall_iam::condition::{OperatorFamily, SetQualifier};
use rolecall_iam::document::{Condition, Statement};
use rolecall_iam::glob;
use rolecall_iam::span::Span;
use rolecall_iam::value::Member;

use super::Subject;

/// Whether the condition is on this key; names of keys have no case.
pub(super) fn is_on(condition: &Condition, key: &str) -> bool {
    condition.key.value.eq_ignore_ascii_case(key)
}

/// Whether the condition is false where its key is absent.
pub(super) fn needs_key(condition: &Condition) -> bool {
    let operator = condition.operator.value;
    !operator.base.is_negated()
        && !operator.if_exists
        && operator.base.family() != OperatorFamily::Null
        && operator.set != Some(SetQualifier::ForAllValues)
        && !condition.values.is_empty()
}

/// Whether the condition is true only for listed values of a key that must be there.
pub(super) fn restricts(condition: &Condition) -> bool {
    needs_key(condition) && condition.values.iter().all(|value| says_which(&condition.key.value, &value.value))
}

/// Whether a value says which one is meant. One that is made of wildcards alone says how long it is at best: `?*` and `??*`
/// match every external ID (2 characters at least, botocore's STS model). What all values of a key have in common says
/// nothing either: the `o-` of organizations, and of a source's ARN what is not its account or its name.
fn says_which(key: &str, text: &str) -> bool {
    let is = |names: &[&str]| names.iter().any(|name| key.eq_ignore_ascii_case(name));
    match () {
        () if is(ORGANIZATION_KEYS) => {
            let organization = text.split('/').next().unwrap_or(text);
            !only_wildcards(organization.strip_prefix("o-").unwrap_or(organization))
        }
        () if is(ARN_KEYS) => {
            let mut segments = text.splitn(6, ':').skip(4);
            match (segments.next(), segments.next()) {
                (Some(account), Some(resource)) => !only_wildcards(account) || !only_wildcards(resource),
                // Fewer segments: what is left out, a `*` stands for.
                _ => !OTHERS.iter().all(|other| glob::matches(text, other)),
            }
        }
        // Nobody has the empty one.
        () => text.is_empty() || !only_wildcards(text),
    }
}

/// Keys whose values begin with an organization's ID.
const ORGANIZATION_KEYS: &[&str] =
    &["aws:PrincipalOrgID", "aws:PrincipalOrgPaths", "aws:SourceOrgID", "aws:SourceOrgPaths"];

/// Keys whose values are ARNs.
const ARN_KEYS: &[&str] = &["aws:SourceArn"];

/// Two ARNs that have nothing in common but what every ARN has.
const OTHERS: [&str; 2] = ["arn:aws:sns:us-east-1:111111111111:a", "arn:aws:lambda:eu-west-3:222222222222:function:b"];

fn only_wildcards(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b'*' | b'?'))
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
