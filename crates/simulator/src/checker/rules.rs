//! What a trace is judged by: the settings of the service that it shows, as whoever reads the trace knows them.

use crate::time::SimSpan;
use rolecall_core::access_check::WrongKinds;

/// What pauses active management of a billing family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PauseRule {
    /// An account that was active, or the management account, without access.
    Loss,
    /// Any account without access, one that was never active too.
    Lack,
}

/// The settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// The hash of the name of the vendor's role.
    pub role: u64,
    /// How long after the success of the right ID the denials of the others count.
    pub window: SimSpan,
    /// How long the answer to a probe takes at most: records say when a call was made.
    pub latency: SimSpan,
    /// The kinds of wrong IDs without which nobody is activated. An ID without letters has none in other case.
    pub wrong_ids: WrongKinds,
    /// What pauses active management.
    pub pause: PauseRule,
    /// Active accounts are checked again at every so-many-th tick.
    pub recheck_ticks: u32,
}
