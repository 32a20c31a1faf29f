//! The spanned value tree: what JSON, YAML and HCL readers produce and policy documents are parsed from.
//! It knows nothing of policies.

use crate::span::{Span, Spanned};

/// A value and the bytes that it was read from.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// The value.
    pub value: Value,
    /// The bytes that it was read from, quotes and brackets included.
    pub span: Span,
}

/// What a node holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, by its text as written: no precision is lost.
    Number(String),
    /// A string, decoded.
    String(String),
    /// A list.
    Array(Vec<Node>),
    /// An object; duplicate keys are kept, in source order.
    Object(Vec<Member>),
    /// Something that a reader could not resolve to a value, and why: "parameter `ExternalId` has no default".
    /// Whatever depends on it is *not judged*.
    Unresolved(String),
}

/// One `key: value` of an object.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// The key, decoded; its span covers the key as written, quotes included.
    pub key: Spanned<String>,
    /// The value.
    pub value: Node,
}

impl Node {
    /// A node.
    pub const fn new(value: Value, span: Span) -> Self {
        Self { value, span }
    }

    /// A string node.
    pub fn string(text: impl Into<String>, span: Span) -> Self {
        Self::new(Value::String(text.into()), span)
    }

    /// The text, when this is a string.
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The elements, when this is a list.
    pub fn as_array(&self) -> Option<&[Node]> {
        match &self.value {
            Value::Array(items) => Some(items),
            _ => None,
        }
    }

    /// The members, when this is an object.
    pub fn as_object(&self) -> Option<&[Member]> {
        match &self.value {
            Value::Object(members) => Some(members),
            _ => None,
        }
    }

    /// The value of the first member with this key (exact case), when this is an object that has it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.as_object()?.iter().find(|member| member.key.value == key).map(|member| &member.value)
    }

    /// The first unresolved part of this tree, depth first: its reason and place.
    pub fn unresolved(&self) -> Option<Spanned<&str>> {
        match &self.value {
            Value::Unresolved(reason) => Some(Spanned::new(reason.as_str(), self.span)),
            Value::Array(items) => items.iter().find_map(Self::unresolved),
            Value::Object(members) => members.iter().find_map(|member| member.value.unresolved()),
            _ => None,
        }
    }

    /// What kind of value this is, in the words of JSON: for "expected …, found …".
    pub const fn kind(&self) -> &'static str {
        match &self.value {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::String(_) => "a string",
            Value::Array(_) => "a list",
            Value::Object(_) => "an object",
            Value::Unresolved(_) => "an unresolved value",
        }
    }

    /// Changes every span of the tree, for values that were read from text embedded in another text.
    pub fn map_spans(&mut self, change: &mut impl FnMut(Span) -> Span) {
        self.span = change(self.span);
        match &mut self.value {
            Value::Array(items) => items.iter_mut().for_each(|item| item.map_spans(change)),
            Value::Object(members) => {
                for member in members {
                    member.key.span = change(member.key.span);
                    member.value.map_spans(change);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Unresolved(_) => {}
        }
    }
}
