//! Requests that change: accounts created, moved, closed and removed, units created, control policies attached
//! (AWS Organizations API reference; quotas: `orgs_reference_limits`).

use super::reading::{Access, no_parent};
use super::{DEPTH_MAX, FeatureSet, Node, NodeId, OrganizationKey, OwnControl, UNITS_MAX};
use crate::account::{AccountKey, AccountNumber, AccountState, Origin};
use crate::api::Api;
use crate::caller::Caller;
use crate::error::{ApiError, Code};
use crate::policy::PolicyId;
use crate::text::{TextId, mix};
use crate::time::SimSpan;
use crate::world::{Pending, World};
use rolecall_iam::document::PolicyType;
use std::collections::BTreeSet;

/// Accounts that may be in creation at once.
const CREATING_MAX: u8 = 5;
/// SCPs, or RCPs, on one root, unit or account.
const ATTACHED_MAX: usize = 5;

/// A request to create an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CreateRequestId(pub(super) u32);

/// `State` of a request to create an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CreateAccountState {
    /// `IN_PROGRESS`.
    InProgress,
    /// `SUCCEEDED`.
    Succeeded,
}

/// `CreateAccountStatus`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CreateAccountStatus {
    /// The request.
    pub id: CreateRequestId,
    /// How far it is.
    pub state: CreateAccountState,
    /// The account, once it is there.
    pub account: Option<AccountKey>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct CreateRequest {
    organization: OrganizationKey,
    account: Option<AccountKey>,
}

/// Where a control policy is attached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Attachment {
    /// The root or a unit.
    Node(NodeId),
    /// An account.
    Account(AccountKey),
}

impl World {
    /// `organizations:CreateAccount`. It comes below the root, with `OrganizationAccountAccessRole`; its ID is drawn.
    ///
    /// # Errors
    /// `TooManyRequestsException` above the rate, or while five are in creation (the code for that is unverified).
    pub fn create_account(&mut self, caller: &Caller) -> Result<CreateAccountStatus, ApiError> {
        self.read(caller, Api::CreateAccount, Access::Changing, |world, key| {
            let organization = world.organization_mut(key);
            if organization.creating >= CREATING_MAX {
                let text = "You can create five accounts at the same time. Try again when one of them is finished.";
                return Err(ApiError::new(Code::TooManyRequestsException, text));
            }
            organization.creating += 1;
            let id = CreateRequestId(u32::try_from(world.create_requests.len()).unwrap_or(u32::MAX));
            world.create_requests.push(CreateRequest { organization: key, account: None });
            let delay = world.draw_organization(key, |settings, draw| settings.account_creation.draw(draw));
            world.queue.push(world.now + delay, Pending::AccountCreated(id));
            Ok(CreateAccountStatus { id, state: CreateAccountState::InProgress, account: None })
        })
    }

    pub(crate) fn finish_creation(&mut self, id: CreateRequestId) {
        let Some(request) = self.create_requests.get(id.0 as usize).copied() else { return };
        let key = request.organization;
        let account = loop {
            // An ID that is taken is drawn again.
            let number = self.draw_organization(key, |_, draw| 100_000_000_000 + draw.below(900_000_000_000));
            if let Ok(account) =
                self.insert_account(AccountNumber::of_last_digits(number), AccountState::Active, Origin::Created)
            {
                break account;
            }
        };
        let delay = self.draw_account(account, |settings, draw| settings.account_readiness.draw(draw));
        self.account_mut(account).ready_at = self.now + delay;
        // The role is sound and the account is new, so nothing can refuse it.
        let _unique = self.add_organization_role(key, account);
        self.organization_mut(key).creating -= 1;
        if let Some(request) = self.create_requests.get_mut(id.0 as usize) {
            request.account = Some(account);
        }
        self.join(key, account, NodeId::ROOT);
    }

    /// `organizations:DescribeCreateAccountStatus`.
    ///
    /// # Errors
    /// `CreateAccountStatusNotFoundException`.
    pub fn describe_create_account_status(
        &mut self,
        caller: &Caller,
        id: CreateRequestId,
    ) -> Result<CreateAccountStatus, ApiError> {
        self.read(caller, Api::DescribeCreateAccountStatus, Access::Changing, |world, key| {
            let request = world.create_requests.get(id.0 as usize).filter(|request| request.organization == key);
            let missing = "We can't find an create account request with the ID that you specified.";
            let account = request.ok_or_else(|| ApiError::new(Code::CreateAccountStatusNotFound, missing))?.account;
            let state = if account.is_some() { CreateAccountState::Succeeded } else { CreateAccountState::InProgress };
            Ok(CreateAccountStatus { id, state, account })
        })
    }

    /// The newest request to create an account, without a call.
    pub fn last_create_request(&self) -> Option<CreateRequestId> {
        let last = self.create_requests.len().checked_sub(1)?;
        u32::try_from(last).ok().map(CreateRequestId)
    }

    /// The account that came of a request to create one, without a call.
    pub fn created_account(&self, id: CreateRequestId) -> Option<AccountKey> {
        self.create_requests.get(id.0 as usize)?.account
    }

    /// `organizations:MoveAccount`.
    ///
    /// # Errors
    /// `AccountNotFoundException`, `SourceParentNotFoundException`, `DestinationParentNotFoundException`,
    /// `DuplicateAccountException` when it stands there already.
    pub fn move_account(
        &mut self,
        caller: &Caller,
        account: AccountKey,
        from: NodeId,
        to: NodeId,
    ) -> Result<(), ApiError> {
        self.read(caller, Api::MoveAccount, Access::Changing, |world, key| {
            world.member(key, account)?;
            if world.account(account).parent != from {
                let text = "You specified a source that isn't the current parent of the account.";
                return Err(ApiError::new(Code::SourceParentNotFound, text));
            }
            if world.organization(key).node(to).is_none() {
                let text = "You specified a destination that doesn't exist.";
                return Err(ApiError::new(Code::DestinationParentNotFound, text));
            }
            if from == to {
                return Err(ApiError::new(
                    Code::DuplicateAccount,
                    "That account is already present in the specified destination.",
                ));
            }
            world.relocate(key, account, to);
            Ok(())
        })
    }

    /// `organizations:CloseAccount`: `PENDING_CLOSURE` at once, `CLOSED` a few minutes later.
    ///
    /// # Errors
    /// `AccountAlreadyClosedException`, `ConflictException` while it closes, `ConstraintViolationException` for the
    /// management account, without all features, and above a tenth of the accounts (10 to 1,000) in 30 days.
    pub fn close_account(&mut self, caller: &Caller, account: AccountKey) -> Result<(), ApiError> {
        self.read(caller, Api::CloseAccount, Access::Changing, |world, key| {
            world.member(key, account)?;
            let violation = |text| Err(ApiError::new(Code::ConstraintViolation, text));
            if world.organization(key).management == account {
                return violation("You can't close the management account.");
            }
            if world.organization(key).features != FeatureSet::All {
                return violation("You can close accounts only when all features are enabled.");
            }
            match world.account(account).state {
                AccountState::Closed => {
                    return Err(ApiError::new(Code::AccountAlreadyClosed, "The account is already closed."));
                }
                AccountState::PendingClosure => {
                    return Err(ApiError::new(Code::ConflictException, "The account is being closed."));
                }
                AccountState::PendingActivation | AccountState::Active | AccountState::Suspended => {}
            }
            let now = world.now;
            let organization = world.organization_mut(key);
            organization.closings.retain(|closed| now.since(*closed) < SimSpan::days(30));
            if organization.closings.len() >= organization.closings_max() {
                return violation("You have exceeded close account quota for the past 30 days.");
            }
            organization.closings.push_back(now);
            world.begin_closing(account);
            Ok(())
        })
    }

    /// `organizations:RemoveAccountFromOrganization`.
    ///
    /// # Errors
    /// `MasterCannotLeaveOrganizationException`, `AccountNotFoundException`.
    pub fn remove_account_from_organization(&mut self, caller: &Caller, account: AccountKey) -> Result<(), ApiError> {
        self.read(caller, Api::RemoveAccountFromOrganization, Access::Changing, |world, key| {
            world.member(key, account)?;
            world.leave_organization(account)
        })
    }

    /// `organizations:CreateOrganizationalUnit`.
    ///
    /// # Errors
    /// `ParentNotFoundException`, `DuplicateOrganizationalUnitException`, `ConstraintViolationException` below five
    /// levels or above 2,000 units.
    pub fn create_organizational_unit(
        &mut self,
        caller: &Caller,
        parent: NodeId,
        name: TextId,
    ) -> Result<NodeId, ApiError> {
        self.read(caller, Api::CreateOrganizationalUnit, Access::Changing, |world, key| {
            world.add_unit(key, parent, name)
        })
    }

    /// The same for a world that is being built.
    ///
    /// # Errors
    /// As `create_organizational_unit`.
    pub fn add_unit(&mut self, key: OrganizationKey, parent: NodeId, name: TextId) -> Result<NodeId, ApiError> {
        let organization = self.organization(key);
        let above = organization.node(parent).ok_or_else(no_parent)?;
        let same = |id: &NodeId| organization.node(*id).is_some_and(|node| node.name == name);
        if above.children.iter().any(same) {
            let text = "An OU with the same name already exists.";
            return Err(ApiError::new(Code::DuplicateOrganizationalUnit, text));
        }
        if above.depth >= DEPTH_MAX {
            let text = "You have exceeded the OU depth limit of five levels.";
            return Err(ApiError::new(Code::ConstraintViolation, text));
        }
        if organization.node_count() > UNITS_MAX {
            return Err(ApiError::new(
                Code::ConstraintViolation,
                "You have exceeded the number of OUs of an organization.",
            ));
        }
        let (depth, hash) = (above.depth + 1, mix(above.hash ^ self.texts.hash(name)));
        let (full_scp, full_rcp) = (self.known.full_scp, self.known.full_rcp);
        let levels = super::control::LevelsId::NONE;
        let node = Node {
            parent: Some(parent),
            name,
            hash,
            depth,
            children: Vec::new(),
            accounts: BTreeSet::new(),
            service_control: vec![full_scp],
            resource_control: vec![full_rcp],
            levels,
        };
        let id = self.organization_mut(key).push_node(node);
        self.renew_levels(key, id);
        Ok(id)
    }

    /// `organizations:AttachPolicy` of an SCP or an RCP, by the type of the document.
    ///
    /// # Errors
    /// `ConstraintViolationException` above five and without all features, `DuplicatePolicyAttachmentException`,
    /// `InvalidInputException` for a document that is none of both or malformed.
    pub fn attach_policy(&mut self, caller: &Caller, policy: PolicyId, to: Attachment) -> Result<(), ApiError> {
        self.read(caller, Api::AttachPolicy, Access::Changing, |world, key| {
            world.change_attached(key, policy, to, |attached| {
                if attached.contains(&policy) {
                    let text = "The selected policy is already attached to the specified target.";
                    return Err(ApiError::new(Code::DuplicatePolicyAttachment, text));
                }
                if attached.len() >= ATTACHED_MAX {
                    let text = "You have exceeded the number of policies that can be attached to an entity.";
                    return Err(ApiError::new(Code::ConstraintViolation, text));
                }
                attached.push(policy);
                Ok(())
            })
        })
    }

    /// `organizations:DetachPolicy`.
    ///
    /// # Errors
    /// `PolicyNotAttachedException`; `ConstraintViolationException` for the last SCP of an entity.
    pub fn detach_policy(&mut self, caller: &Caller, policy: PolicyId, from: Attachment) -> Result<(), ApiError> {
        self.read(caller, Api::DetachPolicy, Access::Changing, |world, key| {
            world.change_attached(key, policy, from, |attached| {
                if !attached.contains(&policy) {
                    let text = "The policy isn't attached to the specified target in the specified root.";
                    return Err(ApiError::new(Code::PolicyNotAttached, text));
                }
                if attached.len() == 1 {
                    let text = "You can't remove the last policy of this type from an entity.";
                    return Err(ApiError::new(Code::ConstraintViolation, text));
                }
                attached.retain(|known| *known != policy);
                Ok(())
            })
        })
    }

    /// The SCP that every entity has at first: allows everything.
    pub const fn full_access_policy(&self) -> PolicyId {
        self.known.full_scp
    }

    fn change_attached(
        &mut self,
        key: OrganizationKey,
        policy: PolicyId,
        at: Attachment,
        change: impl FnOnce(&mut Vec<PolicyId>) -> Result<(), ApiError>,
    ) -> Result<(), ApiError> {
        if self.organization(key).features != FeatureSet::All {
            let text = "Control policies need an organization with all features enabled.";
            return Err(ApiError::new(Code::ConstraintViolation, text));
        }
        let info = self.policies.get(policy).filter(|info| info.compiled.is_some());
        let is_service = match info.map(|info| info.policy_type) {
            Some(PolicyType::ServiceControl) => true,
            Some(PolicyType::ResourceControl) => false,
            _ => return Err(ApiError::new(Code::InvalidInputException, "The policy is no valid control policy.")),
        };
        match at {
            Attachment::Node(id) => {
                let node = self.organization_mut(key).node_mut(id).ok_or_else(no_parent)?;
                change(if is_service { &mut node.service_control } else { &mut node.resource_control })?;
                self.renew_levels(key, id);
            }
            Attachment::Account(account) => {
                self.member(key, account)?;
                let (number, known) = (self.account(account).number, self.known);
                let levels = self.organization(key).levels_of(self.account(account));
                let default = || OwnControl { service: vec![known.full_scp], resource: vec![known.full_rcp], levels };
                let own = self.organization_mut(key).own_control.entry(number).or_insert_with(default);
                change(if is_service { &mut own.service } else { &mut own.resource })?;
                self.renew_own_levels(key, number);
                self.note(account, crate::world::Change::ControlPolicy);
            }
        }
        Ok(())
    }

    /// Enables trusted access of CloudFormation stack sets; only with all features.
    pub fn enable_trusted_access(&mut self, key: OrganizationKey) -> bool {
        let organization = self.organization_mut(key);
        organization.trusted_access = organization.features == FeatureSet::All;
        organization.trusted_access
    }

    /// Registers a member as delegated administrator of stack sets; at most five.
    ///
    /// # Errors
    /// `ConstraintViolationException` above five or without trusted access; `AccountNotFoundException`.
    pub fn register_delegated_administrator(
        &mut self,
        key: OrganizationKey,
        account: AccountKey,
    ) -> Result<(), ApiError> {
        self.member(key, account)?;
        let organization = self.organization_mut(key);
        let violation = |text| Err(ApiError::new(Code::ConstraintViolation, text));
        if !organization.trusted_access {
            return violation("Trusted access of the service is not enabled.");
        }
        if organization.management == account {
            return violation("You can't register the management account as a delegated administrator.");
        }
        if !organization.delegated.contains(&account) {
            if organization.delegated.len() >= 5 {
                return violation("You have reached the number of delegated administrators of the service.");
            }
            organization.delegated.push(account);
        }
        Ok(())
    }
}
