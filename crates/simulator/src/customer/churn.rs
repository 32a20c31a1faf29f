//! Churn: members that leave, close or move, one at a time, chosen at random.

use super::arrivals::Arrivals;
use super::wakes::Own;
use crate::account::{AccountKey, AccountNumber, AccountState};
use crate::caller::Caller;
use crate::organizations::{NodeId, OrganizationKey};
use crate::random::{EntityId, Stream};
use crate::text::hash_text;
use crate::time::SimTime;
use crate::world::World;
use std::ops::Bound;

/// What becomes of a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Departure {
    /// It leaves the organization.
    Leave,
    /// It is closed.
    Close,
    /// It is moved to this unit, unless it stands there.
    Move(NodeId),
}

/// Churn of an organization.
#[derive(Clone, Debug)]
pub struct Churn {
    /// Its name: its random numbers depend on it.
    pub name: String,
    /// The organization.
    pub organization: OrganizationKey,
    /// When a member is struck.
    pub arrivals: Arrivals,
    /// What becomes of it.
    pub departure: Departure,
}

/// Churn at work.
#[derive(Debug)]
pub(super) struct ChurnState {
    churn: Churn,
    entity: EntityId,
    stream: Stream,
    made: usize,
    last: Option<SimTime>,
}

impl ChurnState {
    pub(super) fn new(churn: Churn) -> Self {
        let entity = EntityId::other(hash_text(&churn.name));
        Self { churn, entity, stream: Stream::START, made: 0, last: None }
    }

    pub(super) fn begin(&mut self, world: &mut World, place: u16) {
        let draw = &mut world.random.of(self.entity, &mut self.stream);
        if let Some(at) = self.churn.arrivals.next(self.made, self.last, draw) {
            world.wake_at(at, Own::Churn(place).wake());
        }
    }

    pub(super) fn strike(&mut self, world: &mut World, place: u16) {
        self.made += 1;
        self.last = Some(world.now());
        self.begin(world, place);
        let Some(account) = self.choose(world) else { return };
        let organization = world.organization(self.churn.organization);
        let caller = Caller::Administrator(organization.management());
        // A quota may refuse it: then this one stays.
        let _done = match self.churn.departure {
            Departure::Leave => world.remove_account_from_organization(&caller, account),
            Departure::Close => world.close_account(&caller, account),
            Departure::Move(unit) => {
                let from = world.account(account).parent();
                world.move_account(&caller, account, from, unit)
            }
        };
    }

    /// The ACTIVE member with the next ID from a random one on, the management account apart; the first one behind the last.
    /// IDs are random, so nearly everybody is as likely.
    fn choose(&mut self, world: &mut World) -> Option<AccountKey> {
        let number = world.random.of(self.entity, &mut self.stream).below(1_000_000_000_000);
        let organization = world.organization(self.churn.organization);
        let from = Bound::Included(AccountNumber::of_last_digits(number));
        let behind = organization.members.range((from, Bound::Unbounded)).map(|(_, key)| *key);
        let all = organization.members.values().copied();
        behind
            .chain(all)
            .find(|key| *key != organization.management() && world.account(*key).state() == AccountState::Active)
    }
}
