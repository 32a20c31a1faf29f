//! Repetitions: how long to wait after which class of error, and when to give up.

use super::event::ErrorClass;
use crate::DurationMs;

/// One class of error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retry {
    /// The wait after the first failure; it doubles with each further one.
    pub first: DurationMs,
    /// It does not grow beyond this.
    pub most: DurationMs,
    /// So many repetitions, then the account fails.
    pub times: u8,
}

/// The classes that are worth a repetition. What was refused for good is not repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retries {
    /// Throttling.
    pub throttled: Retry,
    /// Faults.
    pub fault: Retry,
    /// Accounts that are too new. Others wait for up to 10 minutes.
    pub not_ready: Retry,
    /// Something else under way.
    pub busy: Retry,
    /// A change that cannot be read back yet, a role that exists and was not read, a vendor that does not get in yet: IAM is
    /// eventually consistent.
    pub propagation: Retry,
}

impl Default for Retries {
    fn default() -> Self {
        let retry = |first_s, most_s, times| Retry {
            first: DurationMs::from_seconds(first_s),
            most: DurationMs::from_seconds(most_s),
            times,
        };
        Self {
            throttled: retry(1, 60, 10),
            fault: retry(1, 30, 6),
            not_ready: retry(15, 60, 15),
            busy: retry(5, 60, 10),
            propagation: retry(2, 15, 8),
        }
    }
}

impl Retries {
    /// What a class of error deserves; nothing when a repetition cannot help.
    pub const fn of(&self, class: ErrorClass) -> Option<&Retry> {
        match class {
            ErrorClass::Throttled => Some(&self.throttled),
            ErrorClass::Fault => Some(&self.fault),
            ErrorClass::NotReady => Some(&self.not_ready),
            ErrorClass::Busy => Some(&self.busy),
            ErrorClass::AlreadyExists => Some(&self.propagation),
            ErrorClass::NotFound
            | ErrorClass::AccessDenied
            | ErrorClass::LimitExceeded
            | ErrorClass::Invalid
            | ErrorClass::NotActive => None,
        }
    }
}

impl Retry {
    /// The wait after `made` repetitions; nothing when that was enough. `jitter` puts it between half and the whole.
    pub fn wait(&self, made: u8, jitter: u32) -> Option<DurationMs> {
        if made >= self.times {
            return None;
        }
        let doubled = self.first.0.checked_shl(u32::from(made)).filter(|doubled| doubled >> made == self.first.0);
        let whole = doubled.unwrap_or(u64::MAX).min(self.most.0);
        let half = whole / 2;
        let spread = u128::from(whole - half) * u128::from(jitter) / u128::from(u32::MAX);
        Some(DurationMs(half.saturating_add(u64::try_from(spread).unwrap_or(0)).max(1)))
    }
}
