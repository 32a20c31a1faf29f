//! Reads a policy document out of a value tree and reports every problem of it in one run.
//! What a readable document *means* is not judged here (that is for rules), only whether it has a meaning at all.
//!
//! Grammar: IAM user guide, `reference_policies_grammar`.

mod condition;
mod statement;

use super::{Policy, PolicyType, Version};
use crate::problem::{Gravity, Problem};
use crate::span::{Span, Spanned};
use crate::value::{Member, Node, Value};
use std::fmt::Arguments;

/// What reading gave: the document as far as it could be understood, and everything that is wrong with it.
#[derive(Clone, Debug)]
pub struct Parsed {
    /// The readable part; `None` when the root is no object.
    pub policy: Option<Policy>,
    /// All problems, in source order.
    pub problems: Vec<Problem>,
}

impl Parsed {
    /// The document, when nothing makes it unusable; warnings do not.
    pub fn sound(&self) -> Option<&Policy> {
        if self.problems.iter().any(Problem::is_error) { None } else { self.policy.as_ref() }
    }

    /// The document, when it can at least be evaluated: statements with undecidable parts are never told.
    pub fn evaluable(&self) -> Option<&Policy> {
        if self.is_fatal() { None } else { self.policy.as_ref() }
    }

    /// The same, taking it.
    ///
    /// # Errors
    /// All problems, when one of them keeps the document from being evaluated.
    pub fn into_evaluable(self) -> Result<Policy, Vec<Problem>> {
        let fatal = self.is_fatal();
        self.policy.filter(|_| !fatal).ok_or(self.problems)
    }

    fn is_fatal(&self) -> bool {
        self.problems.iter().any(|problem| problem.gravity == Gravity::Error)
    }
}

/// Reads the document in `root` as a policy of type `policy_type`.
pub fn parse(root: &Node, policy_type: PolicyType) -> Parsed {
    let mut parser = Parser { policy_type, problems: Vec::new() };
    let policy = parser.policy(root);
    let mut problems = parser.problems;
    problems.sort_by_key(|problem| (problem.span.file, problem.span.start));
    Parsed { policy, problems }
}

const POLICY_ELEMENTS: &[&str] = &["Version", "Id", "Statement"];

struct Parser {
    policy_type: PolicyType,
    problems: Vec<Problem>,
}

impl Parser {
    fn policy(&mut self, root: &Node) -> Option<Policy> {
        let members = self.object(root, format_args!("the policy document"))?;
        let mut policy = Policy { span: root.span, version: None, id: None, statements: Vec::new() };
        let mut has_statement = false;
        for member in members {
            match member.key.value.as_str() {
                "Version" => policy.version = self.version(&member.value),
                "Id" => policy.id = self.text(&member.value, format_args!("`Id`")),
                "Statement" => {
                    has_statement = true;
                    policy.statements = self.statements(&member.value);
                }
                _ => self.unknown_element(member, POLICY_ELEMENTS),
            }
        }
        if !has_statement {
            self.missing("Statement", root.span, "a policy document");
        }
        Some(policy)
    }

    fn version(&mut self, node: &Node) -> Option<Spanned<Version>> {
        let text = self.text(node, format_args!("`Version`"))?;
        match text.value.as_str() {
            "2012-10-17" => Some(Spanned::new(Version::V2012, node.span)),
            "2008-10-17" => Some(Spanned::new(Version::V2008, node.span)),
            other => {
                let message = format!("`{other}` is no version of the policy language");
                self.error(
                    "invalid-version",
                    node.span,
                    message,
                    "write `2012-10-17` (or, without variables, `2008-10-17`)",
                );
                None
            }
        }
    }

    fn statements(&mut self, node: &Node) -> Vec<super::Statement> {
        match &node.value {
            Value::Object(_) => self.statement(node).into_iter().collect(),
            Value::Array(items) => {
                if items.is_empty() {
                    self.warning(
                        "empty-element",
                        node.span,
                        "the policy has no statement",
                        "it grants nothing: add a statement",
                    );
                }
                items.iter().filter_map(|item| self.statement(item)).collect()
            }
            _ => {
                self.wrong_type(node, format_args!("`Statement`"), "an object or a list of objects");
                Vec::new()
            }
        }
    }

    // What every level needs.

    fn object<'n>(&mut self, node: &'n Node, what: Arguments<'_>) -> Option<&'n [Member]> {
        let members = node.as_object();
        if members.is_none() {
            self.wrong_type(node, what, "an object");
        }
        members
    }

    fn text(&mut self, node: &Node, what: Arguments<'_>) -> Option<Spanned<String>> {
        let text = node.as_str().map(|text| Spanned::new(text.to_owned(), node.span));
        if text.is_none() {
            self.wrong_type(node, what, "a string");
        }
        text
    }

    /// A string or a list of strings; each with its place.
    fn texts<'n>(&mut self, node: &'n Node, what: Arguments<'_>) -> Vec<Spanned<&'n str>> {
        match &node.value {
            Value::Array(items) => {
                if items.is_empty() {
                    let help = "an empty list matches nothing: write the values, or leave the element out";
                    self.warning("empty-element", node.span, format!("{what} is an empty list"), help);
                }
                items.iter().filter_map(|item| self.text_in(item, what)).collect()
            }
            Value::String(text) => vec![Spanned::new(text, node.span)],
            _ => {
                self.wrong_type(node, what, "a string or a list of strings");
                Vec::new()
            }
        }
    }

    fn text_in<'n>(&mut self, item: &'n Node, list: Arguments<'_>) -> Option<Spanned<&'n str>> {
        let text = item.as_str().map(|text| Spanned::new(text, item.span));
        if text.is_none() {
            self.wrong_type(item, format_args!("a value of {list}"), "a string");
        }
        text
    }

    fn wrong_type(&mut self, node: &Node, what: Arguments<'_>, expected: &str) {
        if let Value::Unresolved(reason) = &node.value {
            let help = "give the value where the code is read (a parameter, a variable), or write it out";
            self.error("unresolved-value", node.span, format!("{what} cannot be resolved: {reason}"), help);
            return;
        }
        let message = format!("{what} is {}", node.kind());
        self.error("wrong-type", node.span, message, format!("{expected} was expected"));
    }

    fn unknown_element(&mut self, member: &Member, known: &[&str]) {
        let written = &member.key.value;
        let same_letters = known.iter().find(|name| name.eq_ignore_ascii_case(written));
        let help = match same_letters {
            Some(name) => format!("element names are spelt exactly: `{name}`"),
            None => format!("the elements here are {}", quoted_list(known)),
        };
        self.error("unknown-element", member.key.span, format!("unknown element `{written}`"), help);
    }

    fn missing(&mut self, element: &str, span: Span, of: &str) {
        let opening = Span { end: span.end.min(span.start.saturating_add(1)), ..span };
        let message = format!("the element `{element}` is missing");
        self.error("missing-element", opening, message, format!("{of} has `{element}`: add it"));
    }

    fn error(&mut self, code: &'static str, span: Span, message: impl Into<String>, help: impl Into<String>) {
        self.problems.push(Problem::error(code, span, message, help));
    }

    fn undecidable(&mut self, code: &'static str, span: Span, message: impl Into<String>, help: impl Into<String>) {
        self.problems.push(Problem::undecidable(code, span, message, help));
    }

    fn warning(&mut self, code: &'static str, span: Span, message: impl Into<String>, help: impl Into<String>) {
        self.problems.push(Problem::warning(code, span, message, help));
    }
}

fn quoted_list(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests;
