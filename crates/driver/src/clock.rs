//! Real time and chance, as the machine takes them: milliseconds since 1970, and numbers that spread repetitions.

use rolecall_core::access_check::mix;
use rolecall_lifecycle::TimeMs;
use std::collections::hash_map::RandomState;
use std::future::Future;
use std::hash::{BuildHasher, Hasher};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Where a runner has its time and its random numbers from; tests have one of their own.
pub trait Clock: Send {
    /// The time.
    fn now(&self) -> TimeMs;
    /// Comes back then, or later.
    fn sleep_until(&self, at: TimeMs) -> impl Future<Output = ()> + Send;
    /// A number evenly drawn from all of `u32`.
    fn jitter(&mut self) -> u32;
}

/// The system's time, which may be put back.
pub(crate) fn system_time() -> TimeMs {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    TimeMs(u64::try_from(since_1970.as_millis()).unwrap_or(u64::MAX))
}

/// The clock of the system at the start, and steady from there: it is not put back under a rollout.
#[derive(Debug)]
pub struct SystemClock {
    started: Instant,
    started_at: TimeMs,
    seed: u64,
    drawn: u64,
}

impl SystemClock {
    /// Begins no earlier than `last`: the time of the newest entry of a journal. A clock that was put back since would make
    /// waits of minutes into hours.
    pub fn starting_after(last: TimeMs) -> Self {
        let started_at = system_time().max(last);
        let seed = RandomState::new().build_hasher().finish();
        Self { started: Instant::now(), started_at, seed, drawn: 0 }
    }
}

impl Clock for SystemClock {
    fn now(&self) -> TimeMs {
        let passed = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        TimeMs(self.started_at.0.saturating_add(passed))
    }

    async fn sleep_until(&self, at: TimeMs) {
        tokio::time::sleep(Duration::from_millis(at.since(self.now()).0)).await;
    }

    fn jitter(&mut self) -> u32 {
        self.drawn = self.drawn.wrapping_add(0x9e37_79b9_7f4a_7c15);
        u32::try_from(mix(self.seed ^ self.drawn) >> 32).unwrap_or(u32::MAX)
    }
}
