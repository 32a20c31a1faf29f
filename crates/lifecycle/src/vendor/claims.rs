//! The same account under two tenants: blocked under both until one of them lets go, by a complete listing or by a
//! decision. Whoever came second has a claim here and no account.

use super::Vendor;
use super::account::{Slot, Standing};
use super::effect::{Conflict, Deactivated, Effect, Ignored};
use super::event::ListedAccount;
use super::evidence::CheckCause;
use super::organization::{Listing, OrganizationKey};
use crate::{AccountNumber, AccountState, TimeMs};

/// A claim on an account that somebody else has.
#[derive(Clone, Copy, Debug)]
pub(super) struct Claim {
    pub(super) account: AccountNumber,
    pub(super) organization: OrganizationKey,
    pub(super) state: AccountState,
    pub(super) seen_round: u32,
    started: TimeMs,
    contested: Contested,
    /// Who had it when the claim was raised, for the message that clears it.
    holder: OrganizationKey,
}

/// Whether a claim is a conflict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Contested {
    /// Two tenants claim the account: it is blocked.
    Yes,
    /// Both organizations are of one tenant, and the account is on its way from one to the other.
    No,
}

impl Vendor {
    pub(super) fn claims_on(&self, account: AccountNumber) -> impl Iterator<Item = &Claim> {
        let all = (account, OrganizationKey(0))..=(account, OrganizationKey(u32::MAX));
        self.claims.range(all).map(|(_, claim)| claim)
    }

    pub(super) fn claim(
        &mut self,
        key: OrganizationKey,
        listing: &Listing,
        slot: Slot,
        listed: ListedAccount,
        contested: Contested,
        effects: &mut Vec<Effect>,
    ) {
        let Some(holder) = self.accounts.get(slot).copied() else { return };
        let account = listed.account;
        let known = self.claims.get(&(account, key)).copied();
        let claim = Claim {
            account,
            organization: key,
            state: listed.state,
            seen_round: listing.round,
            started: listing.started,
            contested,
            holder: known.map_or(holder.organization, |known| known.holder),
        };
        self.claims.insert((account, key), claim);
        let was_contested = known.is_some_and(|known| known.contested == Contested::Yes);
        match (was_contested, contested) {
            (false, Contested::Yes) => {
                effects.push(Effect::RaiseConflict(claim.conflict()));
                self.block_where_contested(slot, effects);
            }
            (true, Contested::No) => effects.push(Effect::ClearConflict(claim.conflict())),
            (true, Contested::Yes) | (false, Contested::No) => {}
        }
    }

    /// Blocks an account that another tenant has a claim on.
    pub(super) fn block_where_contested(&mut self, slot: Slot, effects: &mut Vec<Effect>) {
        let Some(account) = self.accounts.get(slot) else { return };
        let contested = self.claims_on(account.number).any(|claim| claim.contested == Contested::Yes);
        if contested && !matches!(account.standing, Standing::Departed | Standing::Blocked) {
            self.block(slot, effects);
        }
    }

    /// Nothing is done in the account, and nothing that is known of its access counts.
    fn block(&mut self, slot: Slot, effects: &mut Vec<Effect>) {
        self.forget(slot);
        let Some(account) = self.accounts.get_mut(slot) else { return };
        let was_active = account.standing == Standing::Active;
        account.standing = Standing::Blocked;
        let (account, organization) = (account.number, account.organization);
        if was_active {
            effects.push(Effect::Deactivate { account, organization, because: Deactivated::Conflict });
        }
        self.review_family(slot, effects);
    }

    /// Takes back the claims of an organization that are chosen.
    pub(super) fn drop_claims_of(
        &mut self,
        now: TimeMs,
        key: OrganizationKey,
        chosen: impl Fn(&Claim) -> bool,
        effects: &mut Vec<Effect>,
    ) {
        let of_organization = self.claims.values().filter(|claim| claim.organization == key && chosen(claim));
        let dropped: Vec<Claim> = of_organization.copied().collect();
        for claim in dropped {
            self.claims.remove(&(claim.account, key));
            effects.extend(claim.cleared());
            self.after_letting_go(now, claim.account, effects);
        }
    }

    /// The holder departed or a claim was dropped: whoever is left alone has the account.
    pub(super) fn after_letting_go(&mut self, now: TimeMs, account: AccountNumber, effects: &mut Vec<Effect>) {
        let claims: Vec<Claim> = self.claims_on(account).copied().collect();
        let Some(slot) = self.accounts.slot(account) else { return };
        let departed = self.accounts.get(slot).is_none_or(|known| known.standing == Standing::Departed);
        match (departed, claims.as_slice()) {
            (false, []) => self.unblock(now, slot),
            (true, [only]) => {
                let only = *only;
                self.claims.remove(&(account, only.organization));
                effects.extend(only.cleared());
                let listing = Listing {
                    round: only.seen_round,
                    cause: CheckCause::Requested,
                    started: only.started,
                    has_page: true,
                    has_management: true,
                };
                self.join(now, only.organization, &listing, ListedAccount { account, state: only.state }, effects);
            }
            _ => {}
        }
    }

    fn unblock(&mut self, now: TimeMs, slot: Slot) {
        let Some(account) = self.accounts.get_mut(slot).filter(|account| account.standing == Standing::Blocked) else {
            return;
        };
        account.standing = Standing::New;
        account.changed = now;
        let account = *account;
        let required = self.organization(account.organization).is_some_and(|known| known.requires_role(account.number));
        if !required {
            if let Some(account) = self.accounts.get_mut(slot) {
                account.standing = Standing::NotRequired;
            }
        } else if account.state == AccountState::Active
            && let Some(organization) = self.organization_mut(account.organization)
        {
            organization.unresolved.insert(slot);
        }
    }

    pub(super) fn settle_by_hand(
        &mut self,
        now: TimeMs,
        account: AccountNumber,
        winner: OrganizationKey,
        effects: &mut Vec<Effect>,
    ) {
        let claims: Vec<Claim> = self.claims_on(account).copied().collect();
        let slot = self.accounts.slot(account);
        let holds = slot.is_some_and(|slot| self.accounts.get(slot).is_some_and(|known| known.is_member_of(winner)));
        let is_party = holds || claims.iter().any(|claim| claim.organization == winner);
        if claims.is_empty() || !is_party {
            effects.push(Effect::Ignored(Ignored::NoConflict));
            return;
        }
        for claim in claims.iter().filter(|claim| claim.organization != winner) {
            self.claims.remove(&(account, claim.organization));
            self.overruled.keep(claim.organization, account, claim.state);
            effects.extend(claim.cleared());
        }
        match slot {
            Some(slot) if !holds => {
                self.overrule_holder(slot);
                self.depart(now, slot, Deactivated::Conflict, effects);
            }
            _ => self.after_letting_go(now, account, effects),
        }
    }
}

impl Claim {
    fn cleared(&self) -> Option<Effect> {
        (self.contested == Contested::Yes).then(|| Effect::ClearConflict(self.conflict()))
    }

    const fn conflict(&self) -> Conflict {
        Conflict::AccountClaimedTwice { account: self.account, holder: self.holder, claimant: self.organization }
    }
}
