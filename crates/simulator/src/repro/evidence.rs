//! What is asked in a run: the evidence of a viewpoint by `crate::evidence`, with the papers that a scenario knows of:
//! agreements, the log of what people and scripts called, CloudTrail's moves.

use super::Run;
use crate::evidence::{Papers, collect};
use crate::organizations::NodeId;
use crate::scenario::stage::{Actor, Line, Refusal, older_policy, right_policy};
use crate::scenario::{AccountRef, Expectation};
use crate::time::SimTime;
use rolecall_core::access_check::TimeMs;
use rolecall_core::diagnosis::evidence::{Bindings, KnownId, OwnId, Step, StepEnd, TriedAction};
use rolecall_core::diagnosis::{Evidence, Seen};
use rolecall_core::external_id::ExternalId;
use rolecall_core::organization::AccountKind;
use rolecall_iam::document::Policy;
use rolecall_iam::document::print::to_json_compact;

/// The evidence about an account from a viewpoint, now. Looking costs calls, so it is done in a copy of the run.
pub(super) fn collected(run: &Run, expectation: &Expectation) -> Option<Evidence> {
    let mut play = run.play.clone();
    play.world_mut().settings_mut().faults.clear();
    let key = run.stage.key_of(expectation.account)?;
    let papers = papers(run, expectation.account);
    collect(&mut play, expectation.view, key, &papers)
}

fn papers(run: &Run, account: AccountRef) -> Papers {
    let stage = &run.stage;
    let steps: Vec<Step> =
        stage.lines_about(run.play.world(), account).filter_map(|line| step(run, account, line)).collect();
    let moves: Vec<(SimTime, NodeId, NodeId)> = stage
        .moves
        .iter()
        .filter(|moved| moved.account == account)
        .map(|moved| (moved.at, moved.from, moved.to))
        .collect();
    Papers {
        bindings: bindings(run, account),
        steps: Seen::looked(Some(steps).filter(|steps| !steps.is_empty())),
        actions: Vec::new(),
        tried: tried(run, account),
        moves,
        reads_status: stage.reads_status,
    }
}

/// The organization of the scenario that has the account now, or had it last.
fn organization_of(run: &Run, account: AccountRef) -> usize {
    let now = run.stage.key_of(account).and_then(|key| run.play.world().account(key).organization());
    let place = now.and_then(|key| run.stage.organizations.iter().position(|staged| staged.key == key));
    place.unwrap_or_else(|| run.stage.organization_of(account))
}

/// As what the account was given to the vendor.
fn kind_of(run: &Run, account: AccountRef, organization: usize) -> AccountKind {
    let given = run.stage.scenario().organizations.get(organization).and_then(|part| part.connected_as.as_ref());
    let is_management = match given {
        Some(name) => run.stage.name(account) == *name,
        None => matches!(account, AccountRef::Management(_)),
    };
    if is_management { AccountKind::Management } else { AccountKind::Member }
}

/// IDs and policies as they were agreed. Of others' IDs both sides know those of the same customer alone.
fn bindings(run: &Run, account: AccountRef) -> Bindings {
    let scenario = run.stage.scenario();
    let organization = organization_of(run, account);
    let part = scenario.organizations.get(organization);
    let tenant = part.map_or(0, |part| part.tenant);
    let key = run.stage.organizations.get(organization).and_then(|staged| run.play.vendor_key(staged.key));
    let known = key.and_then(|key| run.play.vendor().organization(key));
    let counts = known.is_none_or(|known| !known.migration_over);
    let kind = kind_of(run, account, organization);
    let other = AccountKind::ALL.into_iter().find(|other| *other != kind && scenario.vendor.split);
    let text = |kind| to_json_compact(&right_policy(&scenario.vendor, kind));
    Bindings {
        organization_id: Seen::looked(part.map(|part| part.external_id.clone())),
        own_id: Seen::looked(run.stage.own_id(account).cloned().map(|id| OwnId { id, counts })),
        others: Seen::Present(others(run, account, (organization, tenant))),
        policy: Seen::Present(text(kind)),
        other_kind_policy: Seen::looked(other.map(text)),
        older_policies: Seen::Present(vec![older_policy(&scenario.vendor).to_owned()]),
        actions: Seen::Present(actions(&right_policy(&scenario.vendor, kind))),
    }
}

/// IDs of the customer's other organizations and accounts.
fn others(run: &Run, account: AccountRef, (organization, tenant): (usize, u32)) -> Vec<KnownId> {
    let scenario = run.stage.scenario();
    let known = |id: &ExternalId, of: String| KnownId { id: id.clone(), of };
    let organizations = scenario.organizations.iter().enumerate();
    let organizations = organizations.filter(|(number, part)| *number != organization && part.tenant == tenant);
    let accounts = scenario.accounts.iter().enumerate().filter(|(number, _)| AccountRef::Member(*number) != account);
    organizations
        .map(|(_, part)| known(&part.external_id, format!("organization {}", part.id)))
        .chain(accounts.filter_map(|(_, part)| Some(known(part.own_id.as_ref()?, format!("account {}", part.id)))))
        .collect()
}

/// The actions that a policy names one by one.
fn actions(policy: &Policy) -> Vec<String> {
    let values = policy.statements.iter().flat_map(|statement| &statement.actions.values);
    let names = values.map(|action| action.value.as_str()).filter(|name| !name.contains(['*', '?']));
    names.map(str::to_owned).collect()
}

/// What the vendor tried with the role; a refused AssumeRole stands as an action of its own.
fn tried(run: &Run, account: AccountRef) -> Vec<TriedAction> {
    let key = run.stage.key_of(account);
    let one = |action: &str, error: Option<&Refusal>| TriedAction {
        action: action.to_owned(),
        error: Seen::looked(error.map(|error| (error.code.as_str().to_owned(), error.message.clone()))),
    };
    let mut all = Vec::new();
    for done in run.stage.uses.iter().filter(|done| Some(done.account) == key) {
        all.extend(done.refused.as_ref().map(|error| one("sts:AssumeRole", Some(error))));
        all.extend(done.actions.iter().map(|(action, error)| one(action, error.as_ref())));
    }
    all
}

/// A call of the customer's people or scripts.
fn step(run: &Run, account: AccountRef, line: &Line) -> Option<Step> {
    let (api, about) = line.call.filter(|_| line.actor == Actor::Customer)?;
    let world = run.play.world();
    let organization = world.account(run.stage.key_of(account)?).organization().map(|key| world.organization(key));
    let delegated = organization.is_some_and(|organization| {
        organization.delegated.iter().any(|delegated| world.account(*delegated).number() == about)
    });
    let stopped = |stage: &String| StepEnd::Failed {
        code: "PipelineStopped".to_owned(),
        message: format!("the pipeline stopped at: {stage}"),
    };
    Some(Step {
        at: TimeMs(line.at.0),
        what: line.stopped.clone().unwrap_or_else(|| api.name().to_owned()),
        delegated: Seen::Present(delegated),
        end: match &line.error {
            None => line.stopped.as_ref().map_or(StepEnd::Done, stopped),
            Some(error) => StepEnd::Failed { code: error.code.as_str().to_owned(), message: error.message.clone() },
        },
    })
}
