//! Writes a policy document as a value tree and as JSON text, in AWS's order of elements.
//! A single value is written as a string, several as a list; reading the text back gives the same document.

use super::{Condition, Effect, Element, Policy, Statement};
use crate::principal::{Principal, PrincipalKind};
use crate::span::{Span, Spanned};
use crate::value::{Member, Node, Value};
use std::fmt::Write;

/// The document as a value tree; every span is that of the element that it was written from.
pub fn to_node(policy: &Policy) -> Node {
    let mut members = Vec::new();
    if let Some(version) = &policy.version {
        members.push(member("Version", Node::string(version.value.as_str(), version.span)));
    }
    if let Some(id) = &policy.id {
        members.push(member("Id", text(id)));
    }
    let statements = policy.statements.iter().map(statement).collect();
    members.push(member("Statement", Node::new(Value::Array(statements), policy.span)));
    Node::new(Value::Object(members), policy.span)
}

/// The document as JSON on several lines, indented by two spaces, without a line break at its end.
pub fn to_json_pretty(policy: &Policy) -> String {
    node_to_json_pretty(&to_node(policy))
}

/// The document as JSON without any white space: the form whose length AWS's quotas count.
pub fn to_json_compact(policy: &Policy) -> String {
    node_to_json_compact(&to_node(policy))
}

/// Any tree as JSON on several lines; unresolved parts become `null`.
pub fn node_to_json_pretty(node: &Node) -> String {
    let mut out = String::new();
    write_node(&mut out, node, Some(0));
    out
}

/// Any tree as JSON without white space; unresolved parts become `null`.
pub fn node_to_json_compact(node: &Node) -> String {
    let mut out = String::new();
    write_node(&mut out, node, None);
    out
}

fn member(key: &str, value: Node) -> Member {
    Member { key: Spanned::new(key.to_owned(), value.span), value }
}

fn text(value: &Spanned<String>) -> Node {
    Node::string(value.value.as_str(), value.span)
}

/// One value as itself, several as a list.
fn one_or_many(mut nodes: Vec<Node>, span: Span) -> Node {
    match (nodes.len(), nodes.pop()) {
        (1, Some(only)) => only,
        (_, last) => {
            nodes.extend(last);
            Node::new(Value::Array(nodes), span)
        }
    }
}

fn statement(statement: &Statement) -> Node {
    let mut members = Vec::new();
    if let Some(sid) = &statement.sid {
        members.push(member("Sid", text(sid)));
    }
    let effect: &Spanned<Effect> = &statement.effect;
    members.push(member("Effect", Node::string(effect.value.as_str(), effect.span)));
    if let Some(element) = &statement.principals {
        members.push(member(named("Principal", element.negated), principals(element)));
    }
    let actions = &statement.actions;
    let nodes = actions.values.iter().map(|value| Node::string(value.value.as_str(), value.span)).collect();
    members.push(member(named("Action", actions.negated), one_or_many(nodes, actions.span)));
    if let Some(element) = &statement.resources {
        let nodes = element.values.iter().map(text).collect();
        members.push(member(named("Resource", element.negated), one_or_many(nodes, element.span)));
    }
    if !statement.conditions.is_empty() {
        members.push(member("Condition", conditions(&statement.conditions, statement.span)));
    }
    Node::new(Value::Object(members), statement.span)
}

fn named(element: &'static str, negated: bool) -> &'static str {
    match (element, negated) {
        ("Principal", true) => "NotPrincipal",
        ("Action", true) => "NotAction",
        ("Resource", true) => "NotResource",
        (plain, _) => plain,
    }
}

fn principals(element: &Element<Principal>) -> Node {
    if let [only] = element.values.as_slice()
        && only.value == Principal::Everyone
    {
        return Node::string("*", element.span);
    }
    let mut members = Vec::new();
    for kind in PrincipalKind::ALL {
        let of_kind = element.values.iter().filter(|principal| principal.value.kind() == kind);
        let nodes: Vec<_> = of_kind.map(|principal| Node::string(principal.value.as_str(), principal.span)).collect();
        if !nodes.is_empty() {
            members.push(member(kind.as_str(), one_or_many(nodes, element.span)));
        }
    }
    Node::new(Value::Object(members), element.span)
}

/// Puts the flattened conditions together again: consecutive entries of one operator share its object.
fn conditions(conditions: &[Condition], span: Span) -> Node {
    let mut operators: Vec<Member> = Vec::new();
    for condition in conditions {
        let name = condition.operator.value.to_string();
        let values = condition.values.iter().map(text).collect();
        let entry = Member { key: condition.key.clone(), value: one_or_many(values, condition.key.span) };
        match operators.last_mut() {
            Some(Member { key, value: Node { value: Value::Object(keys), .. } }) if key.value == name => {
                keys.push(entry);
            }
            _ => {
                let keys = Node::new(Value::Object(vec![entry]), condition.operator.span);
                operators.push(Member { key: Spanned::new(name, condition.operator.span), value: keys });
            }
        }
    }
    Node::new(Value::Object(operators), span)
}

/// Writes a tree; `indent` is the depth on several lines, `None` on one.
fn write_node(out: &mut String, node: &Node, indent: Option<usize>) {
    match &node.value {
        Value::Null | Value::Unresolved(_) => out.push_str("null"),
        Value::Bool(flag) => out.push_str(if *flag { "true" } else { "false" }),
        Value::Number(number) => out.push_str(number),
        Value::String(text) => write_string(out, text),
        Value::Array(items) => {
            write_sequence(out, ('[', ']'), indent, items, write_node);
        }
        Value::Object(members) => {
            write_sequence(out, ('{', '}'), indent, members, |out, member, indent| {
                write_string(out, &member.key.value);
                out.push_str(if indent.is_some() { ": " } else { ":" });
                write_node(out, &member.value, indent);
            });
        }
    }
}

fn write_sequence<T>(
    out: &mut String,
    (open, close): (char, char),
    indent: Option<usize>,
    items: &[T],
    mut write_item: impl FnMut(&mut String, &T, Option<usize>),
) {
    out.push(open);
    let inner = indent.map(|depth| depth + 1);
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        line_break(out, inner);
        write_item(out, item, inner);
    }
    if !items.is_empty() {
        line_break(out, indent);
    }
    out.push(close);
}

fn line_break(out: &mut String, indent: Option<usize>) {
    if let Some(depth) = indent {
        out.push('\n');
        out.extend(std::iter::repeat_n("  ", depth));
    }
}

/// A JSON string: quotes, backslashes and control characters escaped, everything else as it is.
fn write_string(out: &mut String, text: &str) {
    out.push('"');
    let mut rest = text;
    // What is escaped is ASCII, so that a character begins there.
    while let Some((plain, behind)) = rest.bytes().position(is_escaped).and_then(|at| rest.split_at_checked(at)) {
        out.push_str(plain);
        let mut characters = behind.chars();
        match characters.next() {
            Some('"') => out.push_str("\\\""),
            Some('\\') => out.push_str("\\\\"),
            Some('\n') => out.push_str("\\n"),
            Some('\r') => out.push_str("\\r"),
            Some('\t') => out.push_str("\\t"),
            Some(control) => {
                // Writing to a String cannot fail.
                let _ = write!(out, "\\u{:04x}", control as u32);
            }
            None => {}
        }
        rest = characters.as_str();
    }
    out.push_str(rest);
    out.push('"');
}

const fn is_escaped(byte: u8) -> bool {
    matches!(byte, b'"' | b'\\' | 0..b' ' | 0x7F)
}
