//! The statements as written, for checks of their form: they are there even when the reader could make nothing of them.

use crate::lint::Subject;
use rolecall_iam::span::Span;
use rolecall_iam::value::{Member, Node};

/// A statement as written.
#[derive(Clone, Copy, Debug)]
pub struct RawStatement<'a> {
    /// Its number, from 0.
    pub index: usize,
    /// Its object.
    pub node: &'a Node,
    /// Its elements.
    pub members: &'a [Member],
}

/// Every statement that is an object.
pub fn all<'a>(subject: &Subject<'a>) -> impl Iterator<Item = RawStatement<'a>> + use<'a> {
    let nodes = subject.statement_nodes();
    nodes.iter().enumerate().filter_map(|(index, node)| Some(RawStatement { index, node, members: node.as_object()? }))
}

impl<'a> RawStatement<'a> {
    /// What a finding about it is about: its `Sid`, else its number, and what of it.
    pub fn subject(&self, rest: &str) -> String {
        match self.node.get("Sid").and_then(Node::as_str) {
            Some(sid) => format!("statement:{sid}/{rest}"),
            None => format!("statement-{}/{rest}", self.index + 1),
        }
    }

    /// The elements with one of these names.
    pub fn elements(&self, names: &'static [&'static str]) -> impl Iterator<Item = &'a Member> + use<'a> {
        self.members.iter().filter(move |member| names.contains(&member.key.value.as_str()))
    }

    /// Whether it has none of these elements, in whatever case they are written.
    pub fn lacks(&self, names: &[&str]) -> bool {
        self.members.iter().all(|member| names.iter().all(|name| *name != member.key.value))
    }

    /// Its opening brace, to point at when something is missing.
    pub fn opening(&self) -> Span {
        Span { end: self.node.span.end.min(self.node.span.start + 1), ..self.node.span }
    }
}

/// The strings of an element: its value, or those of its list.
pub fn strings(node: &Node) -> impl Iterator<Item = (&str, Span)> {
    let nodes = node.as_array().unwrap_or(std::slice::from_ref(node));
    nodes.iter().filter_map(|node| Some((node.as_str()?, node.span)))
}
