//! Accounts of an organization on the wire: lists, descriptions, names.

use super::tree::node;
use super::{Input, account, own_organization};
use crate::state::State;
use crate::wire::{Done, Refusal};
use rolecall_simulator::account::{AccountKey, AccountNumber, Origin};
use rolecall_simulator::caller::Caller;
use rolecall_simulator::organizations::{
    AccountSummary, CreateAccountState, CreateAccountStatus, CreateRequestId, FeatureSet, NextToken, Page,
};
use rolecall_simulator::time::SimTime;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// What CreateAccount was given.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Asked {
    id: CreateRequestId,
    name: String,
    email: String,
    at: SimTime,
}

/// Names and e-mail addresses that CreateAccount was given.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    asked: Vec<Asked>,
    /// How many of `asked` are not known to have an account.
    open: usize,
    by_account: BTreeMap<AccountNumber, (String, String)>,
}

impl Names {
    /// The name and e-mail address of an account.
    pub(super) fn of(&self, number: AccountNumber) -> (String, String) {
        let made_up = || (format!("account-{number}"), format!("account-{number}@example.com"));
        self.by_account.get(&number).cloned().unwrap_or_else(made_up)
    }
}

/// `NextToken` as it is answered: no token comes twice, or clients take the page behind an empty one for the same page.
pub(super) fn token_text(state: &mut State, token: NextToken) -> String {
    format!("{token}.{:016x}", state.identities.bits())
}

/// `NextToken`, as it was answered.
pub(super) fn token(input: Input<'_>) -> Result<Option<NextToken>, Refusal> {
    let Some(text) = input.optional("NextToken")? else { return Ok(None) };
    let refused = || Refusal::invalid_input("INVALID_NEXT_TOKEN", "You provided a NextToken that isn't valid.");
    text.rsplit_once('.').and_then(|(token, _)| NextToken::parse(token)).map(Some).ok_or_else(refused)
}

pub(super) fn list(state: &mut State, caller: &Caller, input: Input<'_>) -> Result<Done, Refusal> {
    let (token, max) = (token(input)?, input.max_results()?);
    let answer = state.world.list_accounts_up_to(caller, token, max);
    let page = state.checked(answer)?;
    Ok(page_of_accounts(state, &page))
}

/// `Accounts` and `NextToken`.
pub(super) fn page_of_accounts(state: &mut State, page: &Page<AccountSummary>) -> Done {
    let accounts: Vec<_> = page.items.iter().map(|summary| written(state, summary)).collect();
    let mut body = Map::new();
    body.insert("Accounts".to_owned(), accounts.into());
    if let Some(token) = page.next_token {
        body.insert("NextToken".to_owned(), token_text(state, token).into());
    }
    Done::Json(body.into())
}

pub(super) fn describe(state: &mut State, caller: &Caller, input: Input<'_>) -> Result<Done, Refusal> {
    let key = account(state, input, "AccountId")?;
    let answer = state.world.describe_account(caller, key);
    let summary = state.checked(answer)?;
    Ok(Done::Json(json!({"Account": written(state, &summary)})))
}

fn written(state: &State, summary: &AccountSummary) -> Value {
    let number = summary.number;
    let (name, email) = state.names.of(number);
    let joined_method = match summary.joined_method {
        Origin::Created => "CREATED",
        Origin::Invited => "INVITED",
    };
    let mut account = json!({
        "Id": number.to_string(),
        "Arn": account_arn(state, summary.account),
        "Email": email,
        "Name": name,
        "State": summary.state.as_str(),
        "JoinedMethod": joined_method,
        "JoinedTimestamp": state.seconds(summary.joined_at),
    });
    if let (Some(status), Some(members)) = (summary.status, account.as_object_mut()) {
        members.insert("Status".to_owned(), status.into());
    }
    account
}

/// `arn:aws:organizations::MANAGEMENT:account/o-…/ACCOUNT`.
pub(super) fn account_arn(state: &State, account: AccountKey) -> String {
    let world = &state.world;
    let holder = world.account(account);
    let Some(key) = holder.organization() else { return String::new() };
    let organization = world.organization(key);
    let management = world.account(organization.management()).number();
    format!("arn:aws:organizations::{management}:account/{}/{}", world.texts().get(organization.id()), holder.number())
}

pub(super) fn describe_organization(state: &mut State, caller: &Caller) -> Result<Done, Refusal> {
    let answer = state.world.describe_organization(caller);
    let (id, management) = state.checked(answer)?;
    let world = &state.world;
    let (id, number) = (world.texts().get(id), world.account(management).number());
    let features = world.account(management).organization().map(|key| world.organization(key).features());
    let features = if features == Some(FeatureSet::All) { "ALL" } else { "CONSOLIDATED_BILLING" };
    Ok(Done::Json(json!({"Organization": {
        "Id": id,
        "Arn": format!("arn:aws:organizations::{number}:organization/{id}"),
        "FeatureSet": features,
        "MasterAccountArn": account_arn(state, management),
        "MasterAccountId": number.to_string(),
        "MasterAccountEmail": state.names.of(number).1,
        "AvailablePolicyTypes": [],
    }})))
}

pub(super) fn list_for_parent(state: &mut State, caller: &Caller, input: Input<'_>) -> Result<Done, Refusal> {
    let key = own_organization(state, caller)?;
    let parent = node(state, key, input, ("ParentId", "ParentNotFoundException"))?;
    let (token, max) = (token(input)?, input.max_results()?);
    let answer = state.world.list_accounts_for_parent_up_to(caller, parent, token, max);
    let page = state.checked(answer)?;
    Ok(page_of_accounts(state, &page))
}

/// Accounts that are there now get the names that were asked for.
pub(super) fn take_over_names(state: &mut State) {
    if state.names.open == 0 {
        return;
    }
    let (world, names) = (&state.world, &mut state.names);
    let mut open = 0;
    for asked in &names.asked {
        match world.created_account(asked.id) {
            None => open += 1,
            Some(account) => {
                let number = world.account(account).number();
                names.by_account.insert(number, (asked.name.clone(), asked.email.clone()));
            }
        }
    }
    names.open = open;
}

pub(super) fn create(state: &mut State, caller: &Caller, input: Input<'_>) -> Result<Done, Refusal> {
    input.refuse(&["Tags"])?;
    if input.optional("RoleName")?.is_some_and(|role| role != "OrganizationAccountAccessRole") {
        return Err(Refusal::not_modelled("another RoleName than OrganizationAccountAccessRole"));
    }
    let (name, email) = (input.required("AccountName")?.to_owned(), input.required("Email")?.to_owned());
    let before = state.world.last_create_request();
    let answer = state.world.create_account(caller);
    // Also where the answer is lost.
    if let Some(id) = state.world.last_create_request().filter(|id| Some(*id) != before) {
        let at = state.world.now();
        state.names.asked.push(Asked { id, name, email, at });
        state.names.open += 1;
    }
    let status = state.checked(answer)?;
    Ok(written_creation(state, &status))
}

pub(super) fn describe_creation(state: &mut State, caller: &Caller, input: Input<'_>) -> Result<Done, Refusal> {
    let text = input.required("CreateAccountRequestId")?;
    let missing = "We can't find an create account request with the CreateAccountRequestId that you specified.";
    let id = CreateRequestId::parse(text);
    let id = id.ok_or_else(|| Refusal::new("CreateAccountStatusNotFoundException", 400, missing))?;
    let answer = state.world.describe_create_account_status(caller, id);
    let status = state.checked(answer)?;
    Ok(written_creation(state, &status))
}

fn written_creation(state: &State, status: &CreateAccountStatus) -> Done {
    let asked = state.names.asked.iter().find(|asked| asked.id == status.id);
    let done = status.state == CreateAccountState::Succeeded;
    let mut body = json!({"Id": status.id.to_string(), "State": if done { "SUCCEEDED" } else { "IN_PROGRESS" }});
    if let Some(members) = body.as_object_mut() {
        if let Some(asked) = asked {
            members.insert("AccountName".to_owned(), asked.name.clone().into());
            members.insert("RequestedTimestamp".to_owned(), state.seconds(asked.at).into());
        }
        if let Some(account) = status.account {
            let holder = state.world.account(account);
            members.insert("AccountId".to_owned(), holder.number().to_string().into());
            members.insert("CompletedTimestamp".to_owned(), state.seconds(holder.joined_at()).into());
        }
    }
    Done::Json(json!({"CreateAccountStatus": body}))
}

pub(super) fn close(state: &mut State, caller: &Caller, input: Input<'_>) -> Result<Done, Refusal> {
    let key = account(state, input, "AccountId")?;
    let answer = state.world.close_account(caller, key);
    state.checked(answer)?;
    Ok(Done::Json(json!({})))
}

pub(super) fn remove(state: &mut State, caller: &Caller, input: Input<'_>) -> Result<Done, Refusal> {
    let key = account(state, input, "AccountId")?;
    let answer = state.world.remove_account_from_organization(caller, key);
    state.checked(answer)?;
    Ok(Done::Json(json!({})))
}
