//! Operations on stack sets on the wire: preferences, status, results, stopping, drift, import.

use super::From;
use super::names::{begin, call_as, check_operation_id, operation, operation_id, set, set_id, stack};
use crate::state::State;
use crate::wire::{Done, Paging, Params, Refusal, Xml};
use rolecall_simulator::cloudformation::{
    Amount, ConcurrencyMode, DetailedStatus, ImportStacks, OperationInfo, Preferences,
};
use rolecall_simulator::text::TextId;

/// An answer that is the ID of an operation.
pub(super) fn operation_answer(id: &str) -> Done {
    Done::with(|xml| {
        xml.text("OperationId", id);
    })
}

/// `OperationPreferences`; the order of Regions is in `regions`.
pub(super) fn preferences(params: &Params) -> Result<Preferences, Refusal> {
    let mut found = Preferences::default();
    let Some(given) = params.structure("OperationPreferences") else { return Ok(found) };
    if given.get("RegionConcurrencyType") == Some("PARALLEL") {
        return Err(Refusal::not_modelled("Regions that are worked on at the same time"));
    }
    let amount = |name: &str| -> Result<Option<Amount>, Refusal> {
        let count = given.number(&format!("{name}Count"))?;
        let percentage = given.number(&format!("{name}Percentage"))?;
        match (count, percentage) {
            (Some(_), Some(_)) => Err(Refusal::validation(format!("{name}: a count or a percentage, not both"))),
            (count, percentage) => Ok(count.map(Amount::Count).or(percentage.map(Amount::Percentage))),
        }
    };
    if let Some(tolerance) = amount("FailureTolerance")? {
        found.failure_tolerance = tolerance;
    }
    if let Some(max) = amount("MaxConcurrent")? {
        found.max_concurrent = max;
    }
    found.mode = match given.get("ConcurrencyMode") {
        None | Some("STRICT_FAILURE_TOLERANCE") => ConcurrencyMode::Strict,
        Some("SOFT_FAILURE_TOLERANCE") => ConcurrencyMode::Soft,
        Some(other) => {
            let constraint = "satisfy enum value set: [STRICT_FAILURE_TOLERANCE, SOFT_FAILURE_TOLERANCE]";
            return Err(Refusal::constraint(other, "ConcurrencyMode", constraint));
        }
    };
    Ok(found)
}

/// `Regions`, those of `RegionOrder` first.
pub(super) fn regions(state: &mut State, params: &Params) -> Result<Vec<TextId>, Refusal> {
    let given = params.members("Regions");
    if given.is_empty() {
        return Err(Refusal::missing("Regions"));
    }
    let order = params.structure("OperationPreferences").unwrap_or_default();
    let order: Vec<_> = order.members("RegionOrder").into_iter().filter(|region| given.contains(region)).collect();
    let rest = given.iter().copied().filter(|region| !order.contains(region));
    Ok(order.iter().copied().chain(rest).map(|region| state.world.text(region)).collect())
}

fn write(xml: &mut Xml, state: &State, id: &str, info: &OperationInfo) {
    xml.text("OperationId", id)
        .text("Action", info.action)
        .text("Status", info.status.as_str())
        .text("CreationTimestamp", &state.written_time(info.created_at))
        .optional("EndTimestamp", info.ended_at.map(|at| state.written_time(at)).as_deref())
        .element("StatusDetails", |xml| {
            xml.text("FailedStackInstancesCount", &info.failed_stack_instances_count.to_string());
        });
}

pub(super) fn describe(state: &mut State, from: From<'_>, params: &Params) -> Result<Done, Refusal> {
    let key = set(state, from, params)?;
    let id = operation(state, key, params)?;
    let answer = state.world.describe_stack_set_operation(from.caller, key, id);
    let info = state.checked(answer)?;
    let text = operation_id(state, key, id);
    Ok(Done::with(|xml| {
        xml.element("StackSetOperation", |xml| {
            write(xml, state, &text, &info);
            xml.text("StackSetId", &set_id(state, key));
        });
    }))
}

pub(super) fn list(state: &mut State, from: From<'_>, params: &Params) -> Result<Done, Refusal> {
    let key = set(state, from, params)?;
    let answer = state.world.list_stack_set_operations(from.caller, key);
    let mut all = state.checked(answer)?;
    // The newest first, as the console and the program show them (the order is unverified).
    all.reverse();
    let (all, next) = Paging::CLOUDFORMATION.page(all, params)?;
    let mut found = Vec::new();
    for (id, _) in all {
        let answer = state.world.describe_stack_set_operation(from.caller, key, id);
        let info = state.checked(answer)?;
        found.push((operation_id(state, key, id), info));
    }
    Ok(Done::with(|xml| {
        xml.list("Summaries", &found, |xml, (text, info)| write(xml, state, text, info));
        xml.optional("NextToken", next.as_deref());
    }))
}

/// The words of `StackSetOperationResultStatus`. What AWS answers for a suspended account that was left out is unverified:
/// it was not done, so it is not told as done.
const fn result_status(status: DetailedStatus) -> &'static str {
    match status {
        DetailedStatus::Pending => "PENDING",
        DetailedStatus::Running => "RUNNING",
        DetailedStatus::Succeeded => "SUCCEEDED",
        DetailedStatus::Failed | DetailedStatus::Inoperable | DetailedStatus::FailedImport => "FAILED",
        DetailedStatus::Cancelled | DetailedStatus::SkippedSuspendedAccount => "CANCELLED",
    }
}

pub(super) fn list_results(state: &mut State, from: From<'_>, params: &Params) -> Result<Done, Refusal> {
    let key = set(state, from, params)?;
    let id = operation(state, key, params)?;
    let answer = state.world.list_stack_set_operation_results(from.caller, key, id);
    let mut results = state.checked(answer)?;
    for filter in params.structures("Filters") {
        let wanted = filter.required("Values")?.to_owned();
        results.retain(|result| result_status(result.status) == wanted);
    }
    let (results, next) = Paging::CLOUDFORMATION.page(results, params)?;
    let (owner, ..) = state.world.stack_set_place(key);
    let organization = state.world.account(owner).organization();
    Ok(Done::with(|xml| {
        xml.list("Summaries", &results, |xml, result| {
            let status = result_status(result.status);
            let reason = state.world.instance_reason(key, result.account, result.region);
            let reason = reason.filter(|_| status == "FAILED");
            let unit = state.world.instance_unit(key, result.account, result.region).zip(organization);
            let unit = unit.map(|(unit, organization)| state.world.node_text(organization, unit));
            xml.text("Account", &state.world.account(result.account).number().to_string())
                .text("Region", state.world.texts().get(result.region))
                .text("Status", status)
                .optional("StatusReason", reason)
                .optional("OrganizationalUnitId", unit.as_deref());
        });
        xml.optional("NextToken", next.as_deref());
    }))
}

pub(super) fn stop(state: &mut State, from: From<'_>, params: &Params) -> Result<Done, Refusal> {
    let key = set(state, from, params)?;
    let id = operation(state, key, params)?;
    let answer = state.world.stop_stack_set_operation(from.caller, key, id);
    state.checked(answer)?;
    Ok(Done::with(|_| {}))
}

pub(super) fn detect_drift(state: &mut State, from: From<'_>, params: &Params) -> Result<Done, Refusal> {
    let key = set(state, from, params)?;
    check_operation_id(state, key, params)?;
    let (preferences, call_as) = (preferences(params)?, call_as(params)?);
    let (id, _) =
        begin(state, key, params, |world| world.detect_stack_set_drift(from.caller, key, preferences, call_as));
    Ok(operation_answer(&id?))
}

pub(super) fn import(state: &mut State, from: From<'_>, params: &Params) -> Result<Done, Refusal> {
    params.refuse(&["StackIdsUrl"])?;
    let key = set(state, from, params)?;
    check_operation_id(state, key, params)?;
    let (owner, ..) = state.world.stack_set_place(key);
    let organization = state.world.account(owner).organization();
    let mut stacks = Vec::new();
    for id in params.members("StackIds") {
        stacks.push(stack_anywhere(state, from, id)?);
    }
    let unit = |text: &str| {
        let found = organization.and_then(|organization| state.world.node_of_text(organization, text));
        found.ok_or_else(|| Refusal::validation(format!("Organizational unit {text} does not exist")))
    };
    let units = params.members("OrganizationalUnitIds").into_iter().map(unit).collect::<Result<_, _>>()?;
    let (preferences, call_as) = (preferences(params)?, call_as(params)?);
    let request = ImportStacks { set: key, stacks, from_s3: false, units, preferences, call_as };
    let (id, _) = begin(state, key, params, |world| world.import_stacks(from.caller, &request));
    Ok(operation_answer(&id?))
}

/// A stack by its ID, whatever account it is in: the set's execution role reads it there.
fn stack_anywhere(
    state: &mut State,
    from: From<'_>,
    id: &str,
) -> Result<rolecall_simulator::cloudformation::StackKey, Refusal> {
    let known = state.stacks.stacks.keys().copied().find(|key| super::names::stack_id(state, *key) == id);
    known.map_or_else(|| stack(state, from, id), Ok)
}
