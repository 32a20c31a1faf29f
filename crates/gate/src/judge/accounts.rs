//! For which accounts texts are judged: the management account, one member that stands for all others, and every
//! account that has an ID of its own.

use rolecall_core::organization::{AccountKind, Organization, ServiceMode};
use rolecall_iam::arn::AccountId;

/// An account to judge for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Account {
    pub(super) id: AccountId,
    pub(super) kind: AccountKind,
    /// Whether it stands for all members without an ID of their own; then its ID is made up.
    pub(super) stands_for_members: bool,
}

impl Account {
    /// For messages.
    pub(super) fn describe(&self) -> String {
        match (self.stands_for_members, self.kind) {
            (true, _) => "a member account".to_owned(),
            (false, AccountKind::Management) => format!("management account {}", self.id),
            (false, AccountKind::Member) => format!("member account {}", self.id),
        }
    }

    /// The ID for rules that depend on the account; `None` for the made-up one.
    pub(super) fn known_id(&self) -> Option<AccountId> {
        if self.stands_for_members { None } else { Some(self.id) }
    }
}

/// The accounts of an organization that need a role, the management account first.
pub(super) fn of(organization: &Organization) -> Vec<Account> {
    let management = organization.management_account;
    let mut accounts = vec![Account { id: management, kind: AccountKind::Management, stands_for_members: false }];
    if organization.mode == ServiceMode::Lagging {
        // Resellers: billing data only, no role in members.
        return accounts;
    }
    if let Some(id) = unused_id(organization) {
        accounts.push(Account { id, kind: AccountKind::Member, stands_for_members: true });
    }
    let legacy = organization.legacy_ids.keys().copied().filter(|id| *id != management);
    accounts.extend(legacy.map(|id| Account { id, kind: AccountKind::Member, stands_for_members: false }));
    accounts
}

/// An account ID that the configuration does not name: code that treats it specially treats all members so.
fn unused_id(organization: &Organization) -> Option<AccountId> {
    let used = |id: &AccountId| *id == organization.management_account || organization.legacy_ids.contains_key(id);
    let candidates = (0..u64::MAX).map(|number| format!("{:012}", 123_456_789_012 + number));
    let mut candidates = candidates.filter_map(|text| AccountId::parse(&text).ok());
    candidates.find(|id| !used(id))
}
