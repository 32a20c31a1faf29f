//! How long a document is to AWS, counted on its value tree: as JSON without white space between the elements.

use rolecall_iam::span::Span;
use rolecall_iam::value::{Node, Value};

/// Characters of the document without any white space, also inside texts (`reference_iam-quotas`: IAM does not count
/// it). Counting is skipped when the source text is no longer than `limit`: then 0.
pub(super) fn counted(root: &Node, limit: usize) -> usize {
    if root.span.len() <= limit { 0 } else { size(root, &|text| text.chars().filter(|c| !c.is_whitespace()).count()) }
}

/// Bytes of the document without white space between its elements; 0 when the source text is no longer than `limit`.
pub(super) fn compact(root: &Node, limit: usize) -> usize {
    if root.span.len() <= limit { 0 } else { size(root, &str::len) }
}

/// The first byte of the document: where a finding about all of it points.
pub(super) fn opening(span: Span) -> Span {
    Span { end: span.end.min(span.start.saturating_add(1)), ..span }
}

fn size(node: &Node, length: &impl Fn(&str) -> usize) -> usize {
    // Quotes and backslashes are written with a backslash.
    let string = |text: &str| 2 + length(text) + text.bytes().filter(|byte| matches!(byte, b'"' | b'\\')).count();
    let commas = |count: usize| count.saturating_sub(1);
    match &node.value {
        Value::Null | Value::Bool(true) => 4,
        Value::Bool(false) => 5,
        Value::Number(text) => text.len(),
        Value::String(text) => string(text),
        Value::Array(items) => 2 + commas(items.len()) + items.iter().map(|item| size(item, length)).sum::<usize>(),
        Value::Object(members) => {
            let inside = members.iter().map(|member| string(&member.key.value) + 1 + size(&member.value, length));
            2 + commas(members.len()) + inside.sum::<usize>()
        }
        Value::Unresolved(_) => 0,
    }
}
