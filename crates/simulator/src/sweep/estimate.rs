//! Shares and means over runs, with confidence intervals. Sums are whole numbers, so that they merge exactly.

use crate::time::float;

/// The 97.5 % quantile of the standard normal distribution.
pub(super) const NORMAL_95: f64 = 1.959_963_984_540_054;

/// The ratio of two sums over runs, such as e-mails to accounts.
///
/// Accounts of one run share its tick phase and its faults, so runs are the independent pieces, not accounts. Sums beyond
/// 2¹²⁸ stay there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ratio {
    /// Runs.
    pub runs: u64,
    /// Σ of the denominators.
    pub below: u128,
    /// Σ of the numerators.
    pub above: u128,
    /// Σ denominator².
    pub below_squared: u128,
    /// Σ numerator².
    pub above_squared: u128,
    /// Σ numerator · denominator.
    pub product: u128,
}

/// An estimate with its interval of confidence (95 %).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The value.
    pub value: f64,
    /// Its standard error; nothing from a single run.
    pub error: Option<f64>,
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

impl Ratio {
    /// Takes the sums of a run.
    pub fn add(&mut self, above: u64, below: u64) {
        let (above, below) = (u128::from(above), u128::from(below));
        let one = Self {
            runs: 1,
            below,
            above,
            below_squared: below * below,
            above_squared: above * above,
            product: above * below,
        };
        self.merge(&one);
    }

    /// Takes what another has.
    pub fn merge(&mut self, other: &Self) {
        self.runs += other.runs;
        self.below = self.below.saturating_add(other.below);
        self.above = self.above.saturating_add(other.above);
        self.below_squared = self.below_squared.saturating_add(other.below_squared);
        self.above_squared = self.above_squared.saturating_add(other.above_squared);
        self.product = self.product.saturating_add(other.product);
    }

    /// The ratio with the standard error of a ratio estimator over clusters of unequal size (W. G. Cochran, "Sampling
    /// Techniques", 3rd edition, §6.3 and §9A.2): `√(m · Σ(x − R·n)² / (m − 1)) / Σn`. Nothing when the denominator is zero.
    pub fn mean(&self) -> Option<Estimate> {
        if self.below == 0 {
            return None;
        }
        let value = of(self.above) / of(self.below);
        let error = (self.runs > 1).then(|| {
            let squares =
                of(self.above_squared) - 2.0 * value * of(self.product) + value * value * of(self.below_squared);
            let runs = float(self.runs);
            (squares.max(0.0) * runs / (runs - 1.0)).sqrt() / of(self.below)
        });
        let half = NORMAL_95 * error.unwrap_or(f64::INFINITY);
        Some(Estimate { value, error, low: value - half, high: value + half })
    }

    /// The same of a share: the interval is within 0 and 1, and no narrower than the one of as many independent accounts
    /// (E. B. Wilson, "Probable inference, the law of succession, and statistical inference", 1927), which has a width where
    /// no or every account counted.
    pub fn share(&self) -> Option<Estimate> {
        let mean = self.mean()?;
        let (count, share) = (of(self.below), mean.value);
        let squared = NORMAL_95 * NORMAL_95;
        let middle = (share + squared / (2.0 * count)) / (1.0 + squared / count);
        let half = NORMAL_95 / (1.0 + squared / count)
            * (share * (1.0 - share) / count + squared / (4.0 * count * count)).sqrt();
        Some(Estimate {
            low: mean.low.min(middle - half).max(0.0),
            high: mean.high.max(middle + half).min(1.0),
            ..mean
        })
    }
}

#[expect(clippy::cast_precision_loss, reason = "an estimate has sixteen digits at most")]
const fn of(sum: u128) -> f64 {
    sum as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ratio(runs: &[(u64, u64)]) -> Ratio {
        let mut ratio = Ratio::default();
        for (above, below) in runs {
            ratio.add(*above, *below);
        }
        ratio
    }

    fn near(found: f64, expected: f64) {
        assert!((found - expected).abs() < 1e-9, "{found} instead of {expected}");
    }

    #[test]
    fn the_error_is_that_of_the_residuals() {
        // R = 6/12; residuals 1 − 1, 4 − 3, 1 − 2: squares 0, 1, 1; √(3 · 2 / 2) / 12.
        let mean = ratio(&[(1, 2), (4, 6), (1, 4)]).mean().unwrap();
        near(mean.value, 0.5);
        near(mean.error.unwrap(), 3.0_f64.sqrt() / 12.0);
        near(mean.high - mean.low, 2.0 * NORMAL_95 * 3.0_f64.sqrt() / 12.0);
    }

    #[test]
    fn shares_at_the_ends_have_a_width() {
        let share = ratio(&[(0, 10), (0, 10)]).share().unwrap();
        near(share.low, 0.0);
        // Wilson's upper end at zero: z² / (n + z²).
        near(share.high, NORMAL_95.powi(2) / (20.0 + NORMAL_95.powi(2)));
        let share = ratio(&[(10, 10), (10, 10)]).share().unwrap();
        assert!(share.low < 0.9);
        near(share.high, 1.0);
    }

    #[test]
    fn a_single_run_says_nothing_of_its_error() {
        let mean = ratio(&[(3, 4)]).mean().unwrap();
        assert_eq!((mean.error, mean.low), (None, f64::NEG_INFINITY));
        let share = ratio(&[(3, 4)]).share().unwrap();
        assert_eq!((share.low, share.high), (0.0, 1.0));
        assert_eq!(ratio(&[(0, 0)]).mean(), None);
    }
}
