//! A scenario on the stage: the world is built from it, and what happens later is done through the services, with the
//! credentials of those who do it. What AWS answers is kept as the customer sees it. The vendor's service is not here.

mod describe;
mod documents;
mod organizations;
mod perform;
mod roles;
mod sets;
mod vendor;

pub(crate) use documents::quoted;
pub use documents::{older_policy, right_policy, right_profile};
pub use vendor::{Use, VendorStep};

use super::organization::made_id;
use super::{AccountRef, ControlType, Place, Scenario};
use crate::account::{AccountKey, AccountNumber, Origin};
use crate::api::Api;
use crate::caller::Caller;
use crate::cloudformation::{OperationId, SetKey, StackKey};
use crate::error::{ApiError, Code};
use crate::organizations::{Attachment, FeatureSet, NodeId, OrganizationKey};
use crate::policy::PolicyId;
use crate::random::Seed;
use crate::settings::Settings;
use crate::text::TextId;
use crate::time::{Delay, SimTime};
use crate::trace::TraceLevel;
use crate::world::{Wake, World};
use rolecall_core::external_id::ExternalId;
use rolecall_iam::document::PolicyType;
use std::collections::BTreeMap;

/// Why a scenario cannot be put on the stage.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what} cannot be built: {message}; what is found at the beginning has to be what AWS would have let in")]
pub struct StageError {
    /// What was to be built.
    pub what: String,
    /// What AWS would have answered.
    pub message: String,
}

/// Who does something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Actor {
    /// The customer's people or automation.
    Customer,
    /// The vendor's people or service.
    Vendor,
    /// AWS by itself.
    Aws,
}

/// What somebody did or saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// When.
    pub at: SimTime,
    /// Who.
    pub actor: Actor,
    /// What, in one sentence.
    pub text: String,
    /// The call, and the account that it was about.
    pub call: Option<(Api, AccountNumber)>,
    /// The stage of a pipeline that stopped here.
    pub stopped: Option<String>,
    /// AWS's error, when it was refused.
    pub error: Option<Refusal>,
}

/// A call that AWS refused, as the caller saw it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// When.
    pub at: SimTime,
    /// The call.
    pub api: Api,
    /// The account that it was about.
    pub account: AccountNumber,
    /// The error.
    pub code: Code,
    /// Its message.
    pub message: String,
}

/// An organization on the stage.
#[derive(Clone, Debug)]
pub struct StagedOrganization {
    /// Its key.
    pub key: OrganizationKey,
    /// Its management account.
    pub management: AccountKey,
    units: BTreeMap<String, NodeId>,
}

/// A stack set on the stage.
#[derive(Clone, Copy, Debug)]
pub struct StagedSet {
    /// Its key.
    pub key: SetKey,
    /// The caller who made it.
    pub caller: Caller,
    /// Its last operation.
    pub last: Option<OperationId>,
}

/// What happens at a wake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    CreateSet(usize),
    Join(usize),
    Act(usize),
    /// The program of an organization's rollout is started again.
    Resume(usize),
}

/// A scenario on the stage.
#[derive(Clone, Debug)]
pub struct Stage {
    scenario: Scenario,
    /// The vendor's account.
    pub vendor: AccountKey,
    /// The credentials with which the vendor probes and works.
    pub prober: Caller,
    /// By their place in the scenario.
    pub organizations: Vec<StagedOrganization>,
    accounts: Vec<Option<AccountKey>>,
    control: Vec<PolicyId>,
    sets: Vec<Option<StagedSet>>,
    stacks: BTreeMap<AccountRef, StackKey>,
    steps: Vec<Step>,
    /// What was done and seen so far.
    pub lines: Vec<Line>,
    /// How the vendor's use of roles went.
    pub uses: Vec<Use>,
    /// Moves between units, as CloudTrail has them.
    pub moves: Vec<Moved>,
    /// Whether the customer's script last read `Status`.
    pub reads_status: bool,
}

/// A move between units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// When.
    pub at: SimTime,
    /// Which account.
    pub account: AccountRef,
    /// From where.
    pub from: NodeId,
    /// To where.
    pub to: NodeId,
}

impl Stage {
    /// Builds the world as it is found, and plans what happens later.
    ///
    /// # Errors
    /// For what AWS would not let be there.
    pub fn build(scenario: &Scenario, seed: Seed) -> Result<(World, Self), StageError> {
        let mut world = World::new(seed, settings(scenario));
        let regions: Vec<TextId> = scenario.world.opt_in_regions.iter().map(|region| world.text(region)).collect();
        world.set_opt_in_regions(&regions);
        let vendor =
            world.add_account(scenario.vendor.account).map_err(|error| failed(&world, "the vendor", &error))?;
        let prober = vendor::prober(&mut world, vendor).ok_or_else(|| StageError {
            what: "the vendor's role".to_owned(),
            message: "the vendor's account cannot have it".to_owned(),
        })?;
        let mut stage = Self {
            scenario: scenario.clone(),
            vendor,
            prober,
            organizations: Vec::new(),
            accounts: Vec::new(),
            control: Vec::new(),
            sets: vec![None; scenario.stack_sets.len()],
            stacks: BTreeMap::new(),
            steps: Vec::new(),
            lines: Vec::new(),
            uses: Vec::new(),
            moves: Vec::new(),
            reads_status: false,
        };
        stage.build_organizations(&mut world)?;
        stage.build_accounts(&mut world)?;
        stage.attach_policies(&mut world)?;
        stage.plan(&mut world);
        Ok((world, stage))
    }

    /// The scenario.
    pub const fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    fn build_organizations(&mut self, world: &mut World) -> Result<(), StageError> {
        for number in 0..self.scenario.organizations.len() {
            let Some(part) = self.scenario.organizations.get(number).cloned() else { continue };
            let what = format!("organization `{}`", part.name);
            let management = world.add_account(part.management).map_err(|error| failed(world, &what, &error))?;
            let key = world
                .add_organization(&part.id, management, part.features)
                .map_err(|error| failed(world, &what, &error))?;
            if part.features == FeatureSet::All {
                world.enable_trusted_access(key);
            }
            let mut units = BTreeMap::new();
            for path in &part.units {
                let (above, name) = path.rsplit_once('/').unwrap_or(("", path));
                let parent = units.get(above).copied().unwrap_or(NodeId::ROOT);
                let name = world.text(name);
                let unit = world
                    .add_unit(key, parent, name)
                    .map_err(|error| failed(world, &format!("unit `{path}`"), &error))?;
                units.insert(path.clone(), unit);
            }
            self.organizations.push(StagedOrganization { key, management, units });
        }
        Ok(())
    }

    fn build_accounts(&mut self, world: &mut World) -> Result<(), StageError> {
        for number in 0..self.scenario.organizations.len() {
            let account = AccountRef::Management(number);
            let role = self.scenario.organizations.get(number).and_then(|part| part.role.clone());
            if let (Some(role), Some(key)) = (role, self.key_of(account)) {
                self.place(world, key, account, &role)?;
            }
        }
        for number in 0..self.scenario.accounts.len() {
            self.accounts.push(None);
            let Some(part) = self.scenario.accounts.get(number).cloned() else { continue };
            if part.joins.is_none() {
                self.bring_in(world, number)?;
            } else if part.origin == Origin::Invited {
                let key = world
                    .add_account(part.id)
                    .map_err(|error| failed(world, &format!("account `{}`", part.name), &error))?;
                self.set_key(number, key);
                if let Some(role) = &part.role {
                    self.place(world, key, AccountRef::Member(number), role)?;
                }
            }
        }
        self.register_delegated(world)
    }

    fn register_delegated(&mut self, world: &mut World) -> Result<(), StageError> {
        for (number, part) in self.scenario.organizations.iter().enumerate() {
            let Some(key) = self.organizations.get(number).map(|staged| staged.key) else { continue };
            for name in &part.delegated {
                let found = self.scenario.accounts.iter().position(|account| account.name == *name);
                let Some(account) = found.and_then(|found| self.accounts.get(found).copied().flatten()) else {
                    continue;
                };
                world
                    .register_delegated_administrator(key, account)
                    .map_err(|error| failed(world, &format!("delegated administrator `{name}`"), &error))?;
            }
        }
        Ok(())
    }

    /// A member as it is found: in its unit, in its state, with its role.
    fn bring_in(&mut self, world: &mut World, number: usize) -> Result<AccountKey, StageError> {
        let Some(part) = self.scenario.accounts.get(number).cloned() else { return Ok(self.vendor) };
        let what = format!("account `{}`", part.name);
        let organization = self.organizations.get(part.organization).cloned();
        let Some(organization) = organization else { return Ok(self.vendor) };
        let parent = part.unit.as_ref().and_then(|unit| organization.units.get(unit).copied()).unwrap_or(NodeId::ROOT);
        let key = world
            .add_member(organization.key, parent, part.id, part.origin)
            .map_err(|error| failed(world, &what, &error))?;
        self.set_key(number, key);
        world.set_other_roles(key, u16::try_from(part.other_roles).unwrap_or(u16::MAX));
        if let Some(role) = &part.role {
            self.place(world, key, AccountRef::Member(number), role)?;
        }
        world.set_state(key, part.state);
        if let Some(joins) = part.joins {
            // A new account's services do not answer yet.
            world.account_mut(key).ready_at = joins + self.scenario.world.account_readiness;
        }
        Ok(key)
    }

    fn set_key(&mut self, number: usize, key: AccountKey) {
        if let Some(slot) = self.accounts.get_mut(number) {
            *slot = Some(key);
        }
    }

    fn attach_policies(&mut self, world: &mut World) -> Result<(), StageError> {
        for policy in self.scenario.policies.clone() {
            let policy_type = match policy.control {
                ControlType::Service => PolicyType::ServiceControl,
                ControlType::Resource => PolicyType::ResourceControl,
            };
            let organization = self.scenario.organizations.get(policy.organization).map_or("", |part| part.id.as_str());
            let id = world.policy(&policy.document.replace("<organization-id>", organization), policy_type);
            self.control.push(id);
            let Some(management) = self.organizations.get(policy.organization).map(|staged| staged.management) else {
                continue;
            };
            for place in &policy.on {
                let Some(to) = self.attachment(place) else { continue };
                let attached = world.attach_policy(&Caller::Administrator(management), id, to);
                attached.map_err(|error| failed(world, &format!("policy `{}`", policy.name), &error))?;
            }
        }
        Ok(())
    }

    /// Wakes for everything that happens later, in order of time; at one time: stack sets, accounts that join, actions.
    fn plan(&mut self, world: &mut World) {
        let sets = self.scenario.stack_sets.iter().enumerate().map(|(number, set)| (set.at, Step::CreateSet(number)));
        let joining = self.scenario.accounts.iter().enumerate();
        let joins = joining.filter_map(|(number, account)| Some((account.joins?, Step::Join(number))));
        let joins = joins.filter(|(at, _)| *at != SimTime::NEVER);
        let actions = self.scenario.actions.iter().enumerate().map(|(number, action)| (action.at, Step::Act(number)));
        let mut steps: Vec<(SimTime, Step)> = sets.chain(joins).chain(actions).collect();
        steps.sort_by_key(|(at, _)| *at);
        for (number, (at, _)) in steps.iter().enumerate() {
            world.wake_at(*at, Wake(number as u64));
        }
        self.steps = steps.into_iter().map(|(_, step)| step).collect();
    }

    /// Does what is due at a wake. What the vendor's service has to do is given back.
    pub fn step(&mut self, world: &mut World, wake: Wake) -> Option<VendorStep> {
        let step = usize::try_from(wake.0).ok().and_then(|number| self.steps.get(number).copied())?;
        match step {
            Step::CreateSet(number) => self.create_set(world, number),
            Step::Join(number) => {
                self.join(world, number);
                return Some(VendorStep::Joined(AccountRef::Member(number)));
            }
            Step::Act(number) => {
                let action = self.scenario.actions.get(number)?.clone();
                return self.act(world, &action);
            }
            Step::Resume(organization) => return Some(VendorStep::ResumeRollout(organization)),
        }
        None
    }

    /// The program of an organization's rollout is to be started again then.
    pub(crate) fn resume_later(&mut self, world: &mut World, at: SimTime, organization: usize) {
        world.wake_at(at, Wake(self.steps.len() as u64));
        self.steps.push(Step::Resume(organization));
    }

    /// The key of an account; nothing while it has not joined.
    pub fn key_of(&self, account: AccountRef) -> Option<AccountKey> {
        match account {
            AccountRef::Management(number) => self.organizations.get(number).map(|staged| staged.management),
            AccountRef::Member(number) => self.accounts.get(number).copied().flatten(),
        }
    }

    /// The stack sets that were made.
    pub fn stack_sets(&self) -> impl Iterator<Item = StagedSet> {
        self.sets.iter().copied().flatten()
    }

    /// The organization in which a scenario has an account at the beginning.
    pub fn organization_of(&self, account: AccountRef) -> usize {
        match account {
            AccountRef::Management(number) => number,
            AccountRef::Member(number) => self.scenario.accounts.get(number).map_or(0, |part| part.organization),
        }
    }

    /// The organization that has an account now, where it is one of the scenario.
    pub(crate) fn organization_now(&self, world: &World, account: AccountKey) -> Option<usize> {
        let key = world.account(account).organization()?;
        self.organizations.iter().position(|staged| staged.key == key)
    }

    /// New IDs for an organization that is connected for the `time`th time, and for its accounts with IDs of their own:
    /// the vendor uses none again.
    pub(crate) fn renew_ids(&mut self, organization: usize, time: u32) {
        let new = |name: &str| ExternalId::parse(&made_id(&format!("{name}, connection {time}"))).ok();
        if let Some(part) = self.scenario.organizations.get_mut(organization) {
            part.external_id = new(&part.name).unwrap_or_else(|| part.external_id.clone());
            part.own_id = part.own_id.take().and_then(|_| new(&format!("{}/management", part.name)));
        }
        for part in self.scenario.accounts.iter_mut().filter(|part| part.organization == organization) {
            part.own_id = part.own_id.take().and_then(|_| new(&part.name));
        }
    }

    /// The scenario as it was before IDs were renewed.
    pub(crate) fn take_back(&mut self, scenario: Scenario) {
        self.scenario = scenario;
    }

    /// AWS's refusals that bear on an account: of calls about it, or about its organization as a whole.
    pub fn refusals(&self, world: &World, account: AccountRef) -> Vec<&Refusal> {
        self.lines_about(world, account).filter_map(|line| line.error.as_ref()).collect()
    }

    /// Calls about an account, or about its organization as a whole.
    pub fn lines_about(&self, world: &World, account: AccountRef) -> impl Iterator<Item = &Line> {
        let management = self.key_of(AccountRef::Management(self.organization_of(account)));
        let callers = self.stack_sets_callers();
        let keys = self.key_of(account).into_iter().chain(management).chain(callers);
        let numbers: Vec<AccountNumber> = keys.map(|key| world.account(key).number()).collect();
        self.lines.iter().filter(move |line| line.call.is_some_and(|(_, number)| numbers.contains(&number)))
    }

    /// Who works on stack sets, besides the management account.
    fn stack_sets_callers(&self) -> impl Iterator<Item = AccountKey> {
        self.scenario.stack_sets.iter().filter_map(|set| self.key_of(set.by?))
    }

    fn node(&self, place: &Place) -> Option<NodeId> {
        match place {
            Place::Root(_) => Some(NodeId::ROOT),
            Place::Unit(organization, path) => self.organizations.get(*organization)?.units.get(path).copied(),
            Place::Account(_) => None,
        }
    }

    fn attachment(&self, place: &Place) -> Option<Attachment> {
        match place {
            Place::Account(account) => self.key_of(*account).map(Attachment::Account),
            _ => self.node(place).map(Attachment::Node),
        }
    }

    fn refusal(world: &World, api: Api, account: AccountKey, error: &ApiError) -> Refusal {
        let (at, code, message) = (world.now(), error.code, world.message(error));
        Refusal { at, api, account: world.account(account).number(), code, message }
    }

    /// Writes down what somebody did, and AWS's error if there was one.
    fn note<T>(
        &mut self,
        world: &World,
        actor: Actor,
        text: impl Into<String>,
        call: (Api, AccountKey),
        answer: Result<T, ApiError>,
    ) -> Option<T> {
        let (value, error) = match answer {
            Ok(value) => (Some(value), None),
            Err(error) => (None, Some(Self::refusal(world, call.0, call.1, &error))),
        };
        let call = Some((call.0, world.account(call.1).number()));
        self.lines.push(Line { at: world.now(), actor, text: text.into(), call, stopped: None, error });
        value
    }

    /// Writes down that a pipeline stopped before it called AWS, or gave up with AWS's error.
    pub(crate) fn pipeline_failed(&mut self, world: &World, account: AccountKey, stage: &str, at: SimTime) {
        let name = self.reference_of(account).map_or_else(String::new, |account| self.name(account));
        let call = Some((Api::Other, world.account(account).number()));
        let text = format!("the pipeline for {name} stops at: {stage}");
        self.lines.push(Line { at, actor: Actor::Customer, text, call, stopped: Some(stage.to_owned()), error: None });
    }

    fn say(&mut self, world: &World, actor: Actor, text: impl Into<String>) {
        self.lines.push(Line { at: world.now(), actor, text: text.into(), call: None, stopped: None, error: None });
    }
}

fn settings(scenario: &Scenario) -> Settings {
    let world = &scenario.world;
    if world.measured {
        return Settings {
            trace: TraceLevel::Records,
            empty_pages: world.empty_pages * 10_000,
            status_retired_at: world.status_retired,
            ..Settings::realistic()
        };
    }
    Settings {
        trace: TraceLevel::Records,
        role_propagation: Delay::Fixed(world.role_propagation),
        stack: Delay::Fixed(world.stack),
        auto_deployment: Delay::Fixed(world.auto_deployment),
        account_readiness: Delay::Fixed(world.account_readiness),
        account_closing: Delay::Fixed(world.account_closing),
        empty_pages: world.empty_pages * 10_000,
        status_retired_at: world.status_retired,
        ..Settings::default()
    }
}

fn failed(world: &World, what: &str, error: &ApiError) -> StageError {
    StageError { what: what.to_owned(), message: format!("{}: {}", error.code.as_str(), world.message(error)) }
}
