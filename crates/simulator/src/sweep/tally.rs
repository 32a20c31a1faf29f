//! What became of the accounts of one run, counted.

use super::histogram::Histogram;
use crate::text::mix;
use crate::trace::TraceHash;

/// How much work a run was, for tests and benchmarks that count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Work {
    /// Events of the queue.
    pub events: u64,
    /// Events handed to the vendor's machine.
    pub steps: u64,
    /// API calls.
    pub calls: u64,
}

impl Work {
    /// All of it.
    pub const fn total(self) -> u64 {
        self.events + self.steps + self.calls
    }

    pub(super) const fn add(&mut self, other: Self) {
        self.events += other.events;
        self.steps += other.steps;
        self.calls += other.calls;
    }
}

/// The counts of one run. Accounts are those that joined after the beginning.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Accounts.
    pub accounts: u64,
    /// Of these, how many nobody was mailed about.
    pub without_mail: u64,
    /// With one mail: a race, as far as the customer can tell.
    pub with_one_mail: u64,
    /// With more than one.
    pub with_more_mails: u64,
    /// Mails about them.
    pub mails: u64,
    /// Those that were active by the end.
    pub active: u64,
    /// Σ of the times from creation to first activation, in milliseconds.
    pub activation_ms: u64,
    /// These times.
    pub activation: Histogram,
    /// First members that were moved to another unit.
    pub moved: u64,
    /// Mails about first members.
    pub mails_to_others: u64,
    /// First members that left.
    pub left: u64,
    /// How often active management of a family stopped.
    pub pauses: u64,
    /// What it took.
    pub work: Work,
    /// The hash of the trace, where one was kept.
    pub hash: TraceHash,
}

impl Tally {
    /// A number that depends on every count of the run but for its work: the same for the same run on every machine.
    pub(super) fn digest(&self) -> u64 {
        let counts = [
            self.accounts,
            self.without_mail,
            self.with_one_mail,
            self.with_more_mails,
            self.mails,
            self.active,
            self.activation_ms,
            self.moved,
            self.mails_to_others,
            self.left,
            self.pauses,
        ];
        let buckets = self.activation.buckets().map(|(bucket, count)| u64::from(bucket) << 40 ^ count);
        counts.into_iter().chain(buckets).fold(0x5eed, |hash, count| mix(hash ^ mix(count.wrapping_add(hash))))
    }
}
