//! The statements as written, for checks of their form: they are there even when the reader could make nothing of them.

use crate::lint::Subject;
use rolecall_iam::span::Span;
use rolecall_iam::value::{Member, Node};

/// A statement as written.
#[derive(Clone, Copy, Debug)]
pub(in crate::lint) struct RawStatement<'a> {
    /// Its number, from 0.
    pub(in crate::lint) index: usize,
    /// Its object.
    pub(in crate::lint) node: &'a Node,
    /// Its elements.
    pub(in crate::lint) members: &'a [Member],
}

/// Every statement that is an object.
pub(in crate::lint) fn all<'a>(subject: &Subject<'a>) -> impl Iterator<Item = RawStatement<'a>> + use<'a> {
    let nodes = subject.statement_nodes();
    nodes.iter().enumerate().filter_map(|(index, node)| Some(RawStatement { index, node, members: node.as_object()? }))
}

impl<'a> RawStatement<'a> {
    /// What a finding about it is about: its `Sid`, else its number, and what of it.
    pub(in crate::lint) fn subject(&self, rest: &str) -> String {
        match self.node.get("Sid").and_then(Node::as_str) {
            Some(sid) => format!("statement:{sid}/{rest}"),
            None => format!("statement-{}/{rest}", self.index + 1),
        }
    }

    /// The elements with one of these names.
    pub(in crate::lint) fn elements(
        &self,
        names: &'static [&'static str],
    ) -> impl Iterator<Item = &'a Member> + use<'a> {
        self.members.iter().filter(move |member| names.contains(&member.key.value.as_str()))
    }

    /// Whether it has none of these elements, in whatever case they are written.
    pub(in crate::lint) fn lacks(&self, names: &[&str]) -> bool {
        self.members.iter().all(|member| names.iter().all(|name| *name != member.key.value))
    }

    /// Its opening brace, to point at when something is missing.
    pub(in crate::lint) fn opening(&self) -> Span {
        Span { end: self.node.span.end.min(self.node.span.start + 1), ..self.node.span }
    }
}

/// The strings of an element: its value, or those of its list.
pub(in crate::lint) fn strings(node: &Node) -> impl Iterator<Item = (&str, Span)> {
    let nodes = node.as_array().unwrap_or(std::slice::from_ref(node));
    nodes.iter().filter_map(|node| Some((node.as_str()?, node.span)))
}
