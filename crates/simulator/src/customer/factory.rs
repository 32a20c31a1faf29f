//! The account factory: makes accounts, moves each to its unit, hands it to its pipeline.

use super::PipelineId;
use super::arrivals::Arrivals;
use super::wakes::Own;
use crate::account::{AccountKey, AccountNumber, Origin};
use crate::caller::Caller;
use crate::organizations::{CreateRequestId, NodeId, OrganizationKey};
use crate::random::{EntityId, Stream};
use crate::text::hash_text;
use crate::time::{SimSpan, SimTime};
use crate::world::World;

/// How accounts come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Creation {
    /// By `CreateAccount` of the management account's administrator, with its rate and the time that it takes; the factory
    /// asks for the status at this interval, and tries again then what was refused for the time being.
    CreateAccount(SimSpan),
    /// They join at once, already in their unit: created ones with `OrganizationAccountAccessRole`, invited ones without.
    Join(Origin),
}

/// An account factory.
#[derive(Clone, Debug)]
pub struct Factory {
    /// Its name: its random numbers depend on it.
    pub name: String,
    /// The organization.
    pub organization: OrganizationKey,
    /// Where accounts are to stand.
    pub unit: NodeId,
    /// When it makes one.
    pub arrivals: Arrivals,
    /// How.
    pub creation: Creation,
    /// What takes over.
    pub pipeline: Option<PipelineId>,
}

/// A factory at work.
#[derive(Debug)]
pub(super) struct FactoryState {
    factory: Factory,
    entity: EntityId,
    stream: Stream,
    made: usize,
    last: Option<SimTime>,
    in_creation: Vec<CreateRequestId>,
    refused: usize,
    looks: bool,
}

impl FactoryState {
    pub(super) fn new(factory: Factory) -> Self {
        let entity = EntityId::other(hash_text(&factory.name));
        let stream = Stream::START;
        Self { factory, entity, stream, made: 0, last: None, in_creation: Vec::new(), refused: 0, looks: false }
    }

    pub(super) const fn pipeline(&self) -> Option<PipelineId> {
        self.factory.pipeline
    }

    pub(super) fn begin(&mut self, world: &mut World, place: u16) {
        let draw = &mut world.random.of(self.entity, &mut self.stream);
        if let Some(at) = self.factory.arrivals.next(self.made, self.last, draw) {
            world.wake_at(at, Own::Arrival(place).wake());
        }
    }

    /// Makes an account; gives it back when it is there at once.
    pub(super) fn arrive(&mut self, world: &mut World, place: u16) -> Option<AccountKey> {
        self.made += 1;
        self.last = Some(world.now());
        self.begin(world, place);
        match self.factory.creation {
            Creation::Join(origin) => self.join(world, origin),
            Creation::CreateAccount(_) => {
                self.ask(world);
                self.look_later(world, place);
                None
            }
        }
    }

    fn join(&mut self, world: &mut World, origin: Origin) -> Option<AccountKey> {
        let number = loop {
            let drawn = world.random.of(self.entity, &mut self.stream).below(900_000_000_000);
            let number = AccountNumber::of_last_digits(100_000_000_000 + drawn);
            // An ID that is taken is drawn again.
            if world.key_of(number).is_none() {
                break number;
            }
        };
        // The ID is free and the role of the organization is sound, so nothing can refuse it.
        world.add_member(self.factory.organization, self.factory.unit, number.into(), origin).ok()
    }

    fn ask(&mut self, world: &mut World) {
        let caller = self.administrator(world);
        match world.create_account(&caller) {
            Ok(status) => self.in_creation.push(status.id),
            Err(_) => self.refused += 1,
        }
    }

    fn administrator(&self, world: &World) -> Caller {
        Caller::Administrator(world.organization(self.factory.organization).management())
    }

    fn look_later(&mut self, world: &mut World, place: u16) {
        let Creation::CreateAccount(interval) = self.factory.creation else { return };
        if !self.looks && (self.refused > 0 || !self.in_creation.is_empty()) {
            self.looks = true;
            let at = world.now() + SimSpan(interval.0.max(1));
            world.wake_at(at, Own::Creation(place).wake());
        }
    }

    /// Asks what became of accounts in creation, moves those that are there, tries again what was refused.
    pub(super) fn look(&mut self, world: &mut World, place: u16) -> Vec<AccountKey> {
        self.looks = false;
        let caller = self.administrator(world);
        let mut there = Vec::new();
        let asked = std::mem::take(&mut self.in_creation);
        for id in asked {
            match world.describe_create_account_status(&caller, id).ok().and_then(|status| status.account) {
                Some(account) => there.push(account),
                None => self.in_creation.push(id),
            }
        }
        for _ in 0..std::mem::take(&mut self.refused) {
            self.ask(world);
        }
        for account in &there {
            if self.factory.unit != NodeId::ROOT {
                // Whoever moved it meanwhile knows better.
                let _moved = world.move_account(&caller, *account, NodeId::ROOT, self.factory.unit);
            }
        }
        self.look_later(world, place);
        there
    }
}
