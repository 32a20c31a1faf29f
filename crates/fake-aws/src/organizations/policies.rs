//! Control policies on the wire: created, described, attached, listed.

use super::accounts::{account_arn, token, token_text};
use super::tree::arn;
use super::{Input, attachment, own_organization};
use crate::state::State;
use crate::wire::{Done, Refusal};
use rolecall_simulator::caller::Caller;
use rolecall_simulator::organizations::{Attachment, ControlPolicyInfo, ControlType, NodeId, OrganizationKey};
use rolecall_simulator::policy::PolicyId;
use serde_json::{Map, Value, json};

fn control_type(input: Input<'_>, name: &str) -> Result<ControlType, Refusal> {
    match input.required(name)? {
        "SERVICE_CONTROL_POLICY" => Ok(ControlType::Service),
        "RESOURCE_CONTROL_POLICY" => Ok(ControlType::Resource),
        other => Err(Refusal::not_modelled(&format!("policies of the type {other}"))),
    }
}

fn policy(state: &State, input: Input<'_>) -> Result<PolicyId, Refusal> {
    let text = input.required("PolicyId")?;
    let missing = "We can't find a policy with the PolicyId that you specified.";
    let found = state.world.control_policy_of_text(text);
    found.ok_or_else(|| Refusal::new("PolicyNotFoundException", 400, missing))
}

fn target(state: &State, key: OrganizationKey, input: Input<'_>) -> Result<Attachment, Refusal> {
    let missing = "We can't find a root, OU, or account with the TargetId that you specified.";
    let found = attachment(state, key, input.required("TargetId")?);
    found.ok_or_else(|| Refusal::new("TargetNotFoundException", 400, missing))
}

fn summary(state: &State, key: OrganizationKey, info: &ControlPolicyInfo) -> Value {
    let (id, kind) = (state.world.control_policy_text(info.id), info.control.as_str());
    let arn = if info.aws_managed {
        format!("arn:aws:organizations::aws:policy/{}/{id}", kind.to_ascii_lowercase())
    } else {
        arn(state, key, "policy", &format!("{}/{id}", kind.to_ascii_lowercase()))
    };
    json!({
        "Id": id,
        "Arn": arn,
        "Name": info.name,
        "Description": info.description,
        "Type": kind,
        "AwsManaged": info.aws_managed,
    })
}

fn written(state: &State, key: OrganizationKey, info: &ControlPolicyInfo) -> Done {
    Done::Json(json!({"Policy": {"PolicySummary": summary(state, key, info), "Content": info.content}}))
}

pub(super) fn create(state: &mut State, caller: &Caller, input: Input<'_>) -> Result<Done, Refusal> {
    input.refuse(&["Tags"])?;
    let key = own_organization(state, caller)?;
    let control = control_type(input, "Type")?;
    let texts = [input.required("Name")?, input.optional("Description")?.unwrap_or(""), input.required("Content")?];
    let texts = texts.map(|text| state.world.text(text));
    let answer = state.world.create_control_policy(caller, control, texts);
    let info = state.checked(answer)?;
    Ok(written(state, key, &info))
}

pub(super) fn describe(state: &mut State, caller: &Caller, input: Input<'_>) -> Result<Done, Refusal> {
    let key = own_organization(state, caller)?;
    let id = policy(state, input)?;
    let answer = state.world.describe_control_policy(caller, id);
    let info = state.checked(answer)?;
    Ok(written(state, key, &info))
}

pub(super) fn attach(state: &mut State, caller: &Caller, input: Input<'_>) -> Result<Done, Refusal> {
    let key = own_organization(state, caller)?;
    let (id, target) = (policy(state, input)?, target(state, key, input)?);
    let answer = state.world.attach_policy(caller, id, target);
    state.checked(answer)?;
    Ok(Done::Json(json!({})))
}

pub(super) fn detach(state: &mut State, caller: &Caller, input: Input<'_>) -> Result<Done, Refusal> {
    let key = own_organization(state, caller)?;
    let (id, target) = (policy(state, input)?, target(state, key, input)?);
    let answer = state.world.detach_policy(caller, id, target);
    state.checked(answer)?;
    Ok(Done::Json(json!({})))
}

/// All on one page: ten policies at most are attached to one target.
pub(super) fn list_for_target(state: &mut State, caller: &Caller, input: Input<'_>) -> Result<Done, Refusal> {
    let key = own_organization(state, caller)?;
    let (control, target) = (control_type(input, "Filter")?, target(state, key, input)?);
    let answer = state.world.list_policies_for_target(caller, target, control);
    let found = state.checked(answer)?;
    let found: Vec<_> = found.iter().map(|info| summary(state, key, info)).collect();
    Ok(Done::Json(json!({"Policies": found})))
}

/// All on one page.
pub(super) fn list(state: &mut State, caller: &Caller, input: Input<'_>) -> Result<Done, Refusal> {
    let key = own_organization(state, caller)?;
    let control = control_type(input, "Filter")?;
    let answer = state.world.list_control_policies(caller, control);
    let found = state.checked(answer)?;
    let found: Vec<_> = found.iter().map(|info| summary(state, key, info)).collect();
    Ok(Done::Json(json!({"Policies": found})))
}

pub(super) fn list_targets(state: &mut State, caller: &Caller, input: Input<'_>) -> Result<Done, Refusal> {
    let key = own_organization(state, caller)?;
    let (id, token, max) = (policy(state, input)?, token(input)?, input.max_results()?);
    let answer = state.world.list_targets_for_policy(caller, id, token, max);
    let page = state.checked(answer)?;
    let targets: Vec<_> = page.items.iter().map(|target| written_target(state, key, *target)).collect();
    let mut body = Map::new();
    body.insert("Targets".to_owned(), targets.into());
    if let Some(token) = page.next_token {
        body.insert("NextToken".to_owned(), token_text(state, token).into());
    }
    Ok(Done::Json(body.into()))
}

fn written_target(state: &State, key: OrganizationKey, target: Attachment) -> Value {
    match target {
        Attachment::Node(node) => {
            let id = state.world.node_text(key, node);
            let found = state.world.organization(key).node(node);
            let (name, kind, word) = match found {
                Some(unit) if node != NodeId::ROOT => {
                    (state.world.texts().get(unit.name()), "ou", "ORGANIZATIONAL_UNIT")
                }
                _ => ("Root", "root", "ROOT"),
            };
            json!({"TargetId": id, "Arn": arn(state, key, kind, &id), "Name": name, "Type": word})
        }
        Attachment::Account(account) => {
            let number = state.world.account(account).number();
            let (id, name) = (number.to_string(), state.names.of(number).0);
            json!({"TargetId": id, "Arn": account_arn(state, account), "Name": name, "Type": "ACCOUNT"})
        }
    }
}
