//! The customer's automation: an account factory, the pipeline that brings the role into new accounts, churn, stack sets,
//! and the rollout of `rolecall-lifecycle`. It acts in the world of a play, with the customer's credentials; what the vendor
//! makes of it is in `play`.

mod arrivals;
mod churn;
mod factory;
mod pipeline;
mod role_calls;
mod rollout;
mod stack_sets;
mod template;
mod wakes;

#[cfg(test)]
mod tests;

pub use arrivals::Arrivals;
pub use churn::{Churn, Departure};
pub use factory::{Creation, Factory};
pub use pipeline::{Delivery, Pipeline};
pub use rollout::{CallMade, Rights, RolloutRun, RolloutSetup};
pub use stack_sets::{SelfManaged, ServiceManaged, deploy_self_managed, deploy_service_managed};
pub use template::{Flaw, RoleTemplate};

use crate::account::AccountKey;
use crate::error::Code;
use crate::play::Play;
use crate::time::{SimSpan, SimTime};
use crate::world::Wake;
use factory::FactoryState;
use pipeline::PipelineState;
use rolecall_lifecycle::rollout::{Plan, RunKind};
use wakes::Own;

/// From the moment when nothing goes wrong any more until rollouts that still wait are given up.
pub(crate) const ROLLOUTS_END: SimSpan = SimSpan::hours(2);

/// A pipeline of an automation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PipelineId(u16);

/// A rollout of an automation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RolloutId(u16);

/// A delivery that failed for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FailedDelivery {
    /// When.
    pub at: SimTime,
    /// In which account.
    pub account: AccountKey,
    /// The error that was answered last.
    pub code: Code,
}

/// All automations of the customers of a play.
#[derive(Debug, Default)]
pub struct Automation {
    factories: Vec<FactoryState>,
    pipelines: Vec<PipelineState>,
    churns: Vec<churn::ChurnState>,
    rollouts: Vec<RolloutRun>,
    failed: Vec<FailedDelivery>,
    /// A planted bug: rollouts begin a member with the management account.
    #[cfg(test)]
    pub(crate) hasty: bool,
}

impl Automation {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a pipeline; it does nothing until an account is handed to it.
    pub fn add_pipeline(&mut self, play: &mut Play, pipeline: Pipeline) -> PipelineId {
        let id = PipelineId(u16::try_from(self.pipelines.len()).unwrap_or(u16::MAX));
        self.pipelines.push(PipelineState::new(play.world_mut(), pipeline));
        id
    }

    /// Adds an account factory, which begins at once.
    pub fn add_factory(&mut self, play: &mut Play, factory: Factory) {
        let place = u16::try_from(self.factories.len()).unwrap_or(u16::MAX);
        let mut state = FactoryState::new(factory);
        state.begin(play.world_mut(), place);
        self.factories.push(state);
    }

    /// Adds churn, which begins at once.
    pub fn add_churn(&mut self, play: &mut Play, churn: Churn) {
        let place = u16::try_from(self.churns.len()).unwrap_or(u16::MAX);
        let mut state = churn::ChurnState::new(churn);
        state.begin(play.world_mut(), place);
        self.churns.push(state);
    }

    /// Hands an account to a pipeline, as a factory does with each that it made.
    pub fn provision(&mut self, play: &mut Play, pipeline: PipelineId, account: AccountKey) {
        if let Some(state) = self.pipelines.get(usize::from(pipeline.0)) {
            state.schedule(play.world_mut(), pipeline, account);
        }
    }

    /// Begins a rollout.
    pub fn begin_rollout(&mut self, play: &mut Play, setup: RolloutSetup, plan: Plan, kind: RunKind) -> RolloutId {
        let place = u16::try_from(self.rollouts.len()).unwrap_or(u16::MAX);
        let mut run = RolloutRun::new(place, setup, plan);
        #[cfg(test)]
        run.plant_haste(self.hasty);
        run.begin(play, kind);
        self.rollouts.push(run);
        RolloutId(place)
    }

    /// Begins a rollout whose program ends when its journal has so many entries.
    pub fn begin_rollout_ending(
        &mut self,
        play: &mut Play,
        setup: RolloutSetup,
        plan: Plan,
        entries: usize,
    ) -> RolloutId {
        let place = u16::try_from(self.rollouts.len()).unwrap_or(u16::MAX);
        let mut run = RolloutRun::new(place, setup, plan);
        run.end_at_entry(entries);
        run.begin(play, RunKind::Rollout);
        self.rollouts.push(run);
        RolloutId(place)
    }

    /// A rollout.
    pub fn rollout(&self, id: RolloutId) -> Option<&RolloutRun> {
        self.rollouts.get(usize::from(id.0))
    }

    /// A rollout, to stop it, go on with it, or end its program.
    pub fn rollout_mut(&mut self, id: RolloutId) -> Option<&mut RolloutRun> {
        self.rollouts.get_mut(usize::from(id.0))
    }

    /// All programs of rollouts end.
    pub fn end_rollouts(&mut self) {
        self.rollouts.iter_mut().for_each(RolloutRun::end_program);
    }

    /// Deliveries that failed for good, in order.
    pub fn failed_deliveries(&self) -> &[FailedDelivery] {
        &self.failed
    }

    /// Lets time pass in the play until the next wake of the caller, which is given back, or until `until`. Wakes whose
    /// second highest bit is set are reserved for automations.
    pub fn run_until(&mut self, play: &mut Play, until: SimTime) -> Option<Wake> {
        while let Some(wake) = play.run_until(until) {
            match Own::read(wake) {
                Some(own) => self.serve(play, own),
                None => return Some(wake),
            }
        }
        None
    }

    fn serve(&mut self, play: &mut Play, own: Own) {
        match own {
            Own::Arrival(place) => {
                let made =
                    self.factories.get_mut(usize::from(place)).and_then(|state| state.arrive(play.world_mut(), place));
                self.made(play, place, made);
            }
            Own::Creation(place) => {
                let Some(state) = self.factories.get_mut(usize::from(place)) else { return };
                for account in state.look(play.world_mut(), place) {
                    self.made(play, place, Some(account));
                }
            }
            Own::Delivery(place, attempt, account) => {
                let Some(state) = self.pipelines.get(usize::from(place)) else { return };
                let failed = state.deliver(play.world_mut(), PipelineId(place), account, attempt);
                self.failed.extend(failed);
            }
            Own::Churn(place) => {
                if let Some(state) = self.churns.get_mut(usize::from(place)) {
                    state.strike(play.world_mut(), place);
                }
            }
            Own::Rollout(place, wake) => {
                if let Some(run) = self.rollouts.get_mut(usize::from(place)) {
                    run.serve(play, wake);
                }
            }
        }
    }

    /// A factory has made an account: its pipeline takes over.
    fn made(&mut self, play: &mut Play, place: u16, account: Option<AccountKey>) {
        let pipeline = self.factories.get(usize::from(place)).and_then(FactoryState::pipeline);
        if let (Some(account), Some(pipeline)) = (account, pipeline) {
            self.provision(play, pipeline, account);
        }
    }
}
