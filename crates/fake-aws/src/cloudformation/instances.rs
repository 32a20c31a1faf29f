//! Stack instances on the wire.

use super::From;
use super::names::{begin, call_as, check_operation_id, instance_stack_id, operation_id, set, set_id};
use super::operations::{operation_answer, preferences, regions};
use super::template::{decides_by_account, definition, parameters};
use crate::state::State;
use crate::wire::{Done, Paging, Params, Refusal, Xml};
use rolecall_iam::arn::AccountId;
use rolecall_simulator::account::AccountKey;
use rolecall_simulator::cloudformation::{
    AccountFilter, CreateInstances, DeleteInstances, InstanceInfo, SetKey, Targets,
};
use rolecall_simulator::iam::DefinitionId;

fn account(state: &State, text: &str) -> Result<AccountKey, Refusal> {
    let id = AccountId::parse(text)
        .map_err(|_| Refusal::constraint(text, "Accounts", "satisfy regular expression pattern: ^[0-9]{12}$"))?;
    state.world.account_key(id).ok_or_else(|| Refusal::validation(format!("Account {text} does not exist")))
}

fn accounts(state: &State, texts: Vec<&str>) -> Result<Vec<AccountKey>, Refusal> {
    texts.into_iter().map(|text| account(state, text)).collect()
}

/// `Accounts`, or `DeploymentTargets` with units and a filter of accounts.
fn targets(state: &State, key: SetKey, params: &Params) -> Result<Targets, Refusal> {
    let Some(targets) = params.structure("DeploymentTargets") else {
        return Ok(Targets::Accounts(accounts(state, params.members("Accounts"))?));
    };
    targets.refuse(&["AccountsUrl"])?;
    let named = accounts(state, targets.members("Accounts"))?;
    let units = targets.members("OrganizationalUnitIds");
    if units.is_empty() {
        return Ok(Targets::Accounts(named));
    }
    let (owner, ..) = state.world.stack_set_place(key);
    let missing = |text: &str| Refusal::validation(format!("Organizational unit {text} does not exist"));
    let organization = state.world.account(owner).organization();
    let node = |text: &str| {
        let found = organization.and_then(|organization| state.world.node_of_text(organization, text));
        found.ok_or_else(|| missing(text))
    };
    let units = units.into_iter().map(node).collect::<Result<_, _>>()?;
    let filter = match targets.get("AccountFilterType") {
        None | Some("NONE") if named.is_empty() => AccountFilter::None,
        Some("INTERSECTION") => AccountFilter::Intersection(named),
        Some("DIFFERENCE") => AccountFilter::Difference(named),
        Some("UNION") => return Err(Refusal::not_modelled("AccountFilterType UNION")),
        _ => return Err(Refusal::validation("Accounts beside organizational units need AccountFilterType")),
    };
    Ok(Targets::Units(units, filter))
}

/// The role that `ParameterOverrides` make.
fn overrides(state: &mut State, key: SetKey, params: &Params) -> Result<Option<DefinitionId>, Refusal> {
    if !params.has("ParameterOverrides") {
        return Ok(None);
    }
    let record = state.stacks.sets.get(&key).map(|record| record.source.clone());
    let Some(mut source) = record else {
        return Err(Refusal::not_modelled("ParameterOverrides of a set that was not created here"));
    };
    if decides_by_account(&source) {
        return Err(Refusal::not_modelled("ParameterOverrides of a template that names the account"));
    }
    let given = parameters(params, "ParameterOverrides", &source.parameters)?;
    source.parameters.extend(given);
    let (owner, _, region) = state.world.stack_set_place(key);
    let region = state.world.texts().get(region).to_owned();
    definition(state, &source, &region, owner).map(Some)
}

fn request(state: &mut State, key: SetKey, params: &Params) -> Result<CreateInstances, Refusal> {
    check_operation_id(state, key, params)?;
    Ok(CreateInstances {
        set: key,
        targets: targets(state, key, params)?,
        regions: regions(state, params)?,
        overrides: overrides(state, key, params)?,
        preferences: preferences(params)?,
        call_as: call_as(params)?,
    })
}

pub(super) fn create(state: &mut State, from: From<'_>, params: &Params) -> Result<Done, Refusal> {
    let key = set(state, from, params)?;
    let request = request(state, key, params)?;
    let (id, _) = begin(state, key, params, |world| world.create_stack_instances(from.caller, &request));
    Ok(operation_answer(&id?))
}

pub(super) fn update(state: &mut State, from: From<'_>, params: &Params) -> Result<Done, Refusal> {
    let key = set(state, from, params)?;
    let request = request(state, key, params)?;
    let (id, _) = begin(state, key, params, |world| world.update_stack_instances(from.caller, &request));
    Ok(operation_answer(&id?))
}

pub(super) fn delete(state: &mut State, from: From<'_>, params: &Params) -> Result<Done, Refusal> {
    let key = set(state, from, params)?;
    check_operation_id(state, key, params)?;
    let retain_stacks = params.required("RetainStacks")? == "true";
    let request = DeleteInstances {
        set: key,
        targets: targets(state, key, params)?,
        regions: regions(state, params)?,
        retain_stacks,
        preferences: preferences(params)?,
        call_as: call_as(params)?,
    };
    let (id, _) = begin(state, key, params, |world| world.delete_stack_instances(from.caller, &request));
    Ok(operation_answer(&id?))
}

pub(super) fn describe(state: &mut State, from: From<'_>, params: &Params) -> Result<Done, Refusal> {
    let key = set(state, from, params)?;
    let account = account(state, params.required("StackInstanceAccount")?)?;
    let region = state.world.text(params.required("StackInstanceRegion")?);
    let answer = state.world.describe_stack_instance(from.caller, key, account, region);
    let info = state.checked(answer)?;
    Ok(Done::with(|xml| {
        xml.element("StackInstance", |xml| write(xml, state, key, &info));
    }))
}

pub(super) fn list(state: &mut State, from: From<'_>, params: &Params) -> Result<Done, Refusal> {
    let key = set(state, from, params)?;
    let answer = state.world.list_stack_instances(from.caller, key);
    let mut found = state.checked(answer)?;
    if let Some(text) = params.get("StackInstanceAccount") {
        let wanted = account(state, text)?;
        found.retain(|info| info.account == wanted);
    }
    if let Some(text) = params.get("StackInstanceRegion") {
        found.retain(|info| state.world.texts().get(info.region) == text);
    }
    for filter in params.structures("Filters") {
        let values = filter.required("Values")?.to_owned();
        match filter.required("Name")? {
            "DETAILED_STATUS" => found.retain(|info| info.detailed.as_str() == values),
            "DRIFT_STATUS" => found.retain(|info| info.drift.as_str() == values),
            other => return Err(Refusal::not_modelled(&format!("the filter {other}"))),
        }
    }
    let (found, next) = Paging::CLOUDFORMATION.page(found, params)?;
    Ok(Done::with(|xml| {
        xml.list("Summaries", &found, |xml, info| write(xml, state, key, info));
        xml.optional("NextToken", next.as_deref());
    }))
}

fn write(xml: &mut Xml, state: &State, key: SetKey, info: &InstanceInfo) {
    let (owner, ..) = state.world.stack_set_place(key);
    let unit = info.unit.zip(state.world.account(owner).organization());
    let unit = unit.map(|(unit, organization)| state.world.node_text(organization, unit));
    let stack = info.has_stack_id.then(|| instance_stack_id(state, key, info.account, info.region));
    xml.text("StackSetId", &set_id(state, key))
        .text("Region", state.world.texts().get(info.region))
        .text("Account", &state.world.account(info.account).number().to_string())
        .optional("StackId", stack.as_deref())
        .text("Status", info.status.as_str())
        .optional("StatusReason", info.reason.as_deref())
        .element("StackInstanceStatus", |xml| {
            xml.text("DetailedStatus", info.detailed.as_str());
        })
        .optional("OrganizationalUnitId", unit.as_deref())
        .text("DriftStatus", info.drift.as_str())
        .optional("LastOperationId", info.last_operation.map(|id| operation_id(state, key, id)).as_deref());
}
