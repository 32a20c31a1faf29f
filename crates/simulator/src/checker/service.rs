//! Who is served: activations with their probes and their listing, deactivations with their reason, and nobody who stays.

use super::model::Key;
use super::{Checker, Property};
use crate::account::{AccountNumber, AccountState};
use crate::random::EntityId;
use crate::trace::Deactivation;
use rolecall_core::access_check::{IdOf, Verdict};

impl Checker {
    pub(super) fn activated(&mut self, organization: EntityId, account: AccountNumber, by: IdOf) {
        let key = (organization, account);
        self.judge_lagging(key, "activated");
        self.judge_activation_probes(key, by);
        self.judge_activation_listing(key);
        self.judge_tenants(key);
        let tick = self.model.organizations.get(&organization).map_or(0, |known| known.tick);
        let place = self.model.place(key);
        (place.active, place.was_active, place.active_since_tick) = (true, true, tick);
        place.holds = true;
        (place.failing, place.notifications) = (false, 0);
        self.review(key);
        self.model.unsettled_places.push(key);
    }

    fn judge_activation_probes(&mut self, key: Key, by: IdOf) {
        let finished = self.model.places.get(&key).and_then(|known| known.finished.as_ref());
        let Some(check) = finished.map(|finished| &finished.check) else {
            self.violation_at(Property::ActivationProbes, key, "activated without a check");
            return;
        };
        let flaw = self.probe_flaw(check);
        let opened = check.opened().map(|(of, _)| of);
        if let Some(flaw) = flaw {
            self.violation_at(Property::ActivationProbes, key, format!("activated, but {flaw}"));
        } else if opened != Some(by) {
            let text = format!("activated by the ID of the {by:?}, but another one opened the role");
            self.violation_at(Property::ActivationProbes, key, text);
        }
    }

    fn judge_activation_listing(&mut self, key: Key) {
        let listed = self.model.places.get(&key).and_then(|known| known.listed);
        if listed != Some(AccountState::Active) {
            let state = listed.map_or("not listed in the organization", AccountState::as_str);
            self.violation_at(Property::ActivationListing, key, format!("activated, but the account is {state}"));
        } else if self.model.connected(key.0).is_none() {
            self.violation_at(Property::ActivationListing, key, "activated for a customer who has left");
        }
    }

    pub(super) fn deactivated(&mut self, organization: EntityId, account: AccountNumber, because: Deactivation) {
        let key = (organization, account);
        let now = self.now;
        let contested = self.model.contested(account);
        let connected = self.model.connected(organization).is_some();
        let place = self.model.place(key);
        let was_active = std::mem::replace(&mut place.active, false);
        place.service_told = false;
        let last = place.finished.as_ref().filter(|finished| finished.at == now && finished.failed());
        let borne_out = match because {
            Deactivation::AccessLost => last.is_some_and(|finished| finished.verdict == Verdict::Denied),
            Deactivation::Insecure => last.is_some_and(|finished| finished.verdict == Verdict::Insecure),
            Deactivation::State(state) => place.listed == Some(state) && state != AccountState::Active,
            Deactivation::Conflict => contested,
            Deactivation::Unsubscribed => !connected,
            // Judged with the departure that follows.
            Deactivation::Departed | Deactivation::Moved => true,
        };
        if !was_active {
            self.violation_at(Property::ServiceOrder, key, "deactivated, but it was not active");
        } else if !borne_out {
            let text = format!("deactivated because of {because:?}, which nothing at that moment shows");
            self.violation_at(Property::ServiceOrder, key, text);
        }
    }

    /// Whoever is active when time goes on must be listed as ACTIVE, unclaimed, and not failing.
    pub(super) fn settle_service(&mut self, organization: EntityId, account: AccountNumber) {
        let key = (organization, account);
        let contested = self.model.contested(account);
        let connected = self.model.connected(organization).is_some();
        let place = self.model.place(key);
        if !place.active || place.service_told {
            return;
        }
        let because = match place.listed {
            _ if !connected => "after the customer left".to_owned(),
            _ if place.failing => "after a check that failed".to_owned(),
            _ if contested => "while two tenants claim it".to_owned(),
            _ if !place.holds => "although it departed".to_owned(),
            Some(AccountState::Active) => return,
            Some(state) => format!("although it is listed as {}", state.as_str()),
            None => "although it is not listed".to_owned(),
        };
        place.service_told = true;
        self.violation_at(Property::StaysActive, key, format!("stays active {because}"));
    }
}
