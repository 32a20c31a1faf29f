//! A catalogue of single faults that can be planted in a small world, and the measurement of the diagnosis on them: one
//! fault planted, its kind drawn, evidence collected as each viewpoint has it. What was planted is known to the
//! measurement alone, never to the diagnosis.

mod kinds;
mod measure;
mod stage;

#[cfg(test)]
mod tests;

#[cfg(test)]
pub(crate) use measure::bundles;
pub use measure::{Figures, KindFigures, measure};

use rolecall_core::diagnosis::Cause;
use stage::{Plan, Stage};

/// When a fault comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Onset {
    /// Before the account was ever checked.
    Start,
    /// After it was validated.
    Later,
}

/// A way to plant a fault. It says nothing when the world refused it.
type Plant = fn(&mut Stage) -> Option<()>;

/// A fault that can be planted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kind {
    /// What the diagnosis has to say.
    pub(crate) cause: Cause,
    pub(crate) onset: Onset,
    /// What the world must be like for it.
    pub(crate) prepare: fn(&mut Plan),
    pub(crate) plant: Plant,
}
