//! Time that passes when nobody has anything to do.

use crate::clock::Clock;
use rolecall_core::access_check::mix;
use rolecall_lifecycle::TimeMs;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Turns that tasks get before time goes on: an answer takes a few.
const TURNS: u32 = 200;

#[derive(Clone)]
pub(super) struct TestClock {
    now: Arc<AtomicU64>,
    drawn: u64,
}

impl TestClock {
    pub(super) fn new(now: Arc<AtomicU64>) -> Self {
        Self { now, drawn: 0 }
    }
}

impl Clock for TestClock {
    fn now(&self) -> TimeMs {
        TimeMs(self.now.load(Ordering::SeqCst))
    }

    async fn sleep_until(&self, at: TimeMs) {
        for _ in 0..TURNS {
            tokio::task::yield_now().await;
        }
        self.now.fetch_max(at.0, Ordering::SeqCst);
    }

    fn jitter(&mut self) -> u32 {
        self.drawn += 1;
        u32::try_from(mix(self.drawn) >> 32).unwrap()
    }
}
