//! The requests that read what a role has (inline and managed policies, tags) and what an account has of its quotas.
//! Managed policies are read and deleted here too; what writes a role's policies is in `policies`.

use super::{ManagedPolicy, validate};
use crate::account::AccountKey;
use crate::api::Api;
use crate::caller::Caller;
use crate::error::{ApiError, Code};
use crate::gateway::{Resource, Subject};
use crate::policy::PolicyId;
use crate::text::TextId;
use crate::world::World;
use rolecall_core::limits;

/// `GetAccountSummary`, the part that is about roles and policies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountQuotas {
    /// `Roles`.
    pub roles: usize,
    /// `RolesQuota`.
    pub roles_max: usize,
    /// `Policies`: managed policies of the account.
    pub policies: usize,
    /// `PolicySizeQuota`: characters of a managed policy.
    pub managed_policy_chars_max: usize,
    /// `AssumeRolePolicySizeQuota`: characters of a trust policy.
    pub trust_chars_max: usize,
    /// `AttachedPoliciesPerRoleQuota`.
    pub attached_policies_max: usize,
}

impl World {
    /// `iam:ListRolePolicies`: the names, sorted.
    ///
    /// # Errors
    /// `NoSuchEntity`.
    pub fn list_role_policies(&mut self, caller: &Caller, role: TextId) -> Result<Vec<TextId>, ApiError> {
        self.role_call(caller, Api::ListRolePolicies, role, |world, info| {
            let inline = &world.definitions.get(info.definition).inline;
            let mut names: Vec<_> = inline.iter().map(|(name, _)| *name).collect();
            names.sort_by(|left, right| world.texts.get(*left).cmp(world.texts.get(*right)));
            Ok(names)
        })
    }

    /// `iam:GetRolePolicy`: the document.
    ///
    /// # Errors
    /// `NoSuchEntity` for the role or the policy.
    pub fn get_role_policy(&mut self, caller: &Caller, role: TextId, name: TextId) -> Result<PolicyId, ApiError> {
        self.role_call(caller, Api::GetRolePolicy, role, |world, info| {
            let inline = &world.definitions.get(info.definition).inline;
            let found = inline.iter().find(|(known, _)| *known == name).map(|(_, document)| *document);
            found.ok_or_else(|| {
                let text = format!("The role policy with name {} cannot be found.", world.texts.get(name));
                ApiError::written(Code::NoSuchEntity, text)
            })
        })
    }

    /// `iam:ListAttachedRolePolicies`, in the order in which they were attached.
    ///
    /// # Errors
    /// `NoSuchEntity`.
    pub fn list_attached_role_policies(
        &mut self,
        caller: &Caller,
        role: TextId,
    ) -> Result<Vec<ManagedPolicy>, ApiError> {
        self.role_call(caller, Api::ListAttachedRolePolicies, role, |world, info| {
            Ok(world.definitions.get(info.definition).managed.clone())
        })
    }

    /// `iam:ListRoleTags`: key, value.
    ///
    /// # Errors
    /// `NoSuchEntity`.
    pub fn list_role_tags(&mut self, caller: &Caller, role: TextId) -> Result<Vec<(TextId, TextId)>, ApiError> {
        self.role_call(caller, Api::ListRoleTags, role, |world, info| {
            Ok(world.definitions.get(info.definition).tags.clone())
        })
    }

    /// `iam:ListInstanceProfilesForRole`: a world has no instance profiles, so only whether the role exists is answered.
    ///
    /// # Errors
    /// `NoSuchEntity`.
    pub fn list_instance_profiles_for_role(&mut self, caller: &Caller, role: TextId) -> Result<(), ApiError> {
        self.role_call(caller, Api::ListInstanceProfilesForRole, role, |_, _| Ok(()))
    }

    /// `iam:GetPolicy`, `iam:GetPolicyVersion`, `iam:ListPolicyVersions`: the document, of which there is one version, and
    /// how many roles of the account it is attached to.
    ///
    /// # Errors
    /// `NoSuchEntity`.
    pub fn get_policy(
        &mut self,
        caller: &Caller,
        api: Api,
        policy: ManagedPolicy,
    ) -> Result<(PolicyId, u32), ApiError> {
        let account = caller.account();
        let resource = Resource::Policy { account, policy };
        self.call(caller, api, Subject::Account(account), resource, |world| {
            let document =
                world.managed_policy(account, policy).ok_or_else(|| world.unknown_policy(account, policy))?;
            Ok((document, world.attachments(account, policy)))
        })
    }

    /// `iam:DeletePolicy`, of a policy of the caller's account.
    ///
    /// # Errors
    /// `NoSuchEntity`; `DeleteConflict` while it is attached; `AccessDenied` for a policy of AWS.
    pub fn delete_policy(&mut self, caller: &Caller, policy: ManagedPolicy) -> Result<(), ApiError> {
        let account = caller.account();
        let resource = Resource::Policy { account, policy };
        self.call(caller, Api::DeletePolicy, Subject::Account(account), resource, |world| {
            let ManagedPolicy::Customer(name) = policy else {
                return Err(ApiError::new(Code::AccessDenied, "AWS managed policies cannot be deleted."));
            };
            world.managed_policy(account, policy).ok_or_else(|| world.unknown_policy(account, policy))?;
            if world.attachments(account, policy) > 0 {
                let text = "Cannot delete a policy attached to entities.";
                return Err(ApiError::new(Code::DeleteConflict, text));
            }
            world.managed.remove(&(Some(account), name));
            Ok(())
        })
    }

    /// `iam:GetAccountSummary`.
    ///
    /// # Errors
    /// What any call may answer.
    pub fn get_account_summary(&mut self, caller: &Caller) -> Result<AccountQuotas, ApiError> {
        let account = caller.account();
        self.call(caller, Api::GetAccountSummary, Subject::Account(account), Resource::Any, |world| {
            let holder = world.account(account);
            let long = holder.long_trust;
            Ok(AccountQuotas {
                roles: holder.live_count(),
                roles_max: validate::ROLES_MAX,
                policies: world.managed.range((Some(account), TextId::FIRST)..=(Some(account), TextId::LAST)).count(),
                managed_policy_chars_max: limits::MANAGED_POLICY_MAX_CHARS,
                trust_chars_max: if long {
                    limits::TRUST_POLICY_RAISED_MAX_CHARS
                } else {
                    limits::TRUST_POLICY_MAX_CHARS
                },
                attached_policies_max: super::policies::ATTACHED_MAX,
            })
        })
    }

    /// Roles of the account that have the policy attached or as their boundary.
    fn attachments(&self, account: AccountKey, policy: ManagedPolicy) -> u32 {
        let definitions = self.account(account).roles.iter().filter_map(|role| role.current);
        let uses = definitions
            .map(|id| self.definitions.get(id))
            .filter(|definition| definition.managed.contains(&policy) || definition.boundary == Some(policy));
        u32::try_from(uses.count()).unwrap_or(u32::MAX)
    }

    fn unknown_policy(&self, account: AccountKey, policy: ManagedPolicy) -> ApiError {
        let arn = self.managed_arn(account, policy);
        ApiError::written(Code::NoSuchEntity, format!("Policy {arn} was not found."))
    }
}
