//! The vendor's budget of probes: one at a time at even distances. Checks that have begun go before new ones, because a
//! denial counts only so long after the success that it belongs to.

use super::Play;
use super::wakes::Own;
use crate::time::SimTime;
use rolecall_core::access_check::{IdOf, Probe};
use rolecall_lifecycle::vendor::CheckRef;
use std::collections::VecDeque;
use std::num::NonZeroU32;

/// The budget and who waits for it.
#[derive(Clone, Debug, Default)]
pub(super) struct Pacing {
    /// From one probe to the next, in microseconds.
    distance_us: Option<u64>,
    free_at_us: u64,
    begun: VecDeque<(CheckRef, Probe)>,
    new: VecDeque<(CheckRef, Probe)>,
    armed: bool,
}

impl Pacing {
    pub(super) fn new(budget: Option<NonZeroU32>) -> Self {
        Self { distance_us: budget.map(|per_second| 1_000_000 / u64::from(per_second.get())), ..Self::default() }
    }

    /// A new program does not know who waited.
    pub(super) fn forget(&mut self) {
        self.begun.clear();
        self.new.clear();
    }

    /// Whether a probe may be sent now; it is counted then.
    fn take(&mut self, now: SimTime) -> bool {
        let Some(distance) = self.distance_us else { return true };
        let begin = now.0.saturating_mul(1_000);
        if self.free_at_us > begin.saturating_add(999) {
            return false;
        }
        self.free_at_us = self.free_at_us.max(begin).saturating_add(distance);
        true
    }

    fn queue(&mut self, probe: Probe) -> &mut VecDeque<(CheckRef, Probe)> {
        if probe == Probe::Right(IdOf::Organization) { &mut self.new } else { &mut self.begun }
    }

    fn is_waiting(&self) -> bool {
        !self.begun.is_empty() || !self.new.is_empty()
    }
}

impl Play {
    /// Sends a probe, now or when the budget admits it.
    pub(super) fn probe(&mut self, check: CheckRef, probe: Probe) {
        let now = self.world.now;
        if !self.pacing.is_waiting() && self.pacing.take(now) {
            self.send(check, probe);
        } else {
            self.pacing.queue(probe).push_back((check, probe));
            self.arm();
        }
    }

    fn arm(&mut self) {
        if !self.pacing.armed && self.pacing.is_waiting() {
            self.pacing.armed = true;
            let at = SimTime((self.pacing.free_at_us / 1_000).max(self.world.now.0));
            self.world.wake_at(at, Own::Turn.wake());
        }
    }

    /// The budget admits the next probes.
    pub(super) fn probes_have_their_turn(&mut self) {
        self.pacing.armed = false;
        while let Some((check, probe)) = self.next_waiting() {
            if self.vendor.id_behind(check, probe).is_none() {
                continue;
            }
            if !self.pacing.take(self.world.now) {
                self.pacing.queue(probe).push_front((check, probe));
                break;
            }
            self.send(check, probe);
        }
        self.arm();
    }

    fn next_waiting(&mut self) -> Option<(CheckRef, Probe)> {
        self.pacing.begun.pop_front().or_else(|| self.pacing.new.pop_front())
    }
}
