//! What the checker remembers of a trace: organizations, accounts, and each account in each organization that had to do
//! with it. Only what records say; nothing is concluded here.

use super::probes::Check;
use super::rollout::Rollout;
use crate::account::{AccountNumber, AccountState};
use crate::by_key::ByKey;
use crate::random::EntityId;
use crate::time::SimTime;
use crate::trace::{Event, Record, VendorEvent};
use rolecall_core::access_check::Verdict;
use std::collections::{BTreeMap, BTreeSet};

/// An account in an organization.
pub(super) type Key = (EntityId, AccountNumber);

/// How many records are kept for an explanation, for each organization, account, and account in an organization.
const RECENT_MAX: usize = 10;

/// The last records about something, with their place in the trace.
#[derive(Clone, Debug, Default)]
pub(super) struct Recent {
    records: Vec<(u64, Record)>,
    next: usize,
}

impl Recent {
    fn add(&mut self, serial: u64, record: Record) {
        if self.records.len() < RECENT_MAX {
            self.records.push((serial, record));
        } else if let Some(oldest) = self.records.get_mut(self.next) {
            *oldest = (serial, record);
            self.next = (self.next + 1) % RECENT_MAX;
        }
    }
}

/// An organization that is or was connected.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "facts that do not exclude each other")]
pub(super) struct Organization {
    pub(super) tenant: u32,
    pub(super) management: AccountNumber,
    pub(super) lagging: bool,
    pub(super) subscribed: bool,
    pub(super) connected: bool,
    /// The hash of its external ID.
    pub(super) id: Option<u64>,
    pub(super) migration_over: Option<SimTime>,
    pub(super) tick: u32,
    pub(super) tick_at: SimTime,
    /// When the last listing ended, and the one before.
    pub(super) listings_ended: (SimTime, SimTime),
    /// Somebody that the listing under way does not have, by its number.
    pub(super) missing: Option<(u32, AccountNumber)>,
    /// How many accounts lack access.
    pub(super) lacking: u32,
    pub(super) paused: bool,
    /// The difference between what is paused and what should be has been told.
    pub(super) pause_told: bool,
}

/// A check that is over.
#[derive(Clone, Debug)]
pub(super) struct Finished {
    pub(super) check: Check,
    pub(super) at: SimTime,
    pub(super) tick: Option<u32>,
    pub(super) verdict: Verdict,
    pub(super) repeated: bool,
}

impl Finished {
    /// Whether it is a failure that counts.
    pub(super) const fn failed(&self) -> bool {
        matches!(self.verdict, Verdict::Denied | Verdict::Insecure) && !self.repeated
    }
}

/// What the world said about an account.
#[derive(Clone, Copy, Debug)]
pub(super) struct Truth {
    pub(super) opens: bool,
    pub(super) at: SimTime,
    /// The tick of its organization by then.
    pub(super) tick: u32,
    /// Another organization had it in its listing: that one must let go first.
    pub(super) claimed: bool,
}

/// An account in an organization.
#[derive(Clone, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "facts that do not exclude each other")]
pub(super) struct Place {
    /// In the world: whether it is a member, since when, and when it last ceased to be one.
    pub(super) member: bool,
    pub(super) joined_at: SimTime,
    pub(super) left_at: Option<SimTime>,
    /// As the service read it.
    pub(super) listed: Option<AccountState>,
    /// The organization has it: listed and not departed since.
    pub(super) holds: bool,
    pub(super) active: bool,
    /// It was active since it joined.
    pub(super) was_active: bool,
    /// The tick of its last activation.
    pub(super) active_since_tick: u32,
    /// The last check that counted failed.
    pub(super) failing: bool,
    /// It counts among those who lack access.
    pub(super) lacks: bool,
    /// That it stays active has been told.
    pub(super) service_told: bool,
    pub(super) notifications: u16,
    pub(super) notified_tick: Option<u32>,
    pub(super) current: Option<Check>,
    pub(super) finished: Option<Finished>,
    pub(super) truth: Option<Truth>,
    recent: Recent,
}

impl Place {
    /// It is new here: what was before does not count.
    pub(super) const fn begin_anew(&mut self) {
        self.failing = false;
        self.was_active = false;
        self.notifications = 0;
        self.notified_tick = None;
    }
}

/// An account, whatever its organization.
#[derive(Clone, Debug)]
pub(super) struct Account {
    /// In the world.
    pub(super) organization: Option<EntityId>,
    pub(super) state: AccountState,
    /// When it last ceased to be ACTIVE.
    pub(super) active_until: SimTime,
    /// The vendor's role was written in it.
    pub(super) role_written: bool,
    /// Who claims it beside its holder.
    pub(super) claimants: Vec<EntityId>,
    /// Somebody decided whose it is, although two list it.
    pub(super) decided: bool,
    recent: Recent,
}

impl Default for Account {
    fn default() -> Self {
        Self {
            organization: None,
            state: AccountState::Active,
            active_until: SimTime::START,
            role_written: false,
            claimants: Vec::new(),
            decided: false,
            recent: Recent::default(),
        }
    }
}

/// Accounts in organizations. Found at every record, and seldom read in order.
#[derive(Clone, Debug, Default)]
pub(super) struct Places {
    numbers: ByKey<Key, usize>,
    all: Vec<(Key, Place)>,
    /// The number that was asked for last: one record asks several times.
    last: usize,
}

impl Places {
    pub(super) fn get(&self, key: &Key) -> Option<&Place> {
        let last = self.all.get(self.last).filter(|(last, _)| last == key);
        last.or_else(|| self.numbers.get(key).and_then(|number| self.all.get(*number))).map(|(_, place)| place)
    }

    #[expect(clippy::indexing_slicing, reason = "numbers are made here alone, one for each entry")]
    fn place(&mut self, key: Key) -> &mut Place {
        let all = &mut self.all;
        if all.get(self.last).is_none_or(|(last, _)| *last != key) {
            self.last = *self.numbers.get_or_insert_with(key, || {
                all.push((key, Place::default()));
                all.len() - 1
            });
        }
        &mut self.all[self.last].1
    }

    /// All of them, by organization and account.
    pub(super) fn in_order(&self) -> Vec<(Key, &Place)> {
        let mut all: Vec<(Key, &Place)> = self.all.iter().map(|(key, place)| (*key, place)).collect();
        all.sort_unstable_by_key(|(key, _)| *key);
        all
    }
}

/// Everything.
#[derive(Clone, Debug, Default)]
pub(super) struct Model {
    pub(super) organizations: BTreeMap<EntityId, Organization>,
    pub(super) places: Places,
    pub(super) accounts: ByKey<AccountNumber, Account>,
    /// External IDs by their hash.
    pub(super) ids: ByKey<u64, (EntityId, Option<AccountNumber>)>,
    /// Who has an ID of its own.
    pub(super) own_ids: BTreeSet<Key>,
    pub(super) rollouts: BTreeMap<EntityId, Rollout>,
    pub(super) unsettled_organizations: Vec<EntityId>,
    pub(super) unsettled_places: Vec<Key>,
    recent: BTreeMap<EntityId, Recent>,
}

impl Model {
    pub(super) fn place(&mut self, key: Key) -> &mut Place {
        self.places.place(key)
    }

    pub(super) fn account(&mut self, account: AccountNumber) -> &mut Account {
        self.accounts.get_or_insert_with(account, Account::default)
    }

    /// The organization, while it is connected.
    pub(super) fn connected(&self, organization: EntityId) -> Option<&Organization> {
        self.organizations.get(&organization).filter(|known| known.connected)
    }

    pub(super) fn is_management(&self, key: Key) -> bool {
        self.organizations.get(&key.0).is_some_and(|known| known.management == key.1)
    }

    /// Two tenants claim it.
    pub(super) fn contested(&self, account: AccountNumber) -> bool {
        self.accounts.get(&account).is_some_and(|known| !known.claimants.is_empty())
    }

    /// Everybody in an organization.
    pub(super) fn places_of(&self, organization: EntityId) -> impl Iterator<Item = (Key, &Place)> {
        self.places.in_order().into_iter().filter(move |(key, _)| key.0 == organization)
    }

    /// Every organization in which an account is known.
    pub(super) fn keys_of(&self, account: AccountNumber) -> Vec<Key> {
        let keys = self.organizations.keys().map(|organization| (*organization, account));
        keys.filter(|key| self.places.get(key).is_some()).collect()
    }

    /// Every organization that an account is or was in, connected or not.
    pub(super) fn places_by_account(&self, account: AccountNumber) -> impl Iterator<Item = Key> + '_ {
        self.places.in_order().into_iter().map(|(key, _)| key).filter(move |key| key.1 == account)
    }

    /// Keeps a record for explanations. API calls are many and say little.
    pub(super) fn remember(&mut self, serial: u64, record: &Record) {
        let Some(account) = super::number(record.subject) else {
            if !matches!(record.event, Event::Called { .. }) {
                self.recent.entry(record.subject).or_default().add(serial, *record);
            }
            return;
        };
        match (organization_of(&record.event), record.event) {
            (Some(organization), _) => self.place((organization, account)).recent.add(serial, *record),
            (None, Event::Called { .. } | Event::Operation(..) | Event::Instance(..)) => {}
            (None, _) => self.account(account).recent.add(serial, *record),
        }
    }

    /// The last records about an account in an organization, oldest first.
    pub(super) fn recent(&self, organization: Option<EntityId>, account: Option<AccountNumber>) -> Vec<Record> {
        let of_organization = organization.and_then(|organization| self.recent.get(&organization));
        let of_account = account.and_then(|account| self.accounts.get(&account)).map(|known| &known.recent);
        let of_place = organization.zip(account).and_then(|key| self.places.get(&key)).map(|known| &known.recent);
        let all = [of_organization, of_account, of_place].into_iter().flatten();
        let mut records: Vec<(u64, Record)> = all.flat_map(|recent| recent.records.iter().copied()).collect();
        records.sort_unstable_by_key(|(serial, _)| *serial);
        records.into_iter().map(|(_, record)| record).collect()
    }
}

const fn organization_of(event: &Event) -> Option<EntityId> {
    let Event::Vendor(event) = event else { return None };
    match event {
        VendorEvent::Listed { organization, .. }
        | VendorEvent::Unlisted { organization, .. }
        | VendorEvent::ValidateRequested { organization }
        | VendorEvent::Probed { organization, .. }
        | VendorEvent::Checked { organization, .. }
        | VendorEvent::Activated { organization, .. }
        | VendorEvent::Deactivated { organization, .. }
        | VendorEvent::Departed { organization }
        | VendorEvent::Notified { organization, .. } => Some(*organization),
        _ => None,
    }
}
