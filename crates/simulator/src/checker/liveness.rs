//! What must come about once nothing changes any more: a right role is active by the next check, a wrong one is notified a
//! second time, and who left is gone. What is right the world itself says, in records of its own.

use super::model::{Key, Place, Truth};
use super::probes::Check;
use super::{Checker, Property};
use crate::account::{AccountNumber, AccountState};
use crate::random::EntityId;
use rolecall_core::access_check::Verdict;

/// What is demanded of an account at the end.
enum Demand {
    Nothing,
    /// Active since so many ticks after the truth at the latest.
    Active(u32),
    /// Notified twice.
    Notified,
}

impl Checker {
    pub(super) fn truth(&mut self, account: AccountNumber, opens: bool) {
        let at = self.now;
        let Some(organization) = self.model.accounts.get(&account).and_then(|known| known.organization) else { return };
        let Some(tick) = self.model.connected(organization).map(|known| known.tick) else { return };
        let elsewhere = |key: &Key| {
            let known = self.model.connected(key.0).and_then(|_| self.model.places.get(key));
            key.0 != organization && known.is_some_and(|place| place.listed.is_some())
        };
        let claimed = self.model.contested(account) || self.model.keys_of(account).iter().any(elsewhere);
        self.model.place((organization, account)).truth = Some(Truth { opens, at, tick, claimed });
    }

    /// A check that begins after the truth is known must find it.
    pub(super) fn judge_against_truth(&mut self, key: Key, check: &Check, verdict: Verdict, repeated: bool) {
        let truth = self.model.places.get(&key).and_then(|known| known.truth);
        let Some(truth) = truth.filter(|truth| check.began() > truth.at && !repeated) else { return };
        let usable = self.model.accounts.get(&key.1).is_none_or(|known| known.state == AccountState::Active);
        let text = match verdict {
            Verdict::Denied | Verdict::Insecure if truth.opens && usable => "a check failed, but the role is right",
            Verdict::Validated if !truth.opens => "a check was validated, but the role is not right",
            _ => return,
        };
        let property = if truth.opens { Property::RightBecomesActive } else { Property::WrongIsNotifiedTwice };
        self.violation_at(property, key, text);
    }

    pub(super) fn judge_liveness(&mut self) {
        let places: Vec<(Key, Place)> =
            self.model.places.in_order().into_iter().map(|(key, place)| (key, place.clone())).collect();
        for (key, place) in places {
            if place.truth.is_none() || !place.member {
                self.judge_gone(key, &place);
            }
            if let Some(truth) = place.truth.filter(|_| place.member) {
                self.judge_end(key, &place, truth);
            }
        }
    }

    /// Who is no member any more, with truths known of the organization's management account.
    fn judge_gone(&mut self, key: Key, place: &Place) {
        if self.was_listed(key.0, 2) && !place.member && (place.active || place.listed.is_some()) {
            self.violation_at(Property::DepartureIsNoticed, key, "left the organization, and the service still has it");
        }
    }

    /// Whether an organization could be listed at so many ticks since the truth is known: its management account's role
    /// opens.
    fn was_listed(&self, organization: EntityId, ticks: u32) -> bool {
        let Some(known) = self.model.connected(organization) else { return false };
        let management = self.model.places.get(&(organization, known.management));
        let truth = management.and_then(|place| place.truth).filter(|truth| truth.opens);
        truth.is_some_and(|truth| known.tick >= truth.tick + ticks)
    }

    fn demand(&self, key: Key, truth: Truth) -> Demand {
        let Some(known) = self.model.connected(key.0) else { return Demand::Nothing };
        let management = known.management == key.1;
        let opens =
            |key: Key| self.model.places.get(&key).and_then(|place| place.truth).is_some_and(|truth| truth.opens);
        // Without the management account's role nobody lists, so nobody else is checked.
        if !management && (known.lagging || !opens((key.0, known.management))) {
            return Demand::Nothing;
        }
        // Another organization that lists it as well must be able to see that it left.
        let stuck = |other: &Key| {
            let listed = self.model.places.get(other).is_some_and(|place| place.listed.is_some());
            other.0 != key.0 && listed && self.model.connected(other.0).is_some() && !self.was_listed(other.0, 1)
        };
        if truth.claimed && self.model.keys_of(key.1).iter().any(stuck) {
            return Demand::Nothing;
        }
        let ticks = known.tick.saturating_sub(truth.tick);
        let first = if truth.claimed { 2 } else { 1 };
        match truth.opens {
            true if ticks >= first => Demand::Active(first),
            false if ticks > first + self.rules.recheck_ticks && known.subscribed => Demand::Notified,
            _ => Demand::Nothing,
        }
    }

    fn judge_end(&mut self, key: Key, place: &Place, truth: Truth) {
        if self.model.accounts.get(&key.1).is_some_and(|known| known.state != AccountState::Active) {
            if place.active && self.was_listed(key.0, 2) {
                self.violation_at(Property::StaysActive, key, "active at the end, but the account is not ACTIVE");
            }
            return;
        }
        match self.demand(key, truth) {
            Demand::Nothing => self.report.not_judged += 1,
            Demand::Active(_) if !place.active => {
                self.violation_at(
                    Property::RightBecomesActive,
                    key,
                    "the role is right, and the account is not active",
                );
            }
            Demand::Active(ticks) if place.active_since_tick > truth.tick + ticks => {
                let late = place.active_since_tick - truth.tick;
                let text = format!("the role is right, and it took {late} ticks until the account was active");
                self.violation_at(Property::RightBecomesActive, key, text);
            }
            Demand::Active(_) => self.report.right += 1,
            Demand::Notified if place.active => {
                self.violation_at(Property::WrongIsNotifiedTwice, key, "the role is wrong, and the account is active");
            }
            Demand::Notified if place.notifications < 2 => {
                let text = format!("the role is wrong, and {} notifications went out", place.notifications);
                self.violation_at(Property::WrongIsNotifiedTwice, key, text);
            }
            Demand::Notified => self.report.wrong += 1,
        }
    }
}
