//! A finished check as it is kept: sixteen bytes, so that a history of an account costs next to nothing.

use super::{Outcomes, TimeMs, Verdict};

/// What one check found. Every outcome is kept: that the organization's ID was denied before the account's own opened the
/// role is evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CheckRecord {
    /// When the last answer came in.
    pub at: TimeMs,
    /// All outcomes.
    pub outcomes: Outcomes,
    /// The verdict.
    pub verdict: Verdict,
}
