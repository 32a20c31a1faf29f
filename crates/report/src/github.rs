//! GitHub's workflow commands (`::error file=…::message`), which the runner turns into annotations of the changed
//! files. Source: GitHub documentation, "Workflow commands for GitHub Actions"; the escapes are those of its toolkit.

use crate::Options;
use crate::place::Place;
use crate::summary::{Summary, check_text, plural, reason_text, verdict_reason, verdict_title};
use crate::visible::{lines, one_line};
use rolecall_core::finding::{CheckOutcome, Related};
use rolecall_core::rule::Severity;
use rolecall_gate::outcome::{Outcome, Standing, Verdict};
use rolecall_iam::source::SourceMap;
use rolecall_iam::span::Span;
use std::fmt::Write as _;

/// The outcome as workflow commands, one a line. Accepted findings are no annotations; their number stands in the
/// closing line, which is an error unless the verdict is clean or the errors above already say it.
pub(crate) fn render(outcome: &Outcome, options: &Options) -> String {
    let mut text = String::new();
    let sources = &outcome.sources;
    for judged in outcome.findings.iter().filter(|judged| judged.standing == Standing::Open) {
        let finding = &judged.finding;
        let related = places(sources, &finding.related, options);
        let message =
            format!("{}\nWhy: {}\nDo: {}{related}", finding.message, reason_text(finding), finding.remedy_text());
        let properties = properties(sources, finding.span, finding.rule.code, options);
        push(&mut text, command(finding.severity), &properties, &message);
    }
    for entry in &outcome.not_judged {
        let related = places(sources, &entry.related, options);
        let message = format!("not judged: {}\nDo: {}{related}", entry.message, entry.help);
        push(&mut text, "error", &properties(sources, entry.span, &entry.code, options), &message);
    }
    for run in &outcome.checks {
        if matches!(run.outcome, CheckOutcome::NotJudged(_)) {
            let (_, why) = check_text(run);
            let title = [("title", format!("check {} not judged", run.check))];
            push(&mut text, "error", &title, &format!("{}: {why}", run.subject));
        }
    }
    let summary = Summary::of(outcome);
    let verdict = outcome.verdict();
    let nothing_made = outcome.checks.is_empty() && outcome.not_judged.is_empty();
    let closing = if verdict == Verdict::CouldNotJudge && nothing_made { "error" } else { "notice" };
    let message = format!("{}: {}\n{}", verdict_title(verdict), verdict_reason(outcome, &summary), summary.counts());
    push(&mut text, closing, &[("title", format!("rolecall {}", options.tool_version))], &message);
    text
}

const fn command(severity: Severity) -> &'static str {
    match severity {
        Severity::Note => "notice",
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}

/// The properties of one annotation. Columns are given for a single line only: annotations that span several lines
/// must not have any (GitHub documentation, REST API, "Check runs", annotations).
fn properties(sources: &SourceMap, span: Span, code: &str, options: &Options) -> Vec<(&'static str, String)> {
    let mut properties = Vec::new();
    if let Some(place) = Place::of(sources, span, options) {
        properties.push(("file", place.path.clone()));
        properties.push(("line", place.start.line.to_string()));
        properties.push(("endLine", place.end.line.to_string()));
        if place.start.line == place.end.line && !place.is_whole_file() {
            properties.push(("col", place.start.column.to_string()));
            properties.push(("endColumn", place.end.column.to_string()));
        }
    }
    properties.push(("title", format!("rolecall: {code}")));
    properties
}

fn places(sources: &SourceMap, related: &[Related], options: &Options) -> String {
    let mut text = String::new();
    if !related.is_empty() {
        let _ = write!(text, "\n{}:", plural(related.len(), "related place"));
    }
    for one in related {
        let place = Place::of(sources, one.span, options).map_or_else(String::new, |place| place.locate());
        let _ = write!(text, "\n{place} {}", one.label);
    }
    text
}

fn push(text: &mut String, command: &str, properties: &[(&'static str, String)], message: &str) {
    let properties: Vec<String> =
        properties.iter().map(|(name, value)| format!("{name}={}", property(&one_line(value)))).collect();
    let _ = writeln!(text, "::{command} {}::{}", properties.join(","), data(&lines(message)));
}

/// Escapes the text of a command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes the value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
