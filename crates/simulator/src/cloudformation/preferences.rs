//! Operation preferences: how many accounts of a Region at once, how many failures until the operation stops
//! (botocore's CloudFormation model, `StackSetOperationPreferences`).

use crate::error::{ApiError, Code};

/// A number of accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Amount {
    /// So many.
    Count(u32),
    /// So many of a hundred; rounded down.
    Percentage(u32),
}

impl Amount {
    fn of(self, accounts: u32) -> u32 {
        match self {
            Self::Count(count) => count,
            Self::Percentage(percentage) => {
                u32::try_from(u64::from(accounts) * u64::from(percentage) / 100).unwrap_or(u32::MAX)
            }
        }
    }
}

/// How failures bear on concurrency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ConcurrencyMode {
    /// `STRICT_FAILURE_TOLERANCE`: begins at the lower of the maximum and tolerance + 1, and falls with each failure, so
    /// that failures never exceed tolerance + 1.
    #[default]
    Strict,
    /// `SOFT_FAILURE_TOLERANCE`: always the maximum.
    Soft,
}

/// Operation preferences. Regions are worked on one after the other, in the order of the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Preferences {
    /// `MaxConcurrentCount` or `MaxConcurrentPercentage`: 1 by default.
    pub max_concurrent: Amount,
    /// `FailureToleranceCount` or `FailureTolerancePercentage`, in each Region: 0 by default.
    pub failure_tolerance: Amount,
    /// `ConcurrencyMode`.
    pub mode: ConcurrencyMode,
}

impl Default for Preferences {
    fn default() -> Self {
        Self { max_concurrent: Amount::Count(1), failure_tolerance: Amount::Count(0), mode: ConcurrencyMode::Strict }
    }
}

impl Preferences {
    pub(super) fn check(self) -> Result<(), ApiError> {
        let concurrent = match self.max_concurrent {
            Amount::Count(count) => count >= 1,
            Amount::Percentage(percentage) => (1..=100).contains(&percentage),
        };
        let tolerance = match self.failure_tolerance {
            Amount::Count(_) => true,
            Amount::Percentage(percentage) => percentage <= 100,
        };
        if concurrent && tolerance {
            return Ok(());
        }
        Err(ApiError::new(Code::ValidationError, "The operation preferences are out of range."))
    }

    /// How many of `accounts` of a Region may fail.
    pub(super) fn tolerance(self, accounts: u32) -> u32 {
        self.failure_tolerance.of(accounts)
    }

    /// How many of `accounts` of a Region are worked on at once after `failed` failures. A percentage that rounds down to
    /// nothing means one.
    pub(super) fn concurrency(self, accounts: u32, failed: u32) -> u32 {
        let max = self.max_concurrent.of(accounts).max(1);
        match self.mode {
            ConcurrencyMode::Soft => max,
            ConcurrencyMode::Strict => max.min((self.tolerance(accounts).saturating_add(1)).saturating_sub(failed)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn preferences(max_concurrent: Amount, failure_tolerance: Amount, mode: ConcurrencyMode) -> Preferences {
        Preferences { max_concurrent, failure_tolerance, mode }
    }

    #[test]
    fn strict_begins_at_the_lower_of_the_maximum_and_tolerance_plus_one() {
        use Amount::Count;
        let strict = |max, tolerance| preferences(Count(max), Count(tolerance), ConcurrencyMode::Strict);
        assert_eq!(Preferences::default().concurrency(50, 0), 1);
        assert_eq!(strict(10, 3).concurrency(50, 0), 4);
        assert_eq!(strict(10, 3).concurrency(50, 2), 2);
        assert_eq!(strict(10, 3).concurrency(50, 4), 0);
        assert_eq!(strict(2, 9).concurrency(50, 0), 2);
    }

    #[test]
    fn soft_decouples_the_two() {
        let soft = preferences(Amount::Count(10), Amount::Count(0), ConcurrencyMode::Soft);
        assert_eq!(soft.concurrency(50, 0), 10);
        assert_eq!(soft.concurrency(50, 7), 10);
    }

    #[test]
    fn percentages_round_down_and_concurrency_never_below_one() {
        let share = |percentage| {
            preferences(Amount::Percentage(percentage), Amount::Percentage(percentage), ConcurrencyMode::Soft)
        };
        assert_eq!((share(10).concurrency(19, 0), share(10).tolerance(19)), (1, 1));
        assert_eq!((share(10).concurrency(9, 0), share(10).tolerance(9)), (1, 0));
        assert_eq!(share(50).concurrency(7, 0), 3);
        assert!(share(0).check().is_err() && share(101).check().is_err() && share(100).check().is_ok());
    }
}
