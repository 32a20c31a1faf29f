//! Expands words: variables, command substitutions, quotes, splitting at white space.
//! What a word cannot be expanded to is unknown, with the reason.

use super::Unknown;
use super::run::{Field, Flow, MAX_TEXT_BYTES, Runner, State, Status, Value};
use super::syntax::{List, Operation, Part, Variable, Word};
use crate::read::embedded::Text;
use rolecall_iam::span::Span;

impl<'t> Runner<'t> {
    /// The value of a word without splitting.
    pub(super) fn single(&mut self, word: &'t Word) -> Field {
        let mut text = Text::new(word.span);
        for part in &word.parts {
            self.append(&mut text, part)?;
        }
        self.charge(text.as_str().len());
        bounded(text)
    }

    /// The text of one part.
    pub(super) fn part_text(&mut self, part: &'t Part) -> Field {
        let mut text = Text::new(Span::default());
        self.append(&mut text, part)?;
        Ok(text)
    }

    fn append(&mut self, text: &mut Text, part: &'t Part) -> Result<(), Unknown> {
        match part {
            Part::Plain(literal) | Part::Quoted(literal) => text.push_text(literal),
            Part::Double(parts) => {
                for part in parts {
                    self.append(text, part)?;
                }
            }
            Part::Variable(variable) => {
                let fields = self.variable(variable);
                for (index, field) in fields.into_iter().enumerate() {
                    if index > 0 {
                        text.push_replaced(" ", variable.span);
                    }
                    text.push_text(&field?);
                }
            }
            Part::Command(list, span) => text.push_text(&self.substitution(list, *span).0?),
            Part::Unknown(what, span) => {
                return Err(Unknown { reason: format!("{what} is not evaluated"), span: *span });
            }
        }
        if text.as_str().len() > MAX_TEXT_BYTES {
            return Err(Unknown { reason: String::from("the text is too long"), span: text.span() });
        }
        Ok(())
    }

    /// `$(…)`: what the commands print, without the line breaks at its end.
    pub(super) fn substitution(&mut self, list: &'t List, span: Span) -> (Field, Status) {
        let state = self.state.clone();
        self.charge(state.bytes());
        let (printed, flow) = self.captured(|runner| runner.list(list));
        let roles = std::mem::take(&mut self.state.roles);
        let files = std::mem::take(&mut self.state.files);
        self.state = State { files, roles, ..state };
        let status = match flow {
            Flow::Next(status) | Flow::Return(status) => status,
            Flow::Exit | Flow::Loop => Status::Unknown,
        };
        let printed = printed.map(|mut text| {
            text.truncate(text.as_str().trim_end_matches('\n').len());
            text.set_span(span);
            text
        });
        (printed.map_err(|unknown| Unknown { span, ..unknown }), status)
    }

    /// The fields that a word gives: `"$@"` gives several, unquoted expansions are split at white space.
    pub(super) fn fields(&mut self, word: &'t Word) -> Vec<Field> {
        match word.parts.as_slice() {
            [Part::Double(parts)] => {
                if let [Part::Variable(variable)] = parts.as_slice()
                    && variable.all
                {
                    return self.variable(variable);
                }
            }
            [Part::Variable(variable)] => {
                return self.variable(variable).into_iter().flat_map(|field| split(field, word.span)).collect();
            }
            [Part::Command(list, span)] => return split(self.substitution(list, *span).0, word.span),
            parts => {
                let splits = parts.iter().any(|part| matches!(part, Part::Variable(_) | Part::Command(..)));
                let pattern = parts
                    .iter()
                    .any(|part| matches!(part, Part::Plain(text) if text.as_str().contains(['*', '?', '['])));
                let field = self.single(word);
                let spaced = field.as_ref().is_ok_and(|text| text.as_str().contains(char::is_whitespace));
                if splits && (spaced || pattern) {
                    let reason = String::from("an expansion without quotes is split at white space");
                    return vec![Err(Unknown { reason, span: word.span })];
                }
                return vec![field];
            }
        }
        vec![self.single(word)]
    }

    fn variable(&mut self, variable: &'t Variable) -> Vec<Field> {
        let Variable { name, all, operation, span } = variable;
        let found = self.lookup(name, *all, *span);
        let unset =
            found.as_ref().is_none_or(|fields| matches!(fields.as_slice(), [Ok(text)] if text.as_str().is_empty()));
        match operation {
            Some((Operation::Default, word)) if unset => vec![self.single(word)],
            Some((Operation::Alternative, word)) => {
                if unset {
                    vec![Ok(Text::new(*span))]
                } else {
                    vec![self.single(word)]
                }
            }
            _ => found.unwrap_or_else(|| {
                let reason = format!("the variable `{name}` is not set in the script: give it under `parameters`");
                vec![Err(Unknown { reason, span: *span })]
            }),
        }
    }

    /// The value of a variable at the place of its use; `None` when the script sets none.
    fn lookup(&self, name: &str, all: bool, span: Span) -> Option<Vec<Field>> {
        let unknown = |reason: &str| Some(vec![Err(Unknown { reason: reason.to_owned(), span })]);
        if name == "@" || name == "*" {
            return Some(self.state.arguments.clone());
        }
        if name == "#" {
            return Some(vec![Ok(Text::opaque(self.state.arguments.len().to_string(), span))]);
        }
        if let Ok(position) = name.parse::<usize>() {
            let index = position.checked_sub(1)?;
            return Some(vec![self.state.arguments.get(index).cloned().unwrap_or_else(|| Ok(Text::new(span)))])
                .filter(|_| index < self.state.arguments.len());
        }
        if !name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_') {
            return unknown("a special parameter of the shell");
        }
        match self.state.variables.get(name)? {
            Value::Scalar(field) => Some(vec![field.clone()]),
            Value::Array(fields) if all => Some(fields.clone()),
            Value::Array(fields) => Some(fields.first().cloned().into_iter().collect()),
        }
    }
}

/// A text within its limit.
pub(super) fn bounded(text: Text) -> Field {
    if text.as_str().len() > MAX_TEXT_BYTES {
        return Err(Unknown { reason: String::from("the text is too long"), span: text.span() });
    }
    Ok(text)
}

/// Splits at white space; patterns of file names are not expanded.
fn split(field: Field, span: Span) -> Vec<Field> {
    let Ok(text) = field else { return vec![field] };
    let mut fields = Vec::new();
    let mut start = None;
    for (at, character) in text.as_str().char_indices().chain([(text.as_str().len(), ' ')]) {
        match (character.is_whitespace(), start) {
            (false, None) => start = Some(at),
            (true, Some(from)) => {
                let mut part = text.slice(from, at);
                part.set_span(span);
                fields.push(Ok(part));
                start = None;
            }
            _ => {}
        }
    }
    fields
}
