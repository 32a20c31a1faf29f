//! StackSets as the engine of a rollout: what to do next, from what was read. AWS holds the state and nothing is remembered
//! beside it, so a program that ends at any moment loses nothing. Calls, waits and the IDs of operations belong to others.

mod assume;
mod judge;
mod management;
mod members;
mod observed;
mod reason;
mod removal;
mod step;
mod wanted;

#[cfg(test)]
mod tests;

pub use assume::assume;
pub use judge::{Judged, Judgement, Problem, Standing, judge};
pub use observed::{
    Detailed, Gate, Instance, InstanceStatus, ListedAccount, Observed, Operation, OperationOutcome, OperationResult,
    OperationStatus, RoleSeen, Seen, Stack, StackPhase, StackSet, Tried,
};
pub use reason::class_of_reason;
pub use step::{Part, Refusal, Step, Targets};
pub use wanted::{Goal, Management, Members, Settings, Wanted};

/// Units in one call (CloudFormation API reference, quotas of StackSets, read 2026-11).
pub const UNITS_A_CALL: usize = 50;

/// Accounts that one repairing call names. AWS publishes no figure for the list in the call: a careful one.
pub const ACCOUNTS_A_CALL: usize = 500;

/// The next step. [`Step::Read`] asks for a part of what is there; after any step that changes something, what was read of
/// it must be forgotten.
pub fn next(wanted: &Wanted, settings: &Settings, seen: &Observed) -> Step {
    match wanted.goal {
        Goal::RollOut => management::bring(wanted, settings, seen).unwrap_or_else(|| {
            // Nobody but the management account is served in lagging mode.
            wanted.members.as_ref().map_or(Step::Done, |members| members::bring(wanted, members, settings, seen))
        }),
        Goal::Remove => removal::take(wanted, settings, seen),
    }
}
