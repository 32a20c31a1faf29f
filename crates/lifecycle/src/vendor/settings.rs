//! What the vendor may choose: windows, intervals and the rule of the pause.

use crate::DurationMs;
use std::num::NonZeroU32;

/// The settings of a vendor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// For so long after a known change (joined, reopened, Validate Access) a failed check is repeated before it counts.
    /// AWS gives no figure for the propagation of IAM changes; others measured about 4 s, rarely a minute.
    pub propagation_window: DurationMs,
    /// How long after a failed check inside of that window it is repeated.
    pub propagation_retry: DurationMs,
    /// How long after the success of the right ID a denied negative probe still counts.
    pub probe_window: DurationMs,
    /// How long after an unknown verdict the check is repeated.
    pub unknown_retry: DurationMs,
    /// How often it is repeated at one tick; then the next tick does.
    pub unknown_retries_max: u8,
    /// Active accounts are checked again at every so-many-th discovery tick after their activation.
    pub recheck_every_ticks: NonZeroU32,
    /// Which of them.
    pub rechecks: Rechecks,
    /// What pauses active management.
    pub pause: PauseRule,
    /// How many checks a notification brings along at most, newest last.
    pub history_max: usize,
}

/// Which active accounts are checked again when their tick comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rechecks {
    /// All of them.
    Every,
    /// Those for which [`super::Event::AccessMayHaveChanged`] came since their last check, at the tick at which `Every`
    /// would have checked them. For callers that know of every change, such as a simulation: verdicts are the same
    /// because a check of an unchanged account has the outcome that it had.
    OnHint,
}

/// When a billing family is paused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PauseRule {
    /// While an account that was active fails its checks, or the management account does.
    Loss,
    /// While any account fails its checks, one that was never active too.
    Lack,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            propagation_window: DurationMs::from_seconds(60),
            propagation_retry: DurationMs::from_seconds(10),
            probe_window: DurationMs::from_seconds(60),
            unknown_retry: DurationMs::from_minutes(5),
            unknown_retries_max: 2,
            recheck_every_ticks: const { NonZeroU32::new(24).expect("not zero") },
            rechecks: Rechecks::Every,
            pause: PauseRule::Loss,
            history_max: 8,
        }
    }
}
