//! What a finished check leads to: activation, deactivation, notification, a repetition, or nothing.

use super::Vendor;
use super::account::{Account, Slot, Standing};
use super::checks::Check;
use super::effect::{Deactivated, Effect};
use super::evidence::{CheckCause, Evidence, Occasion};
use crate::{AccountState, TimeMs};
use rolecall_core::access_check::{CheckRecord, IdOf, Judgement, Membership, UnknownBecause};

impl Vendor {
    /// All the cases. `check` is the one in `self.checks`.
    pub(super) fn conclude(&mut self, now: TimeMs, slot: Slot, check: &Check, effects: &mut Vec<Effect>) {
        let Some(account) = self.accounts.get(slot).copied() else { return };
        // A management account is tried whatever its state; only a listing tells whether it may be served.
        let settled = account.listed && account.state == AccountState::Active;
        let membership = if settled { Membership::Listed } else { Membership::NotYetKnown };
        let judgement = check.access.judge(membership);
        let record = CheckRecord { at: now, outcomes: *check.access.outcomes(), verdict: judgement.verdict() };
        self.remember(slot, &account, record);
        let repeat_at = match judgement {
            Judgement::Denied(_) | Judgement::Insecure(_) => self.repeat_at(now, &account),
            Judgement::Validated(_) | Judgement::Unknown(_) => None,
        };
        effects.push(Effect::Checked {
            account: account.number,
            organization: account.organization,
            cause: check.cause,
            judgement,
            record,
            repeated: repeat_at.is_some(),
        });
        if let Some(at) = repeat_at {
            self.repeat_later(slot, check, at, check.unknown_retries);
            return;
        }
        if matches!(judgement, Judgement::Unknown(because) if because != UnknownBecause::MembershipNotKnown) {
            self.unknown(now, slot, &account, check);
            return;
        }
        self.checks.remove(&slot);
        match judgement {
            Judgement::Validated(by) => self.validated(slot, &account, by, effects),
            Judgement::Denied(_) => self.failed(slot, &account, check, Deactivated::AccessLost, effects),
            Judgement::Insecure(_) => self.failed(slot, &account, check, Deactivated::Insecure, effects),
            Judgement::Unknown(_) => self.listing_is_missing(now, slot, check.cause, effects),
        }
        self.after_management_check(now, &account, check.cause, effects);
    }

    fn remember(&mut self, slot: Slot, before: &Account, record: CheckRecord) {
        if let Some(account) = self.accounts.get_mut(slot) {
            account.last = Some(record);
            // What waited for the listing was the check before this one.
            account.awaits_listing = false;
        }
        let history = self.histories.entry(slot).or_default();
        if history.is_empty() {
            history.extend(before.last);
        }
        if history.len() >= self.settings.history_max.max(1) {
            history.remove(0);
        }
        history.push(record);
    }

    /// Neither notifies nor deactivates: the check is repeated, soon or at the next tick.
    fn unknown(&mut self, now: TimeMs, slot: Slot, account: &Account, check: &Check) {
        if check.unknown_retries < self.settings.unknown_retries_max {
            let at = now.plus(self.settings.unknown_retry);
            self.repeat_later(slot, check, at, check.unknown_retries + 1);
            return;
        }
        self.checks.remove(&slot);
        if account.standing == Standing::Active {
            self.histories.remove(&slot);
            let next = self.organization(account.organization).map_or(0, |organization| organization.tick + 1);
            self.queue_recheck(slot, next);
        }
    }

    /// The management account's role opens; only its own listing can say whether it belongs to the organization.
    fn listing_is_missing(&mut self, now: TimeMs, slot: Slot, cause: CheckCause, effects: &mut Vec<Effect>) {
        let Some(account) = self.accounts.get_mut(slot) else { return };
        account.awaits_listing = true;
        let organization = account.organization;
        self.begin_listing(now, organization, cause, effects);
    }

    pub(super) fn validated(&mut self, slot: Slot, before: &Account, by: IdOf, effects: &mut Vec<Effect>) {
        self.histories.remove(&slot);
        let Some(tick) = self.organization(before.organization).map(|organization| organization.tick) else { return };
        let Some(account) = self.accounts.get_mut(slot) else { return };
        let activates = account.standing != Standing::Active;
        account.standing = Standing::Active;
        account.was_active = true;
        account.awaits_listing = false;
        account.id_used = Some(by);
        account.notifications = 0;
        account.failed_checks = 0;
        if activates {
            account.phase_tick = tick;
            account.recheck_tick = 0;
            effects.push(Effect::Activate { account: account.number, organization: account.organization, by });
        }
        let account = *account;
        if let Some(organization) = self.organization_mut(account.organization) {
            organization.unresolved.remove(&slot);
        }
        if self.settings.rechecks == super::Rechecks::Every {
            let next = self.tick_in_phase(&account, tick + 1);
            self.queue_recheck(slot, next);
        }
        self.review_family(slot, effects);
    }

    fn failed(&mut self, slot: Slot, before: &Account, check: &Check, because: Deactivated, effects: &mut Vec<Effect>) {
        let Some(account) = self.accounts.get_mut(slot) else { return };
        account.standing = Standing::Failing;
        account.awaits_listing = false;
        account.failed_checks = account.failed_checks.saturating_add(1);
        let (number, organization) = (account.number, account.organization);
        if before.standing == Standing::Active {
            effects.push(Effect::Deactivate { account: number, organization, because });
        }
        if let Some(organization) = self.organization_mut(organization) {
            organization.unresolved.insert(slot);
        }
        self.review_family(slot, effects);
        if matches!(check.cause, CheckCause::Tick(_)) {
            self.notify(slot, effects);
        }
    }

    /// Mails the customer of a subscribed organization about an ACTIVE account.
    fn notify(&mut self, slot: Slot, effects: &mut Vec<Effect>) {
        let Some(account) = self.accounts.get(slot).copied() else { return };
        let subscribed = self.organization(account.organization).is_some_and(|known| known.subscribed);
        if !subscribed || account.state != AccountState::Active {
            return;
        }
        let number = account.notifications.saturating_add(1);
        if let Some(account) = self.accounts.get_mut(slot) {
            account.notifications = number;
        }
        let Some(evidence) = self.evidence(slot).map(Box::new) else { return };
        let organization = account.organization;
        effects.push(Effect::Notify { account: account.number, organization, number, evidence });
    }

    /// What the vendor knows of an account, for a diagnosis.
    pub(super) fn evidence(&self, slot: Slot) -> Option<Evidence> {
        let account = self.accounts.get(slot)?;
        let organization = self.organization(account.organization)?;
        let own = self.bindings.wrong_of_account(account.organization, account.number).is_some();
        Some(Evidence {
            account: account.number,
            organization: account.organization,
            kind: organization.kind_of(account.number),
            state: account.state,
            first_listed: account.first_listed,
            changed: account.changed,
            occasion: if account.was_active { Occasion::LostAccess } else { Occasion::NewAccount },
            own_id: own && !organization.migration_over,
            migration_over: organization.migration_over,
            failed_checks: account.failed_checks,
            checks: self.histories.get(&slot).cloned().unwrap_or_else(|| account.last.into_iter().collect()),
        })
    }
}
