//! What a rule is made of. A clue asks one thing of the evidence; what was not looked at leaves it open and decides nothing.

use super::case::Case;
use super::cause::Cause;
use super::look::Look;
use super::outcome::Fact;
use super::symptom::Symptom;

/// The answer of a clue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Clue {
    /// As the cause asks for.
    Holds(Fact),
    /// Not so.
    Fails(Fact),
    /// Nobody looked.
    Open(Look),
    /// It does not matter here.
    Idle,
}

impl Clue {
    pub(super) fn holds(text: impl Into<String>, place: impl Into<String>) -> Self {
        Self::Holds(Fact::new(text, place))
    }

    pub(super) fn fails(text: impl Into<String>, place: impl Into<String>) -> Self {
        Self::Fails(Fact::new(text, place))
    }
}

/// Asks one thing.
pub(super) type Ask = fn(&Case<'_>) -> Clue;

/// When a cause is concluded.
#[derive(Debug)]
pub(super) struct Rule {
    pub(super) cause: Cause,
    /// What is seen when it is so.
    pub(super) explains: &'static [Symptom],
    /// What cannot be otherwise when it is so. One that fails excludes the cause.
    pub(super) needs: &'static [Ask],
    /// What shows it: when all of these hold, it is certain. One that fails excludes it.
    pub(super) proofs: &'static [Ask],
    /// What speaks for it or against it.
    pub(super) hints: &'static [Ask],
}
