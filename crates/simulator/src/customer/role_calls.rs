//! A role through the API of IAM: read, created, made what it should be, deleted. Calls fail in the middle, as they do.

use crate::account::AccountKey;
use crate::api::Api;
use crate::caller::{Caller, Endpoint};
use crate::error::{ApiError, Code};
use crate::gateway::{Resource, Subject};
use crate::iam::{CreateRole, RoleDefinition, RoleInfo, UpdateRole};
use crate::sts::AssumeRole;
use crate::text::TextId;
use crate::world::World;
use rolecall_lifecycle::rollout::Existing;

/// A session of `OrganizationAccountAccessRole`, for the administrator of the management account; in the management account
/// itself that administrator.
pub(super) fn organization_role(world: &mut World, account: AccountKey) -> Result<Caller, ApiError> {
    let Some(organization) = world.account(account).organization() else {
        return Err(ApiError::new(Code::AccountNotFound, "You specified an account that doesn't exist."));
    };
    let management = world.organization(organization).management();
    if management == account {
        return Ok(Caller::Administrator(management));
    }
    let (path, role) = (world.known.root_path, world.known.organization_role);
    let session_name = world.text("rollout");
    let endpoint = Endpoint::Regional(world.text("us-east-1"));
    let request = AssumeRole { account, path, role, session_name, external_id: None, duration_s: None, endpoint };
    world.assume_role(&Caller::Administrator(management), &request).map(Caller::Session)
}

/// What a new account answers until its services are ready.
pub(super) const fn is_not_ready(code: Code) -> bool {
    matches!(code, Code::OptInRequired | Code::InvalidClientTokenId)
}

/// The role with all its policies in one request, as CloudFormation makes it.
pub(super) fn create_at_once(world: &mut World, caller: &Caller, wanted: &RoleDefinition) -> Result<(), ApiError> {
    let account = caller.account();
    let resource = Resource::Role { account, path: wanted.path, name: wanted.name, boundary: wanted.boundary };
    world.call(caller, Api::CreateRole, Subject::Account(account), resource, |world| {
        world.add_role(account, wanted).map(|_| ())
    })
}

pub(super) fn read(world: &mut World, caller: &Caller, wanted: &RoleDefinition) -> Result<Existing, ApiError> {
    let info = match world.get_role(caller, wanted.name) {
        Ok(info) => info,
        Err(error) if error.code == Code::NoSuchEntity => return Ok(Existing::Absent),
        Err(error) => return Err(error),
    };
    let found = world.definitions().get(info.definition);
    Ok(if found.name != wanted.name {
        Existing::OtherCase
    } else if info.trust == wanted.trust && same(found, wanted) {
        Existing::Equal
    } else {
        Existing::Different
    })
}

/// Whether both say the same, whatever the order of policies and tags.
fn same(found: &RoleDefinition, wanted: &RoleDefinition) -> bool {
    let sorted = |definition: &RoleDefinition| {
        let mut sorted = definition.clone();
        sorted.inline.sort_unstable();
        sorted.managed.sort_unstable();
        sorted.tags.sort_unstable();
        sorted
    };
    sorted(found).says_the_same(&sorted(wanted))
}

pub(super) fn create(world: &mut World, caller: &Caller, wanted: &RoleDefinition) -> Result<(), ApiError> {
    let request = CreateRole {
        name: wanted.name,
        path: Some(wanted.path),
        description: wanted.description,
        trust: wanted.trust,
        max_session_s: Some(wanted.max_session_s),
        boundary: wanted.boundary,
        tags: wanted.tags.clone(),
    };
    let made = world.create_role(caller, &request)?;
    let has = RoleDefinition::clone(world.definitions().get(made.definition));
    put_policies(world, caller, &has, wanted)
}

/// Makes an existing role the wanted one. A path cannot be changed: such a role is deleted and made anew.
pub(super) fn overwrite(world: &mut World, caller: &Caller, wanted: &RoleDefinition) -> Result<(), ApiError> {
    let RoleInfo { definition, trust, .. } = world.get_role(caller, wanted.name)?;
    let has = RoleDefinition::clone(world.definitions().get(definition));
    let lost = wanted.description.is_none() && has.description.is_some();
    if has.path != wanted.path || lost {
        remove(world, caller, wanted.name)?;
        return create(world, caller, wanted);
    }
    if trust != wanted.trust {
        world.update_assume_role_policy(caller, wanted.name, wanted.trust)?;
    }
    if has.description != wanted.description || has.max_session_s != wanted.max_session_s {
        let update = UpdateRole { description: wanted.description, max_session_s: Some(wanted.max_session_s) };
        world.update_role(caller, wanted.name, update)?;
    }
    put_policies(world, caller, &has, wanted)?;
    put_boundary(world, caller, &has, wanted)?;
    put_tags(world, caller, &has, wanted)
}

/// Adds the policies that are missing, then takes away those that are too many: never less than both have.
fn put_policies(
    world: &mut World,
    caller: &Caller,
    has: &RoleDefinition,
    wanted: &RoleDefinition,
) -> Result<(), ApiError> {
    for (name, document) in wanted.inline.iter().filter(|policy| !has.inline.contains(policy)) {
        world.put_role_policy(caller, wanted.name, *name, *document)?;
    }
    for policy in wanted.managed.iter().filter(|policy| !has.managed.contains(policy)) {
        world.attach_role_policy(caller, wanted.name, *policy)?;
    }
    let keeps = |name: &TextId| wanted.inline.iter().any(|(kept, _)| kept == name);
    for (name, _) in has.inline.iter().filter(|(name, _)| !keeps(name)) {
        world.delete_role_policy(caller, wanted.name, *name)?;
    }
    for policy in has.managed.iter().filter(|policy| !wanted.managed.contains(policy)) {
        world.detach_role_policy(caller, wanted.name, *policy)?;
    }
    Ok(())
}

fn put_boundary(
    world: &mut World,
    caller: &Caller,
    has: &RoleDefinition,
    wanted: &RoleDefinition,
) -> Result<(), ApiError> {
    match wanted.boundary {
        same if same == has.boundary => Ok(()),
        Some(boundary) => world.put_role_permissions_boundary(caller, wanted.name, boundary),
        None => world.delete_role_permissions_boundary(caller, wanted.name),
    }
}

fn put_tags(world: &mut World, caller: &Caller, has: &RoleDefinition, wanted: &RoleDefinition) -> Result<(), ApiError> {
    for (key, _) in has.tags.iter().filter(|(key, _)| !wanted.tags.iter().any(|(kept, _)| kept == key)) {
        world.untag_role(caller, wanted.name, *key)?;
    }
    for (key, value) in wanted.tags.iter().filter(|tag| !has.tags.contains(tag)) {
        world.tag_role(caller, wanted.name, *key, *value)?;
    }
    Ok(())
}

/// Takes the policies away, then the role.
pub(super) fn remove(world: &mut World, caller: &Caller, name: TextId) -> Result<(), ApiError> {
    let info = world.get_role(caller, name)?;
    let has = RoleDefinition::clone(world.definitions().get(info.definition));
    for (policy, _) in &has.inline {
        world.delete_role_policy(caller, name, *policy)?;
    }
    for policy in &has.managed {
        world.detach_role_policy(caller, name, *policy)?;
    }
    world.delete_role(caller, name)
}
