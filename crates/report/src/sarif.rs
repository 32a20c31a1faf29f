//! SARIF 2.1.0. Source: "Static Analysis Results Interchange Format (SARIF) Version 2.1.0", OASIS Standard; the
//! sections are named below. Accepted findings are results with a suppression; what was not judged makes the
//! invocation unsuccessful and becomes a notification, never a result.

use crate::json::pretty;
use crate::place::{Place, is_drive};
use crate::summary::{Summary, acceptance, check_text, reason_text, verdict_reason, verdict_title};
use crate::{Options, sarif_rule};
use rolecall_core::finding::{CheckOutcome, NotJudged, Related};
use rolecall_gate::outcome::{Judged, Outcome, Verdict};
use rolecall_iam::source::SourceMap;
use rolecall_iam::span::Span;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write as _;

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

#[derive(Serialize)]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: Tool<'a>,
    invocations: [Invocation<'a>; 1],
    column_kind: &'static str,
    results: Vec<SarifResult<'a>>,
}

#[derive(Serialize)]
struct Tool<'a> {
    driver: Driver<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver<'a> {
    name: &'static str,
    version: &'a str,
    information_uri: &'static str,
    rules: Vec<sarif_rule::Descriptor>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation<'a> {
    execution_successful: bool,
    exit_code: u8,
    exit_code_description: String,
    tool_execution_notifications: Vec<Notification<'a>>,
}

#[derive(Serialize)]
struct Notification<'a> {
    descriptor: DescriptorReference<'a>,
    level: &'static str,
    message: Message,
    locations: Vec<Location>,
}

#[derive(Serialize)]
struct DescriptorReference<'a> {
    id: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifResult<'a> {
    rule_id: &'static str,
    rule_index: usize,
    level: &'static str,
    message: Message,
    locations: Vec<Location>,
    related_locations: Vec<Location>,
    partial_fingerprints: BTreeMap<&'static str, &'a str>,
    suppressions: Vec<Suppression>,
}

#[derive(Serialize)]
struct Message {
    text: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    physical_location: PhysicalLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Message>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    region: Region,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactLocation {
    uri: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    uri_base_id: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u32,
    start_column: u32,
    end_line: u32,
    end_column: u32,
}

#[derive(Serialize)]
struct Suppression {
    kind: &'static str,
    status: &'static str,
    justification: String,
}

/// The outcome as a SARIF log with one run.
pub(crate) fn render(outcome: &Outcome, options: &Options) -> String {
    let mut rules: Vec<&'static rolecall_core::rule::Rule> = Vec::new();
    let mut results = Vec::new();
    for judged in &outcome.findings {
        let rule = judged.finding.rule;
        let index = rules.iter().position(|known| known.code == rule.code).unwrap_or(rules.len());
        if index == rules.len() {
            rules.push(rule);
        }
        results.push(result(judged, index, &outcome.sources, options));
    }
    let driver = Driver {
        name: "rolecall",
        version: &options.tool_version,
        information_uri: env!("CARGO_PKG_REPOSITORY"),
        rules: rules.into_iter().map(sarif_rule::descriptor).collect(),
    };
    let run = Run {
        tool: Tool { driver },
        invocations: [invocation(outcome, options)],
        column_kind: "unicodeCodePoints",
        results,
    };
    pretty(&Log { schema: SCHEMA, version: "2.1.0", runs: [run] })
}

fn invocation<'a>(outcome: &'a Outcome, options: &Options) -> Invocation<'a> {
    let verdict = outcome.verdict();
    let reason = verdict_reason(outcome, &Summary::of(outcome));
    let mut notifications: Vec<Notification<'a>> =
        outcome.not_judged.iter().map(|entry| not_judged(entry, &outcome.sources, options)).collect();
    for run in &outcome.checks {
        if let CheckOutcome::NotJudged(_) = run.outcome {
            let (_, why) = check_text(run);
            notifications.push(notification("check-not-judged", &format!("{} {}: {why}", run.check, run.subject)));
        }
    }
    if outcome.checks.is_empty() {
        notifications.push(notification("no-check-made", "no check was made; a run that judged nothing is not a pass"));
    }
    Invocation {
        execution_successful: verdict != Verdict::CouldNotJudge,
        exit_code: verdict.exit_code(),
        exit_code_description: format!("{}: {reason}", verdict_title(verdict)),
        tool_execution_notifications: notifications,
    }
}

fn notification<'a>(id: &'a str, text: &str) -> Notification<'a> {
    let message = Message { text: message_text(text) };
    Notification { descriptor: DescriptorReference { id }, level: "error", message, locations: Vec::new() }
}

fn not_judged<'a>(entry: &'a NotJudged, sources: &SourceMap, options: &Options) -> Notification<'a> {
    let places: Vec<Location> =
        location(sources, entry.span, options).into_iter().chain(related(sources, &entry.related, options)).collect();
    let text = paragraphs(&[("", &entry.message), ("Do: ", &entry.help)]);
    Notification { locations: places, ..notification(&entry.code, &text) }
}

fn result<'a>(judged: &'a Judged, index: usize, sources: &SourceMap, options: &Options) -> SarifResult<'a> {
    let finding = &judged.finding;
    let parts = [("", finding.message.as_str()), ("Why: ", reason_text(finding)), ("Do: ", finding.remedy_text())];
    // Code scanning of GitHub matches alerts by `primaryLocationLineHash` alone; other readers take any key.
    let fingerprints = ["primaryLocationLineHash", "rolecall/v1"].map(|key| (key, judged.fingerprint.as_str()));
    let suppression = |justification| Suppression { kind: "external", status: "accepted", justification };
    SarifResult {
        rule_id: finding.rule.code,
        rule_index: index,
        level: finding.severity.as_str(),
        message: Message { text: message_text(&paragraphs(&parts)) },
        locations: location(sources, finding.span, options).into_iter().collect(),
        related_locations: related(sources, &finding.related, options),
        partial_fingerprints: BTreeMap::from(fingerprints),
        suppressions: acceptance(&judged.standing).map(suppression).into_iter().collect(),
    }
}

fn related(sources: &SourceMap, related: &[Related], options: &Options) -> Vec<Location> {
    let mut locations = Vec::new();
    for one in related {
        if let Some(mut location) = location(sources, one.span, options) {
            location.id = Some(locations.len() + 1);
            location.message = (!one.label.is_empty()).then(|| Message { text: message_text(&one.label) });
            locations.push(location);
        }
    }
    locations
}

fn location(sources: &SourceMap, span: Span, options: &Options) -> Option<Location> {
    let place = Place::of(sources, span, options)?;
    let uri = uri(&place.path);
    // §3.4.4: a relative reference is resolved against a base; `%SRCROOT%` is the usual name of the repository root.
    let uri_base_id = (!uri.starts_with("file://")).then_some("%SRCROOT%");
    let region = Region {
        start_line: place.start.line,
        start_column: place.start.column,
        end_line: place.end.line,
        end_column: place.end.column,
    };
    let physical_location = PhysicalLocation { artifact_location: ArtifactLocation { uri, uri_base_id }, region };
    Some(Location { id: None, physical_location, message: None })
}

/// The path as a URI reference (RFC 3986): all but unreserved characters of each part percent-encoded.
fn uri(path: &str) -> String {
    let (scheme, path) = match path {
        path if path.starts_with('/') => ("file://", path.to_owned()),
        path if is_drive(path) => ("file:///", path.replace('\\', "/")),
        path => ("", path.to_owned()),
    };
    let mut uri = String::from(scheme);
    for (index, byte) in path.bytes().enumerate() {
        let drive = scheme == "file:///" && index == 1;
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'/') || drive {
            uri.push(char::from(byte));
        } else {
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri
}

fn paragraphs(parts: &[(&str, &str)]) -> String {
    let parts: Vec<String> = parts
        .iter()
        .filter(|(_, text)| !text.trim().is_empty())
        .map(|(heading, text)| format!("{heading}{}", text.trim_end()))
        .collect();
    parts.join("\n\n")
}

/// Text as a plain text message: braces are doubled (§3.11.5), and text that reads like an embedded link gets its
/// brackets and backslashes escaped (§3.11.6), so that no text of a user becomes a link.
fn message_text(text: &str) -> String {
    let mut text = text.replace('{', "{{").replace('}', "}}");
    if text.contains("](") {
        text = text.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]");
    }
    text
}
