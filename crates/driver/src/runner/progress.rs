//! How far a run is: counted from its entries as they are written, so that nobody has to look at all accounts.

use rolecall_lifecycle::rollout::{Entry, Next, RunKind, Settled, Stage};
use rolecall_lifecycle::{DurationMs, TimeMs};
use std::collections::VecDeque;

/// How far a run is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Progress {
    /// What the run is for; nothing before it began.
    pub kind: Option<RunKind>,
    /// Where it is.
    pub stage: Option<Stage>,
    /// Waves of members in the plan.
    pub waves: usize,
    /// Accounts that the run touches.
    pub total: u32,
    /// Of these, accounts that are settled, failed ones included.
    pub done: u32,
    /// Of these, accounts that failed.
    pub failed: u32,
    /// Accounts that were begun and are not settled.
    pub under_way: u32,
    /// Accounts settled in a second, over the last half minute; nothing while too little is known.
    pub per_second: Option<f64>,
    /// How long the accounts that are left take at that rate. Rests between waves and waits for an unlock are not in it.
    pub left: Option<DurationMs>,
}

/// The span over which the rate is taken, and how far apart its points are.
const WINDOW: DurationMs = DurationMs::from_seconds(30);
const POINTS_EVERY: DurationMs = DurationMs(500);

/// Counts a run.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    progress: Progress,
    /// Accounts done at moments of the window, oldest first.
    points: VecDeque<(TimeMs, u32)>,
}

impl Tally {
    pub(super) fn new(waves: usize) -> Self {
        Self { progress: Progress { waves, ..Progress::default() }, points: VecDeque::new() }
    }

    /// Counts an entry, also one of an earlier start of the program.
    pub(super) fn count(&mut self, entry: &Entry) {
        let progress = &mut self.progress;
        match *entry {
            Entry::RunBegan { kind, .. } => {
                *progress = Progress { kind: Some(kind), waves: progress.waves, ..Progress::default() };
                self.points.clear();
            }
            Entry::StageBegan { stage, .. } => progress.stage = Some(stage),
            Entry::Answered { next: Next::Settle(settled), .. } => {
                progress.done += 1;
                progress.failed += u32::from(matches!(settled, Settled::Failed(_)));
            }
            Entry::RunFinished { .. } => progress.stage = None,
            Entry::Began { .. }
            | Entry::Answered { .. }
            | Entry::Interrupted { .. }
            | Entry::UnlockAsked { .. }
            | Entry::UnlockPostponed { .. }
            | Entry::Unlocked { .. }
            | Entry::Halted { .. }
            | Entry::StopRequested { .. }
            | Entry::Continued { .. } => {}
        }
    }

    /// Says how many accounts the run has still to settle, of which nothing is known from the entries.
    pub(super) fn set_left(&mut self, left: u32) {
        self.progress.total = self.progress.done + left;
    }

    /// How far the run is now.
    pub(super) fn progress(&mut self, now: TimeMs, under_way: u32) -> Progress {
        let Self { progress, points } = self;
        if points.back().is_none_or(|(at, _)| now.since(*at) >= POINTS_EVERY) {
            points.push_back((now, progress.done));
        }
        while points.len() > 2 && points.front().is_some_and(|(at, _)| now.since(*at) > WINDOW) {
            points.pop_front();
        }
        progress.under_way = under_way;
        let first = points.front().filter(|(at, _)| now.since(*at).0 >= 1_000);
        progress.per_second = first.map(|(at, done)| {
            let seconds = f64::from(u32::try_from(now.since(*at).0).unwrap_or(u32::MAX)) / 1_000.0;
            f64::from(progress.done - done) / seconds
        });
        let left = f64::from(progress.total.saturating_sub(progress.done));
        progress.left = progress.per_second.filter(|rate| *rate > 0.0).map(|rate| {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "positive; `as` saturates")]
            DurationMs((left / rate * 1_000.0) as u64)
        });
        *progress
    }
}
