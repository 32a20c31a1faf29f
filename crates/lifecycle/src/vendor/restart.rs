//! Going on after a restart: what was under way is lost, and lost means unknown.

use super::Vendor;
use super::account::{Slot, Standing};

impl Vendor {
    /// Listings end as if they had never been asked for, and checks are made again: those of new and failing accounts at
    /// the next tick as always, those of active accounts at the next tick as well.
    pub(super) fn restart(&mut self) {
        for organization in &mut self.organizations {
            organization.listing = None;
        }
        for (slot, _) in std::mem::take(&mut self.checks) {
            self.visits += 1;
            self.check_at_next_tick(slot);
        }
        self.agenda.forget_announcement();
    }

    fn check_at_next_tick(&mut self, slot: Slot) {
        let Some(account) = self.accounts.get_mut(slot) else { return };
        account.awaits_listing = false;
        let account = *account;
        let Some(organization) = self.organization(account.organization) else { return };
        let next = organization.tick + 1;
        if account.standing == Standing::Active {
            self.queue_recheck(slot, next);
        }
    }
}
