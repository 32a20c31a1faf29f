//! Performs the actions of a plan. One that does not fit any more (an account that has left meanwhile) does nothing.

use super::build::Stage;
use super::plan::{AccountIndex, Action, Control, OrganizationIndex, TROUBLE, Target};
use super::roles;
use super::rollout;
use crate::account::AccountKey;
use crate::caller::Caller;
use crate::organizations::{Attachment, NodeId};
use crate::time::{SimSpan, SimTime};

impl Stage {
    /// All the cases. Whether something came of it.
    pub(super) fn perform(&mut self, action: Action) -> bool {
        match action {
            Action::Leave(account) => self.leave(account),
            Action::Join(account, organization) => self.join(account, organization),
            Action::MoveTo(account, organization) => {
                let elsewhere =
                    self.account(account).is_some_and(|key| self.organization_of(key) != Some(organization));
                elsewhere && self.leave(account) && self.join(account, organization)
            }
            Action::Relocate(account) => self.relocate(account),
            Action::Close(account) => self.by_its_organization(account, |stage, caller, account| {
                stage.play.world_mut().close_account(&caller, account).is_ok()
            }),
            Action::Reopen(account) => {
                self.account(account).is_some_and(|account| self.play.world_mut().reopen_account(account).is_ok())
            }
            Action::State(account, state) => self.account(account).is_some_and(|account| {
                self.play.world_mut().set_state(account, state);
                true
            }),
            Action::Role(account, kind) => self.with(account, |stage, index| roles::write(stage, index, kind, false)),
            Action::NoRole(account) => self.with(account, roles::delete),
            Action::Recreate(account) => self.with(account, roles::recreate),
            Action::CreateAccount(organization, delay, kind) => self.create_account(organization, delay, kind),
            Action::Attach(control, target) => self.control(control, target, true),
            Action::Detach(control, target) => self.control(control, target, false),
            Action::Faults(api, rates) => {
                self.play.world_mut().settings_mut().faults.insert(api, rates);
                true
            }
            Action::Validate(account) => self.account(account).is_some_and(|account| self.play.validate(account)),
            Action::Restart => {
                self.play.restart();
                true
            }
            Action::Migrate(organization, until) => self.migrate(organization, until),
            Action::Settle(account, organization) => {
                let key = self.organization(organization).map(|known| known.key);
                self.account(account).zip(key).is_some_and(|(account, key)| self.play.settle_conflict(account, key))
            }
            Action::Subscribe(organization) => {
                let key = self.organization(organization).map(|known| known.key);
                key.is_some_and(|key| self.play.activate_subscription(key))
            }
            Action::Disconnect(organization) => {
                let key = self.organization(organization).map(|known| known.key);
                key.is_some_and(|key| self.play.disconnect(key))
            }
            Action::Reconnect(organization) => !self.is_connected(organization) && self.connect(organization, true),
            Action::Rollout(organization) => rollout::begin(self, organization),
            Action::CrashRollout(organization, down) => rollout::crash(self, organization, down),
            Action::RemoveRollout(organization) => rollout::remove(self, organization),
        }
    }

    pub(super) fn is_connected(&self, organization: OrganizationIndex) -> bool {
        let key = self.organization(organization).and_then(|known| self.play.vendor_key(known.key));
        let known = key.and_then(|key| self.play.vendor().organization(key));
        known.is_some_and(|known| !known.removed)
    }

    fn with(&mut self, account: AccountIndex, act: impl FnOnce(&mut Self, AccountIndex)) -> bool {
        let there = self.account(account).is_some();
        if there {
            act(self, account);
        }
        there
    }

    fn leave(&mut self, account: AccountIndex) -> bool {
        self.account(account).is_some_and(|account| self.play.world_mut().leave_organization(account).is_ok())
    }

    fn join(&mut self, account: AccountIndex, organization: OrganizationIndex) -> bool {
        let key = self.organization(organization).map(|known| known.key);
        let both = self.account(account).zip(key);
        both.is_some_and(|(account, key)| self.play.world_mut().accept_invitation(key, account).is_ok())
    }

    /// Something that the management account of an account's organization does to it.
    fn by_its_organization(
        &mut self,
        account: AccountIndex,
        act: impl FnOnce(&mut Self, Caller, AccountKey) -> bool,
    ) -> bool {
        let Some(account) = self.account(account) else { return false };
        let world = self.play.world();
        let Some(key) = world.account(account).organization() else { return false };
        let caller = Caller::Administrator(world.organization(key).management());
        act(self, caller, account)
    }

    fn relocate(&mut self, account: AccountIndex) -> bool {
        self.by_its_organization(account, |stage, caller, account| {
            let Some(organization) = stage.organization_of(account).and_then(|index| stage.organization(index)) else {
                return false;
            };
            let from = stage.play.world().account(account).parent();
            let to = if from == organization.unit { NodeId::ROOT } else { organization.unit };
            stage.play.world_mut().move_account(&caller, account, from, to).is_ok()
        })
    }

    fn create_account(&mut self, index: OrganizationIndex, delay: SimSpan, kind: roles::RoleKind) -> bool {
        let Some(key) = self.organization(index).map(|known| known.key) else { return false };
        let world = self.play.world_mut();
        let caller = Caller::Administrator(world.organization(key).management());
        let Ok(status) = world.create_account(&caller) else { return false };
        self.creating.push((status.id, index, kind));
        let place = self.creating.len() - 1;
        // The pipeline begins when the account is there.
        let at = self.play.world().now() + SimSpan::minutes(3) + delay;
        let at = at.min(SimTime::START + TROUBLE + SimSpan::hours(1));
        let wake = self.rollouts.plan(rollout::Due::Pipeline(place));
        self.play.world_mut().wake_at(at, wake);
        true
    }

    /// The pipeline brings the role into an account that was made.
    pub(super) fn pipeline(&mut self, place: usize) {
        let Some((id, organization, kind)) = self.creating.get(place).copied() else { return };
        let Some(key) = self.organization(organization).map(|known| known.key) else { return };
        let world = self.play.world_mut();
        let caller = Caller::Administrator(world.organization(key).management());
        // Whoever is refused the answer has made no role: as pipelines do that break.
        let made = world.describe_create_account_status(&caller, id).ok().and_then(|status| status.account);
        if let Some(account) = made {
            let index = self.add_account(account);
            roles::write(self, index, kind, false);
        }
    }

    fn control(&mut self, control: Control, target: Target, attach: bool) -> bool {
        let policy = match control {
            Control::DenyIam => self.names.deny_iam,
            Control::DenyOutsiders => self.names.deny_outsiders,
        };
        let of = |index: OrganizationIndex| self.organization(index).copied();
        let place = match target {
            Target::Root(index) => of(index).map(|known| (known.key, Attachment::Node(NodeId::ROOT))),
            Target::Unit(index) => of(index).map(|known| (known.key, Attachment::Node(known.unit))),
            Target::Account(account) => self.account(account).and_then(|account| {
                let key = self.play.world().account(account).organization()?;
                Some((key, Attachment::Account(account)))
            }),
        };
        let Some((key, place)) = place else { return false };
        let world = self.play.world_mut();
        let caller = Caller::Administrator(world.organization(key).management());
        let done = if attach {
            world.attach_policy(&caller, policy, place)
        } else {
            world.detach_policy(&caller, policy, place)
        };
        done.is_ok()
    }

    fn migrate(&mut self, index: OrganizationIndex, until: SimTime) -> bool {
        let now = self.play.world().now();
        let Some(known) = self.organization(index).copied() else { return false };
        // The vendor refuses what lies behind, and moves no migration that is over.
        let over = known.migrates.is_some_and(|before| before <= now);
        if over || until <= now || !self.is_connected(index) {
            return false;
        }
        if let Some(known) = self.organizations.get_mut(usize::from(index.0)) {
            known.migrates = Some(until);
        }
        self.play.request_migration(known.key, until)
    }
}
