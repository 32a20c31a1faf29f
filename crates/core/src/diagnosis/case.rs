//! The evidence with what follows from it by itself, worked out once: the last check, the failures of the automation, what
//! trust and policies say. Rules ask here.

use super::evidence::{Check, Evidence, Seen, SeenInstance, SeenSet, StepEnd};
use super::outcome::Fact;
use super::policy_reading::{self, Limited, PolicyReading};
use super::symptom::is_right_denied;
use super::trouble::{Trouble, troubles};
use super::trust_reading::{self, TrustReading};
use crate::access_check::{AccountState, DurationMs, TimeMs, Verdict};
use crate::organization::AccountKind;
use crate::proof::Proofs;
use rolecall_iam::evaluate::PolicyKind;

/// Failed checks that lie closer together than this count as one: a check that is repeated inside of the propagation
/// window says nothing new.
const APART: DurationMs = DurationMs::from_minutes(10);
/// How long after a failed check its e-mail may go out.
const EMAIL_DELAY: DurationMs = DurationMs::from_minutes(30);

/// Evidence under diagnosis.
#[derive(Debug)]
pub(super) struct Case<'e> {
    pub(super) evidence: &'e Evidence,
    pub(super) trust: TrustReading,
    pub(super) policy: PolicyReading,
    pub(super) service_control: Limited,
    pub(super) boundary: Limited,
    pub(super) resource_control: Limited,
    troubles: Vec<Trouble>,
}

impl<'e> Case<'e> {
    pub(super) fn new(evidence: &'e Evidence, proofs: &mut Proofs) -> Self {
        Self {
            evidence,
            trust: trust_reading::read(evidence, proofs),
            policy: policy_reading::read(evidence, proofs),
            service_control: policy_reading::actions_limited(evidence, PolicyKind::ServiceControl),
            boundary: policy_reading::actions_limited(evidence, PolicyKind::PermissionsBoundary),
            resource_control: policy_reading::assume_role_limited(evidence),
            troubles: troubles(evidence),
        }
    }

    pub(super) fn troubles(&self) -> &[Trouble] {
        &self.troubles
    }

    pub(super) fn is_management(&self) -> bool {
        self.evidence.subject.kind == AccountKind::Management
    }

    /// The account's state, as it was read or by AWS's words.
    pub(super) fn state(&self) -> Option<AccountState> {
        let entry = self.evidence.listing.entry.present()?;
        if let Some(state) = entry.read_as.present() {
            return Some(*state);
        }
        let word = |seen: &Seen<String>| seen.present().cloned();
        // Where the reader could make nothing of it, that is what is to be explained.
        if entry.read_as.is_absent() {
            return None;
        }
        AccountState::read(word(&entry.state).as_deref(), word(&entry.status).as_deref())
    }

    pub(super) fn checks(&self) -> &'e [Check] {
        self.evidence.checks.present().map_or(&[][..], Vec::as_slice)
    }

    pub(super) fn last_check(&self) -> Option<(usize, &'e Check)> {
        self.checks().iter().enumerate().next_back()
    }

    pub(super) fn last_decided(&self) -> Option<(usize, &'e Check)> {
        self.checks().iter().enumerate().rfind(|(_, check)| check.verdict != Verdict::Unknown)
    }

    /// Whether the role was read and may have changed after a check, so that the check does not speak against what was read.
    pub(super) fn may_be_outdated(&self, check: &Check) -> bool {
        let Some(role) = self.evidence.readings.role.present() else { return false };
        role.changed.present().is_none_or(|changed| *changed > check.at)
    }

    /// The checks since the account was last validated, that one apart.
    fn since_validated(&self) -> &'e [Check] {
        let checks = self.checks();
        let from = checks.iter().rposition(|check| check.verdict == Verdict::Validated).map_or(0, |last| last + 1);
        checks.get(from..).unwrap_or_default()
    }

    /// Denied checks that lie apart.
    pub(super) fn failures_since_validated(&self) -> usize {
        apart(self.since_validated())
    }

    /// The latest failed check that came before the last one, which was validated.
    pub(super) fn denied_before_last(&self) -> Option<usize> {
        let (last, check) = self.last_decided()?;
        let earlier = self.checks().get(..last)?;
        let validated = earlier.iter().rposition(|check| check.verdict == Verdict::Validated);
        let from = validated.map_or(0, |index| index + 1);
        let denied = earlier.get(from..)?.iter().rposition(is_right_denied)? + from;
        // A role that worked before and works again came back; that is no race.
        (check.verdict == Verdict::Validated && validated.is_none()).then_some(denied)
    }

    /// How many checks failed before the last one, which was validated.
    pub(super) fn failures_before_last(&self) -> usize {
        let last = self.last_decided().map_or(0, |(last, _)| last);
        apart(self.checks().get(..last).unwrap_or_default())
    }

    /// The e-mail that belongs to no failed check, where the checks of its time are known.
    pub(super) fn unexplained_email(&self) -> Option<usize> {
        let (emails, checks) = (self.evidence.emails.present()?, self.evidence.checks.present()?);
        let oldest = checks.first()?.at;
        let mut used = vec![false; checks.len()];
        for (index, email) in emails.iter().enumerate() {
            if email.at < oldest {
                continue;
            }
            let failed = checks.iter().zip(used.iter_mut()).find(|(check, used)| {
                let fits = check.at <= email.at && email.at.since(check.at) <= EMAIL_DELAY;
                !**used && fits && check.verdict != Verdict::Validated
            });
            match failed {
                Some((_, used)) => *used = true,
                None => return Some(index),
            }
        }
        None
    }

    /// Whether the account was validated since it joined: when, never, or not known.
    pub(super) fn validated(&self) -> Seen<TimeMs> {
        let in_checks = self.checks().iter().rev().find(|check| check.verdict == Verdict::Validated);
        match (&self.evidence.validated, in_checks) {
            (Seen::Present(at), _) => Seen::Present(*at),
            (_, Some(check)) => Seen::Present(check.at),
            (Seen::Absent, None) => Seen::Absent,
            (Seen::NotLooked, None) => Seen::NotLooked,
        }
    }

    /// What is wrong with the role as it was read.
    pub(super) fn role_wrong(&self) -> Option<Fact> {
        let role = self.evidence.readings.role.present()?;
        let subject = &self.evidence.subject;
        if role.name != subject.role_name {
            let text = format!("the role is named `{}` instead of `{}`", role.name, subject.role_name);
            return Some(Fact::new(text, "readings.role.name"));
        }
        if role.path != subject.role_path {
            let text = format!("the role stands under `{}` instead of `{}`", role.path, subject.role_path);
            return Some(Fact::new(text, "readings.role.path"));
        }
        if let TrustReading::Judged(shown) = &self.trust
            && let Some(fact) = &shown.wrong
        {
            return Some(fact.clone());
        }
        let text = match self.policy {
            PolicyReading::Missing => "the role has no policies",
            PolicyReading::Older => "the role's policy is an older version",
            PolicyReading::OtherKind => "the role's policy is that of the other kind of account",
            PolicyReading::Other | PolicyReading::Unsure { .. } => "the role's policy is not the agreed one",
            PolicyReading::Unknown | PolicyReading::NoRole | PolicyReading::Right => return None,
        };
        Some(Fact::new(text, "readings.role.inline"))
    }

    /// Whether the role was read in all its parts and is right.
    pub(super) fn role_right(&self) -> bool {
        self.evidence.readings.role.present().is_some()
            && self.role_wrong().is_none()
            && matches!(self.trust, TrustReading::Judged(_))
            && self.policy == PolicyReading::Right
    }

    pub(super) fn sets(&self) -> impl Iterator<Item = (usize, &'e SeenSet)> {
        self.evidence.stack_sets.present().into_iter().flatten().enumerate()
    }

    /// The account's instances in all sets: with the numbers of set and instance.
    pub(super) fn instances(&self) -> impl Iterator<Item = (usize, usize, &'e SeenInstance)> {
        self.sets().flat_map(|(set, seen)| {
            seen.instances.present().into_iter().flatten().enumerate().map(move |(index, one)| (set, index, one))
        })
    }

    /// Whether the instances of all sets were looked at.
    pub(super) fn instances_looked(&self) -> bool {
        match &self.evidence.stack_sets {
            Seen::NotLooked => false,
            Seen::Absent => true,
            Seen::Present(sets) => sets.iter().all(|set| set.instances.is_looked()),
        }
    }

    /// A step of the automation that is not over.
    pub(super) fn open_step(&self) -> Option<Fact> {
        let steps = self.evidence.steps.present().into_iter().flatten().enumerate();
        let mut open = steps.filter(|(_, step)| step.end == StepEnd::Open);
        open.next().map(|(index, step)| Fact::new(format!("`{}` is under way", step.what), format!("steps[{index}]")))
    }
}

fn apart(checks: &[Check]) -> usize {
    let mut last: Option<TimeMs> = None;
    let mut count = 0;
    for check in checks.iter().filter(|check| is_right_denied(check)) {
        if last.is_none_or(|last| check.at.since(last) >= APART) {
            count += 1;
            last = Some(check.at);
        }
    }
    count
}
