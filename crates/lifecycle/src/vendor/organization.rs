//! One organization with its queues, and how it comes and goes.

use super::Vendor;
use super::account::{Account, Slot, Standing};
use super::effect::{Conflict, Deactivated, Effect, Ignored, Refused};
use super::event::NewOrganization;
use super::evidence::CheckCause;
use crate::{AccountNumber, TimeMs};
use rolecall_core::organization::{AccountKind, OrganizationId, ServiceMode};
use std::collections::{BTreeMap, BTreeSet};

/// An organization, in the order of arrival from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrganizationKey(pub u32);

impl OrganizationKey {
    pub(super) const fn place(self) -> usize {
        self.0 as usize
    }
}

/// A customer; one may have several organizations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TenantId(pub u32);

/// A listing under way.
#[derive(Clone, Copy, Debug)]
pub(super) struct Listing {
    pub(super) round: u32,
    /// What the checks that begin at its end are for.
    pub(super) cause: CheckCause,
    pub(super) started: TimeMs,
    pub(super) has_page: bool,
    pub(super) has_management: bool,
}

/// What is known of an organization.
#[derive(Clone, Debug)]
pub struct Organization {
    /// Whose it is.
    pub tenant: TenantId,
    /// Its ID at AWS.
    pub id: OrganizationId,
    /// Its management account.
    pub management: AccountNumber,
    /// How it is served.
    pub mode: ServiceMode,
    /// The onboarding is over.
    pub subscribed: bool,
    /// The customer left.
    pub removed: bool,
    /// Discovery ticks so far.
    pub tick: u32,
    /// When the window of a migration ends or ended.
    pub migration_until: Option<TimeMs>,
    /// It has ended.
    pub migration_over: bool,
    /// The start of the last complete listing.
    pub last_complete: Option<TimeMs>,
    /// The place of the management account, which never moves.
    pub(super) management_slot: Option<Slot>,
    pub(super) round: u32,
    pub(super) listing: Option<Listing>,
    /// The tick whose first listing was the last one that was complete: active accounts whose turn came since then wait for the next
    /// one.
    pub(super) checked_tick: u32,
    /// The listings since then that broke off after a page, by round, and their ticks: whomever they showed had its turn.
    /// Kept for hints alone.
    pub(super) broken_off: Vec<(u32, u32)>,
    /// The tick at which a listing last ended, however.
    pub(super) ended_tick: u32,
    /// The tick at which a refused listing last led to a check of the management account.
    pub(super) denied_tick: u32,
    pub(super) listing_conflict: Option<Conflict>,
    pub(super) members: BTreeSet<Slot>,
    /// Members that want a check at every tick: new and failing ones.
    pub(super) unresolved: BTreeSet<Slot>,
    /// Active members by the tick at which they are checked again. Entries are dropped when they turn out to be outdated.
    pub(super) rechecks: BTreeMap<u32, Vec<Slot>>,
    pub(super) lacking: BTreeSet<Slot>,
}

impl Organization {
    /// The tick of the last listing that showed an account: the last one at which its turn could come.
    pub(super) fn had_its_turn(&self, account: &Account) -> u32 {
        let shown = self.broken_off.iter().rev().find(|(round, _)| *round == account.seen_round);
        shown.map_or(self.checked_tick.max(account.turn_tick), |(_, tick)| *tick)
    }

    /// Whether a listing of this tick has ended before: whose turn had come by now was checked then, or waits for the next
    /// tick.
    pub(super) const fn is_out_of_turn(&self) -> bool {
        self.ended_tick == self.tick
    }

    /// The first tick at which somebody's turn can still come: this one while none of its listings has ended.
    pub(super) const fn soonest_turn(&self) -> u32 {
        if self.is_out_of_turn() { self.tick + 1 } else { self.tick }
    }
}

impl Organization {
    fn new(new: &NewOrganization) -> Self {
        Self {
            tenant: new.tenant,
            id: new.id.clone(),
            management: new.management,
            mode: new.mode,
            subscribed: new.subscribed,
            removed: false,
            tick: 0,
            migration_until: None,
            migration_over: false,
            last_complete: None,
            management_slot: None,
            round: 0,
            listing: None,
            checked_tick: 0,
            broken_off: Vec::new(),
            ended_tick: 0,
            denied_tick: 0,
            listing_conflict: None,
            members: BTreeSet::new(),
            unresolved: BTreeSet::new(),
            rechecks: BTreeMap::new(),
            lacking: BTreeSet::new(),
        }
    }

    /// Whether active management is paused.
    pub fn is_paused(&self) -> bool {
        !self.lacking.is_empty()
    }

    /// How many accounts it has.
    pub fn member_count(&self) -> usize {
        self.members.len()
    }

    /// How many of them are checked at every tick.
    pub fn unresolved_count(&self) -> usize {
        self.unresolved.len()
    }

    /// Management or member.
    pub fn kind_of(&self, account: AccountNumber) -> AccountKind {
        if account == self.management { AccountKind::Management } else { AccountKind::Member }
    }

    /// Whether a role is asked for in an account.
    pub fn requires_role(&self, account: AccountNumber) -> bool {
        self.mode == ServiceMode::RealTime || account == self.management
    }
}

impl Vendor {
    /// A connected organization; says so when there is none.
    pub(super) fn known(&mut self, key: OrganizationKey, effects: &mut Vec<Effect>) -> Option<&mut Organization> {
        let found = self.organizations.get_mut(key.place()).filter(|organization| !organization.removed);
        if found.is_none() {
            effects.push(Effect::Ignored(Ignored::UnknownOrganization));
        }
        found
    }

    pub(super) fn organization_mut(&mut self, key: OrganizationKey) -> Option<&mut Organization> {
        self.organizations.get_mut(key.place())
    }

    pub(super) fn add_organization(&mut self, now: TimeMs, new: NewOrganization, effects: &mut Vec<Effect>) {
        if let Err(because) = self.take_bindings(&new) {
            effects.push(Effect::OrganizationRefused { id: new.id, because });
            return;
        }
        let key = OrganizationKey(u32::try_from(self.organizations.len()).unwrap_or(u32::MAX));
        let mut organization = Organization::new(&new);
        let slot = self.accounts.put(Account::joined(new.management, key, now));
        organization.management_slot = slot;
        organization.members.extend(slot);
        organization.unresolved.extend(slot);
        self.organizations.push(organization);
        effects.push(Effect::OrganizationAccepted { organization: key });
    }

    fn take_bindings(&mut self, new: &NewOrganization) -> Result<(), Refused> {
        if self.organizations.iter().any(|known| !known.removed && known.id == new.id) {
            return Err(Refused::OrganizationTaken);
        }
        if self.account(new.management).is_some_and(|account| account.standing != Standing::Departed) {
            return Err(Refused::ManagementTaken(new.management));
        }
        self.bindings.add(new)
    }

    pub(super) fn remove_organization(&mut self, now: TimeMs, key: OrganizationKey, effects: &mut Vec<Effect>) {
        let Some(organization) = self.known(key, effects) else { return };
        organization.removed = true;
        organization.listing = None;
        // No resumption is announced to somebody who has left.
        organization.subscribed = false;
        organization.lacking.clear();
        let members = organization.members.clone();
        self.overruled.forget_all_of(key);
        self.drop_claims_of(now, key, |_| true, effects);
        for slot in members {
            self.depart(now, slot, Deactivated::Unsubscribed, effects);
        }
    }

    pub(super) fn activate_subscription(&mut self, key: OrganizationKey, effects: &mut Vec<Effect>) {
        let Some(organization) = self.known(key, effects) else { return };
        organization.subscribed = true;
        let unresolved: Vec<Slot> = organization.unresolved.iter().copied().collect();
        for slot in unresolved {
            self.review_family(slot, effects);
        }
    }
}
