//! The gate between the management account and the members: the vendor's probes, or the customer's word.

use super::StackSetRollout;
use crate::clock::Clock;
use crate::runner::{Accounts, Confirmation};
use rolecall_core::access_check::Verdict;
use rolecall_lifecycle::rollout::Unlock;
use rolecall_lifecycle::stack_sets::Gate;

impl<C: Clock> StackSetRollout<C> {
    pub(super) async fn unlock(&mut self, unlock: Unlock) {
        let opens = match unlock {
            // The role was read and is equal; the decision asks nobody.
            Unlock::Reading => true,
            Unlock::Probes => self.probe().await,
            Unlock::Confirm => self.ask().await,
        };
        self.memory.seen.gate = if opens { Gate::Open } else { Gate::Shut };
    }

    /// A role that was just made does not open yet: probes are repeated. One that opens to anybody is not.
    async fn probe(&mut self) -> bool {
        let Some(accounts) = self.access.accounts.clone() else { return false };
        let mut made = 0;
        loop {
            let (verdict, trouble) = accounts.check_access(self.management()).await;
            let nobody_probes = trouble.as_ref().is_some_and(|trouble| trouble.code == "no-vendor");
            self.memory.management_trouble = trouble;
            match verdict {
                Verdict::Validated => return true,
                Verdict::Insecure => return false,
                Verdict::Denied | Verdict::Unknown if nobody_probes => return false,
                Verdict::Denied | Verdict::Unknown => {}
            }
            if !self.rest_for_propagation(made).await {
                return false;
            }
            made += 1;
        }
    }

    async fn ask(&self) -> bool {
        let Some(accounts) = self.access.accounts.clone() else { return false };
        accounts.confirmation(self.management()).await == Confirmation::Given
    }
}
