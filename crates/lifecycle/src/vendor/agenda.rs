//! What is due when, in order. The machine asks for one wake-up at a time: the earliest.

use super::account::Slot;
use super::organization::OrganizationKey;
use crate::TimeMs;
use std::collections::BTreeSet;

/// Something that is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Due {
    /// A check is repeated, if it is still the one with this serial.
    Retry(Slot, u32),
    /// A migration ends.
    MigrationEnd(OrganizationKey),
}

/// The queue.
#[derive(Clone, Debug, Default)]
pub(super) struct Agenda {
    queue: BTreeSet<(TimeMs, Due)>,
    announced: Option<TimeMs>,
}

impl Agenda {
    pub(super) fn add(&mut self, at: TimeMs, due: Due) {
        self.queue.insert((at, due));
    }

    pub(super) fn pop(&mut self, now: TimeMs) -> Option<Due> {
        let first = self.queue.first().copied().filter(|(at, _)| *at <= now)?;
        self.queue.remove(&first);
        // A wake-up that has come is used up: whatever stays in the queue is announced again.
        self.announced = None;
        Some(first.1)
    }

    pub(super) fn first(&self) -> Option<TimeMs> {
        self.queue.first().map(|(at, _)| *at)
    }

    /// The wake-up to ask for, when it is not the one asked for already.
    pub(super) fn announce(&mut self) -> Option<TimeMs> {
        let first = self.first();
        if first == self.announced {
            return None;
        }
        self.announced = first;
        first
    }

    /// Forgets what was announced: whoever was to wake the machine is gone.
    pub(super) fn forget_announcement(&mut self) {
        self.announced = None;
    }
}
