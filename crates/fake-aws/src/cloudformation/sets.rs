//! Stack sets on the wire.

use super::From;
use super::names::{begin, call_as, check_operation_id, set, set_arn, set_id};
use super::operations::{operation_answer, preferences};
use super::stacks::write_parameters;
use super::table::SetRecord;
use super::template::{check_capabilities, of_set, source};
use crate::state::State;
use crate::wire::{Done, Paging, Params, Refusal, Xml};
use rolecall_simulator::cloudformation::{
    AutoDeployment, CreateStackSet, PermissionModel, SetInfo, SetKey, UpdateStackSet,
};
use rolecall_simulator::text::TextId;

fn managed_execution(params: &Params) -> bool {
    params.get("ManagedExecution.Active") == Some("true")
}

fn model(state: &mut State, params: &Params) -> Result<PermissionModel, Refusal> {
    params.refuse(&["AutoDeployment.DependsOn"])?;
    let auto = params.get("AutoDeployment.Enabled") == Some("true");
    match params.get("PermissionModel") {
        Some("SERVICE_MANAGED") => {
            params.refuse(&["AdministrationRoleARN", "ExecutionRoleName"])?;
            let retain_stacks = params.get("AutoDeployment.RetainStacksOnAccountRemoval") == Some("true");
            let auto_deployment = auto.then_some(AutoDeployment { retain_stacks });
            Ok(PermissionModel::ServiceManaged { auto_deployment })
        }
        None | Some("SELF_MANAGED") => {
            if params.has("AutoDeployment") {
                let text = "AutoDeployment is only supported for stack sets with SERVICE_MANAGED permissions";
                return Err(Refusal::validation(text));
            }
            let arn = params.get("AdministrationRoleARN").unwrap_or("role/AWSCloudFormationStackSetAdministrationRole");
            let administration = arn.rsplit('/').next().unwrap_or(arn).to_owned();
            let execution =
                params.get("ExecutionRoleName").unwrap_or("AWSCloudFormationStackSetExecutionRole").to_owned();
            Ok(PermissionModel::SelfManaged {
                administration_role: state.world.text(&administration),
                execution_role: state.world.text(&execution),
            })
        }
        Some(other) => Err(Refusal::constraint(
            other,
            "PermissionModel",
            "satisfy enum value set: [SERVICE_MANAGED, SELF_MANAGED]",
        )),
    }
}

pub(super) fn create(state: &mut State, from: From<'_>, params: &Params) -> Result<Done, Refusal> {
    params.refuse(&["StackId"])?;
    let name = params.bounded("StackSetName", 128)?.to_owned();
    let text = state.world.text(&name);
    let token = params.get("ClientRequestToken").map(str::to_owned);
    // A call that is repeated with its token is the same call.
    if let Some(known) = state.world.stack_set_named(from.caller, from.region, text) {
        let same = state.stacks.sets.get(&known).is_some_and(|record| token.is_some() && record.token == token);
        if same {
            return Ok(answer_id(state, known));
        }
    }
    let source = source(params, None)?;
    check_capabilities(params)?;
    let (model, call_as) = (model(state, params)?, call_as(params)?);
    let region = state.world.texts().get(from.region).to_owned();
    let template = of_set(state, &source, &region, from.caller.account())?;
    let managed_execution = managed_execution(params);
    let request = CreateStackSet { name: text, region: from.region, template, model, managed_execution, call_as };
    let carried_out = state.world.steps().carried_out;
    let answer = state.world.create_stack_set(from.caller, &request);
    if state.world.steps().carried_out > carried_out
        && let Some(key) = state.world.stack_set_named(from.caller, from.region, text)
    {
        let description = params.get("Description").map(str::to_owned);
        state.stacks.sets.insert(key, SetRecord { source, description, token, managed_execution });
    }
    let key = state.checked(answer)?;
    Ok(answer_id(state, key))
}

fn answer_id(state: &State, key: SetKey) -> Done {
    Done::with(|xml| {
        xml.text("StackSetId", &set_id(state, key));
    })
}

/// What an update may not change in a world.
fn check_unchanged(state: &mut State, key: SetKey, from: From<'_>, params: &Params) -> Result<(), Refusal> {
    params.refuse(&["DeploymentTargets", "Accounts", "Regions"])?;
    let answer = state.world.read_stack_set(from.caller, key);
    let info = state.checked(answer)?;
    let managed = state.stacks.sets.get(&key).is_some_and(|record| record.managed_execution);
    if params.has("ManagedExecution") && managed_execution(params) != managed {
        return Err(Refusal::not_modelled("a change of ManagedExecution"));
    }
    let names = ["PermissionModel", "AutoDeployment", "AdministrationRoleARN", "ExecutionRoleName"];
    if names.iter().any(|name| params.has(name)) && model(state, params)? != info.model {
        return Err(Refusal::not_modelled("a change of the permission model"));
    }
    Ok(())
}

pub(super) fn update(state: &mut State, from: From<'_>, params: &Params) -> Result<Done, Refusal> {
    let key = set(state, from, params)?;
    check_operation_id(state, key, params)?;
    check_unchanged(state, key, from, params)?;
    let before = state.stacks.sets.get(&key).map(|record| record.source.clone());
    let source = source(params, before.as_ref())?;
    check_capabilities(params)?;
    let region = state.world.texts().get(from.region).to_owned();
    let (owner, ..) = state.world.stack_set_place(key);
    let template = of_set(state, &source, &region, owner)?;
    let request = UpdateStackSet { set: key, template, preferences: preferences(params)?, call_as: call_as(params)? };
    let (id, began) = begin(state, key, params, |world| world.update_stack_set(from.caller, &request));
    if began && let Some(record) = state.stacks.sets.get_mut(&key) {
        record.source = source;
        if let Some(text) = params.get("Description") {
            record.description = Some(text.to_owned());
        }
    }
    Ok(operation_answer(&id?))
}

pub(super) fn delete(state: &mut State, from: From<'_>, params: &Params) -> Result<Done, Refusal> {
    let key = set(state, from, params)?;
    let answer = state.world.delete_stack_set(from.caller, key, call_as(params)?);
    state.checked(answer)?;
    Ok(Done::with(|_| {}))
}

fn write_model(xml: &mut Xml, state: &State, key: SetKey, model: PermissionModel) {
    match model {
        PermissionModel::ServiceManaged { auto_deployment } => {
            xml.text("PermissionModel", "SERVICE_MANAGED").element("AutoDeployment", |xml| {
                xml.text("Enabled", if auto_deployment.is_some() { "true" } else { "false" });
                if let Some(auto) = auto_deployment {
                    xml.text("RetainStacksOnAccountRemoval", if auto.retain_stacks { "true" } else { "false" });
                }
            });
        }
        PermissionModel::SelfManaged { administration_role, execution_role } => {
            let (owner, ..) = state.world.stack_set_place(key);
            let (texts, number) = (state.world.texts(), state.world.account(owner).number());
            let arn = format!("arn:aws:iam::{number}:role/{}", texts.get(administration_role));
            xml.text("PermissionModel", "SELF_MANAGED")
                .text("AdministrationRoleARN", &arn)
                .text("ExecutionRoleName", texts.get(execution_role));
        }
    }
    let managed = state.stacks.sets.get(&key).is_some_and(|record| record.managed_execution);
    xml.element("ManagedExecution", |xml| {
        xml.text("Active", if managed { "true" } else { "false" });
    });
}

pub(super) fn describe(state: &mut State, from: From<'_>, params: &Params) -> Result<Done, Refusal> {
    call_as(params)?;
    let key = set(state, from, params)?;
    let answer = state.world.read_stack_set(from.caller, key);
    let info = state.checked(answer)?;
    Ok(Done::with(|xml| {
        xml.element("StackSet", |xml| write_set(xml, state, key, &info));
    }))
}

fn write_set(xml: &mut Xml, state: &State, key: SetKey, info: &SetInfo) {
    let record = state.stacks.sets.get(&key);
    let (owner, ..) = state.world.stack_set_place(key);
    xml.text("StackSetName", state.world.texts().get(info.name))
        .text("StackSetId", &set_id(state, key))
        .text("StackSetARN", &set_arn(state, key))
        .text("Status", "ACTIVE")
        .optional("Description", record.and_then(|record| record.description.as_deref()))
        .optional("TemplateBody", record.map(|record| record.source.text.as_str()));
    if let Some(record) = record {
        write_parameters(xml, "Parameters", &record.source.parameters);
        xml.list("Tags", &record.source.tags, |xml, (name, value)| {
            xml.text("Key", name).text("Value", value);
        });
    }
    xml.texts("Capabilities", ["CAPABILITY_NAMED_IAM"]);
    write_model(xml, state, key, info.model);
    if let Some(organization) = state.world.account(owner).organization() {
        let units: Vec<_> = info.units.iter().map(|unit| state.world.node_text(organization, *unit)).collect();
        xml.texts("OrganizationalUnitIds", units.iter().map(String::as_str));
    }
    xml.texts("Regions", info.regions.iter().map(|region: &TextId| state.world.texts().get(*region)));
}

pub(super) fn list(state: &mut State, from: From<'_>, params: &Params) -> Result<Done, Refusal> {
    call_as(params)?;
    let answer = state.world.list_stack_sets_in(from.caller, from.region);
    let mut keys = state.checked(answer)?;
    if params.get("Status") == Some("DELETED") {
        keys.clear();
    }
    let (keys, next) = Paging::CLOUDFORMATION.page(keys, params)?;
    Ok(Done::with(|xml| {
        xml.list("Summaries", &keys, |xml, key| {
            let (_, name, _) = state.world.stack_set_place(*key);
            let description = state.stacks.sets.get(key).and_then(|record| record.description.as_deref());
            xml.text("StackSetName", state.world.texts().get(name))
                .text("StackSetId", &set_id(state, *key))
                .optional("Description", description)
                .text("Status", "ACTIVE");
        });
        xml.optional("NextToken", next.as_deref());
    }))
}
