//! How far a run is, for who looks: the newest value counts.

use super::StackSetRollout;
use crate::clock::Clock;
use rolecall_lifecycle::stack_sets::{Part, Step};

/// What a run is at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stage {
    /// It has not begun.
    #[default]
    Beginning,
    /// The stack of the management account.
    Management,
    /// The answer that unlocks the members.
    Unlock,
    /// The stack set itself.
    Set,
    /// An operation of the stack set runs.
    Operation,
    /// What became of the instances is read.
    Reading,
    /// The roles are read in the accounts.
    Verifying,
    /// It is over.
    Over,
}

/// How far a run is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// What it is at.
    pub stage: Stage,
    /// The operation that is watched.
    pub operation: Option<String>,
    /// Accounts that the operation, or the reading, is about; 0 while that is not known.
    pub total: u32,
    /// Of these, those that are done.
    pub current: u32,
    /// Those that failed or were cancelled.
    pub failed: u32,
    /// Those that are left.
    pub pending: u32,
}

impl<C: Clock> StackSetRollout<C> {
    /// Says what comes. Counts stay until there are newer ones.
    pub(super) fn announce(&self, step: &Step) {
        let stage = match step {
            Step::Read(Part::Stack | Part::Role)
            | Step::CreateStack
            | Step::UpdateStack
            | Step::DeleteStack
            | Step::WaitForStack => Stage::Management,
            Step::Unlock(_) => Stage::Unlock,
            Step::Read(Part::Set | Part::Operations) | Step::CreateSet | Step::DeleteSet => Stage::Set,
            Step::UpdateSet
            | Step::CreateInstances(_)
            | Step::UpdateInstances(_)
            | Step::DeleteInstances(_)
            | Step::Watch(_) => Stage::Operation,
            Step::Read(Part::Instances | Part::Results | Part::Accounts) => Stage::Reading,
            Step::Read(Part::Roles) => Stage::Verifying,
            Step::Done | Step::Refused(_) => Stage::Over,
        };
        let operation = if let Step::Watch(id) = step { Some(id.clone()) } else { None };
        self.progress.send_if_modified(|progress| {
            let changed = progress.stage != stage || progress.operation != operation;
            (progress.stage, progress.operation) = (stage, operation);
            changed
        });
    }

    /// New counts.
    pub(super) fn count(&self, total: usize, current: usize, failed: usize) {
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        self.progress.send_modify(|progress| {
            (progress.total, progress.current, progress.failed) = (number(total), number(current), number(failed));
            progress.pending = number(total.saturating_sub(current).saturating_sub(failed));
        });
    }
}
