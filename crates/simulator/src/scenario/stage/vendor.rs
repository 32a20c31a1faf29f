//! What the vendor does in a scenario: it uses the role (here, through STS and the services), or its own service is told
//! something (elsewhere).

use super::{Actor, Stage};
use crate::account::AccountKey;
use crate::api::Api;
use crate::caller::{Caller, Endpoint};
use crate::customer::CallMade;
use crate::iam::{ManagedPolicy, RoleDefinition};
use crate::scenario::{AccountRef, Do};
use crate::sts::AssumeRole;
use crate::time::{SimSpan, SimTime};
use crate::world::World;
use rolecall_iam::document::PolicyType;
use rolecall_lifecycle::rollout::{Action as RolloutAction, RunKind};

/// The name of the vendor's role that probes and works.
pub(super) const PROBER: &str = "prober";

/// Something that is not the stage's to do: the vendor's service is told, or pipelines and rollouts have to do something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VendorStep {
    /// Validate Access was pressed.
    Validate(AccountRef),
    /// The onboarding of an organization is over.
    Subscribe(usize),
    /// A customer connects an organization, or comes back; whether it is subscribed.
    Connect(usize, bool),
    /// A customer leaves.
    Disconnect(usize),
    /// One external ID everywhere, until a moment.
    Migrate(usize, SimTime),
    /// Whose an account is.
    Settle(AccountRef, usize),
    /// An account joined: pipelines begin.
    Joined(AccountRef),
    /// The rollout of an organization begins a run.
    Rollout(usize, RunKind),
    /// Its program ends: now, or when its journal has so many more entries; it is started again so much later.
    CrashRollout(usize, Option<u32>, Option<SimSpan>),
    /// Its program is started again.
    ResumeRollout(usize),
    /// The vendor probes with these credentials from now on.
    NewProber(Caller),
    /// The service is started anew.
    Restart,
    /// The outbox forgets that the last mail about an account went out.
    ForgetMail(AccountRef),
}

impl VendorStep {
    /// The step of an action that is not the customer's or AWS's.
    pub(super) const fn of(what: &Do) -> Option<Self> {
        Some(match what {
            Do::Validate { account } => Self::Validate(*account),
            Do::Subscribe { organization } => Self::Subscribe(*organization),
            Do::Connect { organization, subscribed } => Self::Connect(*organization, *subscribed),
            Do::RestartVendor => Self::Restart,
            Do::Disconnect { organization } => Self::Disconnect(*organization),
            Do::Migrate { organization, until } => Self::Migrate(*organization, *until),
            Do::Settle { account, organization } => Self::Settle(*account, *organization),
            Do::Rollout { organization } => Self::Rollout(*organization, RunKind::Rollout),
            Do::RemoveRollout { organization } => Self::Rollout(*organization, RunKind::Remove),
            Do::CrashRollout { organization, entries, down } => Self::CrashRollout(*organization, *entries, *down),
            Do::ForgetMail { account } => Self::ForgetMail(*account),
            _ => return None,
        })
    }
}

/// How the vendor's use of a role went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// When.
    pub at: SimTime,
    /// In which account.
    pub account: AccountKey,
    /// AWS's answer to AssumeRole, when it was none of the role's.
    pub refused: Option<super::Refusal>,
    /// Each action, and AWS's answer when it was refused.
    pub actions: Vec<(String, Option<super::Refusal>)>,
}

impl Stage {
    /// The vendor opens the role with the right ID and calls actions.
    pub(super) fn use_role(
        &mut self,
        world: &mut World,
        account: AccountRef,
        actions: &[String],
        region: &str,
        duration_s: Option<u32>,
        global_endpoint: bool,
    ) {
        let Some(key) = self.key_of(account) else { return };
        let worker = self.prober;
        let region = world.text(region);
        let home = world.text("us-east-1");
        let id = self.right_id(self.organization_of(account), Some(account));
        let request = AssumeRole {
            account: key,
            path: world.text(&self.scenario.vendor.role_path),
            role: world.text(&self.scenario.vendor.role_name),
            session_name: world.text("service"),
            external_id: Some(world.text(&id)),
            duration_s,
            endpoint: if global_endpoint { Endpoint::Global } else { Endpoint::Regional(home) },
        };
        let opened = world.assume_role(&worker, &request);
        let length = duration_s.map_or_else(String::new, |seconds| format!(" for {seconds} s"));
        let text = format!("opens the role in {}{length}", self.name(account));
        let mut done = Use { at: world.now(), account: key, refused: None, actions: Vec::new() };
        let session = self.note(world, Actor::Vendor, text, (Api::AssumeRole, key), opened);
        let Some(session) = session else {
            done.refused = self.lines.last().and_then(|line| line.error.clone());
            self.uses.push(done);
            return;
        };
        for action in actions {
            let answer = world.act(&Caller::Session(session), action, "*", region);
            let text = format!("calls {action} in {}", self.name(account));
            let allowed = self.note(world, Actor::Vendor, text, (Api::Other, key), answer).is_some();
            let refusal = self.lines.last().and_then(|line| line.error.clone()).filter(|_| !allowed);
            done.actions.push((action.clone(), refusal));
        }
        self.uses.push(done);
    }
}

/// A session of the vendor's role, which EC2 gives to its workers and which may assume any role.
pub(super) fn prober(world: &mut World, vendor: AccountKey) -> Option<Caller> {
    let trust =
        r#"{"Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
    let trust = world.policy(trust, PolicyType::Trust);
    let mut definition = RoleDefinition::new(world.texts_mut(), PROBER, trust);
    let administrator = world.text("AdministratorAccess");
    definition.managed.push(ManagedPolicy::Aws(administrator));
    let role = world.place_role(vendor, &definition).ok()?;
    let (name, region) = (world.text("worker"), world.text("us-east-1"));
    world.service_session(role, name, region, SimSpan::days(36_500)).map(Caller::Session)
}

impl Stage {
    /// The vendor deletes its role and creates it anew: another unique ID by the same name.
    pub(super) fn recreate_prober(&mut self, world: &mut World) -> Option<VendorStep> {
        let Caller::Session(session) = self.prober else { return None };
        world.take_role_away(session.role());
        self.prober = prober(world, self.vendor)?;
        self.say(world, Actor::Vendor, format!("deletes its role {PROBER} and creates it anew"));
        Some(VendorStep::NewProber(self.prober))
    }

    /// Writes down that somebody asked something of the vendor's service.
    pub(crate) fn report(&mut self, world: &World, account: AccountRef, what: &str) {
        let actor = if what.starts_with("presses") { Actor::Customer } else { Actor::Vendor };
        let text = format!("{what} {}", self.name(account));
        self.say(world, actor, text);
    }

    /// Writes down what became of the customer's rollout.
    pub(crate) fn report_rollout(&mut self, world: &World, text: String) {
        self.say(world, Actor::Customer, text);
    }

    /// Writes down a call of the customer's rollout in an account, and AWS's error if there was one.
    pub(crate) fn report_rollout_call(&mut self, world: &World, made: &CallMade) {
        let number = world.account(made.account).number();
        let name = self.reference_of(made.account).map_or_else(|| number.to_string(), |account| self.name(account));
        let what = match made.action {
            RolloutAction::Read | RolloutAction::Verify => "reads",
            RolloutAction::Create => "creates",
            RolloutAction::Overwrite => "overwrites",
            RolloutAction::Remove => "deletes",
        };
        let text = format!("the rollout {what} role {} in {name}", self.scenario.vendor.role_name);
        let error = made.error.as_ref().map(|error| Self::refusal(world, made.api, made.account, error));
        let error = error.map(|error| super::Refusal { at: made.at, ..error });
        let (at, call) = (made.at, Some((made.api, number)));
        self.lines.push(super::Line { at, actor: Actor::Customer, text, call, stopped: None, error });
    }

    /// Writes down that the vendor's service could do nothing with what it was told.
    pub(crate) fn report_without_effect(&mut self, world: &World) {
        self.say(world, Actor::Vendor, "this has no effect: nothing of it is connected");
    }
}
