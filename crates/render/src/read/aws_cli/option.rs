//! The options of one call of the AWS CLI: `--name value…`, `--name=value`, `file://…`, JSON and shorthand values.
//! Source: AWS CLI user guide, `cli-usage-parameters-file`, `cli-usage-shorthand`.

use super::Unknown;
use super::redirect::normal;
use super::run::Field;
use crate::read::embedded::Text;
use crate::read::{elements, unresolved};
use rolecall_iam::problem::Problem;
use rolecall_iam::span::Span;
use rolecall_iam::value::{Node, Value};
use std::collections::BTreeMap;

/// The words of a call behind service and operation.
pub(super) struct Options<'f> {
    named: Vec<(String, Vec<Field>)>,
    /// A word that is not known may be any option.
    pub(super) unknown: Option<Unknown>,
    /// `--cli-input-json`.
    input: Option<Node>,
    files: &'f BTreeMap<String, Field>,
    stdin: Option<&'f Field>,
    span: Span,
}

impl<'f> Options<'f> {
    pub(super) fn new(
        words: &[Field],
        files: &'f BTreeMap<String, Field>,
        stdin: Option<&'f Field>,
        span: Span,
    ) -> Self {
        let mut options = Self { named: Vec::new(), unknown: None, input: None, files, stdin, span };
        for word in words {
            match word {
                Ok(text) if text.as_str().starts_with("--") && text.as_str().len() > 2 => {
                    let body = text.slice(2, text.as_str().len());
                    match body.as_str().find('=') {
                        Some(at) => {
                            let name = body.as_str().get(..at).unwrap_or("").to_owned();
                            let value = body.slice(at + 1, body.as_str().len());
                            options.named.push((name, vec![Ok(value)]));
                        }
                        None => options.named.push((body.as_str().to_owned(), Vec::new())),
                    }
                }
                value => match options.named.last_mut() {
                    Some((_, values)) => values.push(value.clone()),
                    None => options.unknown = options.unknown.or_else(|| value.as_ref().err().cloned()),
                },
            }
        }
        options
    }

    /// Reads `--cli-input-json`, when it is there.
    pub(super) fn read_input(&mut self, problems: &mut Vec<Problem>) {
        if let Some(field) = self.field("cli-input-json") {
            self.input = Some(document(field, self.span, problems));
        }
    }

    /// The value of an option, loaded from a file when it says so.
    pub(super) fn field(&self, name: &str) -> Option<Field> {
        let (_, values) = self.named.iter().rev().find(|(known, _)| known == name)?;
        let first = values.first()?;
        if values.len() > 1 {
            let reason = format!("`--{name}` has several values: is a quote missing?");
            return Some(Err(Unknown { reason, span: self.span }));
        }
        Some(match first {
            Ok(text) => self.loaded(text),
            Err(unknown) => Err(unknown.clone()),
        })
    }

    fn loaded(&self, text: &Text) -> Field {
        let Some(path) = text.as_str().strip_prefix("file://") else {
            if ["fileb://", "http://", "https://"].iter().any(|prefix| text.as_str().starts_with(prefix)) {
                let reason = format!("the AWS CLI loads `{}` from elsewhere", text.as_str());
                return Err(Unknown { reason, span: text.span() });
            }
            return Ok(text.clone());
        };
        let unknown = || Unknown {
            reason: format!("the file `{path}` is not among the files that were read"),
            span: text.span(),
        };
        if path == "/dev/stdin" {
            return self.stdin.cloned().unwrap_or_else(|| Err(unknown()));
        }
        self.files.get(normal(path)).cloned().unwrap_or_else(|| Err(unknown()))
    }

    /// A property by its option and its name in JSON input.
    pub(super) fn value(&self, option: &str, key: &str) -> Option<Node> {
        match (self.field(option), &self.input) {
            (Some(field), _) => Some(node(field)),
            (None, Some(Node { value: Value::Unresolved(reason), span })) => Some(unresolved(reason.clone(), *span)),
            (None, Some(input)) => input.get(key).cloned(),
            (None, None) => None,
        }
    }

    /// A policy document.
    pub(super) fn policy(&self, option: &str, key: &str, problems: &mut Vec<Problem>) -> Option<Node> {
        if let Some(field) = self.field(option) {
            return Some(document(field, self.span, problems));
        }
        let node = self.value(option, key)?;
        // In JSON input the document is JSON in a string: its inner places are not mapped.
        let text = node.as_str().map(|text| Text::opaque(text, node.span));
        Some(text.map_or(node, |text| document(Ok(text), self.span, problems)))
    }

    /// `--tags`: JSON, or shorthand words `Key=…,Value=…`.
    pub(super) fn tags(&self, problems: &mut Vec<Problem>) -> Vec<(Node, Node)> {
        let listed = self.named.iter().rev().find(|(known, _)| known == "tags").map(|(_, values)| values.as_slice());
        let Some(values) = listed else {
            let input = self.value("tags", "Tags").map(elements).unwrap_or_default();
            return input.iter().map(pair).collect();
        };
        let mut tags = Vec::new();
        for value in values {
            let loaded = value.clone().and_then(|text| self.loaded(&text));
            match loaded {
                Err(unknown) => {
                    let node = unresolved(unknown.reason, unknown.span);
                    tags.push((node.clone(), node));
                }
                Ok(text) if text.as_str().trim_start().starts_with(['[', '{']) => {
                    tags.extend(elements(document(Ok(text), self.span, problems)).iter().map(pair));
                }
                Ok(text) => tags.extend(shorthand(&text)),
            }
        }
        tags
    }

    /// The plain words of an option, such as `--tag-keys`.
    pub(super) fn words(&self, name: &str) -> Vec<Field> {
        self.named.iter().rev().find(|(known, _)| known == name).map(|(_, values)| values.clone()).unwrap_or_default()
    }
}

/// A string node, or an unresolved one.
pub(super) fn node(field: Field) -> Node {
    match field {
        Ok(text) => text.node(),
        Err(unknown) => unresolved(unknown.reason, unknown.span),
    }
}

fn document(field: Field, span: Span, problems: &mut Vec<Problem>) -> Node {
    let text = match field {
        Ok(text) => text,
        Err(unknown) => return unresolved(unknown.reason, unknown.span),
    };
    let read = text.json();
    problems.extend(read.problems);
    read.node.unwrap_or_else(|| {
        unresolved("the value is no JSON text", if text.span().is_empty() { span } else { text.span() })
    })
}

fn pair(tag: &Node) -> (Node, Node) {
    let part = |key: &str| match &tag.value {
        Value::Unresolved(reason) => unresolved(reason.clone(), tag.span),
        _ => tag.get(key).cloned().unwrap_or_else(|| unresolved(format!("`{key}` is missing here"), tag.span)),
    };
    (part("Key"), part("Value"))
}

/// `Key=a,Value=b`; values may be quoted. Lists and nested values have no place in a tag.
fn shorthand(text: &Text) -> Option<(Node, Node)> {
    let refuse = || {
        let node = unresolved("this shorthand value is not evaluated: write the tags as JSON", text.span());
        Some((node.clone(), node))
    };
    let (mut key, mut value) = (None, None);
    let whole = text.as_str();
    let mut at = 0;
    while at < whole.len() {
        let Some(equals) = whole.get(at..).and_then(|rest| rest.find('=')).map(|found| at + found) else {
            return refuse();
        };
        let name = whole.get(at..equals).unwrap_or("").trim();
        let rest = whole.get(equals + 1..).unwrap_or("");
        if rest.starts_with(['"', '\'', '[', '{']) || rest.contains('\\') {
            return refuse();
        }
        let end = rest.find(',').map_or(whole.len(), |found| equals + 1 + found);
        let mut part = text.slice(equals + 1, end);
        part.set_span(text.map(equals + 1, end));
        match name {
            "Key" => key = Some(part.node()),
            "Value" => value = Some(part.node()),
            _ => return refuse(),
        }
        at = end + 1;
    }
    match (key, value) {
        (Some(key), Some(value)) => Some((key, value)),
        _ => refuse(),
    }
}
