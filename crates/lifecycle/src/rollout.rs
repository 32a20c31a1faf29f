//! The customer's machine: brings the role into every account, management account first, and verifies or removes it.
//! Whatever changes is an entry of the journal: the state is the fold of the entries, so that a rollout goes on from
//! wherever it was. Calls, random numbers, time and the writing of the journal belong to others.

mod advance;
mod decide;
mod effect;
mod event;
mod journal;
mod plan;
mod preferences;
mod retry;
mod state;

#[cfg(test)]
mod tests;

pub use effect::{Effect, Ignored};
pub use event::{Answer, ErrorClass, Event, Existing};
pub use journal::{Entry, Next};
pub use plan::{Collision, Plan, PlanError, PlannedMember, Settings, Unlock};
pub use preferences::{Amount, ConcurrencyMode, Preferences};
pub use retry::{Retries, Retry};
pub use state::{Action, Failure, Halt, Origin, Outcome, RunKind, Settled, Skipped, Stage, State, Status, Target};

use crate::{AccountNumber, TimeMs};

/// A rollout: the plan, and what the journal says about it.
#[derive(Clone, Debug)]
pub struct Rollout {
    plan: Plan,
    state: State,
    announced: Option<TimeMs>,
}

impl Rollout {
    /// A rollout of which nothing has happened yet.
    pub fn new(plan: Plan) -> Self {
        let state = State::new(&plan);
        Self { plan, state, announced: None }
    }

    /// A rollout as its journal says. Hand in [`Event::Restarted`] next: calls that had begun and have no answer in the
    /// journal may have had their effect or not.
    pub fn resume<'a>(plan: Plan, journal: impl IntoIterator<Item = &'a Entry>) -> Self {
        let mut rollout = Self::new(plan);
        for entry in journal {
            rollout.state.apply(&rollout.plan, entry);
        }
        rollout
    }

    /// Takes one event and appends what has to be done, in order: an entry of the journal must be on disk before the
    /// effect behind it is performed.
    pub fn step(&mut self, now: TimeMs, event: &Event, effects: &mut Vec<Effect>) {
        match decide::decide(&self.plan, &self.state, now, event) {
            Ok(entries) => {
                for entry in entries {
                    self.enter(entry, effects);
                }
                while let Some(entry) = advance::advance(&self.plan, &self.state, now) {
                    self.enter(entry, effects);
                }
            }
            Err(ignored) => effects.push(Effect::Ignored(ignored)),
        }
        let due = self.state.next_due();
        if *event == Event::TimerDue || due != self.announced {
            self.announced = due;
            effects.extend(due.map(|at| Effect::Schedule { at }));
        }
    }

    fn enter(&mut self, entry: Entry, effects: &mut Vec<Effect>) {
        self.state.apply(&self.plan, &entry);
        let call = effect::of(&self.plan, &entry);
        effects.push(Effect::Journal(entry));
        effects.extend(call);
    }

    /// The state: the fold of all entries so far.
    pub const fn state(&self) -> &State {
        &self.state
    }

    /// The plan.
    pub const fn plan(&self) -> &Plan {
        &self.plan
    }

    /// One account; nothing for one that the plan does not have.
    pub fn target(&self, account: AccountNumber) -> Option<&Target> {
        self.state.target(self.plan.place(account)?)
    }

    /// How many accounts the run under way has still to settle, those included whose stage has not come. Looks at every
    /// account: for a start, not for every step.
    pub fn left(&self) -> u32 {
        self.state.left(&self.plan)
    }

    /// When [`Event::TimerDue`] is wanted next.
    pub fn next_due(&self) -> Option<TimeMs> {
        self.state.next_due()
    }
}
