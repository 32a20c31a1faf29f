//! How many accounts at once and how many may fail, by the rules of CloudFormation's stack set operations
//! (CloudFormation API reference, `StackSetOperationPreferences`, read 2026-11).

/// A number of accounts, or a part of those of a wave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Amount {
    /// So many.
    Count(u32),
    /// So many of a hundred; rounded down.
    Percentage(u8),
}

impl Amount {
    fn of(self, total: u32) -> u32 {
        match self {
            Self::Count(count) => count,
            Self::Percentage(percentage) => {
                let part = u64::from(total) * u64::from(percentage) / 100;
                u32::try_from(part).unwrap_or(u32::MAX)
            }
        }
    }
}

/// `ConcurrencyMode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConcurrencyMode {
    /// `STRICT_FAILURE_TOLERANCE`: begins with min(concurrency, tolerance + 1) and loses one with each failure, so that
    /// never more than tolerance + 1 accounts fail. AWS's default.
    Strict,
    /// `SOFT_FAILURE_TOLERANCE`: the concurrency stays what it is whatever fails.
    Soft,
}

/// The preferences of a wave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preferences {
    /// `MaxConcurrentCount` or `MaxConcurrentPercentage`.
    pub concurrency: Amount,
    /// `FailureToleranceCount` or `FailureTolerancePercentage`: one failure more and the run halts.
    pub tolerance: Amount,
    /// How the two depend on each other.
    pub mode: ConcurrencyMode,
}

impl Default for Preferences {
    /// AWS's defaults: one at a time, none may fail.
    fn default() -> Self {
        Self { concurrency: Amount::Count(1), tolerance: Amount::Count(0), mode: ConcurrencyMode::Strict }
    }
}

impl Preferences {
    /// How many accounts of a wave of `total` may be under way after `failures`. Never below 1 while the tolerance holds;
    /// 0 when it is exceeded.
    pub fn concurrency_after(&self, total: u32, failures: u32) -> u32 {
        let (most, tolerance) = (self.concurrency.of(total).max(1), self.tolerance.of(total));
        if failures > tolerance {
            return 0;
        }
        match self.mode {
            ConcurrencyMode::Strict => most.min((tolerance - failures).saturating_add(1)),
            ConcurrencyMode::Soft => most,
        }
    }
}
