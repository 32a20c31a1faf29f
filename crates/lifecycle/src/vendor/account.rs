//! One account in 80 bytes without a text, and the table of them all. A slot is where an account is kept: it never moves,
//! so that answers find it without a search.

use super::organization::OrganizationKey;
use crate::{AccountNumber, AccountState, TimeMs};
use rolecall_core::access_check::{AccountIndex, CheckRecord, IdOf};

/// The place of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slot(u32);

/// Where an account stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// Not judged yet, or not ACTIVE: no check has failed since it joined or reopened.
    New,
    /// Validated and served.
    Active,
    /// The last check that counted was denied or insecure.
    Failing,
    /// No role is asked for: a member in lagging mode.
    NotRequired,
    /// Claimed by two tenants.
    Blocked,
    /// Not in the organization any more.
    Departed,
}

/// What is known of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its number.
    pub number: AccountNumber,
    /// The organization that has it, or had it last.
    pub organization: OrganizationKey,
    /// Where it stands.
    pub standing: Standing,
    /// As last listed.
    pub state: AccountState,
    /// A listing had it. Only a management account may be known before.
    pub listed: bool,
    /// It was active since it joined.
    pub was_active: bool,
    /// Whose ID opened its role when it was last validated.
    pub id_used: Option<IdOf>,
    /// Its checks passed but for the listing, which is under way (management accounts only).
    pub awaits_listing: bool,
    /// Notifications since it joined, reopened or was last validated.
    pub notifications: u16,
    /// Failed checks since then.
    pub failed_checks: u16,
    /// The round of the last listing that had it on a page.
    pub seen_round: u32,
    /// The tick of its activation: checks of active accounts keep this phase.
    pub phase_tick: u32,
    /// The tick at which its turn last came, as known before listings out of turn had it on a page; 0 without one.
    pub turn_tick: u32,
    /// The tick for which a check of the active account is queued; 0 for none.
    pub recheck_tick: u32,
    /// When it was first listed since it joined.
    pub first_listed: TimeMs,
    /// When something was last known to change.
    pub changed: TimeMs,
    /// The start of the newest listing that had something to say about it.
    pub listed_at: TimeMs,
    /// Its last check.
    pub last: Option<CheckRecord>,
}

impl Account {
    /// An account that has just joined.
    pub(super) const fn joined(number: AccountNumber, organization: OrganizationKey, now: TimeMs) -> Self {
        Self {
            number,
            organization,
            standing: Standing::New,
            state: AccountState::Active,
            listed: false,
            was_active: false,
            id_used: None,
            awaits_listing: false,
            notifications: 0,
            failed_checks: 0,
            seen_round: 0,
            phase_tick: 0,
            turn_tick: 0,
            recheck_tick: 0,
            first_listed: now,
            changed: now,
            listed_at: TimeMs(0),
            last: None,
        }
    }

    /// Whether it belongs to `organization` now.
    pub fn is_member_of(&self, organization: OrganizationKey) -> bool {
        self.organization == organization && self.standing != Standing::Departed
    }
}

/// All accounts.
#[derive(Clone, Debug, Default)]
pub(super) struct Accounts {
    slots: Vec<Account>,
    index: AccountIndex,
}

impl Accounts {
    pub(super) fn slot(&self, number: AccountNumber) -> Option<Slot> {
        self.index.get(number, |place| self.number_at(place)).map(Slot)
    }

    /// The slot of an account that may stand behind `before`: pages of listings come in one order, and so did the accounts
    /// when they were first listed. Spares the search, and nothing else.
    pub(super) fn slot_behind(&self, before: Option<Slot>, number: AccountNumber) -> Option<Slot> {
        let next = before.map(|slot| Slot(slot.0.wrapping_add(1)));
        let next = next.filter(|slot| self.get(*slot).is_some_and(|account| account.number == number));
        next.or_else(|| self.slot(number))
    }

    fn number_at(&self, place: u32) -> Option<AccountNumber> {
        self.slots.get(place as usize).map(|account| account.number)
    }

    pub(super) fn get(&self, slot: Slot) -> Option<&Account> {
        self.slots.get(slot.0 as usize)
    }

    pub(super) fn get_mut(&mut self, slot: Slot) -> Option<&mut Account> {
        self.slots.get_mut(slot.0 as usize)
    }

    pub(super) fn all(&self) -> &[Account] {
        &self.slots
    }

    pub(super) fn reserve(&mut self, accounts: usize) {
        self.slots.reserve_exact(accounts);
    }

    /// Puts an account in its slot, a new one or the one that its number has; nothing when there are 2^32 of them.
    pub(super) fn put(&mut self, account: Account) -> Option<Slot> {
        if let Some(slot) = self.slot(account.number) {
            *self.get_mut(slot)? = account;
            return Some(slot);
        }
        let slot = Slot(u32::try_from(self.slots.len()).ok()?);
        if self.slots.len() == self.slots.capacity() {
            // By an eighth: doubling would leave room for a million accounts that never come.
            self.slots.reserve_exact(self.slots.len() / 8 + 64);
        }
        self.slots.push(account);
        let slots = &self.slots;
        self.index.insert(account.number, slot.0, |place| slots.get(place as usize).map(|account| account.number));
        Some(slot)
    }
}
