//! The pause of active management of a billing family: from the check that sees a loss to the check that sees recovery,
//! or to the listing by which the account is not ACTIVE or not a member any more.

use super::Vendor;
use super::account::{Account, Slot, Standing};
use super::effect::Effect;
use super::settings::PauseRule;

impl Vendor {
    /// Looks at one account after a change, and pauses or resumes its family when it was the first or the last one.
    pub(super) fn review_family(&mut self, slot: Slot, effects: &mut Vec<Effect>) {
        let Some(account) = self.accounts.get(slot).copied() else { return };
        let lacks = self.lacks_access(&account);
        let key = account.organization;
        let Some(organization) = self.organization_mut(key) else { return };
        let was_paused = organization.is_paused();
        if lacks {
            organization.lacking.insert(slot);
        } else {
            organization.lacking.remove(&slot);
        }
        match (was_paused, organization.is_paused()) {
            (false, true) => effects.push(Effect::PauseManagement { organization: key, account: account.number }),
            (true, false) => effects.push(Effect::ResumeManagement { organization: key, account: account.number }),
            (false, false) | (true, true) => {}
        }
    }

    fn lacks_access(&self, account: &Account) -> bool {
        let Some(organization) = self.organization(account.organization) else { return false };
        let is_management = account.number == organization.management;
        let counts = is_management || account.was_active || self.settings.pause == PauseRule::Lack;
        // Only a management account fails its checks in another state than ACTIVE: nobody can list the state of one that
        // does not open.
        organization.subscribed && account.standing == Standing::Failing && counts
    }
}
