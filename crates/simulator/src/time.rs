//! Virtual time: whole milliseconds since the world began, lengths of time, and how long things take (drawn).
//! Times are integers, and what is drawn is computed by the same instructions everywhere, so that every machine gets the same. What happens at a time is for `queue` and the services.

use crate::random::Draw;
use std::fmt;
use std::ops::Add;

/// A moment of virtual time, in milliseconds since the world began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SimTime(pub u64);

/// A length of virtual time, in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SimSpan(pub u64);

impl SimSpan {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// Seconds.
    pub const fn seconds(seconds: u64) -> Self {
        Self(seconds * 1_000)
    }

    /// Minutes.
    pub const fn minutes(minutes: u64) -> Self {
        Self(minutes * 60_000)
    }

    /// Hours.
    pub const fn hours(hours: u64) -> Self {
        Self(hours * 3_600_000)
    }

    /// Days of 24 hours.
    pub const fn days(days: u64) -> Self {
        Self(days * 86_400_000)
    }
}

impl SimTime {
    /// The beginning of the world.
    pub const START: Self = Self(0);
    /// Later than anything.
    pub const NEVER: Self = Self(u64::MAX);

    /// How long after `earlier` this is; nothing when it is not after.
    pub const fn since(self, earlier: Self) -> SimSpan {
        SimSpan(self.0.saturating_sub(earlier.0))
    }
}

impl Add<SimSpan> for SimTime {
    type Output = Self;

    fn add(self, span: SimSpan) -> Self {
        Self(self.0.saturating_add(span.0))
    }
}

impl fmt::Display for SimTime {
    /// `3d 04:05:06.007`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (seconds, ms) = (self.0 / 1_000, self.0 % 1_000);
        let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
        write!(formatter, "{days}d {hours:02}:{minutes:02}:{:02}.{ms:03}", seconds % 60)
    }
}

/// How long something takes: drawn from the stream of the entity that it happens to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delay {
    /// Always the same; nothing is drawn.
    Fixed(SimSpan),
    /// Every millisecond from the first to the last is as likely.
    Uniform(SimSpan, SimSpan),
    /// An inverse distribution function: (share in thousandths, milliseconds), both rising, straight between the points.
    Quantiles(Vec<(u32, u64)>),
    /// A normal distribution by mean and standard deviation, without what is below zero: such values are drawn again.
    Normal(SimSpan, SimSpan),
    /// A log-normal distribution by its own mean and standard deviation.
    LogNormal(SimSpan, SimSpan),
}

/// How often a value below zero is drawn again before zero is taken: with a mean above zero at most every second one is.
const REDRAWS: u32 = 64;

impl Delay {
    /// No time at all.
    pub const ZERO: Self = Self::Fixed(SimSpan::ZERO);

    /// How long changed IAM roles take until STS sees them: about 4 s, 10–30 s often, a minute rarely. Measured by
    /// others; AWS publishes no figure.
    pub fn role_propagation() -> Self {
        Self::Quantiles(vec![(0, 2_000), (500, 4_000), (800, 10_000), (980, 30_000), (1_000, 70_000)])
    }

    /// Draws one.
    pub fn draw(&self, draw: &mut Draw<'_>) -> SimSpan {
        match self {
            Self::Fixed(span) => *span,
            Self::Uniform(from, to) => SimSpan(from.0 + draw.below(to.0.saturating_sub(from.0) + 1)),
            Self::Quantiles(points) => SimSpan(quantile(points, draw.below(1_000_000))),
            Self::Normal(mean, deviation) => {
                let (mean, deviation) = (float(mean.0), float(deviation.0));
                let mut values = (0..REDRAWS).map(|_| mean + deviation * standard_normal(draw));
                values.find(|value| *value >= 0.0).map_or(SimSpan::ZERO, whole)
            }
            Self::LogNormal(mean, deviation) => {
                // Of ln X: variance ln(1 + (deviation/mean)²), mean ln(mean) less half of that.
                let (mean, deviation) = (float(mean.0.max(1)), float(deviation.0));
                let variance = libm::log1p((deviation / mean) * (deviation / mean));
                let middle = libm::log(mean) - variance / 2.0;
                whole(libm::exp(middle + libm::sqrt(variance) * standard_normal(draw)))
            }
        }
    }
}

/// A standard normal value (G. E. P. Box, M. E. Muller, "A note on the generation of random normal deviates", 1958). The
/// functions are those of the crate `libm`: basic arithmetic alone, so that the bits are the same on every machine.
fn standard_normal(draw: &mut Draw<'_>) -> f64 {
    let (radius, angle) = (share(draw), share(draw));
    libm::sqrt(-2.0 * libm::log(radius)) * libm::cos(2.0 * std::f64::consts::PI * angle)
}

/// A number above 0 and at most 1: one of 2⁵³.
pub(crate) fn share(draw: &mut Draw<'_>) -> f64 {
    float((draw.bits() >> 11) + 1) / float(1 << 53)
}

#[expect(clippy::cast_precision_loss, reason = "times and shares that are drawn from are below 2^53")]
pub(crate) const fn float(whole: u64) -> f64 {
    whole as f64
}

/// The next whole millisecond; a float that is too large for one becomes the largest.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the cast saturates, values are not negative"
)]
fn whole(value: f64) -> SimSpan {
    SimSpan(libm::round(value) as u64)
}

/// The value at `share` millionths.
fn quantile(points: &[(u32, u64)], share: u64) -> u64 {
    let mut before: Option<(u64, u64)> = None;
    for (thousandths, ms) in points {
        let at = u64::from(*thousandths) * 1_000;
        if share <= at {
            let Some((from, low)) = before else { return *ms };
            return low + ms.saturating_sub(low) * (share - from) / (at - from).max(1);
        }
        before = Some((at, *ms));
    }
    before.map_or(0, |(_, ms)| ms)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_shown_as_people_read_them() {
        assert_eq!((SimTime::START + SimSpan::days(3) + SimSpan(3_661_007)).to_string(), "3d 01:01:01.007");
        assert_eq!(SimTime(5).since(SimTime(9)), SimSpan::ZERO);
    }

    #[test]
    fn quantiles_lie_straight_between_their_points() {
        let points = [(0, 100), (500, 200), (1_000, 1_000)];
        for (share, expected) in [(0, 100), (250_000, 150), (500_000, 200), (750_000, 600), (999_999, 999)] {
            assert_eq!(quantile(&points, share), expected, "{share}");
        }
        assert_eq!(quantile(&[], 5), 0);
        assert_eq!(quantile(&[(200, 7)], 900_000), 7);
    }
}
