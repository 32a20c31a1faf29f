//! Rows as TOML. Values are written by the library; what stands on a line of its own is decided here.

use super::align::{Entry, Pair, Written};
use super::{Remarks, Spot};
use crate::scenario::moment::exactly;
use crate::scenario::{Scenario, VERSION};
use crate::time::{SimSpan, SimTime};
use std::fmt::Write as _;
use toml::Value;

/// A line longer than this is cut where it can be.
const COLUMNS: usize = 120;

pub(super) fn of(scenario: &Scenario, twin: &Scenario, pairs: &[(Spot, Pair)], remarks: &Remarks) -> String {
    let mut text = String::new();
    comment(&mut text, remarks.of(Spot::Top));
    top(&mut text, scenario, twin);
    for (spot, pair) in pairs {
        text.push('\n');
        comment(&mut text, remarks.of(*spot));
        table(&mut text, *spot, pair);
    }
    text
}

fn comment(text: &mut String, lines: &[String]) {
    for line in lines.iter().flat_map(|line| line.split('\n')) {
        // A comment is one line of printable text, whatever it quotes.
        let plain: String = line.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
        let _ = writeln!(text, "{}", format!("# {plain}").trim_end());
    }
}

fn top(text: &mut String, scenario: &Scenario, twin: &Scenario) {
    let string = |text: &str| Value::String(text.to_owned());
    let _ = writeln!(text, "version = {VERSION}");
    if let Some(case) = scenario.case {
        let _ = writeln!(text, "case = {case}");
    }
    line(text, "title", &string(&scenario.title));
    if !scenario.question.is_empty() {
        line(text, "question", &string(&scenario.question));
    }
    if !scenario.sources.is_empty() {
        line(text, "source", &Value::Array(scenario.sources.iter().map(|source| string(source)).collect()));
    }
    if [scenario, twin].into_iter().any(|reading| reading.until != usual_end(reading)) {
        line(text, "until", &string(&exactly(scenario.until.since(SimTime::START))));
    }
}

fn usual_end(scenario: &Scenario) -> SimTime {
    scenario.actions.last().map_or(SimTime::START, |action| action.at) + SimSpan::hours(4)
}

/// A value on one line, by the library. A text that is no document and has something in it that the eye misses, such as
/// a line break at its end, shows it by an escape.
fn shown(value: &Value) -> String {
    let hidden = |letter: char| letter.is_control() || letter.escape_debug().len() > 2;
    match value {
        Value::String(text) if text.contains(hidden) && !text.trim_start().starts_with('{') => escaped(text),
        Value::Array(items) if !items.is_empty() => {
            format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(", "))
        }
        value => value.to_string(),
    }
}

/// A basic string (TOML 1.0, "String").
fn escaped(text: &str) -> String {
    let mut all = String::from('"');
    for letter in text.chars() {
        match letter {
            '"' | '\\' => all.extend(['\\', letter]),
            '\n' => all.push_str("\\n"),
            '\t' => all.push_str("\\t"),
            '\r' => all.push_str("\\r"),
            letter if letter.is_control() || letter.escape_debug().len() > 2 => {
                let _ = write!(all, "\\U{:08X}", u32::from(letter));
            }
            letter => all.push(letter),
        }
    }
    all.push('"');
    all
}

/// `key = value`; a list that is too long has a line for each item.
fn line(text: &mut String, key: &str, value: &Value) {
    let whole = format!("{key} = {}", shown(value));
    match value {
        Value::Array(items) if whole.chars().count() > COLUMNS => {
            let _ = writeln!(text, "{key} = [");
            for item in items {
                let _ = writeln!(text, "    {},", shown(item));
            }
            text.push_str("]\n");
        }
        _ => {
            text.push_str(&whole);
            text.push('\n');
        }
    }
}

fn table(text: &mut String, spot: Spot, pair: &Pair) {
    let (name, header) = header(spot);
    text.push_str(&header);
    text.push('\n');
    let mut below = None;
    let mut twin = Vec::new();
    for (case, other) in pair.entries() {
        if case.default && other.default {
            continue;
        }
        if let Some(value) = case.value.as_ref().filter(|_| !case.default) {
            match value {
                Written::Plain(value) => line(text, case.key, value),
                Written::Table(entries) => {
                    let inline = inline(entries);
                    if is_short(&inline) {
                        let _ = writeln!(text, "{} = {inline}", case.key);
                    } else {
                        below = Some((case.key, entries));
                    }
                }
            }
        }
        twin.extend(in_twin(case, other));
        if let Some(count) = pair.count.filter(|_| case.key == "name") {
            let _ = writeln!(text, "count = {count}");
        }
    }
    if !twin.is_empty() {
        let _ = writeln!(text, "twin = {{ {} }}", twin.join(", "));
    }
    if pair.twin.is_none() {
        text.push_str("fault = true\n");
    }
    if let Some((key, entries)) = below {
        let _ = writeln!(text, "\n[{name}.{key}]");
        for (key, value) in entries {
            line(text, key, value);
        }
    }
}

/// What a key is in the twin, where it is something else.
fn in_twin(case: &Entry, twin: &Entry) -> Option<String> {
    let inherits = case.value == twin.value && !case.default;
    let value = twin.value.as_ref().filter(|_| !inherits)?;
    Some(match value {
        Written::Plain(value) => format!("{} = {}", twin.key, shown(value)),
        Written::Table(entries) => format!("{} = {}", twin.key, inline(entries)),
    })
}

fn inline(entries: &[(&'static str, Value)]) -> String {
    let entries: Vec<String> = entries.iter().map(|(key, value)| format!("{key} = {}", shown(value))).collect();
    format!("{{ {} }}", entries.join(", "))
}

fn is_short(text: &str) -> bool {
    text.chars().count() < COLUMNS && !text.contains('\n')
}

fn header(spot: Spot) -> (&'static str, String) {
    let name = match spot {
        Spot::Top | Spot::World => return ("world", "[world]".to_owned()),
        Spot::Vendor => return ("vendor", "[vendor]".to_owned()),
        Spot::Organization(_) => "organization",
        Spot::Account(_) => "account",
        Spot::Policy(_) => "policy",
        Spot::StackSet(_) => "stack_set",
        Spot::Pipeline(_) => "pipeline",
        Spot::Rollout(_) => "rollout",
        Spot::Action(_) => "at",
        Spot::Expect(_) => "expect",
    };
    (name, format!("[[{name}]]"))
}
