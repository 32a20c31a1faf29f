//! Accounts that join, move, leave, close and reopen: how the tree changes, without API calls. Auto-deployment of stack
//! sets is told of each change.

use super::{NodeId, OrganizationKey};
use crate::account::{Account, AccountKey, AccountState, Origin};
use crate::error::{ApiError, Code};
use crate::time::SimSpan;
use crate::trace::Event;
use crate::world::{Change, Pending, World};

/// How long a closed account can be reopened (`orgs_manage_accounts_close`).
const REOPEN_DAYS: u64 = 90;

impl World {
    /// An account that is in no organization accepts an invitation: it joins below the root, without
    /// `OrganizationAccountAccessRole`.
    ///
    /// # Errors
    /// `DuplicateAccountException` when it is in an organization.
    pub fn accept_invitation(&mut self, key: OrganizationKey, account: AccountKey) -> Result<(), ApiError> {
        if self.account(account).organization.is_some() {
            return Err(ApiError::new(Code::DuplicateAccount, "The account is in an organization already."));
        }
        self.account_mut(account).origin = Origin::Invited;
        self.join(key, account, NodeId::ROOT);
        Ok(())
    }

    pub(crate) fn join(&mut self, key: OrganizationKey, account: AccountKey, parent: NodeId) {
        let now = self.now;
        let holder = self.account_mut(account);
        (holder.organization, holder.parent, holder.joined_at) = (Some(key), parent, now);
        let (number, entity) = (holder.number, holder.entity());
        let organization = self.organization_mut(key);
        organization.members.insert(number, account);
        if let Some(node) = organization.node_mut(parent) {
            node.accounts.insert(number);
        }
        let joined = Event::Joined(organization.entity());
        self.trace.add(now, entity, joined);
        self.membership_changed(key, account);
    }

    pub(crate) fn relocate(&mut self, key: OrganizationKey, account: AccountKey, to: NodeId) {
        let holder = self.account_mut(account);
        let from = std::mem::replace(&mut holder.parent, to);
        let (number, entity) = (holder.number, holder.entity());
        let organization = self.organization_mut(key);
        if let Some(node) = organization.node_mut(from) {
            node.accounts.remove(&number);
        }
        let mut hash = 0;
        if let Some(node) = organization.node_mut(to) {
            node.accounts.insert(number);
            hash = node.hash;
        }
        self.renew_own_levels(key, number);
        self.trace.add(self.now, entity, Event::Moved(hash));
        self.membership_changed(key, account);
    }

    /// An account leaves its organization by itself.
    ///
    /// # Errors
    /// `MasterCannotLeaveOrganizationException` for the management account; `AWSOrganizationsNotInUseException`.
    pub fn leave_organization(&mut self, account: AccountKey) -> Result<(), ApiError> {
        let key = self.account(account).organization.ok_or_else(super::reading::not_in_use)?;
        if self.organization(key).management == account {
            let text = "You can't remove the management account from an organization.";
            return Err(ApiError::new(Code::MasterCannotLeave, text));
        }
        self.depart(key, account);
        Ok(())
    }

    pub(crate) fn depart(&mut self, key: OrganizationKey, account: AccountKey) {
        let holder = self.account_mut(account);
        holder.organization = None;
        let (number, parent, entity) = (holder.number, holder.parent, holder.entity());
        let organization = self.organization_mut(key);
        organization.members.remove(&number);
        organization.own_control.remove(&number);
        organization.delegated.retain(|delegated| *delegated != account);
        if let Some(node) = organization.node_mut(parent) {
            node.accounts.remove(&number);
        }
        let left = Event::Left(organization.entity());
        self.trace.add(self.now, entity, left);
        self.membership_changed(key, account);
    }

    fn membership_changed(&mut self, key: OrganizationKey, account: AccountKey) {
        self.note(account, Change::Membership);
        self.plan_auto_deployment(key, account);
    }

    pub(crate) fn begin_closing(&mut self, account: AccountKey) {
        self.set_state(account, AccountState::PendingClosure);
        let delay = self.draw_account(account, |settings, draw| settings.account_closing.draw(draw));
        self.queue.push(self.now + delay, Pending::AccountClosed(account));
    }

    pub(crate) fn finish_closing(&mut self, account: AccountKey) {
        if self.account(account).state == AccountState::PendingClosure {
            self.set_state(account, AccountState::Closed);
            self.queue.push(self.now + SimSpan::days(REOPEN_DAYS), Pending::ReopenWindowEnds(account));
        }
    }

    /// AWS Support reopens a closed account, within 90 days.
    ///
    /// # Errors
    /// `AccountAlreadyClosedException` after 90 days; `ConflictException` when it is not closed.
    pub fn reopen_account(&mut self, account: AccountKey) -> Result<(), ApiError> {
        let holder = self.account(account);
        if holder.state != AccountState::Closed {
            return Err(ApiError::new(Code::ConflictException, "The account is not closed."));
        }
        if is_final(holder, self.now) {
            return Err(ApiError::new(Code::AccountAlreadyClosed, "The account was closed more than 90 days ago."));
        }
        self.set_state(account, AccountState::Active);
        Ok(())
    }

    /// After 90 days a closed account is gone for good, and out of its organization.
    pub(crate) fn end_reopen_window(&mut self, account: AccountKey) {
        let holder = self.account(account);
        let gone = holder.state == AccountState::Closed && is_final(holder, self.now);
        if let Some(key) = holder.organization.filter(|_| gone) {
            self.depart(key, account);
        }
    }
}

fn is_final(account: &Account, now: crate::time::SimTime) -> bool {
    now.since(account.state_since) >= SimSpan::days(REOPEN_DAYS)
}
