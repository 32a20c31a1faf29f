//! JSON of our own, `"format": "rolecall-outcome"`, `"version": 1`; `schema/outcome.schema.json` documents it.
//! A field is only added within a version; removing or changing one makes a new version.

use crate::Options;
use crate::place::{Place, Point};
use crate::summary::{Summary, acceptance, reason_text, verdict_word};
use rolecall_core::finding::{CheckOutcome, CheckRun, NotJudged, Related, Witness};
use rolecall_gate::outcome::{Judged, Outcome, Standing};
use rolecall_iam::source::SourceMap;
use rolecall_iam::span::Span;
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    format: &'static str,
    version: u32,
    tool: Tool<'a>,
    as_of: String,
    fail_on: &'static str,
    verdict: &'static str,
    exit_code: u8,
    counts: Counts,
    findings: Vec<FindingEntry<'a>>,
    not_judged: Vec<NotJudgedEntry<'a>>,
    checks: Vec<CheckEntry<'a>>,
}

#[derive(Serialize)]
pub(crate) struct Tool<'a> {
    pub(crate) name: &'static str,
    pub(crate) version: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Counts {
    errors: usize,
    warnings: usize,
    notes: usize,
    suppressed: usize,
    baselined: usize,
    failing: usize,
    not_judged: usize,
    checks_passed: usize,
    checks_found: usize,
    checks_not_judged: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FindingEntry<'a> {
    code: &'static str,
    severity: &'static str,
    failing: bool,
    standing: &'static str,
    accepted: Option<Accepted<'a>>,
    fingerprint: &'a str,
    message: &'a str,
    label: &'a str,
    reason: &'a str,
    remedy: &'a str,
    subject: &'a str,
    location: Option<Location>,
    related: Vec<RelatedEntry<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    witness: Option<WitnessEntry<'a>>,
}

#[derive(Serialize)]
struct WitnessEntry<'a> {
    principal: &'a str,
    action: &'a str,
    resource: &'a str,
    context: BTreeMap<&'a str, &'a [String]>,
    request: &'a str,
}

#[derive(Serialize)]
struct Accepted<'a> {
    reason: &'a str,
    until: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Location {
    path: String,
    whole_file: bool,
    start: Position,
    end: Position,
}

#[derive(Serialize)]
struct Position {
    line: u32,
    column: u32,
    byte: u32,
}

#[derive(Serialize)]
struct RelatedEntry<'a> {
    label: &'a str,
    location: Option<Location>,
}

#[derive(Serialize)]
struct NotJudgedEntry<'a> {
    code: &'a str,
    message: &'a str,
    help: &'a str,
    location: Option<Location>,
    related: Vec<RelatedEntry<'a>>,
}

#[derive(Serialize)]
struct CheckEntry<'a> {
    check: &'static str,
    subject: &'a str,
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    judged: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    findings: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<&'a str>,
}

/// The outcome as JSON, indented, with a line break at the end.
pub(crate) fn render(outcome: &Outcome, options: &Options) -> String {
    let places = Places { sources: &outcome.sources, options };
    let verdict = outcome.verdict();
    pretty(&Document {
        format: "rolecall-outcome",
        version: 1,
        tool: Tool { name: "rolecall", version: &options.tool_version },
        as_of: outcome.as_of.to_string(),
        fail_on: outcome.fail_on.as_str(),
        verdict: verdict_word(verdict),
        exit_code: verdict.exit_code(),
        counts: counts(&Summary::of(outcome)),
        findings: outcome.findings.iter().map(|judged| places.finding(outcome, judged)).collect(),
        not_judged: outcome.not_judged.iter().map(|entry| places.not_judged(entry)).collect(),
        checks: outcome.checks.iter().map(check).collect(),
    })
}

/// Any of the mirror structs as indented JSON with a line break at the end.
#[expect(clippy::expect_used, reason = "the mirror structs hold strings, numbers and string-keyed maps only")]
pub(crate) fn pretty<T: Serialize>(document: &T) -> String {
    let mut text = serde_json::to_string_pretty(document).expect("mirror structs serialise");
    text.push('\n');
    text
}

/// The way from spans to places in JSON.
pub(crate) struct Places<'a> {
    pub(crate) sources: &'a SourceMap,
    pub(crate) options: &'a Options,
}

impl<'a> Places<'a> {
    pub(crate) fn location(&self, span: Span) -> Option<Location> {
        let place = Place::of(self.sources, span, self.options)?;
        let (start, end) = (position(place.start), position(place.end));
        Some(Location { whole_file: place.is_whole_file(), path: place.path, start, end })
    }

    fn related(&self, related: &'a [Related]) -> Vec<RelatedEntry<'a>> {
        let entry = |one: &'a Related| RelatedEntry { label: &one.label, location: self.location(one.span) };
        related.iter().map(entry).collect()
    }

    fn finding(&self, outcome: &Outcome, judged: &'a Judged) -> FindingEntry<'a> {
        let finding = &judged.finding;
        let open = acceptance(&judged.standing).is_none();
        FindingEntry {
            code: finding.rule.code,
            severity: finding.severity.as_str(),
            failing: open && finding.severity >= outcome.fail_on,
            standing: standing_word(&judged.standing),
            accepted: accepted(&judged.standing),
            fingerprint: &judged.fingerprint,
            message: &finding.message,
            label: &finding.label,
            reason: reason_text(finding),
            remedy: finding.remedy_text(),
            subject: &finding.subject,
            location: self.location(finding.span),
            related: self.related(&finding.related),
            witness: finding.witness.as_ref().map(witness),
        }
    }

    fn not_judged(&self, entry: &'a NotJudged) -> NotJudgedEntry<'a> {
        NotJudgedEntry {
            code: &entry.code,
            message: &entry.message,
            help: &entry.help,
            location: self.location(entry.span),
            related: self.related(&entry.related),
        }
    }
}

fn witness(witness: &Witness) -> WitnessEntry<'_> {
    WitnessEntry {
        principal: &witness.principal,
        action: &witness.action,
        resource: &witness.resource,
        context: witness.context.iter().map(|(key, values)| (key.as_str(), values.as_slice())).collect(),
        request: &witness.request,
    }
}

fn position(point: Point) -> Position {
    Position { line: point.line, column: point.column, byte: point.byte }
}

const fn standing_word(standing: &Standing) -> &'static str {
    match standing {
        Standing::Open => "open",
        Standing::Suppressed { .. } => "suppressed",
        Standing::Baselined => "baselined",
    }
}

fn accepted(standing: &Standing) -> Option<Accepted<'_>> {
    match standing {
        Standing::Open | Standing::Baselined => None,
        Standing::Suppressed { reason, until } => {
            Some(Accepted { reason, until: until.map(|until| until.to_string()) })
        }
    }
}

fn counts(summary: &Summary) -> Counts {
    Counts {
        errors: summary.errors,
        warnings: summary.warnings,
        notes: summary.notes,
        suppressed: summary.suppressed,
        baselined: summary.baselined,
        failing: summary.failing,
        not_judged: summary.not_judged,
        checks_passed: summary.checks_passed,
        checks_found: summary.checks_found,
        checks_not_judged: summary.checks_not_judged,
    }
}

fn check(run: &CheckRun) -> CheckEntry<'_> {
    let entry =
        CheckEntry { check: run.check, subject: &run.subject, outcome: "", judged: None, findings: None, why: None };
    match &run.outcome {
        CheckOutcome::Passed { judged } => CheckEntry { outcome: "passed", judged: Some(judged), ..entry },
        CheckOutcome::Found(count) => CheckEntry { outcome: "found", findings: Some(*count), ..entry },
        CheckOutcome::NotJudged(why) => CheckEntry { outcome: "not-judged", why: Some(why), ..entry },
    }
}
