//! One account under two tenants: blocked under both until one lets go.

use super::model::Key;
use super::{Checker, Property};
use crate::account::AccountNumber;
use crate::random::EntityId;

impl Checker {
    pub(super) fn conflict_raised(&mut self, account: AccountNumber, claimant: EntityId) {
        let known = self.model.account(account);
        known.decided = false;
        if !known.claimants.contains(&claimant) {
            known.claimants.push(claimant);
        }
        for key in self.model.keys_of(account) {
            // Nothing that is known of its access counts.
            self.model.place(key).failing = false;
            self.review(key);
            self.model.unsettled_places.push(key);
        }
    }

    pub(super) fn conflict_cleared(&mut self, account: AccountNumber, claimant: EntityId) {
        self.model.account(account).claimants.retain(|other| *other != claimant);
        for key in self.model.keys_of(account) {
            self.review(key);
        }
    }

    /// The tenants whose connected organizations list an account.
    fn listed_by_tenants(&self, account: AccountNumber) -> Vec<u32> {
        let listing = self.model.organizations.iter().filter(|(organization, known)| {
            let place = self.model.places.get(&(**organization, account));
            known.connected && place.is_some_and(|place| place.holds)
        });
        let mut tenants: Vec<u32> = listing.map(|(_, known)| known.tenant).collect();
        tenants.sort_unstable();
        tenants.dedup();
        tenants
    }

    /// Whether an activation leaves the account active once, for one tenant.
    pub(super) fn judge_tenants(&mut self, key: Key) {
        let account = key.1;
        let active: Vec<EntityId> = self.active_in(account);
        let decided = self.model.accounts.get(&account).is_some_and(|known| known.decided);
        if active.contains(&key.0) {
            self.violation_at(Property::ServiceOrder, key, "activated, but it is active already");
        } else if !active.is_empty() {
            self.violation_at(Property::TwoTenants, key, "activated, but it is active in another organization");
        } else if self.model.contested(account) {
            self.violation_at(Property::TwoTenants, key, "activated while two tenants claim it");
        } else if !decided && self.listed_by_tenants(account).len() > 1 {
            self.violation_at(Property::TwoTenants, key, "activated, but organizations of two tenants list it");
        }
    }

    fn active_in(&self, account: AccountNumber) -> Vec<EntityId> {
        let keys = self.model.keys_of(account).into_iter();
        keys.filter(|key| self.model.places.get(key).is_some_and(|known| known.active)).map(|key| key.0).collect()
    }
}
