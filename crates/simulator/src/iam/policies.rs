//! The requests for policies: inline policies of roles, managed policies, permissions boundaries.

use super::{ManagedPolicy, RoleDefinition, validate};
use crate::account::AccountKey;
use crate::api::Api;
use crate::caller::Caller;
use crate::error::{ApiError, Code};
use crate::gateway::{Resource, Subject};
use crate::policy::PolicyId;
use crate::text::TextId;
use crate::world::World;

/// Managed policies on one role, by default (`reference_iam-quotas`).
pub(super) const ATTACHED_MAX: usize = 10;

impl World {
    /// `iam:PutRolePolicy`.
    ///
    /// # Errors
    /// `NoSuchEntity`, `MalformedPolicyDocument`, `LimitExceeded` above 10,240 characters in all.
    pub fn put_role_policy(
        &mut self,
        caller: &Caller,
        role: TextId,
        name: TextId,
        document: PolicyId,
    ) -> Result<(), ApiError> {
        self.edit_role(caller, Api::PutRolePolicy, role, |world, definition| {
            definition.inline.retain(|(known, _)| *known != name);
            definition.inline.push((name, document));
            validate::inline(definition, &world.texts, &world.policies)
        })
    }

    /// `iam:DeleteRolePolicy`.
    ///
    /// # Errors
    /// `NoSuchEntity` for the role or the policy.
    pub fn delete_role_policy(&mut self, caller: &Caller, role: TextId, name: TextId) -> Result<(), ApiError> {
        self.edit_role(caller, Api::DeleteRolePolicy, role, |world, definition| {
            let before = definition.inline.len();
            definition.inline.retain(|(known, _)| *known != name);
            if definition.inline.len() < before {
                return Ok(());
            }
            let text = format!("The role policy with name {} cannot be found.", world.texts.get(name));
            Err(ApiError::written(Code::NoSuchEntity, text))
        })
    }

    /// `iam:AttachRolePolicy`.
    ///
    /// # Errors
    /// `NoSuchEntity` for the role or the policy; `LimitExceeded` above ten.
    pub fn attach_role_policy(&mut self, caller: &Caller, role: TextId, policy: ManagedPolicy) -> Result<(), ApiError> {
        let account = caller.account();
        self.edit_role(caller, Api::AttachRolePolicy, role, |world, definition| {
            world.managed_policy(account, policy).ok_or_else(|| world.no_policy(account, policy))?;
            if definition.managed.contains(&policy) {
                return Ok(());
            }
            if definition.managed.len() >= ATTACHED_MAX {
                let text = format!("Cannot exceed quota for PoliciesPerRole: {ATTACHED_MAX}");
                return Err(ApiError::written(Code::LimitExceeded, text));
            }
            definition.managed.push(policy);
            Ok(())
        })
    }

    /// `iam:DetachRolePolicy`.
    ///
    /// # Errors
    /// `NoSuchEntity` for the role, or when the policy is not attached.
    pub fn detach_role_policy(&mut self, caller: &Caller, role: TextId, policy: ManagedPolicy) -> Result<(), ApiError> {
        let account = caller.account();
        self.edit_role(caller, Api::DetachRolePolicy, role, |world, definition| {
            let before = definition.managed.len();
            definition.managed.retain(|known| *known != policy);
            if definition.managed.len() < before { Ok(()) } else { Err(world.no_policy(account, policy)) }
        })
    }

    /// `iam:PutRolePermissionsBoundary`.
    ///
    /// # Errors
    /// `NoSuchEntity` for the role or the policy.
    pub fn put_role_permissions_boundary(
        &mut self,
        caller: &Caller,
        role: TextId,
        policy: ManagedPolicy,
    ) -> Result<(), ApiError> {
        let account = caller.account();
        self.edit_role(caller, Api::PutRolePermissionsBoundary, role, |world, definition| {
            world.managed_policy(account, policy).ok_or_else(|| world.no_policy(account, policy))?;
            definition.boundary = Some(policy);
            Ok(())
        })
    }

    /// `iam:DeleteRolePermissionsBoundary`.
    ///
    /// # Errors
    /// `NoSuchEntity` for the role.
    pub fn delete_role_permissions_boundary(&mut self, caller: &Caller, role: TextId) -> Result<(), ApiError> {
        self.edit_role(caller, Api::DeleteRolePermissionsBoundary, role, |_, definition| {
            definition.boundary = None;
            Ok(())
        })
    }

    /// `iam:CreatePolicy`.
    ///
    /// # Errors
    /// `EntityAlreadyExists`, `MalformedPolicyDocument`, `LimitExceeded` above 6,144 characters.
    pub fn create_policy(
        &mut self,
        caller: &Caller,
        name: TextId,
        document: PolicyId,
    ) -> Result<ManagedPolicy, ApiError> {
        let account = caller.account();
        let resource = Resource::Policy { account, policy: ManagedPolicy::Customer(name) };
        self.call(caller, Api::CreatePolicy, Subject::Account(account), resource, |world| {
            validate::managed(&world.policies, document)?;
            if world.managed.contains_key(&(Some(account), name)) {
                let text = format!(
                    "A policy called {} already exists. Duplicate names are not allowed.",
                    world.texts.get(name)
                );
                return Err(ApiError::written(Code::EntityAlreadyExists, text));
            }
            world.managed.insert((Some(account), name), document);
            Ok(ManagedPolicy::Customer(name))
        })
    }

    /// The document of a managed policy, for a role of this account.
    pub(crate) fn managed_policy(&self, account: AccountKey, policy: ManagedPolicy) -> Option<PolicyId> {
        let key = match policy {
            ManagedPolicy::Aws(name) => (None, name),
            ManagedPolicy::Customer(name) => (Some(account), name),
        };
        self.managed.get(&key).copied()
    }

    /// Whether every managed policy that a role names exists.
    pub(crate) fn check_managed(&self, account: AccountKey, definition: &RoleDefinition) -> Result<(), ApiError> {
        let named = definition.managed.iter().chain(&definition.boundary);
        match named.copied().find(|policy| self.managed_policy(account, *policy).is_none()) {
            None => Ok(()),
            Some(missing) => Err(self.no_policy(account, missing)),
        }
    }

    /// The ARN of a managed policy, as an account writes it.
    pub fn managed_arn(&self, account: AccountKey, policy: ManagedPolicy) -> String {
        match policy {
            ManagedPolicy::Aws(name) => format!("arn:aws:iam::aws:policy/{}", self.texts.get(name)),
            ManagedPolicy::Customer(name) => {
                format!("arn:aws:iam::{}:policy/{}", self.account(account).number, self.texts.get(name))
            }
        }
    }

    fn no_policy(&self, account: AccountKey, policy: ManagedPolicy) -> ApiError {
        let arn = self.managed_arn(account, policy);
        ApiError::written(Code::NoSuchEntity, format!("Policy {arn} does not exist or is not attachable."))
    }
}
