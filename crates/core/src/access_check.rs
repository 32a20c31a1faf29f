//! One access check of one account: which probe comes next, and what the answers together mean. The probes are real
//! AssumeRole calls that somebody else makes, one at a time; the same questions asked of a trust's text are in
//! `trust::probes`. Why access is denied is not said here: AssumeRole has one text for every cause.

mod account;
mod index;
mod probe;
mod record;
mod time;
mod verdict;
mod wrong_ids;

#[cfg(test)]
mod tests;

pub use account::{AccountNumber, AccountNumberError, AccountState};
pub use index::{AccountIndex, mix};
pub use probe::{Answer, IdOf, Outcome, Outcomes, Probe, WrongKind, WrongKinds};
pub use record::CheckRecord;
pub use time::{DurationMs, TimeMs};
pub use verdict::{DeniedBecause, Judgement, Membership, UnknownBecause, Verdict};
pub use wrong_ids::WrongIds;

/// What is to be probed: fixed when the check begins, so that a change of bindings under way cannot mix two plans.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CheckPlan {
    /// The account whose role is tried; GetCallerIdentity must name it.
    pub account: AccountNumber,
    /// Whether the account has an older ID of its own that may still be tried after the organization's was denied.
    pub fall_back: bool,
    /// Which wrong IDs exist for the organization's ID.
    pub wrong_of_organization: WrongKinds,
    /// Which wrong IDs exist for the account's own ID.
    pub wrong_of_account: WrongKinds,
    /// How long after the success of the right ID a denial of another still counts.
    pub window: DurationMs,
}

/// A check under way.
///
/// Invariant: outcomes are only written through [`AccessCheck::record`], in the order of [`AccessCheck::next_probe`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccessCheck {
    plan: CheckPlan,
    outcomes: Outcomes,
    opened_at: TimeMs,
    window_passed: bool,
}

/// An answer to a probe that was not the next one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an answer to {answered} came in, but {} was asked", expected.map_or("nothing", Probe::describe), answered = answered.describe())]
pub struct UnexpectedAnswer {
    /// What was answered.
    pub answered: Probe,
    /// What had been asked, if anything.
    pub expected: Option<Probe>,
}

impl AccessCheck {
    /// A check of which nothing has been made yet.
    pub const fn new(plan: CheckPlan) -> Self {
        Self { plan, outcomes: Outcomes::NONE, opened_at: TimeMs(0), window_passed: false }
    }

    /// The probe to make now, or nothing when the check is over.
    ///
    /// The organization's ID comes first. Only AccessDenied leads on to the account's own ID; throttling or a fault ends
    /// the check. After a success come no ID, the wrong IDs and GetCallerIdentity; a negative probe that opens the role
    /// does not end the check, because the others tell what kind of hole it is.
    pub fn next_probe(&self) -> Option<Probe> {
        let made = |probe: Probe| self.outcomes.get(probe) != Outcome::NotMade;
        if self.outcomes.iter().any(|(_, outcome)| !outcome.is_decided()) {
            return None;
        }
        let Some(opened) = self.outcomes.opened_by() else {
            let first = Probe::Right(IdOf::Organization);
            let second = Probe::Right(IdOf::Account);
            return match (made(first), made(second)) {
                (false, _) => Some(first),
                (true, false) if self.plan.fall_back => Some(second),
                _ => None,
            };
        };
        let wrong = self.wrong_kinds(opened);
        Probe::AFTER_SUCCESS.into_iter().find(|probe| {
            let exists = match probe {
                Probe::Wrong(kind) => wrong.contains(*kind),
                Probe::Right(_) | Probe::NoId | Probe::CallerIdentity => true,
            };
            exists && !made(*probe)
        })
    }

    /// Takes the answer to the probe that [`AccessCheck::next_probe`] named.
    ///
    /// # Errors
    /// When it answers another probe; nothing is changed then.
    pub fn record(&mut self, probe: Probe, answer: Answer, at: TimeMs) -> Result<(), UnexpectedAnswer> {
        let expected = self.next_probe();
        if expected != Some(probe) {
            return Err(UnexpectedAnswer { answered: probe, expected });
        }
        let outcome = match answer {
            Answer::Outcome(outcome) => outcome,
            Answer::CallerIs(account) if account == self.plan.account => Outcome::Allowed,
            Answer::CallerIs(_) => Outcome::OtherAccount,
        };
        match probe {
            Probe::Right(_) if outcome == Outcome::Allowed => self.opened_at = at,
            Probe::Right(_) | Probe::CallerIdentity => {}
            Probe::NoId | Probe::Wrong(_) => {
                self.window_passed |= at.since(self.opened_at) > self.plan.window;
            }
        }
        self.outcomes.set(probe, outcome);
        Ok(())
    }

    /// What the answers so far mean.
    ///
    /// In this order: a role that opened to a wrong caller is insecure whatever else happened; what was not answered, or
    /// not in the window, is unknown; the right ID denied, another account or one that is not listed is denied.
    pub fn judge(&self, membership: Membership) -> Judgement {
        let outcomes = &self.outcomes;
        if let Some((hole, _)) =
            outcomes.iter().find(|(probe, outcome)| probe.is_negative() && *outcome == Outcome::Allowed)
        {
            return Judgement::Insecure(hole);
        }
        if let Some(because) = outcomes.iter().find_map(|(_, outcome)| UnknownBecause::of(outcome)) {
            return Judgement::Unknown(because);
        }
        if self.next_probe().is_some() {
            return Judgement::Unknown(UnknownBecause::NotFinished);
        }
        let Some(opened) = outcomes.opened_by() else {
            return Judgement::Denied(DeniedBecause::RightIdDenied);
        };
        if self.window_passed {
            return Judgement::Unknown(UnknownBecause::WindowPassed);
        }
        match (outcomes.get(Probe::CallerIdentity), membership) {
            (Outcome::OtherAccount, _) => Judgement::Denied(DeniedBecause::OtherAccount),
            (Outcome::Allowed, Membership::Listed) => Judgement::Validated(opened),
            (Outcome::Allowed, Membership::NotListed) => Judgement::Denied(DeniedBecause::NotListed),
            (Outcome::Allowed, Membership::NotYetKnown) => Judgement::Unknown(UnknownBecause::MembershipNotKnown),
            // GetCallerIdentity needs no permission (STS API reference), so a denial tells nothing about the role.
            _ => Judgement::Unknown(UnknownBecause::IdentityNotTold),
        }
    }

    /// Every outcome so far.
    pub const fn outcomes(&self) -> &Outcomes {
        &self.outcomes
    }

    /// The plan that the check began with.
    pub const fn plan(&self) -> &CheckPlan {
        &self.plan
    }

    const fn wrong_kinds(&self, opened: IdOf) -> WrongKinds {
        match opened {
            IdOf::Organization => self.plan.wrong_of_organization,
            IdOf::Account => self.plan.wrong_of_account,
        }
    }
}
