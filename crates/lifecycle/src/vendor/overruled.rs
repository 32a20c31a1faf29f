//! Lines of listings that were handed in and do not count at present: somebody decided otherwise, or a newer listing of
//! another organization did. A listing by pages shows them again; one by its difference does not, so they are kept here and
//! read again, with the lines behind which claims wait.

use super::Vendor;
use super::event::ListedAccount;
use super::organization::OrganizationKey;
use crate::{AccountNumber, AccountState};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The last line of an organization about an account that it neither has nor claims.
#[derive(Clone, Debug, Default)]
pub(super) struct Overruled(BTreeMap<(OrganizationKey, AccountNumber), AccountState>);

impl Overruled {
    pub(super) fn keep(&mut self, organization: OrganizationKey, account: AccountNumber, state: AccountState) {
        self.0.insert((organization, account), state);
    }

    /// The account was on a page again: the new line says everything.
    pub(super) fn forget(&mut self, organization: OrganizationKey, account: AccountNumber) {
        if !self.0.is_empty() {
            self.0.remove(&(organization, account));
        }
    }

    /// A complete listing has been read, or the organization is gone.
    pub(super) fn forget_all_of(&mut self, organization: OrganizationKey) {
        if !self.0.is_empty() {
            self.0.retain(|(of, _), _| *of != organization);
        }
    }

    fn of(&self, organization: OrganizationKey) -> impl Iterator<Item = ListedAccount> {
        let all = (organization, AccountNumber::of_last_digits(0))..;
        let own = self.0.range(all).take_while(move |((of, _), _)| *of == organization);
        own.map(|((_, account), state)| ListedAccount { account: *account, state: *state })
    }
}

impl Vendor {
    /// The lines of a listing by its difference that have something to say, as [`super::Event::ListingDifference`] reads them:
    /// those that changed, and those that an earlier listing handed in and that are waiting or were overruled.
    pub fn lines_of_difference<'a>(
        &self,
        key: OrganizationKey,
        changed: &'a [ListedAccount],
        departed: &[AccountNumber],
    ) -> Cow<'a, [ListedAccount]> {
        let claimed = self.claims.values().filter(|claim| claim.organization == key);
        let claimed = claimed.map(|claim| ListedAccount { account: claim.account, state: claim.state });
        let is_old = |line: &ListedAccount| {
            !departed.contains(&line.account) && !changed.iter().any(|other| other.account == line.account)
        };
        let mut lines = Cow::Borrowed(changed);
        for line in claimed.chain(self.overruled.of(key)).filter(is_old) {
            lines.to_mut().push(line);
        }
        if let Cow::Owned(lines) = &mut lines {
            // As a listing has them.
            lines.sort_by_key(|line| line.account);
        }
        lines
    }
}
