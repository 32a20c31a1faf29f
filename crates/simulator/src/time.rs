//! Virtual time: whole milliseconds since the world began, lengths of time, and how long things take (drawn).
//! Integers only, so that every machine computes the same. What happens at a time is for `queue` and the services.

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
}

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
        }
    }
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
