//! Typed access to a TOML table with the place of every value: wrong types, missing and unknown keys become problems,
//! all of them in one run. What the keys mean is read in the sibling modules.

use super::Problems;
use rolecall_iam::span::{FileId, Span, Spanned};
use std::collections::BTreeMap;
use toml::de::{DeTable, DeValue};

type Value<'t> = toml::Spanned<DeValue<'t>>;

/// The span of a TOML value in our terms.
pub(super) fn span_of(file: FileId, range: std::ops::Range<usize>) -> Span {
    Span::new(file, range.start, range.end)
}

/// One table of the file, with the name that messages use for it.
pub(super) struct Table<'t> {
    entries: &'t DeTable<'t>,
    file: FileId,
    /// Where the table stands: its header, or its braces.
    pub(super) span: Span,
    /// `[role]`, `[[organization]]`, …
    pub(super) name: &'static str,
}

impl<'t> Table<'t> {
    /// A table whose keys are all named in `known`; every other key is a problem that names the nearest known one.
    pub(super) fn new(
        entries: &'t DeTable<'t>,
        span: Span,
        name: &'static str,
        known: &[&str],
        problems: &mut Problems,
    ) -> Self {
        let table = Self { entries, file: span.file, span, name };
        for (key, _) in entries {
            if !known.contains(&key.get_ref().as_ref()) {
                problems.unknown_key(table.key_span(key), key.get_ref(), name, known);
            }
        }
        table
    }

    /// A table with keys that the user chooses.
    pub(super) fn free(entries: &'t DeTable<'t>, span: Span, name: &'static str) -> Self {
        Self { entries, file: span.file, span, name }
    }

    fn key_span(&self, key: &toml::Spanned<std::borrow::Cow<'_, str>>) -> Span {
        span_of(self.file, key.span())
    }

    fn value(&self, key: &str) -> Option<&'t Value<'t>> {
        self.entries.iter().find(|(name, _)| name.get_ref() == key).map(|(_, value)| value)
    }

    /// Where the key stands, if it is written.
    pub(super) fn span_of_key(&self, key: &str) -> Option<Span> {
        self.entries.iter().find(|(name, _)| name.get_ref() == key).map(|(name, _)| self.key_span(name))
    }

    /// Whether the key is written.
    pub(super) fn has(&self, key: &str) -> bool {
        self.value(key).is_some()
    }

    /// Reports `key` as missing; gives `None`, for `?`-less callers.
    pub(super) fn missing<T>(&self, key: &str, example: &str, problems: &mut Problems) -> Option<T> {
        problems.add(
            "config-missing-key",
            self.span,
            format!("`{}` has no key `{key}`", self.name),
            format!("add it, such as `{example}`"),
        );
        None
    }

    fn wrong_type<T>(&self, key: &str, value: &Value<'_>, expected: &str, problems: &mut Problems) -> Option<T> {
        problems.add(
            "config-wrong-type",
            span_of(self.file, value.span()),
            format!("`{key}` in `{}` is {}", self.name, kind(value.get_ref())),
            format!("{expected} was expected"),
        );
        None
    }

    /// A string; `None` when the key is absent or a problem was reported.
    pub(super) fn string(&self, key: &str, problems: &mut Problems) -> Option<Spanned<String>> {
        let value = self.value(key)?;
        match value.get_ref() {
            DeValue::String(text) => Some(Spanned::new(text.to_string(), span_of(self.file, value.span()))),
            _ => self.wrong_type(key, value, "a string in quotes", problems),
        }
    }

    /// A string that must be there.
    pub(super) fn required(&self, key: &str, example: &str, problems: &mut Problems) -> Option<Spanned<String>> {
        if self.has(key) { self.string(key, problems) } else { self.missing(key, example, problems) }
    }

    /// A whole number of 32 bits.
    pub(super) fn unsigned(&self, key: &str, problems: &mut Problems) -> Option<Spanned<u32>> {
        let value = self.value(key)?;
        let span = span_of(self.file, value.span());
        match value.get_ref() {
            DeValue::Integer(number) => match u32::from_str_radix(number.as_str(), number.radix()) {
                Ok(number) => Some(Spanned::new(number, span)),
                Err(_) => self.wrong_type(key, value, "a whole number from 0 to 4294967295", problems),
            },
            _ => self.wrong_type(key, value, "a whole number without quotes", problems),
        }
    }

    /// A whole number or a string, as its text: what may be a number or `10%`.
    pub(super) fn number_or_text(&self, key: &str, problems: &mut Problems) -> Option<Spanned<String>> {
        let value = self.value(key)?;
        let text = match value.get_ref() {
            DeValue::Integer(number) => number.to_string(),
            DeValue::String(text) => text.to_string(),
            _ => return self.wrong_type(key, value, "a whole number, or a string such as \"10%\",", problems),
        };
        Some(Spanned::new(text, span_of(self.file, value.span())))
    }

    /// `true` or `false`.
    pub(super) fn truth(&self, key: &str, problems: &mut Problems) -> Option<bool> {
        let value = self.value(key)?;
        match value.get_ref() {
            DeValue::Boolean(truth) => Some(*truth),
            _ => self.wrong_type(key, value, "true or false without quotes", problems),
        }
    }

    /// A day, written as a TOML date or as a string.
    pub(super) fn date(&self, key: &str, problems: &mut Problems) -> Option<Spanned<jiff::civil::Date>> {
        let value = self.value(key)?;
        let span = span_of(self.file, value.span());
        let text = match value.get_ref() {
            DeValue::Datetime(date) => date.to_string(),
            DeValue::String(text) => text.to_string(),
            _ => return self.wrong_type(key, value, "a date such as 2027-01-31, without quotes,", problems),
        };
        match text.parse::<jiff::civil::Date>() {
            Ok(date) if text.len() == "2027-01-31".len() => Some(Spanned::new(date, span)),
            _ => {
                let message = format!("`{key}` is `{text}`, which is no date");
                problems.add("config-bad-value", span, message, "a date such as 2027-01-31 was expected");
                None
            }
        }
    }

    /// A list of strings; a single string counts as a list of one. `None` when absent or wrong.
    pub(super) fn strings(&self, key: &str, problems: &mut Problems) -> Option<Vec<Spanned<String>>> {
        let value = self.value(key)?;
        self.strings_of(key, value, problems)
    }

    fn strings_of(&self, key: &str, value: &Value<'_>, problems: &mut Problems) -> Option<Vec<Spanned<String>>> {
        match value.get_ref() {
            DeValue::String(text) => Some(vec![Spanned::new(text.to_string(), span_of(self.file, value.span()))]),
            DeValue::Array(items) => {
                let mut strings = Vec::with_capacity(items.len());
                for item in items {
                    match item.get_ref() {
                        DeValue::String(text) => {
                            strings.push(Spanned::new(text.to_string(), span_of(self.file, item.span())));
                        }
                        _ => return self.wrong_type(key, item, "a list of strings", problems),
                    }
                }
                Some(strings)
            }
            _ => self.wrong_type(key, value, "a list of strings", problems),
        }
    }

    /// A table under `key`.
    pub(super) fn table(
        &self,
        key: &str,
        name: &'static str,
        known: &[&str],
        problems: &mut Problems,
    ) -> Option<Table<'t>> {
        let value = self.value(key)?;
        match value.get_ref() {
            DeValue::Table(entries) => {
                Some(Table::new(entries, span_of(self.file, value.span()), name, known, problems))
            }
            _ => self.wrong_type(key, value, &format!("a table `{name}`"), problems),
        }
    }

    /// A table under `key` whose keys the user chooses.
    pub(super) fn free_table(&self, key: &str, name: &'static str, problems: &mut Problems) -> Option<Table<'t>> {
        let value = self.value(key)?;
        match value.get_ref() {
            DeValue::Table(entries) => Some(Table::free(entries, span_of(self.file, value.span()), name)),
            _ => self.wrong_type(key, value, &format!("a table `{name}`"), problems),
        }
    }

    /// The tables of an array of tables `[[key]]`; none when the key is absent.
    pub(super) fn tables(
        &self,
        key: &str,
        name: &'static str,
        known: &[&str],
        problems: &mut Problems,
    ) -> Vec<Table<'t>> {
        let Some(value) = self.value(key) else { return Vec::new() };
        let DeValue::Array(items) = value.get_ref() else {
            let expected = format!("one or more tables `{name}`");
            let _: Option<()> = self.wrong_type(key, value, &expected, problems);
            return Vec::new();
        };
        let mut tables = Vec::with_capacity(items.len());
        for item in items {
            match item.get_ref() {
                DeValue::Table(entries) => {
                    tables.push(Table::new(entries, span_of(self.file, item.span()), name, known, problems));
                }
                _ => {
                    let _: Option<()> = self.wrong_type(key, item, &format!("a table `{name}`"), problems);
                }
            }
        }
        tables
    }

    /// The keys that the user chose with their strings, in source order.
    pub(super) fn string_entries(&self, problems: &mut Problems) -> Vec<(Spanned<String>, Spanned<String>)> {
        let mut entries = Vec::new();
        for (key, value) in self.entries {
            if let DeValue::String(text) = value.get_ref() {
                let key = Spanned::new(key.get_ref().to_string(), self.key_span(key));
                entries.push((key, Spanned::new(text.to_string(), span_of(self.file, value.span()))));
            } else {
                let _: Option<()> = self.wrong_type(key.get_ref(), value, "a string in quotes", problems);
            }
        }
        entries.sort_by_key(|(key, _)| key.span.start);
        entries
    }

    /// The keys that the user chose, each with one or more strings, in source order.
    pub(super) fn list_entries(&self, problems: &mut Problems) -> Vec<(Spanned<String>, Vec<Spanned<String>>)> {
        let mut entries = Vec::new();
        for (key, value) in self.entries {
            if let Some(values) = self.strings_of(key.get_ref(), value, problems) {
                entries.push((Spanned::new(key.get_ref().to_string(), self.key_span(key)), values));
            }
        }
        entries.sort_by_key(|(key, _)| key.span.start);
        entries
    }

    /// Like [`Table::string_entries`], but numbers and booleans count as their text: values for template parameters.
    pub(super) fn scalar_entries(&self, problems: &mut Problems) -> BTreeMap<String, String> {
        let mut entries = BTreeMap::new();
        for (key, value) in self.entries {
            let text = match value.get_ref() {
                DeValue::String(text) => text.to_string(),
                DeValue::Integer(number) => number.to_string(),
                DeValue::Float(number) => number.to_string(),
                DeValue::Boolean(truth) => truth.to_string(),
                _ => {
                    let _: Option<()> =
                        self.wrong_type(key.get_ref(), value, "a string, a number or a boolean", problems);
                    continue;
                }
            };
            entries.insert(key.get_ref().to_string(), text);
        }
        entries
    }
}

fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a decimal number",
        DeValue::Boolean(_) => "a boolean",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
