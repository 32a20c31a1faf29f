//! Discovery: the tick, the listing that it starts, and the checks that begin when the listing ends. Absence counts in a
//! complete listing only.

use super::Vendor;
use super::account::{Account, Slot, Standing};
use super::effect::{Conflict, Deactivated, Effect, Ignored};
use super::event::{ListedAccount, ListingProblem};
use super::evidence::CheckCause;
use super::organization::{Listing, OrganizationKey};
use super::settings::Rechecks;
use crate::{AccountNumber, AccountState, TimeMs};
use std::collections::BTreeSet;

/// How much of the organization a listing has shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shown {
    All,
    /// What has this round.
    Pages(u32),
}

impl Vendor {
    /// A management account without access cannot list: it is checked first, and the listing follows its validation.
    pub(super) fn tick(&mut self, now: TimeMs, key: OrganizationKey, effects: &mut Vec<Effect>) {
        let Some(organization) = self.known(key, effects) else { return };
        if organization.listing.is_some() {
            effects.push(Effect::Ignored(Ignored::ListingUnderWay));
            return;
        }
        organization.tick += 1;
        let (tick, management) = (organization.tick, organization.management_slot);
        let Some(slot) = management else { return };
        self.visits += 1;
        match self.accounts.get(slot).map(|account| account.standing) {
            Some(Standing::Active) => self.begin_listing(now, key, CheckCause::Tick(tick), effects),
            _ => self.start_check(slot, CheckCause::Tick(tick), effects),
        }
    }

    pub(super) fn begin_listing(
        &mut self,
        now: TimeMs,
        key: OrganizationKey,
        cause: CheckCause,
        effects: &mut Vec<Effect>,
    ) {
        let Some(organization) = self.organization_mut(key).filter(|known| known.listing.is_none()) else { return };
        organization.round = organization.round.wrapping_add(1);
        let round = organization.round;
        organization.listing = Some(Listing { round, cause, started: now, has_page: false, has_management: false });
        effects.push(Effect::ListAccounts { organization: key, round });
    }

    /// After a check of a management account that opened: the listing that waited for it. Where a listing has just been
    /// refused none follows, but somebody is told that the role opens and may not list.
    pub(super) fn after_management_check(
        &mut self,
        now: TimeMs,
        before: &Account,
        cause: CheckCause,
        effects: &mut Vec<Effect>,
    ) {
        let key = before.organization;
        let Some(organization) = self.organization(key) else { return };
        let opens = self.account(before.number).is_some_and(|account| account.standing == Standing::Active);
        if before.number != organization.management || !opens {
            return;
        }
        let refused = organization.tick > 0 && organization.denied_tick == organization.tick;
        match (refused, before.standing) {
            (true, Standing::Active) => {
                self.raise_about_listing(key, Conflict::ListingDenied { organization: key }, effects);
            }
            (false, Standing::Active) => {}
            (_, _) => self.begin_listing(now, key, cause, effects),
        }
    }

    /// The listing under way, when it has this round; says so when not.
    fn under_way(&mut self, key: OrganizationKey, round: u32, effects: &mut Vec<Effect>) -> Option<Listing> {
        let listing = self.known(key, effects)?.listing.filter(|listing| listing.round == round);
        if listing.is_none() {
            effects.push(Effect::Ignored(Ignored::OldListing));
        }
        listing
    }

    pub(super) fn listing_page(
        &mut self,
        now: TimeMs,
        key: OrganizationKey,
        round: u32,
        accounts: &[ListedAccount],
        effects: &mut Vec<Effect>,
    ) {
        let Some(listing) = self.under_way(key, round, effects) else { return };
        if let Some(listing) = self.organization_mut(key).and_then(|known| known.listing.as_mut()) {
            listing.has_page |= !accounts.is_empty();
        }
        let mut before = None;
        for listed in accounts {
            self.note_listed(now, key, &listing, *listed, &mut before, effects);
        }
    }

    pub(super) fn listing_complete(
        &mut self,
        now: TimeMs,
        key: OrganizationKey,
        round: u32,
        effects: &mut Vec<Effect>,
    ) {
        let Some(listing) = self.under_way(key, round, effects) else { return };
        if !listing.has_management {
            self.refuse_listing(key, round, effects);
            return;
        }
        self.overruled.forget_all_of(key);
        self.drop_claims_of(now, key, |claim| claim.seen_round != round, effects);
        let Some(organization) = self.organization(key) else { return };
        let members: Vec<Slot> = organization.members.iter().copied().collect();
        for slot in members {
            self.visits += 1;
            if self.accounts.get(slot).is_some_and(|account| account.seen_round != round) {
                self.depart(now, slot, Deactivated::Departed, effects);
            }
        }
        self.end_listing(key, Some(listing.started), Shown::All, effects);
    }

    pub(super) fn listing_difference(
        &mut self,
        now: TimeMs,
        key: OrganizationKey,
        round: u32,
        changed: &[ListedAccount],
        departed: &[AccountNumber],
        effects: &mut Vec<Effect>,
    ) {
        let Some(listing) = self.under_way(key, round, effects) else { return };
        let mut before = None;
        for listed in self.lines_of_difference(key, changed, departed).iter() {
            self.note_listed(now, key, &listing, *listed, &mut before, effects);
        }
        let management = self.organization(key).and_then(|organization| organization.management_slot);
        let management = management.and_then(|slot| self.accounts.get(slot));
        if !management.is_some_and(|account| account.listed && !departed.contains(&account.number)) {
            self.refuse_listing(key, round, effects);
            return;
        }
        self.overruled.forget_all_of(key);
        self.drop_claims_of(now, key, |claim| departed.contains(&claim.account), effects);
        self.visits += departed.len() as u64;
        let is_member = |slot: &Slot| self.accounts.get(*slot).is_some_and(|known| known.is_member_of(key));
        let slots = departed.iter().filter_map(|account| self.accounts.slot(*account)).filter(is_member);
        // In the order in which a listing by pages finds them missing. An account that is no member has no slot here.
        let slots: BTreeSet<Slot> = slots.collect();
        for slot in slots {
            self.depart(now, slot, Deactivated::Departed, effects);
        }
        self.end_listing(key, Some(listing.started), Shown::All, effects);
    }

    fn refuse_listing(&mut self, key: OrganizationKey, round: u32, effects: &mut Vec<Effect>) {
        self.raise_about_listing(key, Conflict::ListingWithoutManagement { organization: key }, effects);
        self.end_listing(key, None, Shown::Pages(round), effects);
    }

    pub(super) fn listing_partial(
        &mut self,
        key: OrganizationKey,
        round: u32,
        problem: ListingProblem,
        effects: &mut Vec<Effect>,
    ) {
        let Some(listing) = self.under_way(key, round, effects) else { return };
        self.end_listing(key, None, Shown::Pages(round), effects);
        if problem == ListingProblem::AccessDenied {
            self.listing_denied(key, listing.cause, effects);
        }
    }

    /// Who may not list is asked whether the role still opens, unless it has just answered that.
    fn listing_denied(&mut self, key: OrganizationKey, cause: CheckCause, effects: &mut Vec<Effect>) {
        let Some(organization) = self.organization_mut(key) else { return };
        let (tick, management) = (organization.tick, organization.management);
        organization.denied_tick = tick;
        let Some(slot) = self.accounts.slot(management) else { return };
        let Some(account) = self.accounts.get_mut(slot) else { return };
        let opened_just_now = account.awaits_listing || account.phase_tick == tick;
        account.awaits_listing = false;
        if opened_just_now {
            self.raise_about_listing(key, Conflict::ListingDenied { organization: key }, effects);
        } else {
            self.start_check(slot, cause, effects);
        }
    }

    /// Raises a contradiction of the listing once, until a complete one clears it.
    fn raise_about_listing(&mut self, key: OrganizationKey, conflict: Conflict, effects: &mut Vec<Effect>) {
        let Some(organization) = self.organization_mut(key) else { return };
        if organization.listing_conflict != Some(conflict) {
            let before = organization.listing_conflict.replace(conflict);
            effects.extend(before.map(Effect::ClearConflict));
            effects.push(Effect::RaiseConflict(conflict));
        }
    }

    /// Begins the checks that were waiting for it: of new and failing accounts, and of active ones whose tick has come.
    /// Of an account that was on no page the state may be an old one, so it is left to the next tick.
    fn end_listing(&mut self, key: OrganizationKey, complete: Option<TimeMs>, shown: Shown, effects: &mut Vec<Effect>) {
        let by_hint = self.settings.rechecks == Rechecks::OnHint;
        let Some(organization) = self.organization_mut(key) else { return };
        let Some(listing) = organization.listing.take() else { return };
        organization.last_complete = complete.or(organization.last_complete);
        let out_of_turn = organization.is_out_of_turn();
        organization.ended_tick = organization.tick;
        if complete.is_some() {
            if !out_of_turn {
                organization.checked_tick = organization.tick;
                organization.broken_off.clear();
            }
            effects.extend(organization.listing_conflict.take().map(Effect::ClearConflict));
        }
        let tick = organization.tick;
        if complete.is_none() && listing.has_page && by_hint && !out_of_turn {
            organization.broken_off.push((listing.round, tick));
        }
        let later = organization.rechecks.split_off(&(tick + 1));
        let due = std::mem::replace(&mut organization.rechecks, later);
        let unresolved: Vec<Slot> = organization.unresolved.iter().copied().collect();
        for slot in unresolved {
            if self.was_shown(slot, shown) {
                self.start_check(slot, listing.cause, effects);
            }
        }
        // By place and not by when they were queued: hints must not change the order of what follows.
        let mut due: Vec<(Slot, u32)> = due
            .into_iter()
            .flat_map(|(queued_for, slots)| slots.into_iter().map(move |slot| (slot, queued_for)))
            .collect();
        due.sort_unstable();
        for (slot, queued_for) in due {
            self.recheck(slot, key, queued_for, listing.cause, shown, effects);
        }
    }

    fn was_shown(&self, slot: Slot, shown: Shown) -> bool {
        match shown {
            Shown::All => true,
            Shown::Pages(round) => self.accounts.get(slot).is_some_and(|account| account.seen_round == round),
        }
    }

    /// The turn of an active account has come. Whoever was shown has had it, also by a check that is under way: so the next
    /// turn follows from what listings have shown, and hints find the same one without having looked at each tick.
    fn recheck(
        &mut self,
        slot: Slot,
        key: OrganizationKey,
        queued_for: u32,
        cause: CheckCause,
        shown: Shown,
        effects: &mut Vec<Effect>,
    ) {
        self.visits += 1;
        let was_shown = self.was_shown(slot, shown);
        let Some(account) = self.accounts.get_mut(slot) else { return };
        let current = account.recheck_tick == queued_for && account.organization == key;
        if !current || account.standing != Standing::Active {
            return;
        }
        account.recheck_tick = 0;
        let account = *account;
        let next = self.organization(key).map_or(0, |organization| organization.tick + 1);
        if !was_shown {
            self.queue_recheck(slot, next);
            return;
        }
        if self.settings.rechecks == Rechecks::Every {
            let next = self.tick_in_phase(&account, next);
            self.queue_recheck(slot, next);
        }
        self.start_check(slot, cause, effects);
    }

    pub(super) fn account_state(
        &mut self,
        now: TimeMs,
        key: OrganizationKey,
        account: AccountNumber,
        state: AccountState,
        effects: &mut Vec<Effect>,
    ) {
        if let Some(slot) = self.member(key, account, effects) {
            self.visits += 1;
            self.change_state(now, slot, state, effects);
        }
    }
}
