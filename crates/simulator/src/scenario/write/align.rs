//! Rows of keys and values, and those of a scenario laid beside those of its twin.

use super::{NotWritten, Spot};
use toml::Value;

/// A value as a scenario holds it.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Written {
    /// A string, a number, a list.
    Plain(Value),
    /// A role by its differences.
    Table(Vec<(&'static str, Value)>),
}

/// A key with its value.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Entry {
    pub(super) key: &'static str,
    /// Nothing where only leaving the key out says it.
    pub(super) value: Option<Written>,
    /// Whether leaving the key out says the same.
    pub(super) default: bool,
}

impl Entry {
    pub(super) fn new(key: &'static str, value: Option<Written>, default: bool) -> Self {
        Self { key, value, default }
    }

    pub(super) fn text(key: &'static str, value: &str, default: bool) -> Self {
        Self::new(key, Some(Written::Plain(Value::String(value.to_owned()))), default)
    }

    /// A text that can only be left out.
    pub(super) fn option(key: &'static str, value: Option<&str>) -> Self {
        Self::new(key, value.map(|value| Written::Plain(Value::String(value.to_owned()))), value.is_none())
    }

    pub(super) fn number(key: &'static str, value: u32, default: u32) -> Self {
        Self::new(key, Some(Written::Plain(Value::Integer(i64::from(value)))), value == default)
    }

    /// Millionths as per cent.
    pub(super) fn share(key: &'static str, millionths: u32) -> Self {
        let value = if millionths.is_multiple_of(10_000) {
            Value::Integer(i64::from(millionths / 10_000))
        } else {
            Value::Float(f64::from(millionths) / 10_000.0)
        };
        Self::new(key, Some(Written::Plain(value)), millionths == 0)
    }

    pub(super) fn truth(key: &'static str, value: bool, default: bool) -> Self {
        Self::new(key, Some(Written::Plain(Value::Boolean(value))), value == default)
    }

    /// A list of texts.
    pub(super) fn list(key: &'static str, values: &[String], default: bool) -> Self {
        let texts = values.iter().cloned().map(Value::String).collect();
        Self::new(key, Some(Written::Plain(Value::Array(texts))), default)
    }

    /// A list of texts; one text stands alone.
    pub(super) fn texts(key: &'static str, values: &[String], default: bool) -> Self {
        let text = |value: &String| Value::String(value.clone());
        let value = match values {
            [only] => text(only),
            several => Value::Array(several.iter().map(text).collect()),
        };
        Self::new(key, Some(Written::Plain(value)), default)
    }
}

/// A table of a scenario with all its keys in the order of the text.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Row {
    /// What the table of the twin has in common with it.
    pub(super) identity: String,
    pub(super) entries: Vec<Entry>,
}

/// A table beside that of the twin.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Pair {
    pub(super) case: Row,
    /// Absent: the twin leaves it out.
    pub(super) twin: Option<Row>,
    /// How many alike, for accounts.
    pub(super) count: Option<usize>,
}

impl Pair {
    /// Each key of the case with the value that its twin has.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&Entry, &Entry)> {
        self.case.entries.iter().zip(&self.twin.as_ref().unwrap_or(&self.case).entries)
    }

    /// Whether all keys can be left out.
    pub(super) fn is_empty(&self) -> bool {
        self.entries().all(|(case, twin)| case.default && twin.default)
    }
}

/// Lays two lists beside each other: what is the same first, then what has the same identity.
pub(super) fn list(case: &[Row], twin: &[Row], spot: fn(usize) -> Spot) -> Result<Vec<(Spot, Pair)>, NotWritten> {
    let mut left: Vec<Option<&Row>> = twin.iter().map(Some).collect();
    let mut found: Vec<Option<Row>> = vec![None; case.len()];
    let same: fn(&Row, &Row) -> bool = |one, other| one == other;
    let alike: fn(&Row, &Row) -> bool = |one, other| one.identity == other.identity;
    for fits in [same, alike] {
        for (row, found) in case.iter().zip(&mut found).filter(|(_, found)| found.is_none()) {
            let place = left.iter_mut().find(|other| other.is_some_and(|other| fits(row, other)));
            *found = place.and_then(Option::take).cloned();
        }
    }
    if let Some(more) = left.into_iter().flatten().next() {
        let reason = format!("without its fault it has more than with it: {}", more.identity);
        return Err(NotWritten { reason });
    }
    let pairs = case.iter().zip(found).enumerate();
    Ok(pairs.map(|(place, (case, twin))| (spot(place), Pair { case: case.clone(), twin, count: None })).collect())
}

/// Accounts that follow on each other and differ by their numbers alone become one table with `count`.
pub(super) fn series(pairs: Vec<(Spot, Pair)>) -> Vec<(Spot, Pair)> {
    let mut all: Vec<(Spot, Pair)> = Vec::with_capacity(pairs.len());
    for (spot, pair) in pairs {
        if let (Spot::Account(_), Some((Spot::Account(_), last))) = (spot, all.last_mut())
            && continues(last, &pair)
        {
            last.count = Some(last.count.unwrap_or(1) + 1);
        } else {
            all.push((spot, pair));
        }
    }
    for (_, pair) in all.iter_mut().filter(|(_, pair)| pair.count.is_some()) {
        for row in [Some(&mut pair.case), pair.twin.as_mut()].into_iter().flatten() {
            if let Some(Written::Plain(Value::String(name))) =
                row.entries.first_mut().and_then(|name| name.value.as_mut())
            {
                let base = name.strip_suffix("-1").unwrap_or(name).to_owned();
                *name = base;
            }
        }
    }
    all
}

fn continues(first: &Pair, next: &Pair) -> bool {
    let number = first.count.unwrap_or(1);
    let rows = |one: &Row, other: &Row| {
        let (Some(name), Some(id)) = (text_of(one, 0), text_of(one, 1)) else { return false };
        let (Some(other_name), Some(other_id)) = (text_of(other, 0), text_of(other, 1)) else { return false };
        let series = name.strip_suffix("-1").is_some_and(|base| *other_name == format!("{base}-{}", number + 1));
        let after = id.parse::<u64>().ok().and_then(|id| id.checked_add(number as u64));
        series && after.is_some() && after == other_id.parse().ok() && one.entries.get(2..) == other.entries.get(2..)
    };
    let twins = match (&first.twin, &next.twin) {
        (Some(one), Some(other)) => rows(one, other),
        (None, None) => true,
        _ => false,
    };
    twins && rows(&first.case, &next.case)
}

fn text_of(row: &Row, place: usize) -> Option<&String> {
    match &row.entries.get(place)?.value {
        Some(Written::Plain(Value::String(text))) => Some(text),
        _ => None,
    }
}
