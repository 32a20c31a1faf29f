//! The accounts of the organization as Organizations lists them: how the listing ended, and what it has.

use super::subject::entry;
use rolecall_aws::{Account, Connection, Failure};
use rolecall_core::access_check::{AccountState, Membership, Outcome};
use rolecall_core::diagnosis::Seen;
use rolecall_core::diagnosis::evidence::{Listing, ListingEnd};
use rolecall_core::organization::{Organization, ServiceMode};
use rolecall_core::validation::{LeftOut, Note};
use rolecall_iam::arn::AccountId;
use std::collections::BTreeMap;

/// A listing.
#[derive(Clone, Debug, Default)]
pub(super) struct Listed {
    end: Seen<ListingEnd>,
    failure: Option<Failure>,
    accounts: BTreeMap<AccountId, (AccountState, Option<String>)>,
}

impl Listed {
    /// `ListAccounts`, all pages; `tell` hears of each account as soon as its page is there.
    pub(super) async fn read(connection: &Connection, tell: impl Fn(&Account)) -> Self {
        let mut pages = connection.list_accounts();
        let mut accounts = BTreeMap::new();
        let ended = loop {
            match pages.next().await {
                Ok(None) => break Ok(()),
                Ok(Some(page)) => {
                    page.iter().for_each(&tell);
                    let one = |account: Account| (account.id, (account.state, account.joined_method));
                    accounts.extend(page.into_iter().map(one));
                }
                Err(failure) => break Err(failure),
            }
        };
        match ended {
            Ok(()) => Self { end: Seen::Present(ListingEnd::Complete), failure: None, accounts },
            Err(failure) => {
                let code = failure.code.clone();
                let refused = failure.outcome == Outcome::AccessDenied || code == "AWSOrganizationsNotInUseException";
                let end = if refused { ListingEnd::Refused { code } } else { ListingEnd::Partial { code } };
                Self { end: Seen::Present(end), failure: Some(failure), accounts: BTreeMap::new() }
            }
        }
    }

    pub(super) const fn failure(&self) -> Option<&Failure> {
        self.failure.as_ref()
    }

    pub(super) fn is_complete(&self) -> bool {
        self.end.present() == Some(&ListingEnd::Complete)
    }

    /// Whether the organization has the account; nothing is concluded from a listing that is not complete.
    pub(super) fn membership(&self, account: AccountId) -> Membership {
        match (self.is_complete(), self.accounts.contains_key(&account)) {
            (false, _) => Membership::NotYetKnown,
            (true, true) => Membership::Listed,
            (true, false) => Membership::NotListed,
        }
    }

    pub(super) fn state(&self, account: AccountId) -> Option<AccountState> {
        self.accounts.get(&account).map(|(state, _)| *state)
    }

    /// What it says of one account.
    pub(super) fn of(&self, account: AccountId) -> Listing {
        let found = self.accounts.get(&account).map(|(state, joined)| entry(*state, joined.as_deref()));
        let entry = if self.is_complete() { Seen::looked(found) } else { Seen::NotLooked };
        Listing { end: self.end.clone(), entry, ..Listing::default() }
    }

    /// The accounts that are looked at, and why the others are not. Members of an organization in lagging mode have no role.
    pub(super) fn usable(&self, organization: &Organization) -> (Vec<AccountId>, Vec<(AccountId, LeftOut)>) {
        let lagging = organization.mode == ServiceMode::Lagging;
        let mut usable = Vec::new();
        let mut others = Vec::new();
        for (account, (state, _)) in &self.accounts {
            if !state.is_usable() {
                others.push((*account, LeftOut::NotActive(*state)));
            } else if lagging && *account != organization.management_account {
                others.push((*account, LeftOut::Lagging));
            } else {
                usable.push(*account);
            }
        }
        (usable, others)
    }

    /// Why not every account is known.
    pub(super) fn not_judged(&self) -> Option<Note> {
        if self.is_complete() {
            return None;
        }
        let why = match &self.failure {
            Some(failure) => failure.to_string(),
            None => String::from("nobody could ask Organizations"),
        };
        let text = format!(
            "the accounts of the organization are not known: {why}; name them with `--account` or `--accounts`"
        );
        Some(Note::new("accounts-not-listed", text))
    }
}
