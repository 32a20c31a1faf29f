//! What a rollout wants done, as data.

use super::journal::Entry;
use super::plan::{Plan, Unlock};
use super::state::{Action, Outcome, RunKind};
use crate::{AccountNumber, TimeMs};

/// One thing to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Write this entry, durably, before anything behind it is done.
    Journal(Entry),
    /// Make a call in an account and hand in the answer.
    Call {
        /// The account.
        account: AccountNumber,
        /// The call.
        action: Action,
    },
    /// Have the vendor check the management account.
    AskProbes {
        /// The management account.
        account: AccountNumber,
    },
    /// Ask the customer whether the vendor's Validate Access passed.
    AskConfirmation {
        /// The management account.
        account: AccountNumber,
    },
    /// Hand in [`super::Event::TimerDue`] then. The one of the latest step counts.
    Schedule {
        /// When.
        at: TimeMs,
    },
    /// The run is over.
    Finished {
        /// Which.
        kind: RunKind,
        /// How.
        outcome: Outcome,
    },
    /// The event did not fit and changed nothing.
    Ignored(Ignored),
}

/// Why an event changed nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ignored {
    /// A run is under way.
    RunUnderWay,
    /// No run is under way, or it is over for good.
    NoRun,
    /// The plan does not have the account.
    UnknownAccount,
    /// This call was not asked for, or it cannot have this answer.
    OldAnswer,
    /// Nothing is locked, or something else unlocks.
    NotLocked,
}

/// The call that stands behind an entry.
pub(super) fn of(plan: &Plan, entry: &Entry) -> Option<Effect> {
    match *entry {
        Entry::Began { account, action, .. } => Some(Effect::Call { account, action }),
        Entry::UnlockAsked { .. } => match plan.settings().unlock {
            Unlock::Probes => Some(Effect::AskProbes { account: plan.management() }),
            Unlock::Confirm => Some(Effect::AskConfirmation { account: plan.management() }),
            Unlock::Reading => None,
        },
        Entry::RunFinished { kind, outcome, .. } => Some(Effect::Finished { kind, outcome }),
        Entry::RunBegan { .. }
        | Entry::StageBegan { .. }
        | Entry::Answered { .. }
        | Entry::Interrupted { .. }
        | Entry::UnlockPostponed { .. }
        | Entry::Unlocked { .. }
        | Entry::Halted { .. }
        | Entry::StopRequested { .. }
        | Entry::Continued { .. } => None,
    }
}
