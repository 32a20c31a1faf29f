//! Faults of the vendor's own service, besides those of its machine: other credentials, an outbox that forgets.

use super::Play;
use crate::account::AccountKey;
use crate::caller::Caller;
use crate::trace::VendorEvent;

impl Play {
    /// Probes are made with these credentials from now on.
    pub const fn set_prober(&mut self, prober: Caller) {
        self.setup.prober = prober;
    }

    /// The outbox sends the last mail about an account again, as one that forgot that it was sent. False when there is none.
    pub fn send_mail_again(&mut self, account: AccountKey) -> bool {
        let number = self.world.account(account).number();
        let Some(mut mail) = self.mails.iter().rev().find(|mail| mail.account == number).cloned() else { return false };
        mail.at = self.world.now;
        let again = mail.number;
        self.record_of(number, mail.organization, |organization| VendorEvent::Notified { organization, number: again });
        self.mail_count += 1;
        self.mails.push(mail);
        true
    }
}
