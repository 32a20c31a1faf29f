//! The pipeline: brings the role into an account after a while, and sometimes does it wrong. What an account gets, and when,
//! is drawn from a stream of its own.

use super::role_calls;
use super::template::{Flaw, RoleTemplate};
use super::wakes::Own;
use super::{FailedDelivery, PipelineId};
use crate::account::AccountKey;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::iam::RoleDefinition;
use crate::random::{Draw, EntityId, Stream};
use crate::text::{hash_text, mix};
use crate::time::{Delay, SimSpan};
use crate::trace::{CustomerEvent, Event};
use crate::world::World;

/// By whom the role is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// In one request of the account's own administrator, as CloudFormation or Terraform do.
    Administrator,
    /// Call by call through `OrganizationAccountAccessRole`, as a script of the management account does. Invited accounts
    /// do not have that role.
    OrganizationRole,
}

/// A pipeline.
#[derive(Clone, Debug)]
pub struct Pipeline {
    /// Its name: its random numbers depend on it.
    pub name: String,
    /// The right role.
    pub role: RoleTemplate,
    /// How long after the account was handed over the role is made.
    pub latency: Delay,
    /// What goes wrong, in so many accounts of a million.
    pub flaws: Vec<(u32, Flaw)>,
    /// By whom.
    pub delivery: Delivery,
    /// How long after an error that may pass it is tried again.
    pub retry: SimSpan,
    /// How often.
    pub retries_max: u8,
}

impl Pipeline {
    /// A pipeline that makes no mistake.
    pub fn new(name: &str, role: RoleTemplate, latency: Delay) -> Self {
        Self {
            name: name.to_owned(),
            role,
            latency,
            flaws: Vec::new(),
            delivery: Delivery::Administrator,
            retry: SimSpan::minutes(1),
            retries_max: 15,
        }
    }
}

/// A pipeline at work.
#[derive(Debug)]
pub(super) struct PipelineState {
    pipeline: Pipeline,
    hash: u64,
    right: RoleDefinition,
    /// The role of each flaw, with the share of accounts up to it.
    flawed: Vec<(u64, Option<RoleDefinition>)>,
}

impl PipelineState {
    pub(super) fn new(world: &mut World, pipeline: Pipeline) -> Self {
        let right = pipeline.role.definition(world);
        let mut share = 0;
        let mut flawed = Vec::new();
        for (millionths, flaw) in &pipeline.flaws {
            share += u64::from(*millionths);
            flawed.push((share, flaw.applied_to(&pipeline.role).map(|role| role.definition(world))));
        }
        Self { hash: hash_text(&pipeline.name), right, flawed, pipeline }
    }

    /// What an account gets, and after how long: drawn anew from the beginning of its stream whenever somebody asks.
    fn drawn<T>(&self, world: &mut World, account: AccountKey, take: impl FnOnce(&Self, &mut Draw<'_>) -> T) -> T {
        let number = world.account(account).number().get();
        let entity = EntityId::other(mix(number ^ self.hash));
        let mut stream = Stream::START;
        take(self, &mut world.random.of(entity, &mut stream))
    }

    fn share(&self, draw: &mut Draw<'_>) -> Option<u64> {
        (!self.flawed.is_empty()).then(|| draw.below(1_000_000))
    }

    pub(super) fn schedule(&self, world: &mut World, id: PipelineId, account: AccountKey) {
        let latency = self.drawn(world, account, |state, draw| {
            state.share(draw);
            state.pipeline.latency.draw(draw)
        });
        world.wake_at(world.now() + latency, Own::Delivery(id.0, 0, account).wake());
    }

    /// Makes the role that the account gets. Gives back what failed for good.
    pub(super) fn deliver(
        &self,
        world: &mut World,
        id: PipelineId,
        account: AccountKey,
        attempt: u8,
    ) -> Option<FailedDelivery> {
        let share = self.drawn(world, account, Self::share);
        let flawed = share.and_then(|share| self.flawed.iter().find(|(up_to, _)| share < *up_to));
        let wanted = flawed.map_or(Some(&self.right), |(_, role)| role.as_ref())?;
        let error = self.make(world, account, wanted).err()?;
        let passes = error.code.is_transient() || role_calls::is_not_ready(error.code);
        if passes && attempt < self.pipeline.retries_max {
            world.wake_at(world.now() + self.pipeline.retry, Own::Delivery(id.0, attempt + 1, account).wake());
            return None;
        }
        let (at, entity) = (world.now(), world.account(account).entity());
        world.trace.add(at, entity, Event::Customer(CustomerEvent::DeliveryFailed));
        Some(FailedDelivery { at, account, code: error.code })
    }

    fn make(&self, world: &mut World, account: AccountKey, wanted: &RoleDefinition) -> Result<(), ApiError> {
        match self.pipeline.delivery {
            Delivery::Administrator => {
                let caller = Caller::Administrator(account);
                role_calls::create_at_once(world, &caller, wanted)
            }
            Delivery::OrganizationRole => {
                let caller = role_calls::organization_role(world, account)?;
                role_calls::create(world, &caller, wanted)
            }
        }
    }
}
