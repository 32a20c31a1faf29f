//! Time that goes on when nobody has anything left to do at its present, for one thread: so much work at so many calls a second
//! takes the same on every machine.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use tokio::sync::oneshot;

/// Turns of the runtime without a sleeper more until the present is over.
const QUIET_TURNS: u32 = 4;

/// The clock, in microseconds.
#[derive(Default)]
pub(crate) struct VirtualTime {
    now: AtomicU64,
    changes: AtomicU64,
    sleepers: Mutex<BTreeMap<(u64, u64), oneshot::Sender<()>>>,
}

impl VirtualTime {
    pub(crate) fn now(&self) -> u64 {
        self.now.load(Ordering::SeqCst)
    }

    pub(crate) async fn sleep_until(&self, at: u64) {
        let place = self.changes.fetch_add(1, Ordering::SeqCst);
        let (sender, woken) = oneshot::channel();
        self.sleepers.lock().unwrap().insert((at.max(self.now()), place), sender);
        woken.await.unwrap();
    }

    pub(crate) async fn sleep(&self, span: u64) {
        self.sleep_until(self.now() + span).await;
    }

    /// Lets time go on for ever.
    pub(crate) async fn run(self: Arc<Self>) {
        let (mut seen, mut quiet) = (0, 0);
        loop {
            tokio::task::yield_now().await;
            let changes = self.changes.load(Ordering::SeqCst);
            quiet = if changes == seen { quiet + 1 } else { 0 };
            seen = changes;
            if quiet < QUIET_TURNS {
                continue;
            }
            quiet = 0;
            let next = self.sleepers.lock().unwrap().pop_first();
            if let Some(((at, _), sleeper)) = next {
                self.now.store(at, Ordering::SeqCst);
                let _ = sleeper.send(());
            }
        }
    }
}

/// A token bucket in that time: so many at once, then one each interval, in the order of the asking.
pub(crate) struct Bucket {
    time: Arc<VirtualTime>,
    interval: u64,
    burst: u64,
    /// When the bucket would be full again, had nobody asked since (GCRA).
    full_at: Mutex<u64>,
    admitted: Mutex<Vec<u64>>,
}

impl Bucket {
    pub(crate) fn new(time: Arc<VirtualTime>, per_second: u64, burst: u64) -> Self {
        let (full_at, admitted) = (Mutex::new(0), Mutex::default());
        Self { time, interval: 1_000_000 / per_second, burst, full_at, admitted }
    }

    pub(crate) async fn admit(&self) {
        let at = {
            let mut full_at = self.full_at.lock().unwrap();
            *full_at = (*full_at).max(self.time.now()) + self.interval;
            full_at.saturating_sub(self.burst * self.interval)
        };
        if at > self.time.now() {
            self.time.sleep_until(at).await;
        }
        self.admitted.lock().unwrap().push(self.time.now());
    }

    /// How many were admitted between two moments.
    pub(crate) fn between(&self, from: u64, to: u64) -> usize {
        self.admitted.lock().unwrap().iter().filter(|at| (from..to).contains(*at)).count()
    }

    pub(crate) fn count(&self) -> usize {
        self.admitted.lock().unwrap().len()
    }
}
