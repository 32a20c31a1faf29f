//! When the story happens: how often the vendor looks before something breaks and after it, worked out from the checks of
//! the bundle. The moments are the scenario's own: ticks are at full hours.

use crate::time::{SimSpan, SimTime};
use rolecall_core::access_check::{DurationMs, IdOf, Outcome, Probe, TimeMs, Verdict};
use rolecall_core::diagnosis::Evidence;
use rolecall_core::diagnosis::Seen;
use rolecall_core::diagnosis::evidence::Check;

/// When something that worked breaks: between the second tick and the third.
pub(super) const BREAKS: SimTime = SimTime(9_000_000);
/// The first tick.
pub(super) const TICK: SimTime = SimTime(3_600_000);
/// Failed checks closer together than this are one.
const APART: DurationMs = DurationMs::from_minutes(10);
/// More failed checks than so many say nothing more.
const FAILURES_MAX: u32 = 3;

/// What the checks say about when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Frame {
    /// A check validated the account since it joined.
    pub(super) validated: bool,
    /// It worked and does not any more, or the bundle shows a role that would not.
    pub(super) lost: bool,
    /// Failed checks since it last worked.
    pub(super) failures: u32,
    /// The last check that said anything.
    pub(super) verdict: Option<Verdict>,
    /// It was denied first and works now, and never worked before: by how much the role came later than the check.
    pub(super) late: Option<Late>,
}

/// A role that came about when a check was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Late {
    /// How long after the denied check the role came.
    pub(super) after: SimSpan,
    /// How long before it, when it was there and STS did not see it yet.
    pub(super) before: SimSpan,
    /// How long after the denied check the bundle was put together, when no check came in between.
    pub(super) asked: Option<SimSpan>,
}

impl Frame {
    pub(super) fn of(evidence: &Evidence) -> Self {
        let checks = evidence.checks.present().map_or(&[][..], Vec::as_slice);
        let decided: Vec<&Check> = checks.iter().filter(|check| check.verdict != Verdict::Unknown).collect();
        let verdict = decided.last().map(|check| check.verdict);
        let validated =
            evidence.validated.present().is_some() || checks.iter().any(|check| check.verdict == Verdict::Validated);
        let last_good = decided.iter().rposition(|check| check.verdict == Verdict::Validated);
        let since = last_good.map_or(0, |place| place + 1);
        let failures = apart(decided.get(since..).unwrap_or_default());
        let told = evidence.emails.present().map_or(0, |emails| u32::try_from(emails.len()).unwrap_or(u32::MAX));
        let failures = if evidence.checks.is_looked() { failures } else { told };
        let broken = matches!(verdict, Some(Verdict::Denied | Verdict::Insecure));
        let lost = validated && (broken || evidence.readings.role.is_absent());
        let late = late(evidence, &decided).filter(|late| late.asked.is_none() || !validated && failures == 1);
        Self { validated, lost, failures: failures.min(FAILURES_MAX), verdict, late }
    }

    /// When the diagnosis is asked.
    pub(super) fn asked(&self) -> SimTime {
        let hours = if self.lost {
            2 + u64::from(self.failures)
        } else {
            u64::from(self.failures).max(if self.verdict == Some(Verdict::Denied) { 1 } else { 4 })
        };
        SimTime::START
            + SimSpan::hours(hours)
            + if self.lost && self.failures == 0 { SimSpan::minutes(45) } else { SimSpan::minutes(30) }
    }
}

fn apart(checks: &[&Check]) -> u32 {
    let mut last: Option<TimeMs> = None;
    let mut count = 0;
    for check in checks {
        if last.is_none_or(|last| check.at.since(last) >= APART) {
            count += 1;
            last = Some(check.at);
        }
    }
    count
}

/// The denied check that the role was late for, with the role's change where that was read.
fn late(evidence: &Evidence, decided: &[&Check]) -> Option<Late> {
    let (last, earlier) = decided.split_last()?;
    let denied = |check: &&Check| {
        check.outcomes.opened_by().is_none()
            && check.outcomes.get(Probe::Right(IdOf::Organization)) == Outcome::AccessDenied
    };
    let works = last.verdict == Verdict::Validated;
    let check = match works {
        true if earlier.iter().any(|check| check.verdict == Verdict::Validated) => return None,
        true => earlier.iter().rev().find(|check| denied(check))?,
        false if denied(last) && evidence.readings.role.present().is_some() => last,
        false => return None,
    };
    let changed = match &evidence.readings.role {
        Seen::Present(role) => role.changed.present().copied(),
        _ => None,
    };
    let span = |late: TimeMs, early: TimeMs| SimSpan(late.0.saturating_sub(early.0));
    let (after, before) = match changed {
        Some(changed) => (span(changed, check.at), span(check.at, changed)),
        // A second look within two minutes is that of propagation.
        None if works && last.at.since(check.at) <= DurationMs::from_minutes(2) => {
            (SimSpan::ZERO, SimSpan::seconds(10))
        }
        None => (SimSpan::minutes(30), SimSpan::ZERO),
    };
    let asked = (!works).then(|| span(evidence.at, check.at));
    Some(Late { after, before, asked })
}
