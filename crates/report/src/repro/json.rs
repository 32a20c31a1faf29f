//! Cases as JSON, `"format": "rolecall-repro"`, `"version": 1`; `schema/repro.schema.json` documents it.
//! A field is only added within a version; removing or changing one makes a new version.

use super::{Case, whose};
use crate::Options;
use crate::json::{Tool, pretty};
use rolecall_core::diagnosis::{Cause, Diagnosis, Fact};
use rolecall_simulator::repro::{Answer, CaseReport, standing_word};
use serde::Serialize;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    format: &'static str,
    version: u32,
    tool: Tool<'a>,
    exit_code: u8,
    cases: Vec<CaseEntry<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CaseEntry<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    case: Option<u32>,
    title: &'a str,
    question: &'a str,
    sources: &'a [String],
    seed: u64,
    right: bool,
    setup: &'a [String],
    timeline: Vec<TimelineEntry<'a>>,
    emails: Vec<EmailEntry<'a>>,
    diagnoses: Vec<DiagnosisEntry<'a>>,
    without_fault: Vec<DiagnosisEntry<'a>>,
    trace: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TimelineEntry<'a> {
    at_ms: u64,
    who: &'static str,
    accounts: &'a [String],
    text: &'a str,
    tone: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EmailEntry<'a> {
    at_ms: u64,
    to: &'a str,
    account: &'a str,
    number: u16,
    subject: &'a str,
    body: &'a [String],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DiagnosisEntry<'a> {
    account: &'a str,
    account_id: String,
    view: &'static str,
    at_ms: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    expected: Option<&'static str>,
    causes: Vec<CauseEntry<'a>>,
    excluded: Vec<ExcludedEntry<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_look: Option<NextEntry>,
    emails: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    standing: Option<&'static str>,
    mismatches: &'a [String],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CauseEntry<'a> {
    cause: &'static str,
    weight: &'static str,
    title: &'static str,
    means: &'static str,
    remedy: &'static str,
    whose: &'static str,
    references: &'static [&'static str],
    supporting: Vec<FactEntry<'a>>,
    contradicting: Vec<FactEntry<'a>>,
    open: Vec<&'static str>,
}

#[derive(Serialize)]
struct FactEntry<'a> {
    text: &'a str,
    place: &'a str,
}

#[derive(Serialize)]
struct ExcludedEntry<'a> {
    cause: &'static str,
    by: FactEntry<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct NextEntry {
    look: &'static str,
    how: &'static str,
    tells_of: Vec<&'static str>,
}

pub(super) fn render(cases: &[Case], options: &Options) -> String {
    let right = cases.iter().all(Case::is_right);
    pretty(&Document {
        format: "rolecall-repro",
        version: 1,
        tool: Tool { name: "rolecall", version: &options.tool_version },
        exit_code: u8::from(!right),
        cases: cases.iter().map(case_entry).collect(),
    })
}

fn case_entry(case: &Case) -> CaseEntry<'_> {
    let report = &case.report;
    CaseEntry {
        name: &case.name,
        case: report.scenario.case,
        title: &report.scenario.title,
        question: &report.scenario.question,
        sources: &report.scenario.sources,
        seed: report.seed.0,
        right: case.is_right(),
        setup: &report.setup,
        timeline: timeline(report),
        emails: emails(report),
        diagnoses: report.answers.iter().map(diagnosis_entry).collect(),
        without_fault: case.twin.answers.iter().map(diagnosis_entry).collect(),
        trace: report.trace.to_string(),
    }
}

fn timeline(report: &CaseReport) -> Vec<TimelineEntry<'_>> {
    let entries = report.timeline.iter().map(|entry| TimelineEntry {
        at_ms: entry.at.0,
        who: entry.lane.as_str(),
        accounts: &entry.accounts,
        text: &entry.text,
        tone: entry.tone.as_str(),
        error: entry.error.as_deref(),
    });
    entries.collect()
}

fn emails(report: &CaseReport) -> Vec<EmailEntry<'_>> {
    let mails = report.mails.iter().map(|mail| EmailEntry {
        at_ms: mail.at.0,
        to: &mail.to,
        account: &mail.account,
        number: mail.number,
        subject: &mail.subject,
        body: &mail.body,
    });
    mails.collect()
}

fn fact(fact: &Fact) -> FactEntry<'_> {
    FactEntry { text: &fact.text, place: &fact.place }
}

fn causes(diagnosis: &Diagnosis) -> Vec<CauseEntry<'_>> {
    let ranked = diagnosis.causes.iter().map(|ranked| {
        let about = ranked.cause.about();
        CauseEntry {
            cause: ranked.cause.as_str(),
            weight: ranked.weight.as_str(),
            title: about.title,
            means: about.means,
            remedy: about.remedy,
            whose: whose(ranked.cause),
            references: about.references,
            supporting: ranked.supporting.iter().map(fact).collect(),
            contradicting: ranked.contradicting.iter().map(fact).collect(),
            open: ranked.open.iter().map(|look| look.as_str()).collect(),
        }
    });
    ranked.collect()
}

fn diagnosis_entry(answer: &Answer) -> DiagnosisEntry<'_> {
    let diagnosis = &answer.diagnosis;
    let excluded = diagnosis.excluded.iter();
    DiagnosisEntry {
        account: &answer.account,
        account_id: answer.id.to_string(),
        view: answer.view.as_str(),
        at_ms: answer.at.0,
        expected: answer.expected.map(Cause::as_str),
        causes: causes(diagnosis),
        excluded: excluded
            .map(|excluded| ExcludedEntry { cause: excluded.cause.as_str(), by: fact(&excluded.by) })
            .collect(),
        next_look: diagnosis.next.as_ref().map(|next| NextEntry {
            look: next.look.as_str(),
            how: next.look.how(),
            tells_of: next.tells_of.iter().map(|cause| cause.as_str()).collect(),
        }),
        emails: answer.mails,
        standing: answer.standing.map(standing_word),
        mismatches: &answer.mismatches,
    }
}
