//! Organizations on the wire. Shapes: botocore's Organizations model, 2016-11-28, JSON 1.1. A world has no names and
//! e-mail addresses of accounts: those of accounts created here are remembered, of others they follow from the number.

mod accounts;

use crate::state::{State, unknown_action};
use crate::wire::{Body, Call, Done, Refusal};
pub(crate) use accounts::Names;
use rolecall_simulator::account::AccountKey;
use rolecall_simulator::caller::Caller;
use serde_json::Value;

/// Performs an action of Organizations.
pub(crate) fn perform(state: &mut State, caller: &Caller, call: &Call) -> Result<Done, Refusal> {
    let Body::Json(value) = &call.body else { return Err(unknown_action(call)) };
    let input = Input(value);
    match call.action.as_str() {
        "ListAccounts" => accounts::list(state, caller, input),
        "DescribeAccount" => accounts::describe(state, caller, input),
        "DescribeOrganization" => accounts::describe_organization(state, caller),
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
