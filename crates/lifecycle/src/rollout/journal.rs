//! The entries of the journal. Each says what was decided, not why: folding them needs no decision, so that a newer version
//! of the program reads an old journal as it was meant.

use super::event::Answer;
use super::plan::Unlock;
use super::state::{Action, Halt, Outcome, RunKind, Settled, Stage};
use crate::{AccountNumber, TimeMs};

/// An entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A run begins.
    RunBegan {
        /// Which.
        kind: RunKind,
        /// When.
        at: TimeMs,
    },
    /// The run comes to its next stage.
    StageBegan {
        /// Which.
        stage: Stage,
        /// When.
        at: TimeMs,
    },
    /// A call is about to be made. Without an answer behind it nobody knows whether it was.
    Began {
        /// The account.
        account: AccountNumber,
        /// The call.
        action: Action,
        /// When.
        at: TimeMs,
    },
    /// A call was answered.
    Answered {
        /// The account.
        account: AccountNumber,
        /// The call.
        action: Action,
        /// What came back.
        answer: Answer,
        /// What follows.
        next: Next,
        /// When.
        at: TimeMs,
    },
    /// The program ended between a call and its answer: the account is read again.
    Interrupted {
        /// The account.
        account: AccountNumber,
        /// When.
        at: TimeMs,
    },
    /// Somebody was asked whether the members may be unlocked.
    UnlockAsked {
        /// When.
        at: TimeMs,
    },
    /// The answer was no or unknown, or was lost: asked again then.
    UnlockPostponed {
        /// When it is asked again.
        until: TimeMs,
        /// Whether this counts as a repetition.
        counts: bool,
        /// When.
        at: TimeMs,
    },
    /// The members are unlocked.
    Unlocked {
        /// By what.
        by: Unlock,
        /// When.
        at: TimeMs,
    },
    /// No further account is begun.
    Halted {
        /// Why.
        because: Halt,
        /// When.
        at: TimeMs,
    },
    /// Somebody wants the run to stop.
    StopRequested {
        /// When.
        at: TimeMs,
    },
    /// Somebody wants it to go on.
    Continued {
        /// When.
        at: TimeMs,
    },
    /// The run is over.
    RunFinished {
        /// Which.
        kind: RunKind,
        /// How.
        outcome: Outcome,
        /// When.
        at: TimeMs,
    },
}

impl Entry {
    /// When it was decided.
    pub const fn at(&self) -> TimeMs {
        match *self {
            Self::RunBegan { at, .. }
            | Self::StageBegan { at, .. }
            | Self::Began { at, .. }
            | Self::Answered { at, .. }
            | Self::Interrupted { at, .. }
            | Self::UnlockAsked { at }
            | Self::UnlockPostponed { at, .. }
            | Self::Unlocked { at, .. }
            | Self::Halted { at, .. }
            | Self::StopRequested { at }
            | Self::Continued { at }
            | Self::RunFinished { at, .. } => at,
        }
    }
}

/// What follows from an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Another call.
    Do(Action),
    /// A call after a while.
    Wait(Action, TimeMs),
    /// Nothing: this is the result.
    Settle(Settled),
}
