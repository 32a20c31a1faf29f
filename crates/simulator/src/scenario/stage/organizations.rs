//! What happens to accounts in their organizations: they join, move, leave, close; control policies come and go.

use super::{Actor, Stage};
use crate::account::{AccountState, Origin};
use crate::api::Api;
use crate::caller::Caller;
use crate::organizations::NodeId;
use crate::scenario::{AccountRef, Place};
use crate::world::World;

impl Stage {
    /// An account joins: created by the organization, or invited.
    pub(super) fn join(&mut self, world: &mut World, number: usize) {
        let Some(part) = self.scenario.accounts.get(number).cloned() else { return };
        let account = AccountRef::Member(number);
        let unit =
            part.unit.clone().map_or(Place::Root(part.organization), |path| Place::Unit(part.organization, path));
        let to = self.place_name(&unit);
        if part.origin == Origin::Created {
            let text = format!("account {} ({}) is created in {to}", part.name, part.id);
            match self.bring_in(world, number) {
                Ok(_) => self.say(world, Actor::Customer, text),
                Err(error) => self.say(world, Actor::Customer, format!("{text}, but {error}")),
            }
            return;
        }
        self.accept(world, account, part.organization);
        if let (Place::Unit(..), AccountRef::Member(_)) = (&unit, account) {
            self.relocate(world, account, &unit, None);
        }
    }

    pub(super) fn accept(&mut self, world: &mut World, account: AccountRef, organization: usize) {
        let Some(key) = self.key_of(account) else { return };
        let Some(staged) = self.organizations.get(organization).cloned() else { return };
        let joined = world.accept_invitation(staged.key, key);
        let text = format!("{} accepts the invitation of {}", self.name(account), self.organization_name(organization));
        let _: Option<()> = self.note(world, Actor::Customer, text, (Api::DescribeOrganization, key), joined);
    }

    pub(super) fn leave(&mut self, world: &mut World, account: AccountRef) {
        let Some(key) = self.key_of(account) else { return };
        let left = world.leave_organization(key);
        let text = format!("{} leaves its organization", self.name(account));
        let _: Option<()> = self.note(world, Actor::Customer, text, (Api::RemoveAccountFromOrganization, key), left);
    }

    pub(super) fn relocate(&mut self, world: &mut World, account: AccountRef, to: &Place, by: Option<Caller>) {
        let (Some(key), Some(node)) = (self.key_of(account), self.node(to)) else { return };
        let caller = by.or_else(|| self.administrator_over(world, account));
        let Some(caller) = caller else { return };
        let from: NodeId = world.account(key).parent();
        let moved = world.move_account(&caller, key, from, node);
        let text = format!("moves {} to {}", self.name(account), self.place_name(to));
        if self.note(world, Actor::Customer, text, (Api::MoveAccount, key), moved).is_some() {
            self.moves.push(super::Moved { at: world.now(), account, from, to: node });
        }
    }

    /// The administrator of the management account of the organization that has an account now.
    pub(super) fn administrator_over(&self, world: &World, account: AccountRef) -> Option<Caller> {
        let organization = world.account(self.key_of(account)?).organization()?;
        Some(Caller::Administrator(world.organization(organization).management()))
    }

    pub(super) fn close(&mut self, world: &mut World, account: AccountRef, by: Option<Caller>) {
        let Some(key) = self.key_of(account) else { return };
        let Some(caller) = by.or_else(|| self.administrator_over(world, account)) else { return };
        let closed = world.close_account(&caller, key);
        let text = format!("closes {}", self.name(account));
        let _: Option<()> = self.note(world, Actor::Customer, text, (Api::CloseAccount, key), closed);
    }

    pub(super) fn reopen(&mut self, world: &mut World, account: AccountRef) {
        let Some(key) = self.key_of(account) else { return };
        let reopened = world.reopen_account(key);
        let text = format!("AWS Support reopens {}", self.name(account));
        let _: Option<()> = self.note(world, Actor::Aws, text, (Api::DescribeAccount, key), reopened);
    }

    pub(super) fn set_state(&mut self, world: &mut World, account: AccountRef, state: AccountState) {
        let Some(key) = self.key_of(account) else { return };
        world.set_state(key, state);
        self.say(world, Actor::Aws, format!("{} is {} from now on", self.name(account), state.as_str()));
    }

    pub(super) fn attach(
        &mut self,
        world: &mut World,
        policy: usize,
        place: &Place,
        attaches: bool,
        by: Option<Caller>,
    ) {
        let Some((part, id)) = self.scenario.policies.get(policy).cloned().zip(self.control.get(policy).copied())
        else {
            return;
        };
        let Some(to) = self.attachment(place) else { return };
        let management = self.organizations.get(part.organization).map(|staged| staged.management);
        let Some(caller) = by.or(management.map(Caller::Administrator)) else { return };
        let (api, done) = if attaches {
            (Api::AttachPolicy, world.attach_policy(&caller, id, to))
        } else {
            (Api::DetachPolicy, world.detach_policy(&caller, id, to))
        };
        let verb = if attaches { "attaches" } else { "detaches" };
        let text = format!("{verb} policy {} at {}", part.name, self.place_name(place));
        let _: Option<()> = self.note(world, Actor::Customer, text, (api, caller.account()), done);
    }
}
