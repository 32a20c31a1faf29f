//! Roles, their trusts, tags and boundaries on the wire.

use super::{DOCUMENT_CHARS_MAX, ROLE_NAME_CHARS_MAX, managed_policy};
use crate::state::State;
use crate::wire::{Done, Paging, Params, Refusal, Xml, percent_encoded, write_end};
use rolecall_iam::document::PolicyType;
use rolecall_simulator::caller::Caller;
use rolecall_simulator::iam::{CreateRole, RoleInfo, UpdateRole};
use rolecall_simulator::text::TextId;

/// The role that a call names.
pub(super) fn role_name(state: &mut State, params: &Params) -> Result<TextId, Refusal> {
    let name = params.bounded("RoleName", ROLE_NAME_CHARS_MAX)?;
    Ok(state.world.text(name))
}

fn tags(state: &mut State, params: &Params) -> Result<Vec<(TextId, TextId)>, Refusal> {
    let mut found = Vec::new();
    for tag in params.structures("Tags") {
        let (key, value) = (tag.bounded("Key", 128)?, tag.required("Value")?);
        if value.chars().count() > 256 {
            return Err(Refusal::constraint(value, "Value", "have length less than or equal to 256"));
        }
        found.push((state.world.text(key), state.world.text(value)));
    }
    Ok(found)
}

pub(super) fn create(state: &mut State, caller: &Caller, params: &Params) -> Result<Done, Refusal> {
    let name = role_name(state, params)?;
    let trust = params.bounded("AssumeRolePolicyDocument", DOCUMENT_CHARS_MAX)?;
    let boundary = params.get("PermissionsBoundary");
    let boundary = boundary.map(|arn| managed_policy(state, caller.account(), arn)).transpose()?;
    let request = CreateRole {
        name,
        path: params.get("Path").map(|path| state.world.text(path)),
        description: params.get("Description").map(|text| state.world.text(text)),
        trust: state.world.policy(trust, PolicyType::Trust),
        max_session_s: params.number("MaxSessionDuration")?,
        boundary,
        tags: tags(state, params)?,
    };
    let carried_out = state.world.steps().carried_out;
    let created = state.world.create_role(caller, &request);
    if state.world.steps().carried_out > carried_out {
        note_creation(state, caller, created.as_ref().ok().copied(), name);
    }
    let info = state.checked(created)?;
    Ok(Done::with(|xml| write_role(xml, state, &info, Detail::Full)))
}

/// Remembers when a role was created, also where the answer was lost.
fn note_creation(state: &mut State, caller: &Caller, answered: Option<RoleInfo>, name: TextId) {
    let unique = answered.map(|info| info.unique).or_else(|| state.world.role_id(caller.account(), name));
    if let Some(unique) = unique {
        state.role_created.insert(unique, state.world.now());
    }
}

pub(super) fn get(state: &mut State, caller: &Caller, params: &Params) -> Result<Done, Refusal> {
    let name = role_name(state, params)?;
    let answer = state.world.get_role(caller, name);
    let info = state.checked(answer)?;
    Ok(Done::with(|xml| write_role(xml, state, &info, Detail::Full)))
}

pub(super) fn list(state: &mut State, caller: &Caller, params: &Params) -> Result<Done, Refusal> {
    let prefix = params.get("PathPrefix").unwrap_or("/");
    let answer = state.world.list_roles(caller);
    let mut roles = state.checked(answer)?;
    let world = &state.world;
    roles.retain(|info| world.texts().get(world.definitions().get(info.definition).path).starts_with(prefix));
    let (roles, next) = Paging::IAM.page(roles, params)?;
    Ok(Done::with(|xml| {
        xml.list("Roles", &roles, |xml, info| write_role_members(xml, state, info, Detail::Listed));
        write_end(next.as_deref(), xml);
    }))
}

pub(super) fn update(state: &mut State, caller: &Caller, params: &Params) -> Result<Done, Refusal> {
    let name = role_name(state, params)?;
    let request = UpdateRole {
        description: params.get("Description").map(|text| state.world.text(text)),
        max_session_s: params.number("MaxSessionDuration")?,
    };
    let answer = state.world.update_role(caller, name, request);
    state.checked(answer)?;
    Ok(Done::with(|_| {}))
}

pub(super) fn update_trust(state: &mut State, caller: &Caller, params: &Params) -> Result<Done, Refusal> {
    let name = role_name(state, params)?;
    let document = params.bounded("PolicyDocument", DOCUMENT_CHARS_MAX)?;
    let trust = state.world.policy(document, PolicyType::Trust);
    let answer = state.world.update_assume_role_policy(caller, name, trust);
    state.checked(answer)?;
    Ok(Done::NOTHING)
}

pub(super) fn delete(state: &mut State, caller: &Caller, params: &Params) -> Result<Done, Refusal> {
    let name = role_name(state, params)?;
    let answer = state.world.delete_role(caller, name);
    state.checked(answer)?;
    Ok(Done::NOTHING)
}

pub(super) fn tag(state: &mut State, caller: &Caller, params: &Params) -> Result<Done, Refusal> {
    let name = role_name(state, params)?;
    let tags = tags(state, params)?;
    if tags.is_empty() {
        return Err(Refusal::missing("Tags"));
    }
    let answer = state.world.set_role_tags(caller, name, &tags);
    state.checked(answer)?;
    Ok(Done::NOTHING)
}

pub(super) fn untag(state: &mut State, caller: &Caller, params: &Params) -> Result<Done, Refusal> {
    let name = role_name(state, params)?;
    let keys: Vec<_> = params.members("TagKeys").into_iter().map(|key| state.world.text(key)).collect();
    if keys.is_empty() {
        return Err(Refusal::missing("TagKeys"));
    }
    let answer = state.world.remove_role_tags(caller, name, &keys);
    state.checked(answer)?;
    Ok(Done::NOTHING)
}

pub(super) fn list_tags(state: &mut State, caller: &Caller, params: &Params) -> Result<Done, Refusal> {
    let name = role_name(state, params)?;
    let answer = state.world.list_role_tags(caller, name);
    let (tags, next) = Paging::IAM.page(state.checked(answer)?, params)?;
    Ok(Done::with(|xml| {
        write_tags(xml, state, &tags);
        write_end(next.as_deref(), xml);
    }))
}

pub(super) fn list_instance_profiles(state: &mut State, caller: &Caller, params: &Params) -> Result<Done, Refusal> {
    let name = role_name(state, params)?;
    let answer = state.world.list_instance_profiles_for_role(caller, name);
    state.checked(answer)?;
    Ok(Done::with(|xml| {
        xml.texts("InstanceProfiles", []);
        write_end(None, xml);
    }))
}

pub(super) fn put_boundary(state: &mut State, caller: &Caller, params: &Params) -> Result<Done, Refusal> {
    let name = role_name(state, params)?;
    let policy = managed_policy(state, caller.account(), params.required("PermissionsBoundary")?)?;
    let answer = state.world.put_role_permissions_boundary(caller, name, policy);
    state.checked(answer)?;
    Ok(Done::NOTHING)
}

pub(super) fn delete_boundary(state: &mut State, caller: &Caller, params: &Params) -> Result<Done, Refusal> {
    let name = role_name(state, params)?;
    let answer = state.world.delete_role_permissions_boundary(caller, name);
    state.checked(answer)?;
    Ok(Done::NOTHING)
}

/// How much of a role is answered: ListRoles leaves out tags, boundary and last use (`API_ListRoles`).
#[derive(Clone, Copy, PartialEq, Eq)]
enum Detail {
    Full,
    Listed,
}

fn write_role(xml: &mut Xml, state: &State, info: &RoleInfo, detail: Detail) {
    xml.element("Role", |xml| write_role_members(xml, state, info, detail));
}

fn write_role_members(xml: &mut Xml, state: &State, info: &RoleInfo, detail: Detail) {
    let world = &state.world;
    let (texts, definition) = (world.texts(), world.definitions().get(info.definition));
    let created = state.role_created.get(&info.unique).copied();
    let created = created.unwrap_or_else(|| world.account(info.account).joined_at());
    let trust = world.policies().get(info.trust).map_or("", |policy| &policy.text);
    xml.text("Path", texts.get(definition.path))
        .text("RoleName", texts.get(definition.name))
        .text("RoleId", &info.unique.to_string())
        .text("Arn", &world.role_arn(info.account, definition.path, definition.name))
        .text("CreateDate", &state.written_time(created))
        .text("AssumeRolePolicyDocument", &percent_encoded(trust))
        .optional("Description", definition.description.map(|text| texts.get(text)))
        .text("MaxSessionDuration", &definition.max_session_s.to_string());
    if detail == Detail::Listed {
        return;
    }
    if let Some(boundary) = definition.boundary {
        xml.element("PermissionsBoundary", |xml| {
            xml.text("PermissionsBoundaryType", "Policy")
                .text("PermissionsBoundaryArn", &world.managed_arn(info.account, boundary));
        });
    }
    if !definition.tags.is_empty() {
        write_tags(xml, state, &definition.tags);
    }
    xml.element("RoleLastUsed", |_| {});
}

fn write_tags(xml: &mut Xml, state: &State, tags: &[(TextId, TextId)]) {
    let texts = state.world.texts();
    xml.list("Tags", tags, |xml, (key, value)| {
        xml.text("Key", texts.get(*key)).text("Value", texts.get(*value));
    });
}
