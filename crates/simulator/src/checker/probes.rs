//! Probes and verdicts: whose ID was sent, what may follow what, and whether a verdict is what the answers say.

use super::model::{Finished, Key};
use super::{Checker, Property};
use crate::account::{AccountNumber, AccountState};
use crate::random::EntityId;
use crate::time::{SimSpan, SimTime};
use rolecall_core::access_check::{IdOf, Outcome, Outcomes, Probe, Verdict, WrongKind};

/// So many probes a check has, unless both IDs are tried.
const PROBES: usize = 8;

/// One probe with its answer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Probed {
    pub(super) check: u32,
    pub(super) probe: Probe,
    pub(super) id: Option<u64>,
    pub(super) outcome: Outcome,
    pub(super) at: SimTime,
}

/// What the service said about a check that is over.
#[derive(Clone, Copy, Debug)]
pub(super) struct Said {
    pub(super) tick: Option<u32>,
    pub(super) verdict: Verdict,
    pub(super) outcomes: Outcomes,
    pub(super) repeated: bool,
}

/// The probes of one check, in order.
#[derive(Clone, Debug, Default)]
pub(super) struct Check {
    number: u32,
    pub(super) probes: Vec<Probed>,
}

impl Check {
    /// The answer to a probe.
    fn of(&self, probe: Probe) -> Option<&Probed> {
        self.probes.iter().find(|known| known.probe == probe)
    }

    fn is(&self, probe: Probe, outcome: Outcome) -> bool {
        self.of(probe).is_some_and(|known| known.outcome == outcome)
    }

    /// The first answer that says nothing about the role.
    fn undecided(&self) -> Option<&Probed> {
        self.probes.iter().find(|known| !known.outcome.is_decided())
    }

    /// A probe that opened the role and should not have.
    fn hole(&self) -> Option<&Probed> {
        self.probes.iter().find(|known| known.probe.is_negative() && known.outcome == Outcome::Allowed)
    }

    /// When the first answer came.
    pub(super) fn began(&self) -> SimTime {
        self.probes.first().map_or(SimTime::NEVER, |known| known.at)
    }

    /// Whether all of it lies in the window, however long answers take.
    fn is_quick(&self, window: SimSpan, latency: SimSpan) -> bool {
        let last = self.probes.iter().filter(|known| known.probe.is_negative()).map(|known| known.at).max();
        let took = self.opened().zip(last).map(|((_, opened), last)| last.since(opened).0);
        took.is_none_or(|took| took + latency.0 <= window.0)
    }

    /// Whose ID opened the role.
    pub(super) fn opened(&self) -> Option<(IdOf, SimTime)> {
        let opened = self.probes.iter().find(|known| {
            matches!(known.probe, Probe::Right(_)) && known.outcome == Outcome::Allowed && known.id.is_some()
        })?;
        let Probe::Right(of) = opened.probe else { return None };
        Some((of, opened.at))
    }
}

impl Checker {
    pub(super) fn id_bound(&mut self, organization: EntityId, account: Option<AccountNumber>, id: u64) {
        if !self.model.ids.contains(&id) {
            self.model.ids.insert(id, (organization, account));
            self.model.own_ids.extend(account.map(|account| (organization, account)));
        }
        if let (None, Some(known)) = (account, self.model.organizations.get_mut(&organization)) {
            known.id = Some(id);
        }
    }

    pub(super) fn migration_ended(&mut self, organization: EntityId) {
        let now = self.now;
        if let Some(known) = self.model.organizations.get_mut(&organization) {
            known.migration_over = Some(now);
        }
    }

    pub(super) fn probed(&mut self, organization: EntityId, account: AccountNumber, probed: Probed) {
        let key = (organization, account);
        self.judge_lagging(key, "probed");
        self.judge_id(key, &probed);
        let current = self.model.place(key).current.get_or_insert_default();
        if probed.check > current.number {
            *current = Check { number: probed.check, probes: Vec::with_capacity(PROBES) };
        }
        // A late answer to a check that was given up says nothing about this one.
        if probed.check < current.number {
            return;
        }
        let denied = current.is(Probe::Right(IdOf::Organization), Outcome::AccessDenied);
        current.probes.push(probed);
        let began = current.began();
        if probed.probe != Probe::Right(IdOf::Account) {
            return;
        }
        if !denied {
            let text =
                "the account's own ID was tried although the organization's had not been answered with AccessDenied";
            self.violation_at(Property::FallBack, key, text);
        }
        let over = self.model.organizations.get(&organization).and_then(|known| known.migration_over);
        if over.is_some_and(|over| began > over) {
            self.violation_at(Property::FallBack, key, "the account's own ID was tried after the end of the migration");
        }
    }

    pub(super) fn judge_lagging(&mut self, key: Key, what: &str) {
        let lagging = self.model.organizations.get(&key.0).is_some_and(|known| known.lagging);
        if lagging && !self.model.is_management(key) {
            let text = format!("a member of an organization in lagging mode was {what}");
            self.violation_at(Property::Lagging, key, text);
        }
    }

    /// Never anybody else's ID; and each probe with the ID that it is named after.
    fn judge_id(&mut self, key: Key, probed: &Probed) {
        let bound = probed.id.and_then(|id| self.model.ids.get(&id).copied());
        if let Some((owner, of)) = bound
            && (owner != key.0 || of.is_some_and(|of| of != key.1))
        {
            let whose = of.map_or_else(|| "organization".to_owned(), |of| format!("account {of}"));
            let text = format!("{} was sent with the ID of another {whose}", probed.probe.describe());
            self.violation_at(Property::ForeignId, key, text);
            return;
        }
        let own = self.model.organizations.get(&key.0).and_then(|known| known.id);
        let right = match probed.probe {
            Probe::Right(IdOf::Organization) => probed.id.is_some() && probed.id == own,
            Probe::Right(IdOf::Account) => bound == Some((key.0, Some(key.1))),
            Probe::NoId | Probe::CallerIdentity => probed.id.is_none(),
            Probe::Wrong(_) => probed.id.is_some() && bound.is_none(),
        };
        if !right {
            let text = format!("{} was sent with another ID than its name says", probed.probe.describe());
            self.violation_at(Property::ProbeId, key, text);
        }
    }

    /// Whoever lists sends the organization's ID, or the management account's own.
    pub(super) fn listing_began(&mut self, organization: EntityId, id: u64) {
        let Some(known) = self.model.organizations.get(&organization) else { return };
        let (management, own) = (known.management, known.id == Some(id));
        let bound = self.model.ids.get(&id).copied();
        if !own && bound != Some((organization, Some(management))) {
            let text = "the listing was begun with an ID that is not the organization's";
            self.violation_at(Property::ForeignId, (organization, management), text);
        }
    }

    pub(super) fn checked(&mut self, key: Key, said: Said) {
        let at = self.now;
        let Said { tick, verdict, outcomes, repeated } = said;
        let check = self.model.place(key).current.take().unwrap_or_default();
        self.judge_outcomes(key, &check, outcomes);
        self.judge_verdict(key, &check, verdict);
        self.judge_against_truth(key, &check, verdict, repeated);
        let place = self.model.place(key);
        match verdict {
            Verdict::Validated => {
                place.failing = false;
                place.notifications = 0;
            }
            Verdict::Denied | Verdict::Insecure => place.failing |= !repeated,
            Verdict::Unknown => {}
        }
        place.finished = Some(Finished { check, at, tick, verdict, repeated });
        self.review(key);
    }

    /// The verdict rests on the answers that came back.
    fn judge_outcomes(&mut self, key: Key, check: &Check, outcomes: Outcomes) {
        let other = outcomes.iter().find(|(probe, outcome)| {
            let came_back = check.of(*probe).map_or(Outcome::NotMade, |known| known.outcome);
            came_back != *outcome
        });
        let Some((probe, taken)) = other else { return };
        let came_back = check.of(probe).map_or(Outcome::NotMade, |known| known.outcome);
        let text = format!("{} was answered with {came_back:?} and taken for {taken:?}", probe.describe());
        let unknown = !came_back.is_decided() && taken == Outcome::AccessDenied;
        self.violation_at(if unknown { Property::UnknownAsDenied } else { Property::Verdict }, key, text);
    }

    fn judge_verdict(&mut self, key: Key, check: &Check, verdict: Verdict) {
        let sound = self.flaw(key, check);
        let denied = self.denied(key, check);
        let undecided = check.undecided().copied();
        let (property, text) = match verdict {
            Verdict::Validated => match sound {
                None => return,
                Some(flaw) => (Property::Verdict, format!("validated, but {flaw}")),
            },
            Verdict::Insecure if check.hole().is_some() => return,
            Verdict::Insecure => {
                (Property::Verdict, "insecure, but no probe opened the role that should not".to_owned())
            }
            Verdict::Denied => match undecided {
                Some(known) => {
                    let text = format!("denied, but {} was answered with {:?}", known.probe.describe(), known.outcome);
                    (Property::UnknownAsDenied, text)
                }
                None if denied => return,
                None => (Property::Verdict, "denied, but nothing was".to_owned()),
            },
            Verdict::Unknown if check.hole().is_some() => {
                (Property::Verdict, "unknown, but the role opens to a wrong caller".to_owned())
            }
            // Between the two, when the answers arrived decides, which the trace does not tell.
            Verdict::Unknown if sound.is_none() && check.is_quick(self.rules.window, self.rules.latency) => {
                (Property::Verdict, "unknown, but every probe was answered as it should be".to_owned())
            }
            Verdict::Unknown if denied && undecided.is_none() => {
                (Property::Verdict, "unknown, but the right ID was denied".to_owned())
            }
            Verdict::Unknown => return,
        };
        self.violation_at(property, key, text);
    }

    /// Whether every ID that counts was denied, or the session was one of another account.
    fn denied(&self, key: Key, check: &Check) -> bool {
        let own = self.model.own_ids.contains(&key);
        let over = self.model.organizations.get(&key.0).is_some_and(|known| known.migration_over.is_some());
        let by_organization = check.is(Probe::Right(IdOf::Organization), Outcome::AccessDenied);
        let by_account = check.is(Probe::Right(IdOf::Account), Outcome::AccessDenied) || !own || over;
        (by_organization && by_account) || check.is(Probe::CallerIdentity, Outcome::OtherAccount)
    }

    /// What is missing for an activation by this check; nothing when the right ID was allowed, and no ID and all wrong IDs
    /// were denied in the same window, and GetCallerIdentity named an account that is listed as ACTIVE.
    pub(super) fn flaw(&self, key: Key, check: &Check) -> Option<String> {
        self.probe_flaw(check).or_else(|| {
            let listed = self.model.places.get(&key).and_then(|known| known.listed);
            let state = listed.map_or("not listed", AccountState::as_str);
            (listed != Some(AccountState::Active)).then(|| format!("the account is {state}"))
        })
    }

    /// The same without the listing.
    pub(super) fn probe_flaw(&self, check: &Check) -> Option<String> {
        let Some((_, opened_at)) = check.opened() else { return Some("no right ID was allowed".to_owned()) };
        let wanted = WrongKind::ALL.into_iter().filter(|kind| self.rules.wrong_ids.contains(*kind));
        for probe in std::iter::once(Probe::NoId).chain(wanted.map(Probe::Wrong)) {
            if check.of(probe).is_none() {
                return Some(format!("{} was not tried", probe.describe()));
            }
        }
        for known in check.probes.iter().filter(|known| known.probe.is_negative()) {
            if known.outcome != Outcome::AccessDenied {
                return Some(format!("{} was answered with {:?}", known.probe.describe(), known.outcome));
            }
            if known.at < opened_at || known.at.since(opened_at).0 > self.rules.window.0 + self.rules.latency.0 {
                return Some(format!("{} is not in the window of the right ID", known.probe.describe()));
            }
        }
        let identity = check.is(Probe::CallerIdentity, Outcome::Allowed);
        (!identity).then(|| "GetCallerIdentity did not name the account".to_owned())
    }
}
