//! What happened how often in random worlds: actions that had an effect, and records by kind. Counted, so that nobody takes
//! a million dull worlds for a million tests.

use super::plan::Action;
use crate::trace::{CustomerEvent, Event, Record, VendorEvent};
use rolecall_core::access_check::{IdOf, Outcome, Probe, Verdict};
use std::collections::BTreeMap;

/// Counts by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage(BTreeMap<&'static str, u64>);

impl Coverage {
    fn count(&mut self, name: &'static str, times: u64) {
        *self.0.entry(name).or_default() += times;
    }

    /// An action, and whether it had an effect.
    pub(super) fn action(&mut self, action: &Action, done: bool) {
        self.count(if done { action_name(action) } else { "action: nothing to do" }, 1);
    }

    /// The records of a trace.
    pub(super) fn records(&mut self, records: &[Record]) {
        let mut counts = [0_u64; RECORDS.len()];
        for record in records {
            if let Some(count) = counts.get_mut(place(&record.event)) {
                *count += 1;
            }
        }
        for (name, count) in RECORDS.iter().zip(counts) {
            self.count(name, count);
        }
    }

    /// Adds what was counted elsewhere.
    pub fn add(&mut self, other: &Self) {
        for (name, times) in &other.0 {
            self.count(name, *times);
        }
    }

    /// The counts by name; a record that never occurred stands there with 0.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, u64)> + '_ {
        self.0.iter().map(|(name, count)| (*name, *count))
    }
}

const fn action_name(action: &Action) -> &'static str {
    match action {
        Action::Leave(_) => "action: leave",
        Action::Join(..) => "action: join",
        Action::MoveTo(..) => "action: move to another organization",
        Action::Relocate(_) => "action: move to another unit",
        Action::Close(_) => "action: close",
        Action::Reopen(_) => "action: reopen",
        Action::State(..) => "action: state set by AWS",
        Action::Role(..) => "action: role written",
        Action::NoRole(_) => "action: role deleted",
        Action::Recreate(_) => "action: role re-created",
        Action::CreateAccount(..) => "action: account created",
        Action::Attach(..) => "action: control policy attached",
        Action::Detach(..) => "action: control policy detached",
        Action::Faults(..) => "action: fault rates changed",
        Action::Validate(_) => "action: Validate Access",
        Action::Restart => "action: vendor restarted",
        Action::Migrate(..) => "action: migration asked for",
        Action::Settle(..) => "action: conflict decided",
        Action::Subscribe(_) => "action: subscribed",
        Action::Disconnect(_) => "action: disconnected",
        Action::Reconnect(_) => "action: connected again",
        Action::Rollout(_) => "action: rollout begun",
        Action::CrashRollout(..) => "action: rollout crashed",
        Action::RemoveRollout(_) => "action: removal begun",
    }
}

/// The kinds of records, by [`place`].
const RECORDS: [&str; 57] = [
    "call: succeeded",
    "call: refused",
    "account created",
    "joined",
    "left",
    "moved",
    "state changed",
    "role written",
    "role deleted",
    "role visible",
    "stack set operation",
    "stack instance",
    "connected",
    "subscribed",
    "disconnected",
    "ID bound to an organization",
    "ID bound to an account",
    "migration began",
    "migration ended",
    "tick",
    "listing began",
    "listing complete",
    "listing partial",
    "listing doubted",
    "listing trusted",
    "paused",
    "resumed",
    "listed",
    "unlisted",
    "Validate Access",
    "probe: allowed",
    "probe: denied",
    "probe: other account",
    "probe: unknown",
    "probe: own ID",
    "check: validated",
    "check: denied",
    "check: insecure",
    "check: unknown",
    "check: repeated",
    "activated",
    "activated by own ID",
    "deactivated",
    "departed",
    "first notification",
    "second notification",
    "later notification",
    "conflict raised",
    "conflict cleared",
    "conflict decided",
    "service restarted",
    "rollout or removal began or ended",
    "rollout unlocked",
    "rollout creates",
    "truth",
    "rollout overwrites",
    "rollout removes",
];

fn place(event: &Event) -> usize {
    match event {
        Event::Called { error: None, .. } => 0,
        Event::Called { .. } => 1,
        Event::AccountCreated => 2,
        Event::Joined(_) => 3,
        Event::Left(_) => 4,
        Event::Moved(_) => 5,
        Event::StateChanged(_) => 6,
        Event::RoleWritten(..) => 7,
        Event::RoleDeleted(_) => 8,
        Event::RoleVisible(_) => 9,
        Event::Operation(..) => 10,
        Event::Instance(..) => 11,
        Event::Vendor(event) => of_vendor(event),
        Event::Customer(CustomerEvent::ManagementUnlocked) => 52,
        Event::Customer(CustomerEvent::RolloutCreates) => 53,
        Event::Customer(CustomerEvent::RolloutOverwrites) => 55,
        Event::Customer(CustomerEvent::RolloutRemoves) => 56,
        Event::Customer(_) => 51,
        Event::Truth { .. } => 54,
    }
}

const fn of_vendor(event: &VendorEvent) -> usize {
    match event {
        VendorEvent::Connected { .. } => 12,
        VendorEvent::Subscribed => 13,
        VendorEvent::Disconnected => 14,
        VendorEvent::IdBound { account: None, .. } => 15,
        VendorEvent::IdBound { .. } => 16,
        VendorEvent::MigrationBegan { .. } => 17,
        VendorEvent::MigrationEnded => 18,
        VendorEvent::Tick(_) => 19,
        VendorEvent::ListingBegan { .. } => 20,
        VendorEvent::ListingEnded { complete: true, .. } => 21,
        VendorEvent::ListingEnded { .. } => 22,
        VendorEvent::ListingDoubted { .. } => 23,
        VendorEvent::ListingTrusted => 24,
        VendorEvent::Paused { .. } => 25,
        VendorEvent::Resumed { .. } => 26,
        VendorEvent::Listed { .. } => 27,
        VendorEvent::Unlisted { .. } => 28,
        VendorEvent::ValidateRequested { .. } => 29,
        VendorEvent::Probed { probe, outcome, .. } => match (probe, outcome) {
            (_, outcome) if !outcome.is_decided() => 33,
            (_, Outcome::OtherAccount) => 32,
            (Probe::Right(IdOf::Account), _) => 34,
            (_, Outcome::Allowed) => 30,
            _ => 31,
        },
        VendorEvent::Checked { repeated: true, .. } => 39,
        VendorEvent::Checked { verdict, .. } => match verdict {
            Verdict::Validated => 35,
            Verdict::Denied => 36,
            Verdict::Insecure => 37,
            Verdict::Unknown => 38,
        },
        VendorEvent::Activated { by: IdOf::Organization, .. } => 40,
        VendorEvent::Activated { .. } => 41,
        VendorEvent::Deactivated { .. } => 42,
        VendorEvent::Departed { .. } => 43,
        VendorEvent::Notified { number, .. } => match *number {
            0 | 1 => 44,
            2 => 45,
            _ => 46,
        },
        VendorEvent::ConflictRaised { .. } => 47,
        VendorEvent::ConflictCleared { .. } => 48,
        VendorEvent::ConflictSettled { .. } => 49,
        VendorEvent::Restarted => 50,
    }
}
