//! Writing roles: what IAM has changes at once, what STS sees changes after the propagation delay that is drawn for the
//! write. Looking roles up, by name (without case) and by unique ID.

use super::{DefinitionId, Role, RoleDefinition, UniqueId};
use crate::account::{Account, AccountKey};
use crate::caller::Session;
use crate::error::{ApiError, Code};
use crate::iam::validate;
use crate::text::TextId;
use crate::time::SimSpan;
use crate::trace::Event;
use crate::world::{Change, Pending, World};

/// Up to so many roles, an account has room for its roles and no more.
const ROOM_FOR_EACH: usize = 16;

impl Account {
    /// The roles with this name, whatever its case: one at most that exists, others that STS still sees.
    fn named(&self, folded: TextId) -> &[Role] {
        let from = self.roles.partition_point(|role| role.folded < folded);
        let to = self.roles.partition_point(|role| role.folded <= folded);
        self.roles.get(from..to).unwrap_or_default()
    }

    fn position(&self, folded: TextId, unique: UniqueId) -> Result<usize, usize> {
        self.roles.binary_search_by_key(&(folded, unique), |role| (role.folded, role.unique))
    }

    pub(super) fn live_count(&self) -> usize {
        self.roles.iter().filter(|role| role.current.is_some()).count() + usize::from(self.other_roles)
    }
}

impl World {
    /// The role of this name as IAM finds it: without case.
    pub(crate) fn live_role(&self, account: AccountKey, name: TextId) -> Option<&Role> {
        let folded = self.texts.folded(name);
        self.account(account).named(folded).iter().find(|role| role.current.is_some())
    }

    /// The unique ID of the role of this name that exists, without a call.
    pub fn role_id(&self, account: AccountKey, name: TextId) -> Option<UniqueId> {
        self.live_role(account, name).map(|role| role.unique)
    }

    /// The definition that STS sees under this very path and name (with case).
    pub(crate) fn visible_role(
        &self,
        account: AccountKey,
        path: TextId,
        name: TextId,
    ) -> Option<(UniqueId, DefinitionId)> {
        let folded = self.texts.folded(name);
        let seen = self.account(account).named(folded).iter().rev();
        seen.filter_map(|role| Some((role.unique, role.visible?))).find(|(_, definition)| {
            let definition = self.definitions.get(*definition);
            definition.name == name && definition.path == path
        })
    }

    pub(crate) fn role_by_unique(&self, unique: UniqueId) -> Option<(AccountKey, &Role)> {
        let account = self.key_of(unique.account())?;
        let role = self.account(account).roles.iter().find(|role| role.unique == unique)?;
        Some((account, role))
    }

    /// The role of a session. The session knows the account, so no map is asked.
    pub(crate) fn session_role(&self, session: &Session) -> Option<&Role> {
        self.account(session.account).roles.iter().find(|role| role.unique == session.role)
    }

    /// Creates a role as one request: what CloudFormation does, and what a script does in several.
    ///
    /// # Errors
    /// As `CreateRole` and the requests for its policies.
    pub(crate) fn add_role(&mut self, account: AccountKey, definition: &RoleDefinition) -> Result<UniqueId, ApiError> {
        let holder = self.account(account);
        validate::definition(definition, &self.texts, &self.policies, holder)?;
        self.check_managed(account, definition)?;
        if self.live_role(account, definition.name).is_some() {
            let name = self.texts.get(definition.name);
            return Err(ApiError::written(Code::EntityAlreadyExists, format!("Role with name {name} already exists.")));
        }
        if self.account(account).live_count() >= validate::ROLES_MAX {
            return Err(validate::roles_exceeded());
        }
        let bound = self.bind(definition)?;
        let id = self.definitions.id(bound, &self.texts, &self.policies);
        let folded = self.texts.folded(definition.name);
        let holder = self.account_mut(account);
        let unique = UniqueId::new(holder.number, holder.next_role);
        holder.next_role += 1;
        let role = Role { folded, unique, current: None, visible: None, written: 0, seen: 0 };
        let (Ok(place) | Err(place)) = holder.position(folded, unique);
        // Most accounts have two or three roles: room for exactly these, not for four at once.
        if holder.roles.len() < ROOM_FOR_EACH {
            holder.roles.reserve_exact(1);
        }
        holder.roles.insert(place, role);
        self.write_role(account, folded, unique, Some(id));
        Ok(unique)
    }

    /// Gives an existing role another definition, with the same checks as for a new one.
    pub(crate) fn replace_role(
        &mut self,
        account: AccountKey,
        unique: UniqueId,
        definition: &RoleDefinition,
    ) -> Result<(), ApiError> {
        validate::definition(definition, &self.texts, &self.policies, self.account(account))?;
        self.check_managed(account, definition)?;
        let bound = self.bind(definition)?;
        let id = self.definitions.id(bound, &self.texts, &self.policies);
        self.write_role(account, self.texts.folded(definition.name), unique, Some(id));
        Ok(())
    }

    /// Replaces the definition of a role, or deletes it.
    pub(crate) fn write_role(
        &mut self,
        account: AccountKey,
        folded: TextId,
        unique: UniqueId,
        definition: Option<DefinitionId>,
    ) {
        let entity = self.account(account).entity();
        let holder = &mut self.accounts[account];
        let Ok(place) = holder.position(folded, unique) else { return };
        let delay = self.settings.role_propagation.draw(&mut self.random.of(entity, &mut holder.stream));
        let Some(role) = holder.roles.get_mut(place) else { return };
        let before = role.current;
        role.current = definition;
        role.written = role.written.wrapping_add(1);
        let written = role.written;
        if let Some(known) = definition.or(before) {
            let name = self.texts.hash(self.definitions.get(known).name);
            let event = match definition {
                Some(id) => Event::RoleWritten(name, self.definitions.hash(id)),
                None => Event::RoleDeleted(name),
            };
            self.trace.add(self.now, entity, event);
        }
        if delay == SimSpan::ZERO {
            self.show_role(account, folded, unique, definition, written);
        } else {
            let at = self.now + delay;
            let serial = unique.serial();
            self.queue.push(at, Pending::RoleVisible { account, serial, definition, written });
        }
    }

    /// STS sees a write.
    pub(crate) fn show_role(
        &mut self,
        account: AccountKey,
        folded: TextId,
        unique: UniqueId,
        definition: Option<DefinitionId>,
        written: u16,
    ) {
        let holder = &mut self.accounts[account];
        let Ok(place) = holder.position(folded, unique) else { return };
        let Some(role) = holder.roles.get_mut(place) else { return };
        // A later write has been seen already.
        if written.wrapping_sub(role.seen) > u16::MAX / 2 {
            return;
        }
        role.seen = written;
        role.visible = definition;
        let gone = role.current.is_none() && role.visible.is_none();
        if gone {
            holder.roles.remove(place);
        }
        self.note(account, Change::Role);
    }

    /// The event that a write reaches STS.
    pub(crate) fn role_arrives(
        &mut self,
        account: AccountKey,
        serial: u32,
        definition: Option<DefinitionId>,
        written: u16,
    ) {
        let holder = self.account(account);
        let unique = UniqueId::new(holder.number, serial);
        let Some(role) = holder.roles.iter().find(|role| role.unique == unique) else { return };
        let (folded, entity) = (role.folded, holder.entity());
        self.show_role(account, folded, unique, definition, written);
        let name = self.texts.hash(folded);
        self.trace.add(self.now, entity, Event::RoleVisible(name));
    }
}
