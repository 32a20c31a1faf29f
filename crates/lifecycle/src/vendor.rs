//! The vendor's machine: which accounts of which organizations are known, when each is checked, and what follows from a
//! verdict. This file shows every event; the leaves beside it each do one part. Calls, clock, mail and console belong to
//! others; why access is denied is for the diagnosis, which gets the evidence with each notification.

mod account;
mod agenda;
mod bindings;
mod checks;
mod claims;
mod conclusion;
mod effect;
mod event;
mod evidence;
mod family;
mod listing;
mod membership;
mod migration;
mod organization;
mod overruled;
mod restart;
mod settings;

#[cfg(test)]
mod tests;

pub use account::{Account, Slot, Standing};
pub use bindings::Call;
pub use effect::{CheckRef, Conflict, Deactivated, Effect, Ignored, Refused};
pub use event::{Event, ListedAccount, ListingProblem, NewOrganization};
pub use evidence::{CheckCause, Evidence, Occasion};
pub use organization::{Organization, OrganizationKey, TenantId};
pub use settings::{PauseRule, Rechecks, Settings};

use crate::{AccountNumber, TimeMs};
use account::Accounts;
use agenda::{Agenda, Due};
use bindings::Bindings;
use checks::Check;
use claims::Claim;
use overruled::Overruled;
use rolecall_core::access_check::CheckRecord;
use std::collections::BTreeMap;

/// Everything that the vendor knows.
///
/// Invariants: an account number has one slot, and a slot belongs to one organization; `checks` holds checks of members
/// only; an account with the standing `Active` was validated by a check.
#[derive(Clone, Debug)]
pub struct Vendor {
    settings: Settings,
    organizations: Vec<Organization>,
    accounts: Accounts,
    bindings: Bindings,
    checks: BTreeMap<Slot, Check>,
    /// Only of accounts that are not active: what an active one needs is its last check.
    histories: BTreeMap<Slot, Vec<CheckRecord>>,
    claims: BTreeMap<(AccountNumber, OrganizationKey), Claim>,
    overruled: Overruled,
    agenda: Agenda,
    serial: u32,
    visits: u64,
}

impl Vendor {
    /// Nobody is a customer yet.
    pub fn new(settings: Settings) -> Self {
        Self {
            settings,
            organizations: Vec::new(),
            accounts: Accounts::default(),
            bindings: Bindings::default(),
            checks: BTreeMap::new(),
            histories: BTreeMap::new(),
            claims: BTreeMap::new(),
            overruled: Overruled::default(),
            agenda: Agenda::default(),
            serial: 0,
            visits: 0,
        }
    }

    /// Makes room for so many more accounts at once: a table of a million that grows is there twice for a while.
    pub fn reserve(&mut self, accounts: usize) {
        self.accounts.reserve(accounts);
    }

    /// Takes one event at a moment and appends what has to be done, in order. `now` never goes back.
    ///
    /// An event that does not fit (an answer to a check that was given up, a page of an old listing, an account that
    /// nobody knows) changes nothing and is answered with [`Effect::Ignored`].
    pub fn step(&mut self, now: TimeMs, event: Event<'_>, effects: &mut Vec<Effect>) {
        match event {
            Event::OrganizationAdded(new) => self.add_organization(now, *new, effects),
            Event::OrganizationRemoved { organization } => self.remove_organization(now, organization, effects),
            Event::SubscriptionActivated { organization } => self.activate_subscription(organization, effects),

            Event::DiscoveryTick { organization } => self.tick(now, organization, effects),
            Event::ListingPage { organization, round, accounts } => {
                self.listing_page(now, organization, round, accounts, effects);
            }
            Event::ListingComplete { organization, round } => {
                self.listing_complete(now, organization, round, effects);
            }
            Event::ListingPartial { organization, round, problem } => {
                self.listing_partial(organization, round, problem, effects);
            }
            Event::ListingDifference { organization, round, changed, departed } => {
                self.listing_difference(now, organization, round, changed, departed, effects);
            }
            Event::AccountState { organization, account, state } => {
                self.account_state(now, organization, account, state, effects);
            }

            Event::ProbeAnswered { check, probe, answer } => self.answered(now, check, probe, answer, effects),
            Event::ValidateRequested { organization, account } => {
                self.validate_requested(now, organization, account, effects);
            }
            Event::AccessMayHaveChanged { account } => self.hint(account, effects),
            Event::TimerDue => self.timer(now, effects),

            Event::MigrationRequested { organization, until } => {
                self.request_migration(now, organization, until, effects);
            }
            Event::ConflictSettled { account, organization } => {
                self.settle_by_hand(now, account, organization, effects);
            }
            Event::Restarted => self.restart(),
        }
        if let Some(at) = self.agenda.announce() {
            effects.push(Effect::Schedule { at });
        }
    }

    fn timer(&mut self, now: TimeMs, effects: &mut Vec<Effect>) {
        while let Some(due) = self.agenda.pop(now) {
            match due {
                Due::Retry(slot, serial) => self.retry(slot, serial, effects),
                Due::MigrationEnd(organization) => self.end_migration(now, organization, effects),
            }
        }
    }

    /// When [`Event::TimerDue`] is wanted next.
    pub fn next_due(&self) -> Option<TimeMs> {
        self.agenda.first()
    }

    /// An organization by its key, also one that was removed.
    pub fn organization(&self, key: OrganizationKey) -> Option<&Organization> {
        self.organizations.get(key.place())
    }

    /// An account by its number, also one that departed.
    pub fn account(&self, number: AccountNumber) -> Option<&Account> {
        self.accounts.slot(number).and_then(|slot| self.accounts.get(slot))
    }

    /// The place of an account.
    pub fn slot(&self, number: AccountNumber) -> Option<Slot> {
        self.accounts.slot(number)
    }

    /// An account by its place.
    pub fn account_at(&self, slot: Slot) -> Option<&Account> {
        self.accounts.get(slot)
    }

    /// Every account ever seen, in the order in which they were.
    pub fn accounts(&self) -> &[Account] {
        self.accounts.all()
    }

    /// How many accounts are under check, those that wait for a retry included.
    pub fn checks_under_way(&self) -> usize {
        self.checks.len()
    }

    /// How many times a step has looked at an account so far: the measure of what an event costs.
    pub const fn visits(&self) -> u64 {
        self.visits
    }

    /// The settings.
    pub const fn settings(&self) -> &Settings {
        &self.settings
    }
}
