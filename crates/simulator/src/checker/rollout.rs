//! The customer's rollout: members wait until the management account is unlocked.

use super::{Checker, Property};
use crate::account::AccountNumber;
use crate::random::EntityId;
use crate::trace::CustomerEvent;

/// The rollouts of an organization. Once unlocked, members stay so for later runs, until the role is taken away again.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Rollout {
    under_way: bool,
    unlocked: bool,
    /// The first account that it began: the management account of an organization that nobody has connected yet.
    first: Option<AccountNumber>,
}

impl Checker {
    pub(super) fn customer(&mut self, subject: EntityId, event: CustomerEvent) {
        match event {
            CustomerEvent::RolloutBegan => self.model.rollouts.entry(subject).or_default().under_way = true,
            CustomerEvent::ManagementUnlocked => self.unlocked(subject),
            CustomerEvent::RolloutEnded => self.model.rollouts.entry(subject).or_default().under_way = false,
            CustomerEvent::RemovalBegan => self.model.rollouts.entry(subject).or_default().unlocked = false,
            CustomerEvent::RolloutCreates => {
                if let Some(account) = super::number(subject) {
                    self.rollout_creates(account);
                }
            }
        }
    }

    fn unlocked(&mut self, organization: EntityId) {
        let management = self.model.organizations.get(&organization).map(|known| known.management);
        let written = |account| self.model.accounts.get(&account).is_some_and(|known| known.role_written);
        let missing = management.filter(|account| !written(*account));
        self.model.rollouts.entry(organization).or_default().unlocked = true;
        if let Some(account) = missing {
            let text = "members were unlocked, but nobody ever made the role in the management account";
            self.violation_at(Property::ManagementFirst, (organization, account), text);
        }
    }

    fn rollout_creates(&mut self, account: AccountNumber) {
        let Some(organization) = self.model.accounts.get(&account).and_then(|known| known.organization) else { return };
        let rollout = self.model.rollouts.entry(organization).or_default();
        let first = *rollout.first.get_or_insert(account) == account;
        let rollout = *rollout;
        let is_management = match self.model.organizations.get(&organization) {
            Some(known) => known.management == account,
            None => first,
        };
        let text = match () {
            () if !rollout.under_way => "the role is made in an account although no rollout is under way",
            () if rollout.unlocked || is_management => return,
            () => "the rollout makes the role in a member before the management account is unlocked",
        };
        self.violation_at(Property::ManagementFirst, (organization, account), text);
    }
}
