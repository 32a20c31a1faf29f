//! The customer's rollout: members wait until the management account is unlocked.

use super::model::Key;
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
            CustomerEvent::RolloutRemoves | CustomerEvent::RemovalEnded | CustomerEvent::DeliveryFailed => {}
            CustomerEvent::RolloutCreates | CustomerEvent::RolloutOverwrites => {
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

    /// The rollout of an organization that has the account, or had it when it made its plan.
    fn rollout_creates(&mut self, account: AccountNumber) {
        let had = |key: &Key| self.model.places.get(key).is_some_and(|place| place.member || place.left_at.is_some());
        let organizations = self.model.places_by_account(account).filter(had).map(|key| key.0);
        let under_way =
            |organization: &EntityId| self.model.rollouts.get(organization).is_some_and(|known| known.under_way);
        let organizations: Vec<EntityId> = organizations.filter(under_way).collect();
        let Some(organization) = organizations.first().copied() else {
            let current = self.model.accounts.get(&account).and_then(|known| known.organization);
            let text = "a rollout makes the role although none is under way";
            self.violation(Property::ManagementFirst, current, Some(account), text.to_owned());
            return;
        };
        let may = organizations.into_iter().any(|organization| self.may_create(organization, account));
        if !may {
            let text = "the rollout makes the role in a member before the management account is unlocked";
            self.violation_at(Property::ManagementFirst, (organization, account), text);
        }
    }

    fn may_create(&mut self, organization: EntityId, account: AccountNumber) -> bool {
        let rollout = self.model.rollouts.entry(organization).or_default();
        let first = *rollout.first.get_or_insert(account) == account;
        let unlocked = rollout.unlocked;
        let is_management = match self.model.organizations.get(&organization) {
            Some(known) => known.management == account,
            None => first,
        };
        unlocked || is_management
    }
}
