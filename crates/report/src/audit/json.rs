//! The JSON of an audit, `"format": "rolecall-audit"`, `"version": 1`; `schema/audit.schema.json` documents it.
//! A field is only added within a version; removing or changing one makes a new version.

use crate::Options;
use crate::access::{Entries, GroupEntry, UndecidedEntry, line};
use rolecall_gate::access::Access;
use rolecall_gate::audit::concerns::{ConcernFound, EscalationPath};
use rolecall_gate::audit::need::Need;
use rolecall_gate::audit::tighten::Tightened;
use rolecall_gate::audit::trust::{Claim, TrustAudit};
use rolecall_gate::audit::{Audit, SubjectAudit};
use serde::Serialize;
use serde_json::Value;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    format: &'static str,
    version: u32,
    complete: bool,
    subjects: Vec<SubjectEntry<'a>>,
    trusts: Vec<TrustEntry<'a>>,
    not_audited: Vec<NotAudited<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SubjectEntry<'a> {
    name: &'a str,
    policies: &'a [String],
    granted: Vec<GroupEntry<'a>>,
    undecided: Vec<UndecidedEntry<'a>>,
    concerns: Vec<ConcernEntry>,
    contract: Option<ContractEntry<'a>>,
    tightened: TightenedEntry<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ConcernEntry {
    concern: &'static str,
    class: &'static str,
    actions: Vec<String>,
    witness: Option<Value>,
    escalation_paths: Vec<PathEntry>,
}

#[derive(Serialize)]
struct PathEntry {
    name: &'static str,
    actions: &'static [&'static str],
    witnesses: Vec<Value>,
    source: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ContractEntry<'a> {
    capabilities: Vec<CapabilityEntry<'a>>,
    granted_and_not_needed: Vec<String>,
    undecided: Vec<Reasoned<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CapabilityEntry<'a> {
    name: &'a str,
    needed_and_granted: &'a [String],
    needed_and_not_granted: Vec<Reasoned<'a>>,
}

#[derive(Serialize)]
struct Reasoned<'a> {
    action: &'a str,
    reason: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TightenedEntry<'a> {
    outcome: &'static str,
    policies: Vec<Value>,
    reason: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TrustEntry<'a> {
    name: &'a str,
    granted: Vec<GroupEntry<'a>>,
    undecided: Vec<UndecidedEntry<'a>>,
    claims: Vec<ClaimEntry<'a>>,
}

/// A claim in JSON.
#[derive(Serialize)]
pub(crate) struct ClaimEntry<'a> {
    claim: &'a str,
    outcome: &'static str,
    witness: Option<Value>,
    reason: Option<&'a str>,
}

#[derive(Serialize)]
struct NotAudited<'a> {
    code: &'a str,
    message: &'a str,
    help: &'a str,
    place: String,
}

/// The audit as JSON, indented, with a line break at the end.
pub(super) fn render(audit: &Audit, options: &Options) -> String {
    let entries = Entries { sources: &audit.sources, options };
    let not_audited = audit.not_judged.iter().map(|entry| NotAudited {
        code: &entry.code,
        message: &entry.message,
        help: &entry.help,
        place: audit.sources.locate(entry.span),
    });
    let document = Document {
        format: "rolecall-audit",
        version: 1,
        complete: audit.is_complete(),
        subjects: audit.subjects.iter().map(|subject| subject_entry(entries, subject)).collect(),
        trusts: audit.trusts.iter().map(|trust| trust_entry(entries, trust)).collect(),
        not_audited: not_audited.collect(),
    };
    pretty(&document)
}

/// Indented JSON with a line break at the end.
pub(crate) fn pretty(document: &impl Serialize) -> String {
    // The documents hold texts, numbers and lists: there is nothing in them that JSON could not hold.
    let mut text = serde_json::to_string_pretty(document).unwrap_or_default();
    text.push('\n');
    text
}

fn subject_entry<'a>(entries: Entries<'a>, subject: &'a SubjectAudit) -> SubjectEntry<'a> {
    let Access { groups, undecided, .. } = &subject.access;
    SubjectEntry {
        name: &subject.name,
        policies: &subject.policies,
        granted: groups.iter().map(|group| entries.group(group)).collect(),
        undecided: undecided.iter().map(|entry| entries.undecided(entry)).collect(),
        concerns: subject.concerns.iter().map(concern_entry).collect(),
        contract: subject.need.as_ref().map(contract_entry),
        tightened: tightened_entry(&subject.tightened),
    }
}

fn concern_entry(found: &ConcernFound) -> ConcernEntry {
    ConcernEntry {
        concern: super::page::name(found.concern),
        class: found.concern.class_name(),
        actions: found.actions.values().flatten().map(|(action, _)| action.to_string()).collect(),
        witness: found.replay.as_deref().map(line),
        escalation_paths: found.paths.iter().map(path_entry).collect(),
    }
}

fn path_entry(found: &EscalationPath) -> PathEntry {
    PathEntry {
        name: found.path.name,
        actions: found.path.actions,
        witnesses: found.replays.iter().map(|replay| line(replay)).collect(),
        source: found.path.source,
    }
}

fn contract_entry(need: &Need) -> ContractEntry<'_> {
    fn reasoned(list: &[(String, String)]) -> Vec<Reasoned<'_>> {
        list.iter().map(|(action, reason)| Reasoned { action, reason }).collect()
    }
    ContractEntry {
        capabilities: need
            .capabilities
            .iter()
            .map(|capability| CapabilityEntry {
                name: &capability.name,
                needed_and_granted: &capability.granted,
                needed_and_not_granted: reasoned(&capability.missing),
            })
            .collect(),
        granted_and_not_needed: need.not_needed.iter().map(ToString::to_string).collect(),
        undecided: reasoned(&need.undecided),
    }
}

fn tightened_entry(tightened: &Tightened) -> TightenedEntry<'_> {
    match tightened {
        Tightened::Proved { policies, changed } => TightenedEntry {
            outcome: if *changed { "proved-no-wider" } else { "nothing-to-tighten" },
            policies: policies.iter().map(|policy| line(policy)).collect(),
            reason: None,
        },
        Tightened::NotOffered(why) => {
            TightenedEntry { outcome: "not-offered", policies: Vec::new(), reason: Some(why) }
        }
        Tightened::Unproved(why) => TightenedEntry { outcome: "unproved", policies: Vec::new(), reason: Some(why) },
    }
}

fn trust_entry<'a>(entries: Entries<'a>, trust: &'a TrustAudit) -> TrustEntry<'a> {
    let mut claims = vec![claim_entry("no stranger gets in", &trust.not_public)];
    claims.extend(trust.only_expected.as_ref().map(|(words, claim)| claim_entry(words, claim)));
    TrustEntry {
        name: &trust.name,
        granted: trust.access.groups.iter().map(|group| entries.group(group)).collect(),
        undecided: trust.access.undecided.iter().map(|entry| entries.undecided(entry)).collect(),
        claims,
    }
}

/// A claim with what became of it.
pub(crate) fn claim_entry<'a>(words: &'a str, claim: &'a Claim) -> ClaimEntry<'a> {
    let (outcome, witness, reason) = match claim {
        Claim::Proved => ("proved", None, None),
        Claim::False(_, replay) => ("false", Some(line(replay)), None),
        Claim::Unknown(why) => ("unknown", None, Some(why.as_str())),
    };
    ClaimEntry { claim: words, outcome, witness, reason }
}
