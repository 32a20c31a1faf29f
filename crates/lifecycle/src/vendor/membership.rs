//! How accounts join, change their state, move and depart, as listings say.

use super::Vendor;
use super::account::{Account, Slot, Standing};
use super::claims::Contested;
use super::effect::{Deactivated, Effect};
use super::event::ListedAccount;
use super::organization::{Listing, OrganizationKey};
use crate::{AccountState, TimeMs};
use rolecall_core::access_check::{IdOf, Verdict};

/// What a line of a listing means for an account.
enum Line {
    New,
    Known(Slot),
    /// Another organization of the same tenant had it, and this listing is newer.
    Moved(Slot),
    /// Another organization of the same tenant has it by a listing that is not older: this line waits until that one lets
    /// go.
    Waiting(Slot),
    /// Another tenant has it.
    Claimed(Slot),
}

impl Vendor {
    /// A line of a listing; `before` is the slot of the line before it, and then its own.
    pub(super) fn note_listed(
        &mut self,
        now: TimeMs,
        key: OrganizationKey,
        listing: &Listing,
        listed: ListedAccount,
        before: &mut Option<Slot>,
        effects: &mut Vec<Effect>,
    ) {
        self.visits += 1;
        self.overruled.forget(key, listed.account);
        *before = self.accounts.slot_behind(*before, listed.account);
        match self.read_line(key, listing, &listed, *before) {
            Line::New => self.join(now, key, listing, listed, effects),
            Line::Known(slot) => self.seen_again(now, key, listing, slot, listed.state, effects),
            Line::Moved(slot) => {
                self.overrule_holder(slot);
                self.depart(now, slot, Deactivated::Moved, effects);
                self.join(now, key, listing, listed, effects);
                // Another tenant's claim stays one, whichever organization of this tenant has the account.
                self.block_where_contested(slot, effects);
            }
            Line::Waiting(holder) => self.claim(key, listing, holder, listed, Contested::No, effects),
            Line::Claimed(holder) => self.claim(key, listing, holder, listed, Contested::Yes, effects),
        }
    }

    fn read_line(&self, key: OrganizationKey, listing: &Listing, listed: &ListedAccount, slot: Option<Slot>) -> Line {
        let Some(slot) = slot else { return Line::New };
        let Some(account) = self.accounts.get(slot) else { return Line::New };
        if account.standing == Standing::Departed {
            // A claim that is there already waits until it is the only one.
            let claimed = self.claims_on(listed.account).any(|claim| claim.organization != key);
            return if claimed { Line::Claimed(slot) } else { Line::New };
        }
        if account.organization == key {
            return Line::Known(slot);
        }
        let (holder, own) = (self.organization(account.organization), self.organization(key));
        let (Some(holder), Some(own)) = (holder, own) else { return Line::Claimed(slot) };
        if holder.tenant != own.tenant {
            return Line::Claimed(slot);
        }
        let known_since = account.listed_at.max(holder.last_complete.unwrap_or_default());
        // A management account does not move: its organization is the one that it manages.
        let newer = listing.started > known_since && holder.management != listed.account;
        if newer { Line::Moved(slot) } else { Line::Waiting(slot) }
    }

    fn seen_again(
        &mut self,
        now: TimeMs,
        key: OrganizationKey,
        listing: &Listing,
        slot: Slot,
        state: AccountState,
        effects: &mut Vec<Effect>,
    ) {
        let out_of_turn = self.organization(key).filter(|known| known.is_out_of_turn());
        let had_its_turn = out_of_turn.zip(self.accounts.get(slot)).map(|(known, account)| known.had_its_turn(account));
        let Some(account) = self.accounts.get_mut(slot) else { return };
        account.turn_tick = had_its_turn.unwrap_or(account.turn_tick);
        account.listed = true;
        account.seen_round = listing.round;
        account.listed_at = listing.started;
        let number = account.number;
        if let Some(organization) = self.organization_mut(key)
            && organization.management == number
            && let Some(listing) = &mut organization.listing
        {
            listing.has_management = true;
        }
        self.change_state(now, slot, state, effects);
        self.finish_waiting(slot, effects);
    }

    /// The management account's check had passed but for the listing, which has it now.
    fn finish_waiting(&mut self, slot: Slot, effects: &mut Vec<Effect>) {
        // A later check is under way and decides by itself: the account is listed now.
        if self.checks.contains_key(&slot) {
            return;
        }
        let waiting = |account: &&Account| account.awaits_listing && account.state == AccountState::Active;
        let Some(account) = self.accounts.get(slot).filter(waiting).copied() else { return };
        let Some(by) = account.last.and_then(|record| record.outcomes.opened_by()) else { return };
        if let Some(last) = self.accounts.get_mut(slot).and_then(|account| account.last.as_mut()) {
            last.verdict = Verdict::Validated;
        }
        self.validated(slot, &account, by, effects);
    }

    /// The holder's organization listed the account, and may do so still.
    pub(super) fn overrule_holder(&mut self, slot: Slot) {
        if let Some(account) = self.accounts.get(slot).filter(|account| account.listed) {
            self.overruled.keep(account.organization, account.number, account.state);
        }
    }

    pub(super) fn join(
        &mut self,
        now: TimeMs,
        key: OrganizationKey,
        listing: &Listing,
        listed: ListedAccount,
        effects: &mut Vec<Effect>,
    ) {
        let Some(organization) = self.organization(key) else { return };
        let required = organization.requires_role(listed.account);
        let account = Account {
            standing: if required { Standing::New } else { Standing::NotRequired },
            state: listed.state,
            listed: true,
            seen_round: listing.round,
            listed_at: listing.started,
            ..Account::joined(listed.account, key, now)
        };
        let Some(slot) = self.accounts.put(account) else { return };
        self.claims.remove(&(listed.account, key));
        self.histories.remove(&slot);
        if let Some(organization) = self.organization_mut(key) {
            organization.members.insert(slot);
            if required && listed.state == AccountState::Active {
                organization.unresolved.insert(slot);
            }
        }
        self.review_family(slot, effects);
    }

    /// A state other than ACTIVE ends checks and service without a word to the customer; ACTIVE begins anew.
    pub(super) fn change_state(&mut self, now: TimeMs, slot: Slot, state: AccountState, effects: &mut Vec<Effect>) {
        let Some(account) = self.accounts.get_mut(slot).filter(|account| account.state != state) else { return };
        let before = *account;
        account.state = state;
        account.changed = now;
        let anew = before.state == AccountState::Active || state == AccountState::Active;
        if anew {
            // Also of whoever is blocked: mail is counted from here once nobody else claims the account.
            account.notifications = 0;
            account.failed_checks = 0;
        }
        if matches!(before.standing, Standing::Blocked | Standing::NotRequired | Standing::Departed) {
            return;
        }
        if anew {
            account.standing = Standing::New;
            account.recheck_tick = 0;
        }
        self.checks.remove(&slot);
        if before.standing == Standing::Active {
            let because = Deactivated::State(state);
            effects.push(Effect::Deactivate { account: before.number, organization: before.organization, because });
        }
        if let Some(organization) = self.organization_mut(before.organization) {
            if state == AccountState::Active {
                organization.unresolved.insert(slot);
            } else {
                organization.unresolved.remove(&slot);
            }
        }
        self.review_family(slot, effects);
    }

    /// The account is no member any more, whatever its role still opens to.
    pub(super) fn depart(&mut self, now: TimeMs, slot: Slot, because: Deactivated, effects: &mut Vec<Effect>) {
        let Some(account) = self.accounts.get(slot).copied() else { return };
        let (number, organization) = (account.number, account.organization);
        if account.standing == Standing::Active {
            effects.push(Effect::Deactivate { account: number, organization, because });
        }
        effects.push(Effect::Departed { account: number, organization });
        self.forget(slot);
        if let Some(account) = self.accounts.get_mut(slot) {
            account.standing = Standing::Departed;
        }
        self.review_family(slot, effects);
        if let Some(organization) = self.organization_mut(organization) {
            organization.members.remove(&slot);
        }
        if because != Deactivated::Moved {
            self.after_letting_go(now, number, effects);
        }
    }

    /// Takes the account out of whatever is under way or queued for it.
    pub(super) fn forget(&mut self, slot: Slot) {
        self.checks.remove(&slot);
        self.histories.remove(&slot);
        let Some(account) = self.accounts.get_mut(slot) else { return };
        account.recheck_tick = 0;
        account.awaits_listing = false;
        let organization = account.organization;
        if let Some(organization) = self.organization_mut(organization) {
            organization.unresolved.remove(&slot);
        }
    }

    /// Whose ID an active account was opened by when it was last checked.
    pub(super) fn is_opened_by_own_id(&self, slot: Slot) -> bool {
        let account = self.accounts.get(slot);
        account.is_some_and(|known| known.standing == Standing::Active && known.id_used == Some(IdOf::Account))
    }
}
