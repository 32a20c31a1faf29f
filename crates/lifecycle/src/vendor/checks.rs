//! Starts checks, walks through their probes and repeats them. What a finished check leads to is in `conclusion`.

use super::Vendor;
use super::account::{Account, Slot, Standing};
use super::agenda::Due;
use super::effect::{CheckRef, Effect, Ignored};
use super::evidence::CheckCause;
use super::organization::{Organization, OrganizationKey};
use super::settings::Rechecks;
use crate::{AccountNumber, AccountState, DurationMs, TimeMs};
use rolecall_core::access_check::{AccessCheck, Answer, CheckPlan, Probe, WrongKinds};

/// A check of one account, probes out or waiting to be repeated.
#[derive(Clone, Copy, Debug)]
pub(super) struct Check {
    pub(super) serial: u32,
    pub(super) cause: CheckCause,
    pub(super) access: AccessCheck,
    /// How often it was repeated because its verdict was unknown.
    pub(super) unknown_retries: u8,
    /// Nothing is asked until then.
    pub(super) waits: bool,
}

impl Vendor {
    /// Whether a check of the account may have consequences: it is a member, a role is asked for, and it is ACTIVE. A
    /// management account is tried in any state, because without it nobody can list the state.
    pub(super) fn may_check(&self, account: &Account) -> bool {
        let Some(organization) = self.organization(account.organization) else { return false };
        let stands = !matches!(account.standing, Standing::Departed | Standing::Blocked | Standing::NotRequired);
        let usable = account.state == AccountState::Active || account.number == organization.management;
        stands && usable && organization.requires_role(account.number) && !organization.removed
    }

    /// Begins a check, unless one is under way or nothing may come of it. One that waits to be repeated is this one from
    /// now on.
    pub(super) fn start_check(&mut self, slot: Slot, cause: CheckCause, effects: &mut Vec<Effect>) {
        self.visits += 1;
        let Some(account) = self.accounts.get(slot).copied() else { return };
        if !self.may_check(&account) {
            return;
        }
        match self.checks.get_mut(&slot) {
            Some(waiting) if waiting.waits => waiting.cause = cause,
            Some(_) => {}
            None => self.begin(slot, &account, cause, 0, effects),
        }
    }

    fn begin(&mut self, slot: Slot, account: &Account, cause: CheckCause, retries: u8, effects: &mut Vec<Effect>) {
        let access = AccessCheck::new(self.plan(account));
        self.serial = self.serial.wrapping_add(1);
        let serial = self.serial;
        self.checks.insert(slot, Check { serial, cause, access, unknown_retries: retries, waits: false });
        if let Some(probe) = access.next_probe() {
            let (number, organization) = (account.number, account.organization);
            effects.push(Effect::Probe { check: CheckRef { slot, serial, account: number, organization }, probe });
        }
    }

    fn plan(&self, account: &Account) -> CheckPlan {
        let organization = account.organization;
        let migration_over = self.organization(organization).is_some_and(|known| known.migration_over);
        let own = self.bindings.wrong_of_account(organization, account.number).filter(|_| !migration_over);
        CheckPlan {
            account: account.number,
            fall_back: own.is_some(),
            wrong_of_organization: self.bindings.wrong_of_organization(organization),
            wrong_of_account: own.unwrap_or(WrongKinds::NONE),
            window: self.settings.probe_window,
        }
    }

    pub(super) fn answered(
        &mut self,
        now: TimeMs,
        reference: CheckRef,
        probe: Probe,
        answer: Answer,
        effects: &mut Vec<Effect>,
    ) {
        let asked = self.checks.get_mut(&reference.slot);
        let asked = asked.filter(|check| check.serial == reference.serial && !check.waits);
        let Some(check) = asked else {
            effects.push(Effect::Ignored(Ignored::OldAnswer));
            return;
        };
        if check.access.record(probe, answer, now).is_err() {
            effects.push(Effect::Ignored(Ignored::OldAnswer));
            return;
        }
        let check = *check;
        if let Some(next) = check.access.next_probe() {
            effects.push(Effect::Probe { check: reference, probe: next });
        } else {
            self.conclude(now, reference.slot, &check, effects);
        }
    }

    /// Lets the check wait and be made again from its first probe.
    pub(super) fn repeat_later(&mut self, slot: Slot, check: &Check, at: TimeMs, unknown_retries: u8) {
        self.agenda.add(at, Due::Retry(slot, check.serial));
        self.checks.insert(slot, Check { waits: true, unknown_retries, ..*check });
        // A turn that comes meanwhile makes it a check of that tick, hint or no hint.
        let active = self.accounts.get(slot).filter(|account| account.standing == Standing::Active);
        let by_hint = active.filter(|_| self.settings.rechecks == Rechecks::OnHint);
        let turn = by_hint.and_then(|account| Some(self.turn_of(account, self.organization(account.organization)?)));
        if let Some(tick) = turn {
            self.queue_recheck(slot, tick);
        }
    }

    pub(super) fn retry(&mut self, slot: Slot, serial: u32, effects: &mut Vec<Effect>) {
        let waiting = self.checks.get(&slot).copied().filter(|check| check.serial == serial && check.waits);
        let (Some(check), Some(account)) = (waiting, self.accounts.get(slot).copied()) else { return };
        self.visits += 1;
        self.begin(slot, &account, check.cause, check.unknown_retries, effects);
    }

    pub(super) fn validate_requested(
        &mut self,
        now: TimeMs,
        organization: OrganizationKey,
        number: AccountNumber,
        effects: &mut Vec<Effect>,
    ) {
        let Some(slot) = self.member(organization, number, effects) else { return };
        let Some(account) = self.accounts.get(slot).copied() else { return };
        if self.checks.get(&slot).is_some_and(|check| !check.waits) {
            effects.push(Effect::Ignored(Ignored::CheckUnderWay));
        } else if self.may_check(&account) {
            if let Some(account) = self.accounts.get_mut(slot) {
                account.changed = now;
            }
            // A check that waits to be repeated keeps its cause, so that its tick is not forgotten.
            let cause = self.checks.get(&slot).map_or(CheckCause::Requested, |waiting| waiting.cause);
            self.visits += 1;
            self.begin(slot, &account, cause, 0, effects);
        } else {
            effects.push(Effect::Ignored(Ignored::NotChecked));
        }
    }

    /// A member of a connected organization; says so when there is none.
    pub(super) fn member(
        &mut self,
        organization: OrganizationKey,
        number: AccountNumber,
        effects: &mut Vec<Effect>,
    ) -> Option<Slot> {
        self.known(organization, effects)?;
        let slot = self.accounts.slot(number);
        let slot = slot.filter(|slot| self.accounts.get(*slot).is_some_and(|known| known.is_member_of(organization)));
        if slot.is_none() {
            effects.push(Effect::Ignored(Ignored::UnknownAccount));
        }
        slot
    }

    /// Queues a check of an active account because something may have changed; others are checked at each tick anyway.
    pub(super) fn hint(&mut self, number: AccountNumber, effects: &mut Vec<Effect>) {
        let slot = self.accounts.slot(number);
        let Some((slot, account)) = slot.and_then(|slot| Some((slot, *self.accounts.get(slot)?))) else {
            effects.push(Effect::Ignored(Ignored::UnknownAccount));
            return;
        };
        self.visits += 1;
        if account.standing != Standing::Active {
            return;
        }
        let Some(organization) = self.organization(account.organization) else { return };
        let tick = match self.settings.rechecks {
            // Checks begin when a listing ends: one under way still takes the hint along.
            Rechecks::Every if organization.listing.is_some() => organization.tick,
            Rechecks::Every => organization.tick + 1,
            Rechecks::OnHint => self.turn_of(&account, organization),
        };
        self.queue_recheck(slot, tick);
    }

    /// The tick at which the turn of an active account comes next, if nothing asks for an earlier one. It may have come at a
    /// tick whose listing did not show the account: then its check waits for one that does.
    fn turn_of(&self, account: &Account, organization: &Organization) -> u32 {
        self.tick_in_phase(account, organization.had_its_turn(account) + 1).max(organization.soonest_turn())
    }

    /// The first tick not before `soonest` at which the active account is checked by its interval.
    pub(super) fn tick_in_phase(&self, account: &Account, soonest: u32) -> u32 {
        let every = self.settings.recheck_every_ticks.get();
        let since = soonest.saturating_sub(account.phase_tick).max(1);
        account.phase_tick.saturating_add(since.div_ceil(every).saturating_mul(every))
    }

    /// Queues a check of an active account at a tick; an earlier one that is queued stays.
    pub(super) fn queue_recheck(&mut self, slot: Slot, tick: u32) {
        let Some(account) = self.accounts.get_mut(slot) else { return };
        if account.recheck_tick != 0 && account.recheck_tick <= tick {
            return;
        }
        account.recheck_tick = tick;
        let organization = account.organization;
        if let Some(organization) = self.organization_mut(organization) {
            organization.rechecks.entry(tick).or_default().push(slot);
        }
    }

    /// The moment to repeat a check that failed inside of the propagation window; nothing outside of it.
    pub(super) fn repeat_at(&self, now: TimeMs, account: &Account) -> Option<TimeMs> {
        let end = account.changed.plus(self.settings.propagation_window);
        let next = now.plus(self.settings.propagation_retry.max(DurationMs(1)));
        (now < end).then(|| next.min(end))
    }
}
