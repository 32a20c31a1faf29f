//! Plain stacks on the wire.

use super::From;
use super::names::{stack, stack_id};
use super::outputs::outputs;
use super::table::StackRecord;
use super::template::{check_capabilities, of_account, source};
use crate::state::State;
use crate::wire::{Done, Paging, Params, Refusal, Xml};
use rolecall_simulator::cloudformation::{StackInfo, StackKey, StackRef, StackStatus};

/// Parameters that would make a stack end otherwise than a world ends it.
const NOT_MODELLED: [&str; 4] =
    ["RollbackConfiguration", "RetainExceptOnCreate", "EnableTerminationProtection", "TimeoutInMinutes"];

fn refuse(params: &Params) -> Result<(), Refusal> {
    let given: Vec<_> = NOT_MODELLED.into_iter().filter(|name| params.get(name) != Some("false")).collect();
    params.refuse(&given)?;
    let keeps =
        params.get("DisableRollback") == Some("true") || params.get("OnFailure").is_some_and(|word| word != "ROLLBACK");
    if keeps { Err(Refusal::not_modelled("stacks that stay when they failed")) } else { Ok(()) }
}

pub(super) fn create(state: &mut State, from: From<'_>, params: &Params) -> Result<Done, Refusal> {
    refuse(params)?;
    let name = params.bounded("StackName", 128)?.to_owned();
    let token = params.get("ClientRequestToken").map(str::to_owned);
    let account = from.caller.account();
    let text = state.world.text(&name);
    // A call that is repeated with its token is the same call.
    if let Some(known) = state.world.stack_named(account, from.region, text) {
        let same = state.stacks.stacks.get(&known).is_some_and(|record| token.is_some() && record.token == token);
        if same {
            return Ok(answer_id(state, known));
        }
    }
    let source = source(params, None)?;
    check_capabilities(params)?;
    let region = state.world.texts().get(from.region).to_owned();
    let template = of_account(state, &source, &region, account)?;
    let outputs = outputs(state, &source, template, account)?;
    let carried_out = state.world.steps().carried_out;
    let answer = state.world.create_stack(from.caller, from.region, text, template);
    if state.world.steps().carried_out > carried_out
        && let Some(key) = state.world.stack_named(account, from.region, text)
    {
        let created = state.world.now();
        state.stacks.stacks.insert(key, StackRecord { account, source, token, created, outputs });
    }
    let key = state.checked(answer)?;
    Ok(answer_id(state, key))
}

fn answer_id(state: &State, key: StackKey) -> Done {
    Done::with(|xml| {
        xml.text("StackId", &stack_id(state, key));
    })
}

pub(super) fn update(state: &mut State, from: From<'_>, params: &Params) -> Result<Done, Refusal> {
    refuse(params)?;
    let name = params.required("StackName")?.to_owned();
    if name.contains("StackSet-") {
        return Err(Refusal::not_modelled("direct updates of the stacks of stack sets"));
    }
    let key = stack(state, from, &name)?;
    let before = state.stacks.stacks.get(&key).map(|record| record.source.clone());
    let source = source(params, before.as_ref())?;
    check_capabilities(params)?;
    if before.as_ref() == Some(&source) {
        return Err(Refusal::validation("No updates are to be performed."));
    }
    let region = state.world.texts().get(from.region).to_owned();
    let template = of_account(state, &source, &region, from.caller.account())?;
    let outputs = outputs(state, &source, template, from.caller.account())?;
    let carried_out = state.world.steps().carried_out;
    let answer = state.world.update_stack(from.caller, StackRef::Own(key), template);
    if state.world.steps().carried_out > carried_out
        && let Some(record) = state.stacks.stacks.get_mut(&key)
    {
        (record.source, record.outputs) = (source, outputs);
    }
    state.checked(answer)?;
    Ok(answer_id(state, key))
}

/// DeleteStack of a stack that there is not does nothing, as with AWS.
pub(super) fn delete(state: &mut State, from: From<'_>, params: &Params) -> Result<Done, Refusal> {
    params.refuse(&["RetainResources", "RoleARN"])?;
    let name = params.required("StackName")?.to_owned();
    if let Ok(key) = stack(state, from, &name) {
        let carried_out = state.world.steps().carried_out;
        let answer = state.world.delete_stack(from.caller, key);
        // What IAM refused of a deletion that was begun is the reason of DELETE_FAILED, not the answer.
        let was_begun = state.world.steps().carried_out > carried_out;
        if let Err(error) = answer
            && (error.code.is_transient() || !was_begun)
        {
            return Err(Refusal::of(&state.world, &error));
        }
    }
    Ok(Done::NOTHING)
}

pub(super) fn describe(state: &mut State, from: From<'_>, params: &Params) -> Result<Done, Refusal> {
    let keys = match params.get("StackName") {
        Some(name) => vec![stack(state, from, name)?],
        None => own_stacks(state, from),
    };
    let (keys, next) = Paging::CLOUDFORMATION.page(keys, params)?;
    let mut found = Vec::new();
    for key in keys {
        let answer = state.world.describe_stack(from.caller, key);
        found.push((key, state.checked(answer)?));
    }
    Ok(Done::with(|xml| {
        xml.list("Stacks", &found, |xml, (key, info)| write(xml, state, *key, info));
        xml.optional("NextToken", next.as_deref());
    }))
}

/// The stacks of the caller's account and Region that are not deleted.
fn own_stacks(state: &State, from: From<'_>) -> Vec<StackKey> {
    let here = |key: &&StackKey| {
        state.world.stack_place(**key).is_some_and(|(account, region, name)| {
            (account, region) == (from.caller.account(), from.region)
                && state.world.stack_named(account, region, name) == Some(**key)
        })
    };
    state.stacks.stacks.keys().filter(here).copied().collect()
}

fn write(xml: &mut Xml, state: &State, key: StackKey, info: &StackInfo) {
    let record = state.stacks.stacks.get(&key);
    let created = record.map(|record| record.created);
    let created = created.unwrap_or_else(|| state.world.now());
    xml.text("StackId", &stack_id(state, key))
        .text("StackName", state.world.texts().get(info.name))
        .text("CreationTime", &state.written_time(created))
        .text("StackStatus", info.status.as_str())
        .optional("StackStatusReason", info.reason.as_deref());
    if info.status == StackStatus::DeleteComplete {
        xml.text("DeletionTime", &state.written_time(state.world.now()));
    }
    xml.text("DisableRollback", "false").texts("Capabilities", ["CAPABILITY_NAMED_IAM"]);
    let Some(record) = record.filter(|record| Some(record.account) == state.world.stack_place(key).map(|p| p.0)) else {
        return;
    };
    write_parameters(xml, "Parameters", &record.source.parameters);
    // A stack that made nothing has none.
    if info.role.is_some() {
        xml.list("Outputs", &record.outputs, |xml, (key, value)| {
            xml.text("OutputKey", key).text("OutputValue", value);
        });
    }
    xml.list("Tags", &record.source.tags, |xml, (name, value)| {
        xml.text("Key", name).text("Value", value);
    });
}

/// A list of parameters.
pub(super) fn write_parameters(xml: &mut Xml, name: &str, parameters: &std::collections::BTreeMap<String, String>) {
    xml.list(name, parameters, |xml, (key, value)| {
        xml.text("ParameterKey", key).text("ParameterValue", value);
    });
}
