//! `[[at]]` as rows of keys and values.

use super::align::{Entry, Row};
use super::parts::{call_as, moment, name_of, number_or_none, organization_of, place_in, preferences};
use super::role::{right_by_default, written};
use crate::scenario::moment::exactly;
use crate::scenario::organization::STATES;
use crate::scenario::{Action, AsWho, Do, Place, RolePart, Scenario};

pub(super) fn actions(scenario: &Scenario) -> Vec<Row> {
    scenario.actions.iter().map(|action| row(scenario, action)).collect()
}

fn row(scenario: &Scenario, action: &Action) -> Row {
    let (kind, own) = words(scenario, &action.what);
    let by = action.by.map(|AsWho::Administrator(account)| name_of(scenario, account));
    let subject = own.iter().find(|entry| ["account", "policy", "stack_set", "organization"].contains(&entry.key));
    let identity = format!("{kind} {:?}", subject.map(|entry| &entry.value));
    let mut entries = vec![moment("time", action.at, None), Entry::text("do", kind, false)];
    entries.extend(own);
    entries.push(Entry::option("as", by.as_deref()));
    Row { identity, entries }
}

fn words(scenario: &Scenario, what: &Do) -> (&'static str, Vec<Entry>) {
    let account = |account: &_| Entry::text("account", &name_of(scenario, *account), false);
    let organization = |number: &usize| organization_of(scenario, *number);
    let role = right_by_default;
    match what {
        Do::Leave { account: of } => ("leave", vec![account(of)]),
        Do::AcceptInvitation { account: of, organization: into } => {
            ("accept-invitation", vec![account(of), organization(into)])
        }
        Do::Move { account: of, to } => ("move", vec![account(of), place(scenario, to)]),
        Do::Close { account: of } => ("close", vec![account(of)]),
        Do::Reopen { account: of } => ("reopen", vec![account(of)]),
        Do::SetState { account: of, state } => {
            let word = STATES.iter().find(|(_, known)| known == state).map_or("", |(word, _)| *word);
            ("set-state", vec![account(of), Entry::text("state", word, false)])
        }
        Do::CreateRole { account: of, role: made } => ("create-role", vec![account(of), role(made)]),
        Do::ChangeRole { account: of, role: made } => ("change-role", vec![account(of), role(made)]),
        Do::DeleteRole { account: of } => ("delete-role", vec![account(of)]),
        Do::PutRole { account: of, role } => {
            let right = role.as_ref().is_some_and(|role| *role == RolePart::default());
            ("put-role", vec![account(of), Entry::new("role", Some(written(role.as_ref())), right)])
        }
        Do::RecreateRole { account: of } => ("recreate-role", vec![account(of)]),
        Do::Attach { policy, to } => ("attach", vec![policy_of(scenario, *policy), place(scenario, to)]),
        Do::Detach { policy, from } => ("detach", vec![policy_of(scenario, *policy), place(scenario, from)]),
        Do::CreateStack { account: of, role: made, no_echo } => {
            ("create-stack", vec![account(of), Entry::truth("no_echo", *no_echo, false), role(made)])
        }
        Do::UpdateStack { account: of, stack_set, role: made } => {
            ("update-stack", vec![account(of), set(scenario, *stack_set), role(made)])
        }
        Do::Import { account: of, stack_set } => ("import", vec![account(of), set(scenario, *stack_set)]),
        Do::Script { organization: of, reads_status } => {
            let reads = Entry::text("reads", if *reads_status { "Status" } else { "State" }, !reads_status);
            ("script", vec![organization(of), reads])
        }
        Do::Rollout { organization: of } => ("rollout", vec![organization(of)]),
        Do::CrashRollout { organization: of, entries, down } => {
            let down = Entry::option("down", down.map(exactly).as_deref());
            ("crash-rollout", vec![organization(of), number_or_none("entries", *entries), down])
        }
        Do::RemoveRollout { organization: of } => ("remove-rollout", vec![organization(of)]),
        Do::Deploy { .. } | Do::UpdateStackSet { .. } | Do::DetectDrift { .. } => of_set(scenario, what),
        _ => of_vendor(scenario, what),
    }
}

fn of_set(scenario: &Scenario, what: &Do) -> (&'static str, Vec<Entry>) {
    match what {
        Do::Deploy { stack_set, units, regions, preferences: chosen, call_as: caller } => {
            let units: Vec<String> = units.iter().map(|unit| place_in(scenario, unit)).collect();
            let mut entries = vec![
                set(scenario, *stack_set),
                Entry::list("units", &units, units.is_empty()),
                Entry::list("regions", regions, regions.is_empty()),
            ];
            entries.extend(preferences(*chosen));
            entries.push(call_as(*caller));
            ("deploy", entries)
        }
        Do::UpdateStackSet { stack_set, role, preferences: chosen, call_as: caller } => {
            let mut entries = vec![set(scenario, *stack_set)];
            entries.extend(preferences(*chosen));
            entries.extend([call_as(*caller), right_by_default(role)]);
            ("update-stack-set", entries)
        }
        Do::DetectDrift { stack_set } => ("detect-drift", vec![set(scenario, *stack_set)]),
        _ => of_vendor(scenario, what),
    }
}

/// What the vendor does, or what is done to it.
fn of_vendor(scenario: &Scenario, what: &Do) -> (&'static str, Vec<Entry>) {
    let account = |account: &_| Entry::text("account", &name_of(scenario, *account), false);
    let organization = |number: &usize| organization_of(scenario, *number);
    match what {
        Do::Use { account: of, actions, region, duration_s, global_endpoint } => {
            let duration = number_or_none("duration_s", *duration_s);
            let endpoint = if *global_endpoint { "global" } else { "regional" };
            let entries = vec![
                account(of),
                Entry::list("actions", actions, actions.is_empty()),
                Entry::text("region", region, region == "us-east-1"),
                duration,
                Entry::text("endpoint", endpoint, !global_endpoint),
            ];
            ("use", entries)
        }
        Do::Faults { api, rates } => {
            let entries = vec![
                Entry::text("api", api.name(), false),
                Entry::share("throttled", rates.throttled),
                Entry::share("internal", rates.internal),
                Entry::share("timed_out", rates.timed_out),
            ];
            ("faults", entries)
        }
        Do::Validate { account: of } => ("validate", vec![account(of)]),
        Do::Subscribe { organization: of } => ("subscribe", vec![organization(of)]),
        Do::Connect { organization: of, subscribed } => {
            ("connect", vec![organization(of), Entry::truth("subscribed", *subscribed, true)])
        }
        Do::RestartVendor => ("restart-vendor", Vec::new()),
        Do::Disconnect { organization: of } => ("disconnect", vec![organization(of)]),
        Do::Migrate { organization: of, until } => ("migrate", vec![organization(of), moment("until", *until, None)]),
        Do::Settle { account: of, organization: whose } => ("settle", vec![account(of), organization(whose)]),
        Do::ForgetMail { account: of } => ("forget-mail", vec![account(of)]),
        _ => ("recreate-vendor-role", Vec::new()),
    }
}

/// Where something is attached or moved to: other organizations than the first are named.
fn place(scenario: &Scenario, place: &Place) -> Entry {
    let path = place_in(scenario, place);
    let number = match place {
        Place::Root(number) | Place::Unit(number, _) => *number,
        Place::Account(_) => 0,
    };
    let text = match scenario.organizations.get(number).filter(|_| number > 0) {
        Some(part) => format!("{}:{path}", part.name),
        None => path,
    };
    Entry::text("to", &text, false)
}

fn policy_of(scenario: &Scenario, number: usize) -> Entry {
    Entry::text("policy", scenario.policies.get(number).map_or("", |part| part.name.as_str()), false)
}

fn set(scenario: &Scenario, number: usize) -> Entry {
    Entry::text("stack_set", scenario.stack_sets.get(number).map_or("", |part| part.name.as_str()), number == 0)
}
