//! Taking an element out of a list or an object so that what remains is JSON: which bytes go, its comma included.

use rolecall_iam::span::Span;
use rolecall_iam::value::{Member, Node};

use super::Subject;

/// The bytes to remove for the item at `index` of a list; `None` when there is no such item.
pub(super) fn of_item(items: &[Node], index: usize) -> Option<Span> {
    bytes_of(index, |at| items.get(at).map(|item| item.span))
}

/// The bytes to remove for the member at `index` of an object.
pub(super) fn of_member(members: &[Member], index: usize) -> Option<Span> {
    bytes_of(index, |at| members.get(at).map(|member| member.key.span.to(member.value.span)))
}

fn bytes_of(index: usize, span_at: impl Fn(usize) -> Option<Span>) -> Option<Span> {
    let own = span_at(index)?;
    if let Some(next) = span_at(index + 1) {
        return Some(Span { end: next.start, ..own });
    }
    match index.checked_sub(1).and_then(span_at) {
        Some(previous) => Some(Span { start: previous.end, ..own }),
        None => Some(own),
    }
}

/// The bytes to remove for a list item at this place, if the document has a list around it in the statement element
/// `element` and the list keeps another item.
pub(super) fn of_value(subject: &Subject<'_>, elements: &[&str], span: Span) -> Option<Span> {
    let members = subject.statement_node_at(span)?.as_object()?;
    let around = |member: &&Member| {
        elements.contains(&member.key.value.as_str())
            && (member.value.span.start..member.value.span.end).contains(&span.start)
    };
    let items = members.iter().find(around)?.value.as_array()?;
    of_item(items, position(items, span)?).filter(|_| items.len() > 1)
}

/// The bytes to remove for a statement, if it is one of several.
pub(super) fn of_statement(subject: &Subject<'_>, span: Span) -> Option<Span> {
    let items = subject.root.get("Statement")?.as_array()?;
    of_item(items, position(items, span)?).filter(|_| items.len() > 1)
}

/// Where in the list the item of this place stands: items come in the order of their places.
fn position(items: &[Node], span: Span) -> Option<usize> {
    let at = items.partition_point(|item| item.span.start < span.start);
    items.get(at).filter(|item| item.span == span).map(|_| at)
}
