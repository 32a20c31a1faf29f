//! `[[suppress]]`, `[baseline]` and `[severity]`: what the user decided about findings.
//! How these apply to findings is in `standing`.

use super::table::Table;
use super::{Problems, severity};
use crate::inputs::normal_path;
use jiff::civil::Date;
use rolecall_core::known_words::{nearest, suggestion};
use rolecall_core::rule::{Rule, Severity};
use rolecall_core::rules;
use rolecall_iam::span::{Span, Spanned};

const SUPPRESS_KEYS: [&str; 5] = ["rule", "path", "subject", "reason", "until"];

/// One `[[suppress]]`: findings that are accepted until a day.
#[derive(Clone, Debug)]
pub struct Suppression {
    /// Where it stands.
    pub span: Span,
    /// `rule`.
    pub rule: Spanned<&'static Rule>,
    /// `path`, normalised; absent means every file.
    pub path: Option<String>,
    /// `subject`; absent means every subject.
    pub subject: Option<String>,
    /// `reason`.
    pub reason: String,
    /// `until`: the last day.
    pub until: Spanned<Date>,
}

/// Reads all `[[suppress]]` tables.
pub(super) fn read_suppressions(top: &Table<'_>, problems: &mut Problems) -> Vec<Suppression> {
    let tables = top.tables("suppress", "[[suppress]]", &SUPPRESS_KEYS, problems);
    tables.iter().filter_map(|table| suppression(table, problems)).collect()
}

fn suppression(table: &Table<'_>, problems: &mut Problems) -> Option<Suppression> {
    let rule = table.required("rule", "rule = \"permission-not-needed\"", problems);
    let rule = rule.and_then(|text| known_rule(&text, problems));
    let reason = table.required("reason", "reason = \"who accepted it, and why\"", problems);
    if let Some(text) = &reason
        && text.value.trim().is_empty()
    {
        problems.add("config-bad-value", text.span, "`reason` is empty", "say who accepted the finding, and why");
    }
    let until = if table.has("until") {
        table.date("until", problems)
    } else {
        table.missing("until", "until = 2027-01-31", problems)
    };
    let path = table.string("path", problems).map(|path| normal_path(&path.value));
    let subject = table.string("subject", problems).map(|subject| subject.value);
    Some(Suppression { span: table.span, rule: rule?, path, subject, reason: reason?.value, until: until? })
}

fn known_rule(text: &Spanned<String>, problems: &mut Problems) -> Option<Spanned<&'static Rule>> {
    let found = rules::by_code(&text.value);
    if found.is_none() {
        let known = rules::ALL.iter().map(|rule| rule.code);
        let message = format!("there is no rule `{}`", text.value);
        let help = match nearest(&text.value, known.clone()) {
            Some(_) => suggestion(&text.value, known),
            None => "`rolecall rules` lists all of them".to_owned(),
        };
        problems.add("config-unknown-rule", text.span, message, help);
    }
    found.map(|rule| Spanned::new(rule, text.span))
}

/// Reads `[baseline]`.
pub(super) fn read_baseline(top: &Table<'_>, problems: &mut Problems) -> Option<Spanned<String>> {
    let table = top.table("baseline", "[baseline]", &["path"], problems)?;
    table.required("path", "path = \"rolecall-baseline.json\"", problems)
}

/// Reads `[severity]`.
pub(super) fn read_severities(top: &Table<'_>, problems: &mut Problems) -> Vec<(&'static Rule, Severity)> {
    let Some(table) = top.free_table("severity", "[severity]", problems) else { return Vec::new() };
    let mut severities = Vec::new();
    for (code, value) in table.string_entries(problems) {
        let rule = known_rule(&code, problems);
        if value.value == "off" {
            let help =
                "a rule cannot be switched off: accept its findings with `[[suppress]]`, a reason and an end date";
            problems.add("config-bad-value", value.span, format!("`{}` is `off`", code.value), help);
            continue;
        }
        let level = severity(&table, &code.value, problems);
        if let (Some(rule), Some(level)) = (rule, level) {
            severities.push((rule.value, level));
        }
    }
    severities
}
