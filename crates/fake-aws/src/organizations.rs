//! Organizations on the wire. Shapes: botocore's Organizations model, 2016-11-28, JSON 1.1. A world has no names and
//! e-mail addresses of accounts: those of accounts created here are remembered, of others they follow from the number.

mod accounts;
mod policies;
mod tree;

use crate::state::{State, unknown_action};
use crate::wire::{Body, Call, Done, Refusal};
pub(crate) use accounts::Names;
use rolecall_simulator::account::AccountKey;
use rolecall_simulator::caller::Caller;
use rolecall_simulator::organizations::{Attachment, OrganizationKey};
use serde_json::Value;

/// Performs an action of Organizations.
pub(crate) fn perform(state: &mut State, caller: &Caller, call: &Call) -> Result<Done, Refusal> {
    let Body::Json(value) = &call.body else { return Err(unknown_action(call)) };
    let input = Input(value);
    accounts::take_over_names(state);
    match call.action.as_str() {
        "ListAccounts" => accounts::list(state, caller, input),
        "DescribeAccount" => accounts::describe(state, caller, input),
        "DescribeOrganization" => accounts::describe_organization(state, caller),
        "ListAccountsForParent" => accounts::list_for_parent(state, caller, input),
        "CreateAccount" => accounts::create(state, caller, input),
        "DescribeCreateAccountStatus" => accounts::describe_creation(state, caller, input),
        "CloseAccount" => accounts::close(state, caller, input),
        "RemoveAccountFromOrganization" => accounts::remove(state, caller, input),
        "ListRoots" => tree::list_roots(state, caller),
        "ListParents" => tree::list_parents(state, caller, input),
        "ListOrganizationalUnitsForParent" => tree::list_units(state, caller, input),
        "DescribeOrganizationalUnit" => tree::describe_unit(state, caller, input),
        "CreateOrganizationalUnit" => tree::create_unit(state, caller, input),
        "MoveAccount" => tree::move_account(state, caller, input),
        "CreatePolicy" => policies::create(state, caller, input),
        "DescribePolicy" => policies::describe(state, caller, input),
        "AttachPolicy" => policies::attach(state, caller, input),
        "DetachPolicy" => policies::detach(state, caller, input),
        "ListPolicies" => policies::list(state, caller, input),
        "ListPoliciesForTarget" => policies::list_for_target(state, caller, input),
        "ListTargetsForPolicy" => policies::list_targets(state, caller, input),
        _ => Err(unknown_action(call)),
    }
}

/// The members of a request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Input<'v>(&'v Value);

impl<'v> Input<'v> {
    /// A text that may be missing.
    fn optional(self, name: &str) -> Result<Option<&'v str>, Refusal> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(Refusal::new("SerializationException", 400, format!("{name} is no string"))),
        }
    }

    /// A text that must be there.
    fn required(self, name: &str) -> Result<&'v str, Refusal> {
        let missing = || Refusal::invalid_input("INPUT_REQUIRED", format!("You must specify a value for {name}."));
        self.optional(name)?.filter(|text| !text.is_empty()).ok_or_else(missing)
    }

    /// Refuses members that a world does not have.
    fn refuse(self, names: &[&str]) -> Result<(), Refusal> {
        let given = |name: &&&str| match self.0.get(**name) {
            None | Some(Value::Null) => false,
            Some(Value::Array(items)) => !items.is_empty(),
            Some(_) => true,
        };
        match names.iter().find(given) {
            None => Ok(()),
            Some(name) => Err(Refusal::not_modelled(&format!("the parameter {name}"))),
        }
    }

    /// `MaxResults`: 1 to 20.
    fn max_results(self) -> Result<usize, Refusal> {
        let out_of_range =
            || Refusal::invalid_input("MAX_LIMIT_EXCEEDED_FILTER", "MaxResults is a number from 1 to 20.");
        match self.0.get("MaxResults") {
            None | Some(Value::Null) => Ok(PAGE_MAX),
            Some(value) => {
                let max = value.as_u64().and_then(|max| usize::try_from(max).ok()).ok_or_else(out_of_range)?;
                if (1..=PAGE_MAX).contains(&max) { Ok(max) } else { Err(out_of_range()) }
            }
        }
    }
}

/// Items on a page, at most.
const PAGE_MAX: usize = 20;

/// The account behind `AccountId`; one that is no number of twelve digits breaks the pattern.
fn account(state: &State, input: Input<'_>, name: &str) -> Result<AccountKey, Refusal> {
    let text = input.required(name)?;
    let id = rolecall_iam::arn::AccountId::parse(text).map_err(|_| {
        Refusal::invalid_input(
            "INVALID_PATTERN",
            format!("You provided a value that does not match the required pattern: {name}"),
        )
    })?;
    let missing = || Refusal::new("AccountNotFoundException", 400, "You specified an account that doesn't exist.");
    state.world.account_key(id).ok_or_else(missing)
}

/// The organization of a caller.
fn own_organization(state: &State, caller: &Caller) -> Result<OrganizationKey, Refusal> {
    let missing = "Your account is not a member of an organization.";
    let found = state.world.account(caller.account()).organization();
    found.ok_or_else(|| Refusal::new("AWSOrganizationsNotInUseException", 400, missing))
}

/// A root, unit or account by its identifier.
fn attachment(state: &State, key: OrganizationKey, text: &str) -> Option<Attachment> {
    match rolecall_iam::arn::AccountId::parse(text) {
        Ok(id) => state.world.account_key(id).map(Attachment::Account),
        Err(_) => state.world.node_of_text(key, text).map(Attachment::Node),
    }
}
