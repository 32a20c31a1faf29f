//! The world's time from the real time: it follows it from the moment of the start, as fast or faster, and can be put
//! forward by hand.

use rolecall_simulator::time::{SimSpan, SimTime};
use std::time::Instant;

/// The clock of a server.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    started: Instant,
    from: SimTime,
    factor: u32,
}

impl Clock {
    /// Begins at `from` now; `factor` virtual seconds pass in a real one, 0 stops the clock.
    pub(crate) fn start(from: SimTime, factor: u32) -> Self {
        Self { started: Instant::now(), from, factor }
    }

    /// The time.
    pub(crate) fn now(&self) -> SimTime {
        let passed = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.from + SimSpan(passed.saturating_mul(u64::from(self.factor)))
    }

    /// Puts the clock forward.
    pub(crate) fn advance(&mut self, span: SimSpan) {
        self.from = self.from + span;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stopped_clock_moves_by_hand_alone() {
        let mut clock = Clock::start(SimTime(5), 0);
        assert_eq!(clock.now(), SimTime(5));
        clock.advance(SimSpan::seconds(2));
        assert_eq!(clock.now(), SimTime(2_005));
    }

    #[test]
    fn a_clock_runs_as_fast_as_it_is_told() {
        let (slow, fast) = (Clock::start(SimTime(0), 1), Clock::start(SimTime(0), 1_000));
        std::thread::sleep(std::time::Duration::from_millis(5));
        assert!(fast.now() >= SimTime(5_000) && fast.now() > slow.now());
    }
}
