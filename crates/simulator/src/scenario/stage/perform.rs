//! The actions of a scenario, all of them at one glance.

use super::{Actor, Stage, VendorStep};
use crate::account::AccountKey;
use crate::api::Api;
use crate::caller::Caller;
use crate::scenario::{AccountRef, Action, AsWho, Do};
use crate::settings::FaultRates;
use crate::world::World;

impl Stage {
    /// Does one action, or gives back what the vendor's service has to do.
    pub(super) fn act(&mut self, world: &mut World, action: &Action) -> Option<VendorStep> {
        let by = action.by.and_then(|AsWho::Administrator(account)| self.key_of(account)).map(Caller::Administrator);
        match &action.what {
            Do::Leave { account } => self.leave(world, *account),
            Do::AcceptInvitation { account, organization } => self.accept(world, *account, *organization),
            Do::Move { account, to } => self.relocate(world, *account, to, by),
            Do::Close { account } => self.close(world, *account, by),
            Do::Reopen { account } => self.reopen(world, *account),
            Do::SetState { account, state } => self.set_state(world, *account, *state),
            Do::CreateRole { account, role } => {
                let caller = self.own_administrator(*account, by)?;
                self.create_role(world, &caller, *account, role);
            }
            Do::ChangeRole { account, role } => {
                let caller = self.own_administrator(*account, by)?;
                self.change_role(world, &caller, *account, role);
            }
            Do::DeleteRole { account } => {
                let caller = self.own_administrator(*account, by)?;
                self.delete_role(world, &caller, *account);
            }
            Do::PutRole { account, role } => self.put_role(world, *account, role.as_ref()),
            Do::RecreateRole { account } => self.recreate_role(world, *account),
            Do::Attach { policy, to } => self.attach(world, *policy, to, true, by),
            Do::Detach { policy, from } => self.attach(world, *policy, from, false, by),
            Do::Deploy { stack_set, units, regions, preferences, call_as } => {
                let caller = by.or_else(|| self.sets.get(*stack_set).copied().flatten().map(|set| set.caller))?;
                self.deploy(world, *stack_set, &caller, units, regions, *preferences, *call_as);
            }
            Do::UpdateStackSet { stack_set, role, preferences, call_as } => {
                self.update_set(world, *stack_set, role, *preferences, *call_as);
            }
            Do::DetectDrift { stack_set } => self.detect_drift(world, *stack_set),
            Do::CreateStack { account, role, no_echo } => {
                let caller = self.own_administrator(*account, by)?;
                self.create_stack(world, &caller, *account, role, *no_echo);
            }
            Do::UpdateStack { account, stack_set, role } => {
                let caller = self.own_administrator(*account, by)?;
                self.update_stack(world, &caller, *account, *stack_set, role);
            }
            Do::Import { account, stack_set } => self.import(world, *account, *stack_set),
            Do::Script { organization, reads_status } => self.script(world, *organization, *reads_status),
            Do::Use { account, actions, region, duration_s, global_endpoint } => {
                self.use_role(world, *account, actions, region, *duration_s, *global_endpoint);
            }
            Do::Faults { api, rates } => {
                world.settings_mut().faults.insert(*api, *rates);
                let text = faults_text(*api, *rates);
                self.say(world, Actor::Aws, text);
            }
            Do::RecreateVendorRole => return self.recreate_prober(world),
            what => return VendorStep::of(what),
        }
        None
    }

    /// The administrator of the account itself, unless somebody else is named.
    fn own_administrator(&self, account: AccountRef, by: Option<Caller>) -> Option<Caller> {
        by.or_else(|| self.key_of(account).map(|key: AccountKey| Caller::Administrator(key)))
    }
}

fn faults_text(api: Api, rates: FaultRates) -> String {
    let percent = |rate: u32| f64::from(rate) / 10_000.0;
    let (throttled, internal) = (percent(rates.throttled), percent(rates.internal));
    let lost = match rates.timed_out {
        0 => String::new(),
        rate => format!(", {} % of the answers are lost", percent(rate)),
    };
    format!("from now on {throttled} % of the calls of {} are throttled, {internal} % fail{lost}", api.name())
}
