//! The accounts of an organization.

use super::page;
use crate::connection::Connection;
use crate::failure::Failure;
use crate::operation::Operation;
use crate::pages::Pages;
use crate::sts::{account, present};
use aws_sdk_organizations::types as sdk;
use rolecall_core::access_check::AccountState;
use rolecall_iam::arn::AccountId;

/// `Account`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// `Id`.
    pub id: AccountId,
    /// `Arn`: `arn:…:organizations::MANAGEMENT:account/o-…/ID`.
    pub arn: String,
    /// `Name`; empty where AWS gives none.
    pub name: String,
    /// `Email`; empty where AWS gives none.
    pub email: String,
    /// `State`, where it is missing the older `Status`.
    pub state: AccountState,
    /// `JoinedMethod`: `INVITED` or `CREATED`. Created ones have `OrganizationAccountAccessRole` by default, invited not.
    pub joined_method: Option<String>,
    /// `JoinedTimestamp`, in seconds since 1970.
    pub joined_at_s: Option<i64>,
}

impl Connection {
    /// `ListAccounts`, 20 a page at most. Only the management account and delegated administrators may.
    pub fn list_accounts(&self) -> Pages<Account> {
        let operation = Operation::ListAccounts;
        Pages::new(operation, self, move |connection, token| async move {
            let request = connection.organizations().list_accounts().set_next_token(token);
            let answer = connection.send(operation, request.send()).await?;
            page(operation, "Accounts", answer.accounts, answer.next_token, |account| read(operation, account))
        })
    }

    /// `ListAccountsForParent`: the accounts directly in a root or a unit, none of the units below.
    pub fn list_accounts_for_parent(&self, parent: &str) -> Pages<Account> {
        let operation = Operation::ListAccountsForParent;
        let parent = parent.to_owned();
        Pages::new(operation, self, move |connection, token| {
            let parent = parent.clone();
            async move {
                let request = connection.organizations().list_accounts_for_parent().parent_id(parent);
                let answer = connection.send(operation, request.set_next_token(token).send()).await?;
                page(operation, "Accounts", answer.accounts, answer.next_token, |account| read(operation, account))
            }
        })
    }

    /// `DescribeAccount`. `AccountNotFoundException` when it is no member.
    pub async fn describe_account(&self, account: AccountId) -> Result<Account, Failure> {
        let operation = Operation::DescribeAccount;
        let request = self.organizations().describe_account().account_id(account.as_str());
        let answer = self.send(operation, request.send()).await?;
        match answer.account() {
            Some(account) => read(operation, account),
            None => Err(Failure::malformed(operation, "it has no Account")),
        }
    }
}

fn read(operation: Operation, found: &sdk::Account) -> Result<Account, Failure> {
    let id = account(operation, present(operation, "Id", found.id())?)?;
    let (state, status) =
        (found.state().map(sdk::AccountState::as_str), found.status().map(sdk::AccountStatus::as_str));
    let Some(state) = AccountState::read(state, status) else {
        let word = state.or(status).unwrap_or("none");
        return Err(Failure::malformed(operation, format!("the state `{word}` of account {id} is not known")));
    };
    Ok(Account {
        id,
        arn: present(operation, "Arn", found.arn())?.to_owned(),
        name: found.name().unwrap_or_default().to_owned(),
        email: found.email().unwrap_or_default().to_owned(),
        state,
        joined_method: found.joined_method().map(|method| method.as_str().to_owned()),
        joined_at_s: found.joined_timestamp().map(aws_smithy_types::DateTime::secs),
    })
}
