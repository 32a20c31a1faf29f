//! Typed access to the tables of a scenario with the place of every value. What is wrong is collected, all of it in one
//! run. The fault-free twin is made here: tables with `fault = true` are left out, keys below `twin` replace their like.

use rolecall_core::finding::NotJudged;
use rolecall_core::known_words::suggestion;
use rolecall_iam::span::{FileId, Span, Spanned};
use std::borrow::Cow;
use toml::de::{DeTable, DeValue};

type Value<'t> = toml::Spanned<DeValue<'t>>;

/// Keys that every table of a list has besides its own.
const TWIN_KEYS: [&str; 2] = ["fault", "twin"];

/// Which of the two worlds a scenario is read for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reading {
    /// With the fault.
    Case,
    /// Without it.
    Twin,
    /// With it, where nothing needs to be expected: for the checker, which knows what must hold.
    Checked,
}

/// Where tables are read from and what is wrong with them.
#[derive(Debug)]
pub(super) struct Reader {
    pub(super) file: FileId,
    pub(super) reading: Reading,
    pub(super) problems: Vec<NotJudged>,
}

impl Reader {
    pub(super) fn span(&self, range: std::ops::Range<usize>) -> Span {
        Span::new(self.file, range.start, range.end)
    }

    pub(super) fn add(&mut self, code: &str, span: Span, message: impl Into<String>, help: impl Into<String>) {
        let (code, message, help) = (code.into(), message.into(), help.into());
        self.problems.push(NotJudged { code, span, message, help, related: Vec::new() });
    }

    /// A value that is not one of those known.
    pub(super) fn unknown_value(&mut self, value: &Spanned<String>, what: &str, known: &[&str]) {
        let help = suggestion(&value.value, known.iter().copied());
        self.add("scenario-bad-value", value.span, format!("`{}` is no {what}", value.value), help);
    }
}

/// One table, with the name that messages use for it.
#[derive(Clone, Debug)]
pub(super) struct Table<'t> {
    entries: &'t DeTable<'t>,
    /// What the twin replaces; read only for the twin.
    replaced: Option<&'t DeTable<'t>>,
    pub(super) span: Span,
    name: String,
}

impl<'t> Table<'t> {
    /// The file itself.
    pub(super) fn root(entries: &'t DeTable<'t>, reader: &mut Reader, known: &[&str]) -> Self {
        let table =
            Self { entries, replaced: None, span: Span::new(reader.file, 0, 0), name: "the scenario".to_owned() };
        check_keys(entries, &table.name, &[known], reader);
        table
    }

    /// A table with its keys checked, and those of its twin.
    fn new(entries: &'t DeTable<'t>, span: Span, name: String, known: &[&str], reader: &mut Reader) -> Self {
        check_keys(entries, &name, &[known, &TWIN_KEYS], reader);
        let twin = get(entries, "twin").and_then(|value| match value.get_ref() {
            DeValue::Table(twin) => Some(twin),
            _ => None,
        });
        if let Some(twin) = twin {
            check_keys(twin, &format!("twin of {name}"), &[known], reader);
        } else if let Some(value) = get(entries, "twin") {
            let span = reader.span(value.span());
            reader.add("scenario-wrong-type", span, "`twin` is no table", "such as `twin = { role = \"right\" }`");
        }
        let replaced = twin.filter(|_| reader.reading == Reading::Twin);
        Self { entries, replaced, span, name }
    }

    fn value(&self, key: &str) -> Option<&'t Value<'t>> {
        self.replaced.and_then(|twin| get(twin, key)).or_else(|| get(self.entries, key))
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.value(key).is_some()
    }

    /// Where the value of a key stands, or the table without it.
    pub(super) fn place(&self, key: &str, reader: &Reader) -> Span {
        self.value(key).map_or(self.span, |value| reader.span(value.span()))
    }

    /// Reports `key` as missing.
    pub(super) fn missing<T>(&self, key: &str, example: &str, reader: &mut Reader) -> Option<T> {
        let message = format!("{} has no key `{key}`", self.name);
        reader.add("scenario-missing-key", self.span, message, format!("add it, such as `{example}`"));
        None
    }

    fn wrong_type<T>(&self, key: &str, value: &Value<'_>, expected: &str, reader: &mut Reader) -> Option<T> {
        let span = reader.span(value.span());
        let message = format!("`{key}` in {} is {}", self.name, kind(value.get_ref()));
        reader.add("scenario-wrong-type", span, message, format!("{expected} was expected"));
        None
    }

    /// A string; `None` when the key is absent or a problem was reported.
    pub(super) fn string(&self, key: &str, reader: &mut Reader) -> Option<Spanned<String>> {
        let value = self.value(key)?;
        match value.get_ref() {
            DeValue::String(text) => Some(Spanned::new(text.to_string(), reader.span(value.span()))),
            _ => self.wrong_type(key, value, "a string in quotes", reader),
        }
    }

    /// A string that must be there.
    pub(super) fn required(&self, key: &str, example: &str, reader: &mut Reader) -> Option<Spanned<String>> {
        if self.has(key) { self.string(key, reader) } else { self.missing(key, example, reader) }
    }

    /// One of a few words, as the value that it stands for.
    pub(super) fn word<V: Copy>(&self, key: &str, words: &[(&str, V)], reader: &mut Reader) -> Option<V> {
        let text = self.string(key, reader)?;
        let found = words.iter().find(|(word, _)| *word == text.value).map(|(_, value)| *value);
        if found.is_none() {
            let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            reader.unknown_value(&text, &format!("`{key}`"), &known);
        }
        found
    }

    /// A whole number from 0 to a greatest one.
    pub(super) fn number(&self, key: &str, max: u32, reader: &mut Reader) -> Option<u32> {
        let value = self.value(key)?;
        let number = match value.get_ref() {
            DeValue::Integer(number) => u32::from_str_radix(number.as_str(), number.radix()).ok(),
            _ => None,
        };
        match number.filter(|number| *number <= max) {
            Some(number) => Some(number),
            None => self.wrong_type(key, value, &format!("a whole number from 0 to {max}"), reader),
        }
    }

    /// A share in per cent with at most four decimals, in millionths.
    pub(super) fn share(&self, key: &str, reader: &mut Reader) -> Option<u32> {
        let value = self.value(key)?;
        let share = match value.get_ref() {
            DeValue::Integer(number) => {
                let whole = u32::from_str_radix(number.as_str(), number.radix()).ok();
                whole.and_then(|whole| whole.checked_mul(10_000))
            }
            DeValue::Float(number) => millionths(number.as_str()),
            _ => None,
        };
        match share.filter(|share| *share <= 1_000_000) {
            Some(share) => Some(share),
            None => self.wrong_type(key, value, "per cent from 0 to 100, with at most four decimals,", reader),
        }
    }

    pub(super) fn truth(&self, key: &str, reader: &mut Reader) -> Option<bool> {
        let value = self.value(key)?;
        match value.get_ref() {
            DeValue::Boolean(truth) => Some(*truth),
            _ => self.wrong_type(key, value, "`true` or `false`", reader),
        }
    }

    /// A list of strings; a single string counts as a list of one. Empty when absent or wrong.
    pub(super) fn strings(&self, key: &str, reader: &mut Reader) -> Vec<Spanned<String>> {
        let Some(value) = self.value(key) else { return Vec::new() };
        let string = |value: &Value<'_>, reader: &Reader| match value.get_ref() {
            DeValue::String(text) => Some(Spanned::new(text.to_string(), reader.span(value.span()))),
            _ => None,
        };
        let items: Option<Vec<_>> = match value.get_ref() {
            DeValue::Array(items) => items.iter().map(|item| string(item, reader)).collect(),
            _ => string(value, reader).map(|single| vec![single]),
        };
        items.unwrap_or_else(|| self.wrong_type::<Vec<_>>(key, value, "a list of strings", reader).unwrap_or_default())
    }

    /// A string, or a table: what has a short form and a long one.
    pub(super) fn text_or_table(
        &self,
        key: &str,
        name: &str,
        known: &[&str],
        reader: &mut Reader,
    ) -> Option<TextOrTable<'t>> {
        let value = self.value(key)?;
        let span = reader.span(value.span());
        match value.get_ref() {
            DeValue::String(text) => Some(TextOrTable::Text(Spanned::new(text.to_string(), span))),
            DeValue::Table(entries) => {
                Some(TextOrTable::Table(Self::new(entries, span, name.to_owned(), known, reader)))
            }
            _ => self.wrong_type(key, value, &format!("a string, or a table {name}"), reader),
        }
    }

    /// A table under `key`.
    pub(super) fn table(&self, key: &str, known: &[&str], reader: &mut Reader) -> Option<Self> {
        let value = self.value(key)?;
        match value.get_ref() {
            DeValue::Table(entries) => {
                Some(Self::new(entries, reader.span(value.span()), format!("`[{key}]`"), known, reader))
            }
            _ => self.wrong_type(key, value, &format!("a table `[{key}]`"), reader),
        }
    }

    /// The tables of `[[key]]` that are part of the reading; none when the key is absent.
    pub(super) fn tables(&self, key: &str, known: &[&str], reader: &mut Reader) -> Vec<Self> {
        let Some(value) = self.value(key) else { return Vec::new() };
        let DeValue::Array(items) = value.get_ref() else {
            let expected = format!("one or more tables `[[{key}]]`");
            return self.wrong_type(key, value, &expected, reader).unwrap_or_default();
        };
        let mut tables = Vec::with_capacity(items.len());
        for item in items {
            let DeValue::Table(entries) = item.get_ref() else {
                let _: Option<()> = self.wrong_type(key, item, &format!("a table `[[{key}]]`"), reader);
                continue;
            };
            let table = Self::new(entries, reader.span(item.span()), format!("`[[{key}]]`"), known, reader);
            let fault = table.truth("fault", reader).unwrap_or(false);
            if !fault || reader.reading != Reading::Twin {
                tables.push(table);
            }
        }
        tables
    }

    /// Checks the keys against a list that depends on one of them.
    pub(super) fn only(&self, known: &[&str], of: &str, reader: &mut Reader) {
        check_keys(self.entries, of, &[known, &TWIN_KEYS], reader);
    }
}

/// What has a short form and a long one.
#[derive(Clone, Debug)]
pub(super) enum TextOrTable<'t> {
    Text(Spanned<String>),
    Table(Table<'t>),
}

/// `0.6666` per cent → 6,666 millionths.
fn millionths(text: &str) -> Option<u32> {
    let (whole, decimals) = text.split_once('.')?;
    let whole = whole.strip_prefix('+').unwrap_or(whole).parse::<u32>().ok()?.checked_mul(10_000)?;
    let wanted = decimals.len() <= 4 && decimals.bytes().all(|digit| digit.is_ascii_digit());
    let decimals = wanted.then(|| format!("{decimals:0<4}"))?.parse::<u32>().ok()?;
    whole.checked_add(decimals)
}

fn get<'t>(entries: &'t DeTable<'t>, key: &str) -> Option<&'t Value<'t>> {
    entries.iter().find(|(name, _)| name.get_ref() == key).map(|(_, value)| value)
}

fn check_keys(entries: &DeTable<'_>, name: &str, known: &[&[&str]], reader: &mut Reader) {
    let known: Vec<&str> = known.iter().flat_map(|keys| keys.iter().copied()).collect();
    for (key, _) in entries {
        let text: &Cow<'_, str> = key.get_ref();
        if !known.contains(&text.as_ref()) {
            let span = reader.span(key.span());
            reader.add(
                "scenario-unknown-key",
                span,
                format!("{name} has no key `{text}`"),
                suggestion(text, known.iter().copied()),
            );
        }
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
