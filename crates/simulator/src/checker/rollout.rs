//! The customer's rollout: members wait until the management account is unlocked.

use super::{Checker, Property};
use crate::account::AccountNumber;
use crate::random::EntityId;
use crate::trace::CustomerEvent;

/// How far a rollout is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Rollout {
    /// None is under way.
    #[default]
    None,
    /// Members wait.
    Locked,
    /// Members may follow.
    Unlocked,
}

impl Checker {
    pub(super) fn customer(&mut self, subject: EntityId, event: CustomerEvent) {
        match event {
            CustomerEvent::RolloutBegan => {
                let rollout = self.model.rollouts.entry(subject).or_default();
                // A rollout that is resumed goes on where it was.
                if *rollout == Rollout::None {
                    *rollout = Rollout::Locked;
                }
            }
            CustomerEvent::ManagementUnlocked => self.unlocked(subject),
            // A removal locks the members again.
            CustomerEvent::RolloutEnded | CustomerEvent::RemovalBegan | CustomerEvent::RemovalEnded => {
                self.model.rollouts.insert(subject, Rollout::None);
            }
            CustomerEvent::RolloutCreates | CustomerEvent::RolloutOverwrites => {
                if let Some(account) = super::number(subject) {
                    self.rollout_creates(account);
                }
            }
            CustomerEvent::RolloutRemoves | CustomerEvent::DeliveryFailed => {}
        }
    }

    fn unlocked(&mut self, organization: EntityId) {
        let management = self.model.organizations.get(&organization).map(|known| known.management);
        let written = |account| self.model.accounts.get(&account).is_some_and(|known| known.role_written);
        let missing = management.filter(|account| !written(*account));
        self.model.rollouts.insert(organization, Rollout::Unlocked);
        if let Some(account) = missing {
            let text = "members were unlocked, but nobody ever made the role in the management account";
            self.violation_at(Property::ManagementFirst, (organization, account), text);
        }
    }

    fn rollout_creates(&mut self, account: AccountNumber) {
        let Some(organization) = self.model.accounts.get(&account).and_then(|known| known.organization) else { return };
        let rollout = self.model.rollouts.get(&organization).copied().unwrap_or_default();
        if rollout != Rollout::Unlocked && !self.model.is_management((organization, account)) {
            let text = "the rollout makes the role in a member before the management account is unlocked";
            self.violation_at(Property::ManagementFirst, (organization, account), text);
        }
    }
}
