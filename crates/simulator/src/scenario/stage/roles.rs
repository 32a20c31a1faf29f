//! Roles made by hand: as they are found, created, changed and deleted; and the customer's script that creates them
//! everywhere.

use super::documents::BOUNDARY;
use super::{Actor, Stage, StageError, failed};
use crate::account::{AccountKey, AccountState};
use crate::api::Api;
use crate::caller::{Caller, Endpoint};
use crate::error::ApiError;
use crate::iam::{CreateRole, ManagedPolicy, RoleDefinition};
use crate::organizations::AccountSummary;
use crate::scenario::{AccountRef, RolePart};
use crate::sts::AssumeRole;
use crate::world::World;
use rolecall_iam::document::PolicyType;
use std::fmt::Write as _;

impl Stage {
    /// Puts a role where it is found.
    pub(super) fn place(
        &mut self,
        world: &mut World,
        key: AccountKey,
        account: AccountRef,
        role: &RolePart,
    ) -> Result<(), StageError> {
        let what = format!("the role in `{}`", self.name(account));
        make_boundary(world, &Caller::Administrator(key), role).map_err(|(_, error)| failed(world, &what, &error))?;
        let definition = self.definition(world, role, self.organization_of(account), Some(account));
        world.place_role(key, &definition).map_err(|error| failed(world, &what, &error))?;
        Ok(())
    }

    pub(super) fn create_role(&mut self, world: &mut World, caller: &Caller, account: AccountRef, role: &RolePart) {
        let Some(key) = self.key_of(account) else { return };
        let organization = self.organization_of(account);
        let made = match make_boundary(world, caller, role) {
            Ok(()) => {
                let definition = self.definition(world, role, organization, Some(account));
                make_role(world, caller, &definition)
            }
            Err(failure) => Err(failure),
        };
        let text = format!("creates role {} in {} by hand", self.role_name(role), self.name(account));
        self.note_calls(world, Actor::Customer, text, key, made, Api::CreateRole);
    }

    /// The trust and the policy of a role are replaced by hand.
    pub(super) fn change_role(&mut self, world: &mut World, caller: &Caller, account: AccountRef, role: &RolePart) {
        let Some(key) = self.key_of(account) else { return };
        let organization = self.organization_of(account);
        let changed = match make_boundary(world, caller, role) {
            Ok(()) => {
                let definition = self.definition(world, role, organization, Some(account));
                edit_role(world, caller, &definition)
            }
            Err(failure) => Err(failure),
        };
        let text = format!("edits role {} in {} by hand", self.role_name(role), self.name(account));
        self.note_calls(world, Actor::Customer, text, key, changed, Api::UpdateAssumeRolePolicy);
    }

    /// The role is as it says from now on, whatever was there and by whatever means; whether IAM takes it is for the world
    /// to say.
    pub(super) fn put_role(&mut self, world: &mut World, account: AccountRef, role: Option<&RolePart>) {
        let Some(key) = self.key_of(account) else { return };
        let Some(role) = role else {
            let name = world.text(&self.scenario.vendor.role_name);
            if let Some(unique) = world.live_role(key, name).map(|role| role.unique) {
                world.remove_role(unique);
            }
            let text = format!("takes the role in {} away", self.name(account));
            self.say(world, Actor::Customer, text);
            return;
        };
        let organization = self.organization_now(world, key).unwrap_or_else(|| self.organization_of(account));
        let definition = self.definition(world, role, organization, Some(account));
        let known = world.live_role(key, definition.name).map(|role| role.unique);
        let same = known.and_then(|unique| world.role_info(unique)).is_some_and(|info| {
            let before = world.definitions().get(info.definition);
            before.name == definition.name && before.path == definition.path
        });
        let put = match known {
            Some(unique) if same => world.replace_role(key, unique, &definition).is_ok(),
            Some(unique) => world.remove_role(unique) && world.add_role(key, &definition).is_ok(),
            None => world.add_role(key, &definition).is_ok(),
        };
        let but = if put { "" } else { ", but IAM does not take it" };
        let text = format!("puts role {} into {}{but}", self.role_name(role), self.name(account));
        self.say(world, Actor::Customer, text);
    }

    /// The role is deleted, and made as it was.
    pub(super) fn recreate_role(&mut self, world: &mut World, account: AccountRef) {
        let Some(key) = self.key_of(account) else { return };
        let name = world.text(&self.scenario.vendor.role_name);
        let unique = world.live_role(key, name).map(|role| role.unique);
        let Some(info) = unique.and_then(|unique| world.role_info(unique)) else { return };
        let definition = RoleDefinition::clone(world.definitions().get(info.definition));
        let made = unique.is_some_and(|unique| world.remove_role(unique)) && world.add_role(key, &definition).is_ok();
        let but = if made { "" } else { ", but IAM does not take it" };
        let text = format!("deletes the role in {} and makes it again{but}", self.name(account));
        self.say(world, Actor::Customer, text);
    }

    /// Every inline policy goes first, as IAM asks.
    pub(super) fn delete_role(&mut self, world: &mut World, caller: &Caller, account: AccountRef) {
        let Some(key) = self.key_of(account) else { return };
        let name = world.text(&self.scenario.vendor.role_name);
        let deleted = delete_role(world, caller, name);
        let text = format!("deletes role {} in {} by hand", self.scenario.vendor.role_name, self.name(account));
        self.note_calls(world, Actor::Customer, text, key, deleted, Api::DeleteRole);
    }

    fn note_calls(
        &mut self,
        world: &World,
        actor: Actor,
        text: String,
        account: AccountKey,
        done: Result<(), (Api, ApiError)>,
        usual: Api,
    ) {
        let (api, answer) = match done {
            Ok(()) => (usual, Ok(())),
            Err((api, error)) => (api, Err(error)),
        };
        let _: Option<()> = self.note(world, actor, text, (api, account), answer);
    }

    /// The customer's script: lists the accounts, takes those that are ACTIVE, and creates the role through
    /// `OrganizationAccountAccessRole` where it is missing.
    pub(super) fn script(&mut self, world: &mut World, organization: usize, reads_status: bool) {
        let Some(management) = self.key_of(AccountRef::Management(organization)) else { return };
        let caller = Caller::Administrator(management);
        let mut accounts = Vec::new();
        let mut token = None;
        loop {
            match world.list_accounts(&caller, token) {
                Ok(page) => {
                    accounts.extend(page.items);
                    token = page.next_token;
                    if token.is_none() {
                        break;
                    }
                }
                Err(error) => {
                    let call = (Api::ListAccounts, management);
                    let _: Option<()> =
                        self.note(world, Actor::Customer, "script: lists the accounts", call, Err(error));
                    return;
                }
            }
        }
        self.reads_status = reads_status;
        let field = if reads_status { "Status" } else { "State" };
        let is_active = |account: &AccountSummary| {
            if reads_status { account.status == Some("ACTIVE") } else { account.state == AccountState::Active }
        };
        let wanted: Vec<_> =
            accounts.iter().filter(|account| is_active(account) && account.account != management).collect();
        let absent = accounts.iter().filter(|account| account.status.is_none()).count();
        let mut text = format!(
            "script: lists the accounts, {} in all; members with {field} = ACTIVE: {}",
            accounts.len(),
            wanted.len()
        );
        if reads_status && absent > 0 {
            let _ = write!(text, "; without a field {field}: {absent}");
        }
        self.say(world, Actor::Customer, text);
        for account in wanted {
            self.script_in(world, &caller, organization, account.account);
        }
    }

    fn script_in(&mut self, world: &mut World, caller: &Caller, organization: usize, account: AccountKey) {
        let number = world.account(account).number();
        let Some(member) = self.reference_of(account) else { return };
        let region = world.text("us-east-1");
        let request = AssumeRole {
            account,
            path: world.text("/"),
            role: world.text("OrganizationAccountAccessRole"),
            session_name: world.text("script"),
            external_id: None,
            duration_s: None,
            endpoint: Endpoint::Regional(region),
        };
        let opened = world.assume_role(caller, &request);
        let text = format!("script: assumes OrganizationAccountAccessRole in {} ({number})", self.name(member));
        let session = match opened {
            Ok(session) => session,
            Err(error) => {
                let _: Option<()> = self.note(world, Actor::Customer, text, (Api::AssumeRole, account), Err(error));
                return;
            }
        };
        let definition = self.definition(world, &RolePart::default(), organization, Some(member));
        let caller = Caller::Session(session);
        if world.get_role(&caller, definition.name).is_ok() {
            return;
        }
        let made = make_role(world, &caller, &definition);
        let text =
            format!("script: creates role {} in {} ({number})", self.scenario.vendor.role_name, self.name(member));
        self.note_calls(world, Actor::Customer, text, account, made, Api::CreateRole);
    }

    /// The account of the scenario with this key.
    pub(super) fn reference_of(&self, account: AccountKey) -> Option<AccountRef> {
        let member = self.accounts.iter().position(|known| *known == Some(account)).map(AccountRef::Member);
        let management = || self.organizations.iter().position(|staged| staged.management == account);
        member.or_else(|| management().map(AccountRef::Management))
    }
}

/// The boundary of a role is a managed policy of its account.
fn make_boundary(world: &mut World, caller: &Caller, role: &RolePart) -> Result<(), (Api, ApiError)> {
    let Some(document) = &role.boundary else { return Ok(()) };
    let (name, document) = (world.text(BOUNDARY), world.policy(document, PolicyType::Identity));
    match world.create_policy(caller, name, document) {
        Ok(_) => Ok(()),
        // It is there from an earlier role.
        Err(error) if error.code == crate::error::Code::EntityAlreadyExists => Ok(()),
        Err(error) => Err((Api::CreatePolicy, error)),
    }
}

/// CreateRole, then PutRolePolicy for each inline policy.
fn make_role(world: &mut World, caller: &Caller, definition: &RoleDefinition) -> Result<(), (Api, ApiError)> {
    let request = CreateRole {
        name: definition.name,
        path: Some(definition.path),
        description: definition.description,
        trust: definition.trust,
        max_session_s: Some(definition.max_session_s),
        boundary: definition.boundary,
        tags: Vec::new(),
    };
    world.create_role(caller, &request).map_err(|error| (Api::CreateRole, error))?;
    put_policies(world, caller, definition)
}

fn put_policies(world: &mut World, caller: &Caller, definition: &RoleDefinition) -> Result<(), (Api, ApiError)> {
    for (name, document) in &definition.inline {
        world
            .put_role_policy(caller, definition.name, *name, *document)
            .map_err(|error| (Api::PutRolePolicy, error))?;
    }
    Ok(())
}

fn edit_role(world: &mut World, caller: &Caller, definition: &RoleDefinition) -> Result<(), (Api, ApiError)> {
    world
        .update_assume_role_policy(caller, definition.name, definition.trust)
        .map_err(|error| (Api::UpdateAssumeRolePolicy, error))?;
    put_policies(world, caller, definition)?;
    match definition.boundary {
        Some(boundary) => put_boundary(world, caller, definition, boundary),
        None => Ok(()),
    }
}

fn put_boundary(
    world: &mut World,
    caller: &Caller,
    definition: &RoleDefinition,
    boundary: ManagedPolicy,
) -> Result<(), (Api, ApiError)> {
    world
        .put_role_permissions_boundary(caller, definition.name, boundary)
        .map_err(|error| (Api::PutRolePermissionsBoundary, error))
}

/// DeleteRolePolicy for each inline policy, then DeleteRole.
fn delete_role(world: &mut World, caller: &Caller, name: crate::text::TextId) -> Result<(), (Api, ApiError)> {
    let info = world.get_role(caller, name).map_err(|error| (Api::GetRole, error))?;
    let inline = world.definitions().get(info.definition).inline.clone();
    for (policy, _) in inline {
        world.delete_role_policy(caller, name, policy).map_err(|error| (Api::DeleteRolePolicy, error))?;
    }
    world.delete_role(caller, name).map_err(|error| (Api::DeleteRole, error))
}
