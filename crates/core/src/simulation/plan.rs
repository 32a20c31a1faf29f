//! Plans the calls of the policy simulator that check a contract: wildcards are expanded over the catalogue, because the
//! simulator takes none in action names; batches stay below one page of results.

use super::{ACTIONS_PER_CALL_MAX, ContextEntry, ContextKeyType, Expected, RESULTS_PER_PAGE_MAX, SimulationCall};
use crate::classes;
use crate::contract::{Capability, Contract, Forbidden, Never};
use crate::organization::AccountKind;
use rolecall_iam::action::ActionPattern;
use rolecall_iam::document::{Policy, print};
use rolecall_iam::span::{Span, Spanned};
use rolecall_iam_catalog::{Action, ValueType, action_named, actions_matching, condition_key};
use std::collections::BTreeSet;

/// Characters of one action name (`ActionNameType`).
const ACTION_NAME_MAX_CHARS: usize = 128;

/// The calls that check `contract` on the policies of one kind of account, under a permissions boundary if there is one.
/// A `never` entry with an unknown class gives no call: [`crate::contract::check_contract_itself`] says so.
pub fn plan(
    contract: &Contract,
    kind: AccountKind,
    policies: &[&Policy],
    boundary: Option<&Policy>,
) -> Vec<SimulationCall> {
    let base = SimulationCall {
        policy_input_list: policies.iter().map(|policy| print::to_json_pretty(policy)).collect(),
        permissions_boundary_policy_input_list: boundary.map(print::to_json_pretty).into_iter().collect(),
        action_names: Vec::new(),
        resource_arns: Vec::new(),
        context_entries: Vec::new(),
        expected: Expected::Allowed,
        why: String::new(),
        at: Span::default(),
    };
    let mut calls = Vec::new();
    for capability in contract.allow.iter().filter(|capability| capability.scope.covers(kind)) {
        needed(capability, &base, &mut calls);
    }
    for never in &contract.never {
        forbidden(never, &base, &mut calls);
    }
    calls
}

fn needed(capability: &Capability, base: &SimulationCall, calls: &mut Vec<SimulationCall>) {
    let call = SimulationCall {
        context_entries: capability.context.iter().map(context_entry).collect(),
        expected: Expected::Allowed,
        why: format!("the capability `{}` needs it", capability.name.value),
        at: capability.name.span,
        ..base.clone()
    };
    batches(&call, expand(&capability.actions), &capability.resources, calls);
}

fn forbidden(never: &Never, base: &SimulationCall, calls: &mut Vec<SimulationCall>) {
    let (names, why) = match &never.what {
        Forbidden::Class(name) => match classes::by_name(&name.value) {
            Some(class) => (
                class.actions().map(|action| action.to_string()).collect(),
                format!("the class `{}` is forbidden", class.name),
            ),
            None => return,
        },
        Forbidden::Actions(patterns) => (expand(patterns), String::from("it is on a forbidden list")),
    };
    let excepted = |name: &String| never.except.iter().any(|pattern| pattern.value.matches(name));
    let names = names.into_iter().filter(|name| !excepted(name)).collect();
    batches(
        &SimulationCall { expected: Expected::NotAllowed, why, at: never.span, ..base.clone() },
        names,
        &never.resources,
        calls,
    );
}

/// Full action names: patterns expanded, names that the catalogue does not know kept as they are.
fn expand(patterns: &[Spanned<ActionPattern>]) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for pattern in patterns {
        let before = names.len();
        names.extend(actions_matching(pattern.value.lower()).map(|action: Action| action.to_string()));
        if names.len() == before && !pattern.value.has_wildcard() {
            names.insert(pattern.value.as_str().to_owned());
        }
    }
    names
}

/// Splits into calls. Actions that take no resource are asked on `*`: on an ARN they would be denied for that alone.
fn batches(
    call: &SimulationCall,
    names: BTreeSet<String>,
    resources: &[Spanned<String>],
    calls: &mut Vec<SimulationCall>,
) {
    let sendable = names.into_iter().filter(|name| name.len() <= ACTION_NAME_MAX_CHARS);
    let takes_none = |name: &String| action_named(name).is_some_and(Action::takes_no_resource);
    let (without, with): (Vec<String>, Vec<String>) = sendable.partition(takes_none);
    let arns: Vec<String> = resources.iter().map(|resource| resource.value.clone()).collect();
    let all = vec![String::from("*")];
    if arns == all {
        let mut names = [without, with].concat();
        names.sort();
        push(call, &names, &all, calls);
        return;
    }
    push(call, &without, &all, calls);
    push(call, &with, &arns, calls);
}

fn push(call: &SimulationCall, names: &[String], resources: &[String], calls: &mut Vec<SimulationCall>) {
    // More resources than a page has results: one action at a time over a page of them.
    for resources in resources.chunks(RESULTS_PER_PAGE_MAX) {
        let room = (RESULTS_PER_PAGE_MAX / resources.len().max(1)).clamp(1, ACTIONS_PER_CALL_MAX);
        for names in names.chunks(room) {
            calls.push(SimulationCall {
                action_names: names.to_vec(),
                resource_arns: resources.to_vec(),
                ..call.clone()
            });
        }
    }
}

fn context_entry((name, values): &(String, Vec<String>)) -> ContextEntry {
    let known = condition_key(None, name);
    let value_type = ContextKeyType {
        of: known.map_or(ValueType::String, rolecall_iam_catalog::ConditionKey::value_type),
        list: known.map_or(values.len() > 1, rolecall_iam_catalog::ConditionKey::is_multi_valued),
    };
    ContextEntry { name: name.clone(), values: values.clone(), value_type }
}
