//! A proof as JSON, `"format": "rolecall-proof"`, `"version": 1`; `schema/proof.schema.json` documents it.
//! A field is only added within a version; removing or changing one makes a new version.

use super::{Against, Answer, Answered, Found, GrantedBy, Proof, mode};
use crate::Options;
use crate::json::{Location, Places, Tool, pretty};
use rolecall_iam_prove::{Witness, WitnessPrincipal, WitnessValue};
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    format: &'static str,
    version: u32,
    tool: Tool<'a>,
    claim: &'static str,
    words: &'a str,
    verdict: &'static str,
    exit_code: u8,
    answers: Vec<AnswerEntry<'a>>,
    notes: &'a [String],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AnswerEntry<'a> {
    name: &'static str,
    question: String,
    mode: &'static str,
    verdict: &'static str,
    steps: u64,
    budget: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    unknown: Option<UnknownEntry<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    witness: Option<WitnessEntry<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    because: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    granted_by: Option<GrantedByEntry<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    against: Option<AgainstEntry<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    replays: Vec<ReplayEntry>,
}

#[derive(Serialize)]
struct UnknownEntry<'a> {
    code: &'static str,
    reason: &'a str,
    help: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WitnessEntry<'a> {
    principal: PrincipalEntry<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    principal_id: Option<&'a str>,
    action: &'a str,
    resource: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource_account: Option<&'a str>,
    context: BTreeMap<&'a str, ValueEntry<'a>>,
}

#[derive(Serialize)]
struct PrincipalEntry<'a> {
    kind: &'static str,
    name: &'a str,
}

#[derive(Serialize)]
#[serde(untagged)]
enum ValueEntry<'a> {
    One(&'a str),
    Several(&'a [String]),
}

#[derive(Serialize)]
struct GrantedByEntry<'a> {
    kind: &'static str,
    policy: u32,
    statement: u32,
    sid: Option<&'a str>,
    location: Option<Location>,
    marks: Vec<MarkEntry<'a>>,
}

#[derive(Serialize)]
struct MarkEntry<'a> {
    label: &'a str,
    location: Option<Location>,
}

#[derive(Serialize)]
struct AgainstEntry<'a> {
    side: &'a str,
    decision: &'static str,
    reason: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<MarkEntry<'a>>,
}

#[derive(Serialize)]
struct ReplayEntry {
    side: &'static str,
    decision: &'static str,
    request: serde_json::Value,
}

/// The proof as JSON, indented, with a line break at the end.
pub(super) fn render(proof: &Proof<'_>, options: &Options) -> String {
    let places = Places { sources: proof.sources, options };
    let verdict = proof.verdict();
    pretty(&Document {
        format: "rolecall-proof",
        version: 1,
        tool: Tool { name: "rolecall", version: &options.tool_version },
        claim: proof.claim,
        words: &proof.words,
        verdict: verdict.as_str(),
        exit_code: verdict.exit_code(),
        answers: proof.answers.iter().map(|answer| entry(answer, &places)).collect(),
        notes: &proof.notes,
    })
}

fn entry<'a>(answer: &'a Answer, places: &Places<'_>) -> AnswerEntry<'a> {
    let blank = AnswerEntry {
        name: answer.name,
        question: format!("is there a request {}?", answer.looked_for),
        mode: mode(answer.world),
        verdict: "none",
        steps: answer.stats.steps,
        budget: answer.budget,
        unknown: None,
        witness: None,
        because: None,
        granted_by: None,
        against: None,
        replays: Vec::new(),
    };
    match &answer.result {
        Answered::None => blank,
        Answered::Unknown { code, reason, help } => {
            AnswerEntry { verdict: "unknown", unknown: Some(UnknownEntry { code, reason, help }), ..blank }
        }
        Answered::Found(found) => with_witness(blank, found, places),
    }
}

fn with_witness<'a>(blank: AnswerEntry<'a>, found: &'a Found, places: &Places<'_>) -> AnswerEntry<'a> {
    AnswerEntry {
        verdict: "new-access",
        witness: Some(witness(&found.witness)),
        because: found.because.as_deref(),
        granted_by: Some(granted_by(&found.granted_by, places)),
        against: found.against.as_ref().map(|against| other_side(against, places)),
        replays: found.replays.iter().map(replay).collect(),
        ..blank
    }
}

fn witness(witness: &Witness) -> WitnessEntry<'_> {
    let kind = match &witness.principal {
        WitnessPrincipal::Anonymous => "Anonymous",
        WitnessPrincipal::Arn(_) => "AWS",
        WitnessPrincipal::Service(_) => "Service",
        WitnessPrincipal::Federated(_) => "Federated",
        WitnessPrincipal::CanonicalUser(_) => "CanonicalUser",
    };
    WitnessEntry {
        principal: PrincipalEntry { kind, name: witness.principal.as_str() },
        principal_id: witness.principal_id.as_deref(),
        action: &witness.action,
        resource: &witness.resource,
        resource_account: witness.resource_account.as_deref(),
        context: witness.context.iter().map(|(key, own)| (key.as_str(), value(own))).collect(),
    }
}

fn value(value: &WitnessValue) -> ValueEntry<'_> {
    match value {
        WitnessValue::One(one) => ValueEntry::One(one),
        WitnessValue::Several(several) => ValueEntry::Several(several),
    }
}

fn granted_by<'a>(granted: &'a GrantedBy, places: &Places<'_>) -> GrantedByEntry<'a> {
    let mark = |(span, label): &'a (_, String)| MarkEntry { label, location: places.location(*span) };
    GrantedByEntry {
        kind: granted.kind,
        policy: granted.policy,
        statement: granted.statement,
        sid: granted.sid.as_deref(),
        location: places.location(granted.span),
        marks: granted.marks.iter().map(mark).collect(),
    }
}

fn other_side<'a>(against: &'a Against, places: &Places<'_>) -> AgainstEntry<'a> {
    AgainstEntry {
        side: &against.side,
        decision: against.decision.as_str(),
        reason: &against.reason,
        place: against.place.as_ref().map(|(span, label)| MarkEntry { label, location: places.location(*span) }),
    }
}

fn replay(replay: &super::Replay) -> ReplayEntry {
    // The line is JSON that this program wrote; if it were not, its text would show it.
    let request = serde_json::from_str(&replay.line).unwrap_or_else(|_| serde_json::Value::from(replay.line.as_str()));
    ReplayEntry { side: replay.side, decision: replay.decision.as_str(), request }
}
