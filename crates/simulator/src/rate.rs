//! Token buckets: how often an API may be called. Levels are kept in millionths of a token, so refilling is exact.

use crate::time::SimTime;

/// A published rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rate {
    /// Calls in 1,000 seconds.
    pub calls_per_1000_s: u32,
    /// How many may come at once.
    pub burst: u32,
}

impl Rate {
    /// A rate from calls in 1,000 s and the burst.
    pub const fn new(calls_per_1000_s: u32, burst: u32) -> Self {
        Self { calls_per_1000_s, burst }
    }
}

/// The bucket of one API and one caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bucket {
    millionths: u64,
    filled_at: SimTime,
}

/// Millionths of a token.
const TOKEN: u64 = 1_000_000;

impl Bucket {
    /// A full bucket.
    pub const fn full(rate: Rate, now: SimTime) -> Self {
        Self { millionths: rate.burst as u64 * TOKEN, filled_at: now }
    }

    /// Takes a token if there is one.
    pub fn take(&mut self, rate: Rate, now: SimTime) -> bool {
        // Calls in 1,000 s are millionths of a token in a millisecond.
        let refill = u64::from(rate.calls_per_1000_s).saturating_mul(now.since(self.filled_at).0);
        self.millionths = self.millionths.saturating_add(refill).min(u64::from(rate.burst) * TOKEN);
        self.filled_at = now;
        let taken = self.millionths >= TOKEN;
        if taken {
            self.millionths -= TOKEN;
        }
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::SimSpan;

    #[test]
    fn a_burst_then_the_rate() {
        let rate = Rate::new(8_000, 12);
        let mut bucket = Bucket::full(rate, SimTime::START);
        let taken =
            |bucket: &mut Bucket, now| std::iter::repeat_with(|| bucket.take(rate, now)).take_while(|t| *t).count();
        assert_eq!(taken(&mut bucket, SimTime::START), 12);
        assert_eq!(taken(&mut bucket, SimTime::START + SimSpan::seconds(1)), 8);
        assert_eq!(taken(&mut bucket, SimTime(1_124)), 0);
        assert_eq!(taken(&mut bucket, SimTime(1_125)), 1);
        assert_eq!(taken(&mut bucket, SimTime::START + SimSpan::hours(1)), 12);
    }

    #[test]
    fn one_call_in_ten_seconds() {
        let rate = Rate::new(100, 3);
        let mut bucket = Bucket::full(rate, SimTime::START);
        let calls = (0..100_u64).filter(|second| bucket.take(rate, SimTime::START + SimSpan::seconds(*second))).count();
        assert_eq!(calls, 3 + 9);
    }
}
