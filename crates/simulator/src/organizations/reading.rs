//! Requests that read: lists in pages of 20, descriptions, and who may ask for them
//! (AWS Organizations API reference; rates in `api`).

use super::{NodeId, OrganizationKey};
use crate::account::{AccountKey, AccountNumber, AccountState, Origin};
use crate::api::Api;
use crate::caller::Caller;
use crate::error::{ApiError, Code};
use crate::gateway::{Resource, Subject};
use crate::text::TextId;
use crate::time::SimTime;
use crate::world::World;
use std::ops::Bound;

/// Accounts or units on a page, at most.
pub(crate) const PAGE_MAX: usize = 20;

/// Where the next page begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NextToken(pub(super) u64);

/// A page of a list. An empty page with a next token is legal: the list goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// What is on it.
    pub items: Vec<T>,
    /// Where the next one begins; absent on the last.
    pub next_token: Option<NextToken>,
}

/// An account as Organizations answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountSummary {
    /// The account.
    pub account: AccountKey,
    /// Its number.
    pub number: AccountNumber,
    /// `State`.
    pub state: AccountState,
    /// The older `Status`; absent once it is retired.
    pub status: Option<&'static str>,
    /// `JoinedMethod`.
    pub joined_method: Origin,
    /// `JoinedTimestamp`.
    pub joined_at: SimTime,
}

/// Who may ask.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    /// The management account, and accounts that administer a service on its behalf.
    Reading,
    /// The management account alone.
    Changing,
    /// Every member.
    Anybody,
}

pub(super) fn not_in_use() -> ApiError {
    ApiError::new(Code::AwsOrganizationsNotInUse, "Your account is not a member of an organization.")
}

impl World {
    /// `organizations:ListAccounts`: all accounts, the management account included, whatever their state.
    ///
    /// # Errors
    /// `AccessDeniedException` for members, `AWSOrganizationsNotInUseException`, `TooManyRequestsException`.
    pub fn list_accounts(
        &mut self,
        caller: &Caller,
        token: Option<NextToken>,
    ) -> Result<Page<AccountSummary>, ApiError> {
        self.list_accounts_up_to(caller, token, PAGE_MAX)
    }

    /// The same with `MaxResults`: at most so many on the page, and never more than 20.
    ///
    /// # Errors
    /// As `list_accounts`.
    pub fn list_accounts_up_to(
        &mut self,
        caller: &Caller,
        token: Option<NextToken>,
        max_results: usize,
    ) -> Result<Page<AccountSummary>, ApiError> {
        let max = max_results.clamp(1, PAGE_MAX);
        self.read(caller, Api::ListAccounts, Access::Reading, |world, key| {
            let members = |world: &Self, from| {
                let range = world.organization(key).members.range((from, Bound::Unbounded));
                // The room at once: a range does not know how long it is.
                let mut found = Vec::with_capacity(max + 1);
                found.extend(range.map(|(number, account)| (*number, *account)).take(max + 1));
                found
            };
            Ok(world.page(key, token, max, members))
        })
    }

    /// `organizations:ListAccountsForParent`.
    ///
    /// # Errors
    /// As `list_accounts`; `ParentNotFoundException`.
    pub fn list_accounts_for_parent(
        &mut self,
        caller: &Caller,
        parent: NodeId,
        token: Option<NextToken>,
    ) -> Result<Page<AccountSummary>, ApiError> {
        self.list_accounts_for_parent_up_to(caller, parent, token, PAGE_MAX)
    }

    /// The same with `MaxResults`.
    ///
    /// # Errors
    /// As `list_accounts_for_parent`.
    pub fn list_accounts_for_parent_up_to(
        &mut self,
        caller: &Caller,
        parent: NodeId,
        token: Option<NextToken>,
        max_results: usize,
    ) -> Result<Page<AccountSummary>, ApiError> {
        let max = max_results.clamp(1, PAGE_MAX);
        self.read(caller, Api::ListAccountsForParent, Access::Reading, |world, key| {
            if world.organization(key).node(parent).is_none() {
                return Err(no_parent());
            }
            let children = |world: &Self, from| {
                let node = world.organization(key).node(parent);
                let range = node.into_iter().flat_map(|node| node.accounts.range((from, Bound::Unbounded)));
                let known = |number: &AccountNumber| Some((*number, world.key_of(*number)?));
                range.filter_map(known).take(max + 1).collect()
            };
            Ok(world.page(key, token, max, children))
        })
    }

    /// A page of the accounts that `of` gives from a place on, one more than fit.
    fn page(
        &mut self,
        key: OrganizationKey,
        token: Option<NextToken>,
        max: usize,
        of: impl Fn(&Self, Bound<AccountNumber>) -> Vec<(AccountNumber, AccountKey)>,
    ) -> Page<AccountSummary> {
        let empty = self.draw_organization(key, |settings, draw| draw.happens(settings.empty_pages));
        let after = token.map_or(Bound::Unbounded, |token| Bound::Excluded(AccountNumber::of_last_digits(token.0)));
        let mut found = of(self, after);
        if empty && !found.is_empty() {
            // An account number is never 0, so the token of an empty first page comes before all of them.
            return Page { items: Vec::new(), next_token: Some(token.unwrap_or(NextToken(0))) };
        }
        let more = found.len() > max;
        found.truncate(max);
        self.steps.accounts += found.len() as u64;
        let next_token = found.last().filter(|_| more).map(|(number, _)| NextToken(number.get()));
        let items = found.into_iter().map(|(_, account)| self.account_summary(account)).collect();
        Page { items, next_token }
    }

    fn account_summary(&self, account: AccountKey) -> AccountSummary {
        let holder = self.account(account);
        let status = (self.now < self.settings.status_retired_at).then(|| holder.state.status());
        AccountSummary {
            account,
            number: holder.number,
            state: holder.state,
            status,
            joined_method: holder.origin,
            joined_at: holder.joined_at,
        }
    }

    /// `organizations:DescribeAccount`.
    ///
    /// # Errors
    /// `AccountNotFoundException` for an account of another organization.
    pub fn describe_account(&mut self, caller: &Caller, account: AccountKey) -> Result<AccountSummary, ApiError> {
        self.read(caller, Api::DescribeAccount, Access::Reading, |world, key| {
            world.member(key, account)?;
            Ok(world.account_summary(account))
        })
    }

    /// `organizations:DescribeOrganization`: every member may ask. The ID and the management account.
    ///
    /// # Errors
    /// `AWSOrganizationsNotInUseException`.
    pub fn describe_organization(&mut self, caller: &Caller) -> Result<(TextId, AccountKey), ApiError> {
        self.read(caller, Api::DescribeOrganization, Access::Anybody, |world, key| {
            let organization = world.organization(key);
            Ok((organization.id, organization.management))
        })
    }

    /// `organizations:ListParents`: the one parent.
    ///
    /// # Errors
    /// `AccountNotFoundException` (`ChildNotFoundException` in AWS's model, inferred to be answered alike).
    pub fn list_parents(&mut self, caller: &Caller, account: AccountKey) -> Result<NodeId, ApiError> {
        self.read(caller, Api::ListParents, Access::Reading, |world, key| {
            world.member(key, account)?;
            Ok(world.account(account).parent)
        })
    }

    /// `organizations:ListParents` of a unit.
    ///
    /// # Errors
    /// `ChildNotFoundException` for the root, which has none.
    pub fn list_parents_of_unit(&mut self, caller: &Caller, unit: NodeId) -> Result<NodeId, ApiError> {
        self.read(caller, Api::ListParents, Access::Reading, |world, key| {
            let parent = world.organization(key).node(unit).and_then(|node| node.parent);
            parent.ok_or_else(|| ApiError::new(Code::ChildNotFound, "You specified a child that doesn't exist."))
        })
    }

    /// `organizations:ListRoots`: the one root.
    ///
    /// # Errors
    /// As `list_accounts`.
    pub fn list_roots(&mut self, caller: &Caller) -> Result<NodeId, ApiError> {
        self.read(caller, Api::ListRoots, Access::Reading, |_, _| Ok(NodeId::ROOT))
    }

    /// `organizations:ListOrganizationalUnitsForParent`: those directly below.
    ///
    /// # Errors
    /// `ParentNotFoundException`.
    pub fn list_organizational_units_for_parent(
        &mut self,
        caller: &Caller,
        parent: NodeId,
        token: Option<NextToken>,
    ) -> Result<Page<NodeId>, ApiError> {
        self.list_organizational_units_up_to(caller, parent, token, PAGE_MAX)
    }

    /// The same with `MaxResults`.
    ///
    /// # Errors
    /// As `list_organizational_units_for_parent`.
    pub fn list_organizational_units_up_to(
        &mut self,
        caller: &Caller,
        parent: NodeId,
        token: Option<NextToken>,
        max_results: usize,
    ) -> Result<Page<NodeId>, ApiError> {
        let max = max_results.clamp(1, PAGE_MAX);
        self.read(caller, Api::ListOrganizationalUnitsForParent, Access::Reading, |world, key| {
            let children = world.organization(key).node(parent).ok_or_else(no_parent)?.children.clone();
            let empty = world.draw_organization(key, |settings, draw| draw.happens(settings.empty_pages));
            let from = token.map_or(0, |token| usize::try_from(token.0).unwrap_or(usize::MAX));
            if empty && from < children.len() {
                return Ok(Page { items: Vec::new(), next_token: Some(NextToken(from as u64)) });
            }
            let items: Vec<_> = children.iter().skip(from).take(max).copied().collect();
            let next = from + items.len();
            Ok(Page { items, next_token: (next < children.len()).then_some(NextToken(next as u64)) })
        })
    }

    pub(super) fn member(&self, key: OrganizationKey, account: AccountKey) -> Result<(), ApiError> {
        if self.account(account).organization == Some(key) {
            return Ok(());
        }
        Err(ApiError::new(Code::AccountNotFound, "You specified an account that doesn't exist."))
    }

    /// The organization that a caller may ask about.
    pub(super) fn organization_for(&self, caller: &Caller, access: Access) -> Result<OrganizationKey, ApiError> {
        let account = caller.account();
        let key = self.account(account).organization.ok_or_else(not_in_use)?;
        let organization = self.organization(key);
        let allowed = organization.management == account
            || access == Access::Anybody
            || access == Access::Reading && organization.delegated.contains(&account);
        if allowed {
            return Ok(key);
        }
        Err(ApiError::new(Code::AccessDeniedException, "You don't have permissions to access this resource."))
    }

    /// A call about the caller's organization.
    pub(super) fn read<T>(
        &mut self,
        caller: &Caller,
        api: Api,
        access: Access,
        work: impl FnOnce(&mut Self, OrganizationKey) -> Result<T, ApiError>,
    ) -> Result<T, ApiError> {
        let subject = match self.account(caller.account()).organization {
            Some(key) => Subject::Organization(key),
            None => Subject::Account(caller.account()),
        };
        self.call(caller, api, subject, Resource::Any, |world| {
            let key = world.organization_for(caller, access)?;
            work(world, key)
        })
    }
}

pub(super) fn no_parent() -> ApiError {
    ApiError::new(Code::ParentNotFound, "You provided a parent that doesn't exist.")
}
