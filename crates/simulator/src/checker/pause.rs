//! The pause of active management of a billing family: from the check that sees a loss to the check that sees recovery, or
//! to the listing by which the account is not ACTIVE, not a member, or claimed by another tenant.

use super::model::Key;
use super::rules::PauseRule;
use super::{Checker, Property};
use crate::account::AccountNumber;
use crate::random::EntityId;

impl Checker {
    /// Counts an account in or out of those who lack access.
    pub(super) fn review(&mut self, key: Key) {
        let contested = self.model.contested(key.1);
        let management = self.model.is_management(key);
        let lack = self.rules.pause == PauseRule::Lack;
        let place = self.model.place(key);
        let lacks = place.failing && !contested && (management || place.was_active || lack);
        let before = std::mem::replace(&mut place.lacks, lacks);
        // Who fails its checks must not be active when time goes on.
        if place.failing && place.active {
            self.model.unsettled_places.push(key);
        }
        if let Some(known) = self.model.organizations.get_mut(&key.0).filter(|_| before != lacks) {
            known.lacking = if lacks { known.lacking + 1 } else { known.lacking.saturating_sub(1) };
            self.model.unsettled_organizations.push(key.0);
        }
    }

    pub(super) fn subscribed(&mut self, organization: EntityId) {
        if let Some(known) = self.model.organizations.get_mut(&organization) {
            known.subscribed = true;
            self.model.unsettled_organizations.push(organization);
        }
    }

    fn is_due(&self, organization: EntityId) -> bool {
        self.model.connected(organization).is_some_and(|known| known.subscribed && known.lacking > 0)
    }

    pub(super) fn paused(&mut self, organization: EntityId, account: AccountNumber) {
        let due = self.is_due(organization);
        let lacks = self.model.place((organization, account)).lacks;
        let Some(known) = self.model.organizations.get_mut(&organization) else { return };
        let before = std::mem::replace(&mut known.paused, true);
        known.pause_told = false;
        self.model.unsettled_organizations.push(organization);
        let text = match () {
            () if before => "paused, but it is paused already",
            () if !due => "paused, but no check has seen a loss",
            () if !lacks => "paused because of an account that does not lack access",
            () => return,
        };
        self.violation_at(Property::Pause, (organization, account), text);
    }

    pub(super) fn resumed(&mut self, organization: EntityId, account: AccountNumber) {
        let due = self.is_due(organization);
        let Some(known) = self.model.organizations.get_mut(&organization) else { return };
        let before = std::mem::replace(&mut known.paused, false);
        known.pause_told = false;
        self.model.unsettled_organizations.push(organization);
        let text = match () {
            () if !before => "resumed, but it is not paused",
            () if due => "resumed, but an account still lacks access",
            () => return,
        };
        self.violation_at(Property::Pause, (organization, account), text);
    }

    /// When time goes on it is paused if, and only if, somebody lacks access.
    pub(super) fn settle_pause(&mut self, organization: EntityId) {
        let due = self.is_due(organization);
        let Some(known) = self.model.organizations.get_mut(&organization) else { return };
        if known.paused == due || known.pause_told {
            return;
        }
        known.pause_told = true;
        let lacking = self.model.places_of(organization).find(|(_, place)| place.lacks).map(|(key, _)| key.1);
        let text = if due {
            "an account lacks access, and management goes on"
        } else {
            "paused, although nobody lacks access"
        };
        self.violation(Property::Pause, Some(organization), lacking, text.to_owned());
    }
}
