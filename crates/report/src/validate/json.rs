//! The JSON of a validation. Facts of a diagnosis have the place in the account's evidence bundle.

use super::standing_word;
use crate::audit::json::pretty;
use crate::diagnosis;
use rolecall_core::diagnosis::Fact;
use rolecall_core::organization::AccountKind;
use rolecall_core::simulation::{Comparison, Evaluators, Expected, Side, SimulationOutcome};
use rolecall_core::validation::{Note, Run, Simulator, Standing, Under, Validation};
use serde::Serialize;
use serde_json::Value;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document {
    format: &'static str,
    version: u32,
    viewpoint: &'static str,
    organization: String,
    role: String,
    standing: &'static str,
    counts: Counts,
    not_judged: Vec<NoteEntry>,
    left_out: Vec<LeftOut>,
    accounts: Vec<Account>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Counts {
    good: usize,
    faulty: usize,
    not_judged: usize,
}

#[derive(Serialize)]
struct NoteEntry {
    code: String,
    message: String,
}

#[derive(Serialize)]
struct LeftOut {
    account: String,
    state: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Account {
    account: String,
    kind: &'static str,
    verdict: &'static str,
    standing: &'static str,
    faults: Vec<NoteEntry>,
    not_judged: Vec<NoteEntry>,
    simulator: SimulatorEntry,
    diagnosis: Option<Value>,
}

#[derive(Serialize, Default)]
#[serde(rename_all = "camelCase")]
struct SimulatorEntry {
    ran: bool,
    reason: Option<String>,
    call: Option<&'static str>,
    under: Option<&'static str>,
    decisions: usize,
    agreed: usize,
    others: Vec<Other>,
}

/// A decision that is not as expected and agreed.
#[derive(Serialize)]
struct Other {
    action: String,
    resource: String,
    contract: Contract,
    evaluators: EvaluatorsEntry,
}

#[derive(Serialize, Default)]
struct Contract {
    outcome: &'static str,
    expected: Option<&'static str>,
    found: Option<&'static str>,
    reason: Option<String>,
}

#[derive(Serialize, Default)]
struct EvaluatorsEntry {
    outcome: &'static str,
    aws: Option<SideEntry>,
    rolecall: Option<SideEntry>,
    reason: Option<String>,
}

#[derive(Serialize)]
struct SideEntry {
    decision: &'static str,
    statements: Vec<String>,
}

pub(super) fn render(run: &Run) -> String {
    let count = |standing| run.of(standing).count();
    pretty(&Document {
        format: "rolecall-validation",
        version: 1,
        viewpoint: run.viewpoint.as_str(),
        organization: run.organization.as_str().to_owned(),
        role: run.role.clone(),
        standing: standing_word(run.standing()),
        counts: Counts {
            good: count(Standing::Good),
            faulty: count(Standing::Faulty),
            not_judged: count(Standing::NotJudged),
        },
        not_judged: notes(&run.not_judged),
        left_out: run
            .left_out
            .iter()
            .map(|(account, why)| LeftOut { account: account.to_string(), state: why.as_str() })
            .collect(),
        accounts: run.accounts.iter().map(account).collect(),
    })
}

fn notes(notes: &[Note]) -> Vec<NoteEntry> {
    notes.iter().map(|note| NoteEntry { code: note.code.clone(), message: note.message.clone() }).collect()
}

fn account(validation: &Validation) -> Account {
    let standing = validation.standing();
    let place = |fact: &Fact| fact.place.clone();
    let diagnosis = || serde_json::to_value(diagnosis::document(&validation.evidence, &validation.diagnosis, &place));
    Account {
        account: validation.account.to_string(),
        kind: if validation.kind == AccountKind::Management { "management" } else { "member" },
        verdict: validation.word.as_str(),
        standing: standing_word(standing),
        faults: notes(&validation.faults),
        not_judged: notes(&validation.not_judged),
        simulator: simulator(&validation.simulator),
        diagnosis: if standing == Standing::Good { None } else { diagnosis().ok() },
    }
}

fn simulator(simulator: &Simulator) -> SimulatorEntry {
    match simulator {
        Simulator::NotAsked => {
            SimulatorEntry { reason: Some(String::from("it was not asked for")), ..SimulatorEntry::default() }
        }
        Simulator::NotRun(reason) => SimulatorEntry { reason: Some(reason.clone()), ..SimulatorEntry::default() },
        Simulator::Run(run) => SimulatorEntry {
            ran: true,
            reason: None,
            call: Some(run.call),
            under: Some(match run.under {
                Under::Live => "live",
                Under::Profile => "profile",
            }),
            decisions: run.decisions,
            agreed: run.agreed,
            others: run.others.iter().map(other).collect(),
        },
    }
}

fn other(comparison: &Comparison) -> Other {
    let expected = |expected: Expected| if expected == Expected::Allowed { "allowed" } else { "not-allowed" };
    let contract = match &comparison.contract {
        SimulationOutcome::AsExpected => Contract { outcome: "as-expected", ..Contract::default() },
        SimulationOutcome::Differs { expected: wanted, found, .. } => Contract {
            outcome: "differs",
            expected: Some(expected(*wanted)),
            found: Some(found.as_str()),
            reason: None,
        },
        SimulationOutcome::NotJudged(reason) => {
            Contract { outcome: "not-judged", reason: Some(reason.to_string()), ..Contract::default() }
        }
    };
    let side = |side: &Side| SideEntry { decision: side.decision.as_str(), statements: side.statements.clone() };
    let evaluators = match &comparison.evaluators {
        Evaluators::Agree(_) => EvaluatorsEntry { outcome: "agree", ..EvaluatorsEntry::default() },
        Evaluators::Differ { aws, ours } => {
            EvaluatorsEntry { outcome: "differ", aws: Some(side(aws)), rolecall: Some(side(ours)), reason: None }
        }
        Evaluators::NotJudged(reason) => {
            EvaluatorsEntry { outcome: "not-judged", reason: Some(reason.to_string()), ..EvaluatorsEntry::default() }
        }
    };
    let (action, resource) = (comparison.action.clone(), comparison.resource.clone());
    Other { action, resource, contract, evaluators }
}
