//! Statements as they are written, element by element: for lints about what reading leaves out, such as empty lists.

use super::Subject;
use rolecall_iam::value::{Member, Node};

/// An element of a statement as written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Written<'a> {
    /// The index of the statement.
    pub(super) statement: usize,
    /// The members of the statement.
    pub(super) members: &'a [Member],
    /// The index of the element among them.
    pub(super) index: usize,
    /// The element.
    pub(super) member: &'a Member,
}

impl Written<'_> {
    /// What a finding about it is about.
    pub(super) fn about(&self) -> String {
        format!("statement-{}/{}", self.statement + 1, self.member.key.value)
    }
}

/// The elements with one of these names, in all statements.
pub(super) fn elements<'a>(subject: &Subject<'a>, names: &'static [&'static str]) -> impl Iterator<Item = Written<'a>> {
    subject.statement_nodes().iter().enumerate().flat_map(move |(statement, node)| {
        let members = node.as_object().unwrap_or_default();
        let named = members.iter().enumerate().filter(move |(_, member)| names.contains(&member.key.value.as_str()));
        named.map(move |(index, member)| Written { statement, members, index, member })
    })
}

/// Whether the value is a list without items.
pub(super) fn is_empty_list(node: &Node) -> bool {
    node.as_array().is_some_and(<[Node]>::is_empty)
}

/// Whether the value is an object without members.
pub(super) fn is_empty_object(node: &Node) -> bool {
    node.as_object().is_some_and(<[Member]>::is_empty)
}
