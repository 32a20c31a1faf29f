//! CloudFormation on the wire: stacks and stack sets of templates that create one role. Shapes: botocore's CloudFormation
//! model, 2010-05-15. What a world does not have (other resources, S3, change sets) is refused.

mod instances;
mod names;
mod operations;
mod outputs;
mod sets;
mod stacks;
mod table;
mod template;

use crate::state::{State, unknown_action};
use crate::wire::{Call, Done, Refusal};
use rolecall_simulator::caller::Caller;
use rolecall_simulator::text::TextId;
pub(crate) use table::Stacks;
pub(crate) use template::follow_accounts;

/// Who calls, from which Region: sets and stacks are regional.
#[derive(Clone, Copy, Debug)]
struct From<'c> {
    caller: &'c Caller,
    region: TextId,
}

/// Performs an action of CloudFormation.
pub(crate) fn perform(state: &mut State, caller: &Caller, call: &Call) -> Result<Done, Refusal> {
    let params = call.params()?;
    let region = call.credential.as_ref().map_or("us-east-1", |credential| &credential.region);
    let from = From { caller, region: state.world.text(region) };
    match call.action.as_str() {
        "CreateStack" => stacks::create(state, from, params),
        "UpdateStack" => stacks::update(state, from, params),
        "DeleteStack" => stacks::delete(state, from, params),
        "DescribeStacks" => stacks::describe(state, from, params),
        "CreateStackSet" => sets::create(state, from, params),
        "UpdateStackSet" => sets::update(state, from, params),
        "DeleteStackSet" => sets::delete(state, from, params),
        "DescribeStackSet" => sets::describe(state, from, params),
        "ListStackSets" => sets::list(state, from, params),
        "CreateStackInstances" => instances::create(state, from, params),
        "UpdateStackInstances" => instances::update(state, from, params),
        "DeleteStackInstances" => instances::delete(state, from, params),
        "DescribeStackInstance" => instances::describe(state, from, params),
        "ListStackInstances" => instances::list(state, from, params),
        "DescribeStackSetOperation" => operations::describe(state, from, params),
        "ListStackSetOperations" => operations::list(state, from, params),
        "ListStackSetOperationResults" => operations::list_results(state, from, params),
        "StopStackSetOperation" => operations::stop(state, from, params),
        "DetectStackSetDrift" => operations::detect_drift(state, from, params),
        "ImportStacksToStackSet" => operations::import(state, from, params),
        _ => Err(unknown_action(call)),
    }
}
