//! Typed access to an object of the bundle with the place of every value.

use super::EPOCH;
use rolecall_core::access_check::{DurationMs, TimeMs};
use rolecall_core::diagnosis::Seen;
use rolecall_core::known_words::suggestion;
use rolecall_iam::problem::Problem;
use rolecall_iam::span::Span;
use rolecall_iam::value::{Node, Value};
use std::fmt::Write;

/// What is wrong so far.
#[derive(Debug, Default)]
pub(super) struct Problems(pub(super) Vec<Problem>);

impl Problems {
    pub(super) fn add(&mut self, span: Span, message: impl Into<String>, help: impl Into<String>) {
        self.0.push(Problem::error("evidence-bundle", span, message, help));
    }

    fn wrong_type<T>(&mut self, node: &Node, expected: &str) -> Option<T> {
        self.add(node.span, format!("{} stands here", node.kind()), format!("{expected} was expected"));
        None
    }
}

/// An object whose keys are known.
pub(super) struct Fields<'n> {
    node: &'n Node,
    name: &'static str,
}

impl<'n> Fields<'n> {
    pub(super) fn new(node: &'n Node, name: &'static str, known: &[&str], problems: &mut Problems) -> Option<Self> {
        let Some(members) = node.as_object() else { return problems.wrong_type(node, "an object") };
        for (index, member) in members.iter().enumerate() {
            let key = member.key.value.as_str();
            if !known.contains(&key) {
                problems.add(
                    member.key.span,
                    format!("{name} has no key `{key}`"),
                    suggestion(key, known.iter().copied()),
                );
            }
            if members.iter().take(index).any(|earlier| earlier.key.value == key) {
                problems.add(member.key.span, format!("`{key}` stands twice"), "leave one of them");
            }
        }
        Some(Self { node, name })
    }

    pub(super) fn span(&self, key: &str) -> Span {
        self.node.get(key).map_or(self.node.span, |value| value.span)
    }

    /// Absent: not looked at. `null`: looked at and not there.
    pub(super) fn seen<T>(
        &self,
        key: &str,
        read: impl FnOnce(&Node, &mut Problems) -> Option<T>,
        problems: &mut Problems,
    ) -> Seen<T> {
        match self.node.get(key) {
            None => Seen::NotLooked,
            Some(node) if node.value == Value::Null => Seen::Absent,
            Some(node) => read(node, problems).map_or(Seen::NotLooked, Seen::Present),
        }
    }

    pub(super) fn optional<T>(
        &self,
        key: &str,
        read: impl FnOnce(&Node, &mut Problems) -> Option<T>,
        problems: &mut Problems,
    ) -> Option<T> {
        self.node.get(key).and_then(|node| read(node, problems))
    }

    pub(super) fn required<T>(
        &self,
        key: &str,
        read: impl FnOnce(&Node, &mut Problems) -> Option<T>,
        problems: &mut Problems,
    ) -> Option<T> {
        if self.node.get(key).is_none() {
            problems.add(self.node.span, format!("{} has no key `{key}`", self.name), "add it");
        }
        self.optional(key, read, problems)
    }

    /// A group of things, each of which may be missing.
    pub(super) fn group<T>(
        &self,
        key: &str,
        into: &mut T,
        read: impl FnOnce(&Node, &mut Problems) -> Option<T>,
        problems: &mut Problems,
    ) {
        if let Some(value) = self.optional(key, read, problems) {
            *into = value;
        }
    }
}

pub(super) fn text(node: &Node, problems: &mut Problems) -> Option<String> {
    match node.as_str() {
        Some(text) => Some(text.to_owned()),
        None => problems.wrong_type(node, "a string in quotes"),
    }
}

pub(super) fn number(node: &Node, problems: &mut Problems) -> Option<u64> {
    match &node.value {
        Value::Number(text) => match text.parse() {
            Ok(number) => Some(number),
            Err(_) => problems.wrong_type(node, "a whole number without a sign"),
        },
        _ => problems.wrong_type(node, "a whole number"),
    }
}

/// A number of a smaller type.
pub(super) fn small<T: TryFrom<u64>>(node: &Node, problems: &mut Problems) -> Option<T> {
    let number = number(node, problems)?;
    let small = T::try_from(number).ok();
    if small.is_none() {
        problems.add(node.span, format!("{number} is too large"), "a smaller number was expected");
    }
    small
}

pub(super) fn truth(node: &Node, problems: &mut Problems) -> Option<bool> {
    match node.value {
        Value::Bool(truth) => Some(truth),
        _ => problems.wrong_type(node, "`true` or `false`"),
    }
}

/// A moment such as `2026-03-01T10:00:00Z`.
pub(super) fn time(node: &Node, problems: &mut Problems) -> Option<TimeMs> {
    let text = text(node, problems)?;
    let moment = text.parse::<jiff::Timestamp>().ok().and_then(|moment| u64::try_from(moment.as_millisecond()).ok());
    if moment.is_none() {
        problems.add(
            node.span,
            format!("`{text}` is no moment"),
            "a moment such as `2026-03-01T10:00:00Z` was expected",
        );
    }
    moment.map(|since| EPOCH.plus(DurationMs(since)))
}

pub(super) fn list<T>(
    node: &Node,
    problems: &mut Problems,
    read: impl Fn(&Node, &mut Problems) -> Option<T>,
) -> Option<Vec<T>> {
    let Some(items) = node.as_array() else { return problems.wrong_type(node, "a list") };
    // Every entry is read, so that all problems are told.
    let read: Vec<Option<T>> = items.iter().map(|item| read(item, problems)).collect();
    read.into_iter().collect()
}

pub(super) fn texts(node: &Node, problems: &mut Problems) -> Option<Vec<String>> {
    list(node, problems, text)
}

/// One of some words.
pub(super) fn word<T>(
    node: &Node,
    problems: &mut Problems,
    parse: impl Fn(&str) -> Option<T>,
    known: &[&str],
) -> Option<T> {
    let text = text(node, problems)?;
    let parsed = parse(&text);
    if parsed.is_none() {
        problems.add(node.span, format!("`{text}` is not known here"), suggestion(&text, known.iter().copied()));
    }
    parsed
}

/// A policy: its text in a string, or the document itself.
pub(super) fn policy(node: &Node, problems: &mut Problems) -> Option<String> {
    match &node.value {
        Value::String(text) => Some(text.clone()),
        Value::Object(_) => {
            let mut text = String::new();
            to_json(node, &mut text);
            Some(text)
        }
        _ => problems.wrong_type(node, "a policy document, or its text in a string,"),
    }
}

/// A tree as JSON.
fn to_json(node: &Node, text: &mut String) {
    match &node.value {
        Value::Null | Value::Unresolved(_) => text.push_str("null"),
        Value::Bool(truth) => text.push_str(if *truth { "true" } else { "false" }),
        Value::Number(number) => text.push_str(number),
        Value::String(value) => string(value, text),
        Value::Array(items) => {
            text.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                to_json(item, text);
            }
            text.push(']');
        }
        Value::Object(members) => {
            text.push('{');
            for (index, member) in members.iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                string(&member.key.value, text);
                text.push(':');
                to_json(&member.value, text);
            }
            text.push('}');
        }
    }
}

fn string(value: &str, text: &mut String) {
    text.push('"');
    for character in value.chars() {
        match character {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            control if control < ' ' => {
                let _ = write!(text, "\\u{:04x}", u32::from(control));
            }
            other => text.push(other),
        }
    }
    text.push('"');
}
