//! When things happen again and again: at given moments, or after pauses that are drawn.

use crate::random::Draw;
use crate::time::{Delay, SimTime};

/// The moments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Arrivals {
    /// At these, in rising order.
    At(Vec<SimTime>),
    /// After one pause after another.
    Every {
        /// The first pause begins then.
        from: SimTime,
        /// How long each is. One of no length is taken for a millisecond.
        pause: Delay,
        /// None after that.
        until: SimTime,
    },
}

impl Arrivals {
    /// The moment after `made` others, of which `last` was the last one.
    pub(super) fn next(&self, made: usize, last: Option<SimTime>, draw: &mut Draw<'_>) -> Option<SimTime> {
        match self {
            Self::At(moments) => moments.get(made).copied(),
            Self::Every { from, pause, until } => {
                let mut span = pause.draw(draw);
                span.0 = span.0.max(1);
                Some(last.unwrap_or(*from) + span).filter(|at| at <= until)
            }
        }
    }
}
