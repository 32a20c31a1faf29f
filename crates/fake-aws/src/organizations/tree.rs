//! Roots and organizational units on the wire.

use super::accounts::{token, token_text};
use super::{Input, account, attachment, own_organization};
use crate::state::State;
use crate::wire::{Done, Refusal};
use rolecall_simulator::account::AccountKey;
use rolecall_simulator::caller::Caller;
use rolecall_simulator::organizations::{Attachment, ControlType, FeatureSet, NodeId, OrganizationKey};
use serde_json::{Map, Value, json};

/// The root or unit that a member names; one that there is not is refused under this code.
pub(super) fn node(
    state: &State,
    key: OrganizationKey,
    input: Input<'_>,
    (name, code): (&str, &str),
) -> Result<NodeId, Refusal> {
    let text = input.required(name)?;
    let missing = || Refusal::new(code, 400, format!("We can't find a root or OU with the {name} that you specified."));
    state.world.node_of_text(key, text).ok_or_else(missing)
}

/// `arn:aws:organizations::MANAGEMENT:KIND/o-…/ID`.
pub(super) fn arn(state: &State, key: OrganizationKey, kind: &str, id: &str) -> String {
    let organization = state.world.organization(key);
    let management = state.world.account(organization.management()).number();
    let organization = state.world.texts().get(organization.id());
    format!("arn:aws:organizations::{management}:{kind}/{organization}/{id}")
}

pub(super) fn list_roots(state: &mut State, caller: &Caller) -> Result<Done, Refusal> {
    let answer = state.world.list_roots(caller);
    let root = state.checked(answer)?;
    let key = own_organization(state, caller)?;
    let id = state.world.node_text(key, root);
    let enabled = state.world.organization(key).features() == FeatureSet::All;
    let types = [ControlType::Service, ControlType::Resource];
    let types: Vec<_> = types
        .iter()
        .filter(|_| enabled)
        .map(|control| json!({"Type": control.as_str(), "Status": "ENABLED"}))
        .collect();
    let root = json!({"Id": id, "Arn": arn(state, key, "root", &id), "Name": "Root", "PolicyTypes": types});
    Ok(Done::Json(json!({"Roots": [root]})))
}

fn written_unit(state: &State, key: OrganizationKey, unit: NodeId) -> Value {
    let id = state.world.node_text(key, unit);
    let name = state.world.organization(key).node(unit).map_or("", |node| state.world.texts().get(node.name()));
    json!({"Id": id, "Arn": arn(state, key, "ou", &id), "Name": name})
}

pub(super) fn list_units(state: &mut State, caller: &Caller, input: Input<'_>) -> Result<Done, Refusal> {
    let key = own_organization(state, caller)?;
    let parent = node(state, key, input, ("ParentId", "ParentNotFoundException"))?;
    let (token, max) = (token(input)?, input.max_results()?);
    let answer = state.world.list_organizational_units_up_to(caller, parent, token, max);
    let page = state.checked(answer)?;
    let units: Vec<_> = page.items.iter().map(|unit| written_unit(state, key, *unit)).collect();
    let mut body = Map::new();
    body.insert("OrganizationalUnits".to_owned(), units.into());
    if let Some(token) = page.next_token {
        body.insert("NextToken".to_owned(), token_text(state, token).into());
    }
    Ok(Done::Json(body.into()))
}

pub(super) fn describe_unit(state: &mut State, caller: &Caller, input: Input<'_>) -> Result<Done, Refusal> {
    let key = own_organization(state, caller)?;
    let unit = node(state, key, input, ("OrganizationalUnitId", "OrganizationalUnitNotFoundException"))?;
    let answer = state.world.describe_organizational_unit(caller, unit);
    state.checked(answer)?;
    Ok(Done::Json(json!({"OrganizationalUnit": written_unit(state, key, unit)})))
}

pub(super) fn create_unit(state: &mut State, caller: &Caller, input: Input<'_>) -> Result<Done, Refusal> {
    input.refuse(&["Tags"])?;
    let key = own_organization(state, caller)?;
    let parent = node(state, key, input, ("ParentId", "ParentNotFoundException"))?;
    let name = input.required("Name")?;
    if name.chars().count() > 128 {
        return Err(Refusal::invalid_input("MAX_LENGTH_EXCEEDED", "Name has at most 128 characters."));
    }
    let name = state.world.text(name);
    let answer = state.world.create_organizational_unit(caller, parent, name);
    let unit = state.checked(answer)?;
    Ok(Done::Json(json!({"OrganizationalUnit": written_unit(state, key, unit)})))
}

/// ListParents: of an account by the call, of a unit from the tree, which asks for the same rights.
pub(super) fn list_parents(state: &mut State, caller: &Caller, input: Input<'_>) -> Result<Done, Refusal> {
    let key = own_organization(state, caller)?;
    let child = input.required("ChildId")?;
    let missing = || Refusal::new("ChildNotFoundException", 400, "We can't find an OU or account with the ChildId.");
    let parent = match attachment(state, key, child) {
        Some(Attachment::Account(account)) => {
            let answer = state.world.list_parents(caller, account);
            state.checked(answer)?
        }
        Some(Attachment::Node(unit)) => {
            let answer = state.world.list_parents_of_unit(caller, unit);
            state.checked(answer)?
        }
        None => return Err(missing()),
    };
    let kind = if parent == NodeId::ROOT { "ROOT" } else { "ORGANIZATIONAL_UNIT" };
    Ok(Done::Json(json!({"Parents": [{"Id": state.world.node_text(key, parent), "Type": kind}]})))
}

pub(super) fn move_account(state: &mut State, caller: &Caller, input: Input<'_>) -> Result<Done, Refusal> {
    let key = own_organization(state, caller)?;
    let moved: AccountKey = account(state, input, "AccountId")?;
    let from = node(state, key, input, ("SourceParentId", "SourceParentNotFoundException"))?;
    let to = node(state, key, input, ("DestinationParentId", "DestinationParentNotFoundException"))?;
    let answer = state.world.move_account(caller, moved, from, to);
    state.checked(answer)?;
    Ok(Done::Json(json!({})))
}
