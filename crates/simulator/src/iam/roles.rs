//! The requests for roles: CreateRole, GetRole, ListRoles, UpdateRole, UpdateAssumeRolePolicy, tags, DeleteRole.
//! Their policies are in `policies`.

use super::{DefinitionId, ManagedPolicy, RoleDefinition, UniqueId, validate};
use crate::account::AccountKey;
use crate::api::Api;
use crate::caller::Caller;
use crate::error::{ApiError, Code};
use crate::gateway::{Resource, Subject};
use crate::policy::PolicyId;
use crate::text::TextId;
use crate::world::World;

/// `CreateRole`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreateRole {
    /// `RoleName`.
    pub name: TextId,
    /// `Path`; absent means `/`.
    pub path: Option<TextId>,
    /// `Description`.
    pub description: Option<TextId>,
    /// `AssumeRolePolicyDocument`.
    pub trust: PolicyId,
    /// `MaxSessionDuration` in seconds; absent means 3,600.
    pub max_session_s: Option<u32>,
    /// `PermissionsBoundary`.
    pub boundary: Option<ManagedPolicy>,
    /// `Tags`.
    pub tags: Vec<(TextId, TextId)>,
}

/// `UpdateRole`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UpdateRole {
    /// `Description`.
    pub description: Option<TextId>,
    /// `MaxSessionDuration` in seconds.
    pub max_session_s: Option<u32>,
}

/// A role as IAM answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoleInfo {
    /// The account.
    pub account: AccountKey,
    /// `RoleId`.
    pub unique: UniqueId,
    /// Everything else but the trust as it is shown now.
    pub definition: DefinitionId,
    /// `AssumeRolePolicyDocument` as IAM shows it: with `AROA…` for roles that were deleted.
    pub trust: PolicyId,
}

impl World {
    /// `iam:CreateRole` in the caller's account.
    ///
    /// # Errors
    /// `ValidationError`, `MalformedPolicyDocument`, `LimitExceeded`, `EntityAlreadyExists`, and what any call may answer.
    pub fn create_role(&mut self, caller: &Caller, request: &CreateRole) -> Result<RoleInfo, ApiError> {
        let path = request.path.unwrap_or_else(|| self.texts.id("/"));
        let definition = RoleDefinition {
            name: request.name,
            path,
            description: request.description,
            trust: request.trust,
            inline: Vec::new(),
            managed: Vec::new(),
            boundary: request.boundary,
            tags: request.tags.clone(),
            max_session_s: request.max_session_s.unwrap_or(3_600),
            bindings: Vec::new(),
        };
        let account = caller.account();
        let resource = Resource::Role { account, path, name: request.name, boundary: request.boundary };
        self.call(caller, Api::CreateRole, Subject::Account(account), resource, |world| {
            let unique = world.add_role(account, &definition)?;
            world.role_info(unique).ok_or_else(|| world.no_role(request.name))
        })
    }

    /// `iam:GetRole`. IAM finds the role whatever the case of the name (inferred: names are unique without case).
    ///
    /// # Errors
    /// `NoSuchEntity`.
    pub fn get_role(&mut self, caller: &Caller, name: TextId) -> Result<RoleInfo, ApiError> {
        self.role_call(caller, Api::GetRole, name, |_, info| Ok(info))
    }

    /// `iam:ListRoles`: all of them, by name. Roles that only count against the quota are not listed.
    ///
    /// # Errors
    /// What any call may answer.
    pub fn list_roles(&mut self, caller: &Caller) -> Result<Vec<RoleInfo>, ApiError> {
        let account = caller.account();
        self.call(caller, Api::ListRoles, Subject::Account(account), Resource::Any, |world| {
            let uniques: Vec<_> = world
                .account(account)
                .roles
                .iter()
                .filter(|role| role.current.is_some())
                .map(|role| role.unique)
                .collect();
            let mut roles: Vec<_> = uniques.into_iter().filter_map(|unique| world.role_info(unique)).collect();
            roles.sort_by(|left, right| {
                let name = |info: &RoleInfo| world.texts.get(world.definitions.get(info.definition).name);
                name(left).cmp(name(right))
            });
            Ok(roles)
        })
    }

    /// `iam:UpdateRole`.
    ///
    /// # Errors
    /// `NoSuchEntity`, `ValidationError`.
    pub fn update_role(&mut self, caller: &Caller, name: TextId, update: UpdateRole) -> Result<(), ApiError> {
        self.edit_role(caller, Api::UpdateRole, name, |world, definition| {
            if let Some(description) = update.description {
                validate::description(world.texts.get(description))?;
                definition.description = Some(description);
            }
            if let Some(seconds) = update.max_session_s {
                validate::max_session(seconds)?;
                definition.max_session_s = seconds;
            }
            Ok(())
        })
    }

    /// `iam:UpdateAssumeRolePolicy`: role ARNs in the new trust are bound to the roles that exist now.
    ///
    /// # Errors
    /// `NoSuchEntity`, `MalformedPolicyDocument`, `LimitExceeded`.
    pub fn update_assume_role_policy(
        &mut self,
        caller: &Caller,
        name: TextId,
        trust: PolicyId,
    ) -> Result<(), ApiError> {
        let account = caller.account();
        self.edit_role(caller, Api::UpdateAssumeRolePolicy, name, |world, definition| {
            validate::trust(&world.policies, trust, world.account(account).long_trust)?;
            *definition = world.bind(&RoleDefinition { trust, ..definition.clone() })?;
            Ok(())
        })
    }

    /// `iam:TagRole`: sets tags (key, value), all or none.
    ///
    /// # Errors
    /// `NoSuchEntity`, `LimitExceeded` above 50 tags, `InvalidInput` for a key that is given twice.
    pub fn set_role_tags(&mut self, caller: &Caller, name: TextId, tags: &[(TextId, TextId)]) -> Result<(), ApiError> {
        self.edit_role(caller, Api::TagRole, name, |world, definition| {
            let given: Vec<_> = tags.iter().map(|(key, _)| world.texts.folded(*key)).collect();
            definition.tags.retain(|(known, _)| !given.contains(&world.texts.folded(*known)));
            definition.tags.extend_from_slice(tags);
            validate::tags(definition, &world.texts)
        })
    }

    /// `iam:UntagRole`: removes tags by key.
    ///
    /// # Errors
    /// `NoSuchEntity`.
    pub fn remove_role_tags(&mut self, caller: &Caller, name: TextId, keys: &[TextId]) -> Result<(), ApiError> {
        self.edit_role(caller, Api::UntagRole, name, |_, definition| {
            definition.tags.retain(|(known, _)| !keys.contains(known));
            Ok(())
        })
    }

    /// `iam:TagRole` with one tag.
    ///
    /// # Errors
    /// As `set_role_tags`.
    pub fn tag_role(&mut self, caller: &Caller, name: TextId, key: TextId, value: TextId) -> Result<(), ApiError> {
        self.set_role_tags(caller, name, &[(key, value)])
    }

    /// `iam:UntagRole` with one key.
    ///
    /// # Errors
    /// `NoSuchEntity`.
    pub fn untag_role(&mut self, caller: &Caller, name: TextId, key: TextId) -> Result<(), ApiError> {
        self.remove_role_tags(caller, name, &[key])
    }

    /// `iam:DeleteRole`.
    ///
    /// # Errors
    /// `NoSuchEntity`; `DeleteConflict` while it has policies.
    pub fn delete_role(&mut self, caller: &Caller, name: TextId) -> Result<(), ApiError> {
        self.role_call(caller, Api::DeleteRole, name, |world, info| {
            let definition = world.definitions.get(info.definition);
            if !definition.managed.is_empty() {
                let text = "Cannot delete entity, must detach all policies first.";
                return Err(ApiError::new(Code::DeleteConflict, text));
            }
            if !definition.inline.is_empty() {
                let text = "Cannot delete entity, must delete policies first.";
                return Err(ApiError::new(Code::DeleteConflict, text));
            }
            world.remove_role(info.unique);
            Ok(())
        })
    }

    /// Deletes a role whatever policies it has, as CloudFormation does step by step.
    pub(crate) fn remove_role(&mut self, unique: UniqueId) -> bool {
        let Some((account, role)) = self.role_by_unique(unique) else { return false };
        let (folded, exists) = (role.folded, role.current.is_some());
        if exists {
            self.write_role(account, folded, unique, None);
        }
        exists
    }

    /// A role as IAM has it now; nothing when it was deleted.
    pub fn role_info(&mut self, unique: UniqueId) -> Option<RoleInfo> {
        let (account, role) = self.role_by_unique(unique)?;
        let definition = role.current?;
        let trust = self.trust_of(definition);
        Some(RoleInfo { account, unique, definition, trust })
    }

    pub(crate) fn no_role(&self, name: TextId) -> ApiError {
        let name = self.texts.get(name);
        ApiError::written(Code::NoSuchEntity, format!("The role with name {name} cannot be found."))
    }

    /// A call about a role of the caller's account.
    pub(super) fn role_call<T>(
        &mut self,
        caller: &Caller,
        api: Api,
        name: TextId,
        work: impl FnOnce(&mut Self, RoleInfo) -> Result<T, ApiError>,
    ) -> Result<T, ApiError> {
        let account = caller.account();
        let found = self.live_role(account, name).map(|role| role.unique);
        let info = found.and_then(|unique| self.role_info(unique));
        let definition = info.map(|info| self.definitions.get(info.definition));
        let path = definition.map_or(self.known.root_path, |definition| definition.path);
        let boundary = definition.and_then(|definition| definition.boundary);
        let resource = Resource::Role { account, path, name, boundary };
        self.call(caller, api, Subject::Account(account), resource, |world| {
            let info = found.and_then(|unique| world.role_info(unique)).ok_or_else(|| world.no_role(name))?;
            work(world, info)
        })
    }

    /// A call that changes the definition of a role.
    pub(super) fn edit_role(
        &mut self,
        caller: &Caller,
        api: Api,
        name: TextId,
        change: impl FnOnce(&mut Self, &mut RoleDefinition) -> Result<(), ApiError>,
    ) -> Result<(), ApiError> {
        self.role_call(caller, api, name, |world, info| {
            let mut definition = RoleDefinition::clone(world.definitions.get(info.definition));
            change(world, &mut definition)?;
            let folded = world.texts.folded(definition.name);
            let id = world.definitions.id(definition, &world.texts, &world.policies);
            world.write_role(info.account, folded, info.unique, Some(id));
            Ok(())
        })
    }
}
