//! Identifiers of CloudFormation: `NAME:UUID` of stack sets, ARNs of stacks, IDs of operations. UUIDs follow from the number
//! in the world.

use super::From;
use super::table::OperationRecord;
use crate::state::{State, uuid};
use crate::wire::{Params, Refusal, percent_encoded};
use rolecall_iam::arn::Arn;
use rolecall_simulator::account::AccountKey;
use rolecall_simulator::cloudformation::{CallAs, OperationId, SetKey, StackKey};
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
    let known = state.stacks.operations.get(&(key, asked.to_owned())).map(|record| record.id);
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
    of_set.find(|(_, record)| record.id == id).map_or_else(|| default_id(key, id), |((_, text), _)| text.clone())
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

/// Remembers an operation under the ID that its caller chose; the ID.
pub(super) fn keep_operation(state: &mut State, key: SetKey, params: &Params, record: OperationRecord) -> String {
    let text = params.get("OperationId").map_or_else(|| default_id(key, record.id), str::to_owned);
    state.stacks.operations.insert((key, text.clone()), record);
    text
}

/// The place in a list as `NextToken`.
pub(super) fn page<T>(all: Vec<T>, params: &Params, max: usize) -> Result<(Vec<T>, Option<String>), Refusal> {
    let asked = params.number::<usize>("MaxResults")?.unwrap_or(max);
    if !(1..=max).contains(&asked) {
        let constraint = format!("be between 1 and {max}");
        return Err(Refusal::constraint(&asked.to_string(), "MaxResults", &constraint));
    }
    let from: usize = match params.get("NextToken") {
        None => 0,
        Some(text) => {
            let place = text.strip_prefix("next-").and_then(|place| place.parse().ok());
            place.ok_or_else(|| Refusal::validation(format!("Invalid NextToken: {}", percent_encoded(text))))?
        }
    };
    let end = all.len().min(from.saturating_add(asked));
    let next = (end < all.len()).then(|| format!("next-{end}"));
    Ok((all.into_iter().skip(from).take(asked).collect(), next))
}
