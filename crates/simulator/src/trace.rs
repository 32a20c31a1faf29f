//! The trace of a world: what happened, when, to whom. A checker reads it, and its hash tells whether two runs were the
//! same. Entities and texts stand in it by numbers that do not depend on the order in which they were created.

mod service;

pub use service::{CustomerEvent, Deactivation, VendorEvent};

use crate::account::{AccountNumber, AccountState};
use crate::api::Api;
use crate::error::Code;
use crate::random::EntityId;
use crate::text::mix;
use crate::time::SimTime;

/// How much of the trace is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TraceLevel {
    /// Nothing, not even the hash.
    Off,
    /// The hash and the count.
    #[default]
    Hash,
    /// Every record.
    Records,
}

/// One thing that happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Record {
    /// When.
    pub at: SimTime,
    /// To which entity.
    pub subject: EntityId,
    /// What.
    pub event: Event,
}

/// What can happen in the world. Texts (role names, Regions) stand by their hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Event {
    /// An API was called.
    Called {
        /// Which.
        api: Api,
        /// From which account.
        caller: AccountNumber,
        /// The error; nothing when it succeeded.
        error: Option<Code>,
    },
    /// An account came into being.
    AccountCreated,
    /// An account joined the organization.
    Joined(EntityId),
    /// An account left the organization.
    Left(EntityId),
    /// An account moved to the parent with this hash.
    Moved(u64),
    /// An account changed its state.
    StateChanged(AccountState),
    /// A role was created or changed: hash of its name, hash of its definition.
    RoleWritten(u64, u64),
    /// A role was deleted: hash of its name.
    RoleDeleted(u64),
    /// STS sees the last change of a role: hash of its name.
    RoleVisible(u64),
    /// A stack set operation has a new status: its number, its status.
    Operation(u32, u8),
    /// A stack instance has a new detailed status: account, hash of the Region, status.
    Instance(AccountNumber, u64, u8),
    /// The vendor's service was told or did something.
    Vendor(VendorEvent),
    /// The customer's automation did something.
    Customer(CustomerEvent),
    /// Subject: account. What holds from now on, asked of the world itself by whoever built it, once nothing will change
    /// any more: the vendor's role opens with an ID that counts for the account, and with nothing else.
    Truth {
        /// Whether it does.
        opens: bool,
    },
}

impl Event {
    /// The event without the number of a check, which tells how many checks there were before.
    const fn as_fact(mut self) -> Self {
        if let Self::Vendor(VendorEvent::Probed { check, .. }) = &mut self {
            *check = 0;
        }
        self
    }

    /// What makes the event, as numbers.
    const fn words(self) -> [u64; 4] {
        match self {
            Self::Called { api, caller, error } => {
                let error = match error {
                    None => 0,
                    Some(code) => 1 + code as u64,
                };
                [1, api as u64, caller.get(), error]
            }
            Self::AccountCreated => [2, 0, 0, 0],
            Self::Joined(organization) => [3, organization.0, 0, 0],
            Self::Left(organization) => [4, organization.0, 0, 0],
            Self::Moved(parent) => [5, parent, 0, 0],
            Self::StateChanged(state) => [6, state as u64, 0, 0],
            Self::RoleWritten(name, definition) => [7, name, definition, 0],
            Self::RoleDeleted(name) => [8, name, 0, 0],
            Self::RoleVisible(name) => [9, name, 0, 0],
            Self::Operation(number, status) => [10, number as u64, status as u64, 0],
            Self::Instance(account, region, status) => [11, account.get(), region, status as u64],
            Self::Vendor(event) => event.words(),
            Self::Customer(event) => event.words(),
            Self::Truth { opens } => [12, opens as u64, 0, 0],
        }
    }
}

/// The hash of a trace: of all records with their times, whatever the order of records of the same time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TraceHash(u64, u64);

impl TraceHash {
    /// Two sums of differently spread numbers: a set with repetitions, so that ties need no order of their own.
    const fn take(&mut self, seen: u64) {
        self.0 = self.0.wrapping_add(mix(seen));
        self.1 = self.1.wrapping_add(mix(seen ^ 0xa5a5_a5a5_a5a5_a5a5));
    }
}

fn seen_of(at: SimTime, subject: EntityId, event: &Event) -> u64 {
    let begin = mix(at.0 ^ 0x5eed) ^ subject.0;
    event.words().into_iter().fold(begin, |hash, word| mix(hash.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ word))
}

impl std::fmt::Display for TraceHash {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{:016x}{:016x}", self.0, self.1)
    }
}

/// The trace.
#[derive(Clone, Debug, Default)]
pub struct Trace {
    level: TraceLevel,
    count: u64,
    /// Of a trace without its records.
    hashes: Hashes,
    records: Vec<Record>,
    /// The places of those records that are no facts because they repeat what is known, in order.
    repeated: Vec<u64>,
}

/// Both hashes. Where the records are kept they are made from these when somebody asks: most traces that are kept are
/// read and never hashed.
#[derive(Clone, Copy, Debug, Default)]
struct Hashes {
    all: TraceHash,
    facts: TraceHash,
}

impl Hashes {
    fn take(&mut self, at: SimTime, subject: EntityId, event: &Event, repeated: bool) {
        let seen = seen_of(at, subject, event);
        self.all.take(seen);
        match event {
            _ if repeated => {}
            Event::Called { .. } => {}
            Event::Vendor(VendorEvent::Probed { .. }) => self.facts.take(seen_of(at, subject, &event.as_fact())),
            _ => self.facts.take(seen),
        }
    }
}

impl Trace {
    /// An empty trace.
    pub fn new(level: TraceLevel) -> Self {
        Self { level, ..Self::default() }
    }

    /// Whether nothing is kept, so that nothing needs to be added.
    pub fn is_off(&self) -> bool {
        self.level == TraceLevel::Off
    }

    /// Adds a record, as far as the level asks for it.
    pub fn add(&mut self, at: SimTime, subject: EntityId, event: Event) {
        self.keep(at, subject, event, false);
    }

    /// Adds a record that is no fact: it repeats what is known, as a check of an active account does that finds the role
    /// as it was.
    pub fn add_repeated(&mut self, at: SimTime, subject: EntityId, event: Event) {
        self.keep(at, subject, event, true);
    }

    fn keep(&mut self, at: SimTime, subject: EntityId, event: Event, repeated: bool) {
        match self.level {
            TraceLevel::Off => return,
            TraceLevel::Hash => self.hashes.take(at, subject, &event, repeated),
            TraceLevel::Records => {
                self.records.push(Record { at, subject, event });
                if repeated {
                    self.repeated.push(self.count);
                }
            }
        }
        self.count += 1;
    }

    fn hashes(&self) -> Hashes {
        let mut hashes = self.hashes;
        let mut repeated = self.repeated.iter().copied().peekable();
        for (place, Record { at, subject, event }) in (0..).zip(&self.records) {
            hashes.take(*at, *subject, event, repeated.next_if_eq(&place).is_some());
        }
        hashes
    }

    /// The hash of everything so far.
    pub fn hash(&self) -> TraceHash {
        self.hashes().all
    }

    /// The hash of the facts so far: of all records but the API calls, the numbers of checks, and what was added as a
    /// repetition. Two ways to run the same world that make other calls have the same facts.
    pub fn facts(&self) -> TraceHash {
        self.hashes().facts
    }

    /// How many records there were.
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// The records; empty unless they are kept.
    pub fn records(&self) -> &[Record] {
        &self.records
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(records: &[(u64, u64, Event)]) -> TraceHash {
        let mut trace = Trace::new(TraceLevel::Hash);
        for (at, subject, event) in records {
            trace.add(SimTime(*at), EntityId::account(*subject), *event);
        }
        trace.hash()
    }

    #[test]
    fn every_part_of_a_record_counts_and_order_within_a_time_does_not() {
        let base = [(1, 2, Event::AccountCreated), (1, 3, Event::RoleDeleted(4))];
        let expected = hash(&base);
        assert_eq!(hash(&[base[1], base[0]]), expected);
        for other in [
            vec![base[0]],
            vec![base[0], base[1], base[1]],
            vec![(2, 2, Event::AccountCreated), base[1]],
            vec![(1, 9, Event::AccountCreated), base[1]],
            vec![base[0], (1, 3, Event::RoleDeleted(5))],
            vec![base[0], (1, 3, Event::RoleVisible(4))],
        ] {
            assert_ne!(hash(&other), expected, "{other:?}");
        }
    }

    #[test]
    fn the_hashes_are_the_same_whether_the_records_are_kept_or_not() {
        let (mut hashed, mut kept) = (Trace::new(TraceLevel::Hash), Trace::new(TraceLevel::Records));
        let called = Event::Called { api: Api::ListAccounts, caller: AccountNumber::of_last_digits(4), error: None };
        for trace in [&mut hashed, &mut kept] {
            trace.add(SimTime(1), EntityId::account(2), Event::AccountCreated);
            trace.add_repeated(SimTime(2), EntityId::account(2), Event::RoleDeleted(4));
            trace.add(SimTime(2), EntityId::account(2), called);
            trace.add(SimTime(3), EntityId::account(2), Event::RoleVisible(4));
        }
        assert_eq!((hashed.hash(), hashed.facts(), hashed.count()), (kept.hash(), kept.facts(), kept.count()));
        let facts = hash(&[(1, 2, Event::AccountCreated), (3, 2, Event::RoleVisible(4))]);
        assert_eq!(kept.facts(), facts);
        assert_ne!(kept.hash(), facts);
    }

    #[test]
    fn the_level_decides_what_is_kept() {
        let mut off = Trace::new(TraceLevel::Off);
        off.add(SimTime(1), EntityId::account(1), Event::AccountCreated);
        assert_eq!((off.count(), off.hash()), (0, TraceHash::default()));
        let mut kept = Trace::new(TraceLevel::Records);
        kept.add(SimTime(1), EntityId::account(1), Event::AccountCreated);
        assert_eq!(kept.records().len(), 1);
    }
}
