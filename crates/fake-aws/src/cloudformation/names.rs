//! Identifiers of CloudFormation: `NAME:UUID` of stack sets, ARNs of stacks, IDs of operations. UUIDs follow from the number
//! in the world.

use super::From;
use crate::state::{State, uuid};
use crate::wire::{Params, Refusal};
use rolecall_iam::arn::Arn;
use rolecall_simulator::World;
use rolecall_simulator::account::AccountKey;
use rolecall_simulator::cloudformation::{CallAs, OperationId, SetKey, StackKey};
use rolecall_simulator::error::ApiError;
use rolecall_simulator::text::TextId;

fn set_uuid(key: SetKey) -> String {
    uuid(0x5e7_0000_0000 | u64::from(key.number()), 0x8000_0000_0000_0000 | u64::from(key.number()))
}

/// `StackSetId`.
pub(super) fn set_id(state: &State, key: SetKey) -> String {
    let (_, name, _) = state.world.stack_set_place(key);
    format!("{}:{}", state.world.texts().get(name), set_uuid(key))
}

/// `StackSetARN`.
pub(super) fn set_arn(state: &State, key: SetKey) -> String {
    let (owner, _, region) = state.world.stack_set_place(key);
    let (region, number) = (state.world.texts().get(region), state.world.account(owner).number());
    format!("arn:aws:cloudformation:{region}:{number}:stackset/{}", set_id(state, key))
}

/// The set that `StackSetName` means: its name, or its ID.
pub(super) fn set(state: &mut State, from: From<'_>, params: &Params) -> Result<SetKey, Refusal> {
    let asked = params.bounded("StackSetName", 256)?.to_owned();
    let (name, id) = asked.split_once(':').map_or((asked.as_str(), None), |(name, id)| (name, Some(id)));
    let text = state.world.text(name);
    let found = state.world.stack_set_named(from.caller, from.region, text);
    let found = found.filter(|key| id.is_none_or(|id| id == set_uuid(*key)));
    found.ok_or_else(|| Refusal::new("StackSetNotFoundException", 404, format!("StackSet {asked} not found")))
}

/// `CallAs`.
pub(super) fn call_as(params: &Params) -> Result<CallAs, Refusal> {
    match params.get("CallAs") {
        None | Some("" | "SELF") => Ok(CallAs::Own),
        Some("DELEGATED_ADMIN") => Ok(CallAs::DelegatedAdmin),
        Some(other) => Err(Refusal::constraint(other, "CallAs", "satisfy enum value set: [SELF, DELEGATED_ADMIN]")),
    }
}

/// `StackId` of a plain stack.
pub(super) fn stack_id(state: &State, key: StackKey) -> String {
    let Some((account, region, name)) = state.world.stack_place(key) else { return String::new() };
    let (number, texts) = (state.world.account(account).number(), state.world.texts());
    let (region, name) = (texts.get(region), texts.get(name));
    let id = uuid(0x57a_0000_0000 | u64::from(key.number()), 0x8000_0000_0000_0000 | u64::from(key.number()));
    format!("arn:aws:cloudformation:{region}:{number}:stack/{name}/{id}")
}

/// `StackId` of the stack of an instance.
pub(super) fn instance_stack_id(state: &State, key: SetKey, account: AccountKey, region: TextId) -> String {
    let (number, region) = (state.world.account(account).number(), state.world.texts().get(region));
    let name = format!("StackSet-{}", set_id(state, key).replace(':', "-"));
    let id = uuid(0x157_0000_0000 | u64::from(key.number()), 0x8000_0000_0000_0000 | number.get());
    format!("arn:aws:cloudformation:{region}:{number}:stack/{name}/{id}")
}

/// The stack that `StackName` means: the name of one that is not deleted, or any by its ID.
pub(super) fn stack(state: &mut State, from: From<'_>, name: &str) -> Result<StackKey, Refusal> {
    let missing = || Refusal::validation(format!("Stack with id {name} does not exist"));
    if name.starts_with("arn:") {
        let known = state.stacks.stacks.keys().copied().find(|key| stack_id(state, *key) == name);
        let own = Arn::parse(name).ok().and_then(|arn| arn.account_id()).and_then(|id| state.world.account_key(id));
        return known.filter(|_| own == Some(from.caller.account())).ok_or_else(missing);
    }
    let text = state.world.text(name);
    state.world.stack_named(from.caller.account(), from.region, text).ok_or_else(missing)
}

/// The operation that `OperationId` means.
pub(super) fn operation(state: &State, key: SetKey, params: &Params) -> Result<OperationId, Refusal> {
    let asked = params.required("OperationId")?;
    let known = state.stacks.operations.get(&(key, asked.to_owned())).copied();
    let missing = "The specified ID refers to an operation that doesn't exist.";
    let unchosen = || {
        let number = asked.rsplit('-').next().and_then(|digits| u32::from_str_radix(digits, 16).ok())?;
        Some(OperationId::of_number(number)).filter(|id| default_id(key, *id) == asked)
    };
    let found = known.or_else(unchosen);
    found.ok_or_else(|| Refusal::new("OperationNotFoundException", 404, missing))
}

/// The ID of an operation whose caller chose none: those of automatic deployments.
fn default_id(key: SetKey, id: OperationId) -> String {
    uuid(0x0be_0000_0000 | u64::from(key.number()), 0x8000_0000_0000_0000 | u64::from(id.number()))
}

/// The ID under which an operation is known.
pub(super) fn operation_id(state: &State, key: SetKey, id: OperationId) -> String {
    let of_set = state.stacks.operations.range((key, String::new())..);
    let mut of_set = of_set.take_while(|((set, _), _)| *set == key);
    of_set.find(|(_, known)| **known == id).map_or_else(|| default_id(key, id), |((_, text), _)| text.clone())
}

/// Refuses an `OperationId` that was used (`OperationIdAlreadyExistsException`, 409): a call that is repeated because its
/// answer was lost learns so that the first one had its effect.
pub(super) fn check_operation_id(state: &State, key: SetKey, params: &Params) -> Result<(), Refusal> {
    let Some(asked) = params.get("OperationId") else { return Ok(()) };
    if state.stacks.operations.contains_key(&(key, asked.to_owned())) {
        let text = "The specified operation ID already exists.";
        return Err(Refusal::new("OperationIdAlreadyExistsException", 409, text));
    }
    Ok(())
}

/// Makes a call that begins an operation. The ID that its caller chose is remembered when the operation began, also where
/// the answer is lost. Gives the ID, and whether it began.
pub(super) fn begin(
    state: &mut State,
    key: SetKey,
    params: &Params,
    call: impl FnOnce(&mut World) -> Result<OperationId, ApiError>,
) -> (Result<String, Refusal>, bool) {
    let next = state.world.stack_set_operations_begun(key);
    let answer = call(&mut state.world);
    let began = state.world.stack_set_operations_begun(key) > next;
    if began && let Some(chosen) = params.get("OperationId") {
        state.stacks.operations.insert((key, chosen.to_owned()), OperationId::of_number(next));
    }
    let answer = state.checked(answer).map(|id| operation_id(state, key, id));
    (answer, began)
}
