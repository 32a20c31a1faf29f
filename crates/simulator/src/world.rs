//! The world: everything that the fake organization holds, its clock and its queue of things to come. Services add their
//! requests to it in their own modules. Whoever runs the world schedules wakes and gets them back in order of time.

mod setup;

use crate::account::{Account, AccountKey, AccountNumber};
use crate::by_key::ByKey;
use crate::cloudformation::{CloudFormation, StackKey};
use crate::error::{ApiError, CallerName, Detail, denial_reason};
use crate::iam::{DefinitionId, Definitions, RoleDefinition};
use crate::organizations::{CreateRequest, CreateRequestId, Levels, Organization, OrganizationKey};
use crate::policy::{Policies, PolicyId};
use crate::random::{Draw, EntityId, Randomness, Seed};
use crate::rate::Bucket;
use crate::settings::Settings;
use crate::sts::Memory;
use crate::text::{TextId, Texts};
use crate::time::SimTime;
use crate::trace::{Trace, TraceLevel};
use crate::{api::Api, queue::EventQueue};
use rolecall_core::access_check::AccountIndex;
use rolecall_iam::arn::AccountId;
use rolecall_iam::document::PolicyType;
use std::collections::BTreeMap;
use std::ops::{Index, IndexMut};

/// A token that the runner of a world scheduled for itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Wake(pub u64);

/// Things to come. Kept small: a world holds many.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Pending {
    Wake(Wake),
    RoleVisible { account: AccountKey, serial: u32, definition: Option<DefinitionId>, written: u16 },
    AccountCreated(CreateRequestId),
    AccountClosed(AccountKey),
    ReopenWindowEnds(AccountKey),
    AutoDeployment { set: u32, account: AccountKey },
    InstanceDone { set: u32, operation: u32, target: u32 },
    StackDone(StackKey),
}

/// What changed about an account, for those who keep an eye on it without asking every hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Change {
    /// It joined, left, moved or changed its state.
    Membership,
    /// What STS sees of its roles.
    Role,
    /// Control policies that may bear on it.
    ControlPolicy,
}

/// How much work was done, for tests that count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Steps {
    /// API calls.
    pub calls: u64,
    /// Of these, those that had their effect, also where their answer was lost.
    pub carried_out: u64,
    /// Events of the queue.
    pub events: u64,
    /// Decisions by the evaluator.
    pub evaluations: u64,
    /// Of these, how many could not be decided: such a request is denied, and a scenario should not have any.
    pub undecided: u64,
    /// Decisions remembered instead.
    pub remembered: u64,
    /// Accounts looked at while listing or choosing targets.
    pub accounts: u64,
    /// Organizational units whose control policies were put together.
    pub nodes: u64,
}

/// Accounts by key.
#[derive(Clone, Debug, Default)]
pub(crate) struct Accounts(Vec<Account>);

impl Accounts {
    pub(crate) const fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn number_at(&self, place: u32) -> Option<AccountNumber> {
        self.0.get(place as usize).map(Account::number)
    }
}

impl Index<AccountKey> for Accounts {
    type Output = Account;

    #[expect(clippy::indexing_slicing, reason = "keys are made by `World::insert_account` alone, one for each account")]
    fn index(&self, key: AccountKey) -> &Account {
        &self.0[key.0 as usize]
    }
}

impl IndexMut<AccountKey> for Accounts {
    #[expect(clippy::indexing_slicing, reason = "keys are made by `World::insert_account` alone, one for each account")]
    fn index_mut(&mut self, key: AccountKey) -> &mut Account {
        &mut self.0[key.0 as usize]
    }
}

/// A world.
#[derive(Clone, Debug)]
pub struct World {
    pub(crate) now: SimTime,
    pub(crate) settings: Settings,
    pub(crate) random: Randomness,
    pub(crate) trace: Trace,
    pub(crate) texts: Texts,
    pub(crate) policies: Policies,
    pub(crate) definitions: Definitions,
    pub(crate) accounts: Accounts,
    pub(crate) numbers: AccountIndex,
    pub(crate) organizations: Vec<Organization>,
    pub(crate) levels: Vec<Levels>,
    pub(crate) create_requests: Vec<CreateRequest>,
    /// Managed policies: of AWS, or of an account.
    pub(crate) managed: BTreeMap<(Option<AccountKey>, TextId), PolicyId>,
    pub(crate) cloudformation: CloudFormation,
    pub(crate) memory: Memory,
    pub(crate) buckets: ByKey<(AccountKey, Api, Option<TextId>), Bucket>,
    pub(crate) opt_in_regions: Vec<TextId>,
    pub(crate) queue: EventQueue<Pending>,
    pub(crate) changes: Option<Vec<(SimTime, AccountKey, Change)>>,
    pub(crate) steps: Steps,
    pub(crate) known: Known,
}

/// Documents and names that every world has.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Known {
    pub(crate) root_path: TextId,
    pub(crate) full_scp: PolicyId,
    pub(crate) full_rcp: PolicyId,
    pub(crate) full_identity: PolicyId,
    pub(crate) organization_role: TextId,
    pub(crate) administrator: TextId,
    pub(crate) execution_role: TextId,
}

impl World {
    /// An empty world.
    pub fn new(seed: Seed, settings: Settings) -> Self {
        let (mut texts, mut policies) = (Texts::default(), Policies::default());
        let full = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;
        let full_rcp =
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}"#;
        let known = Known {
            root_path: texts.id("/"),
            full_scp: policies.id(full, PolicyType::ServiceControl),
            full_rcp: policies.id(full_rcp, PolicyType::Resource),
            full_identity: policies.id(full, PolicyType::Identity),
            organization_role: texts.id("OrganizationAccountAccessRole"),
            administrator: texts.id("administrator"),
            execution_role: texts.id("stacksets-exec-0123456789abcdef"),
        };
        let administrator = texts.id("AdministratorAccess");
        Self {
            now: SimTime::START,
            random: Randomness::new(seed),
            trace: Trace::new(settings.trace),
            settings,
            managed: BTreeMap::from([((None, administrator), known.full_identity)]),
            texts,
            policies,
            definitions: Definitions::default(),
            accounts: Accounts::default(),
            numbers: AccountIndex::default(),
            organizations: Vec::new(),
            levels: Vec::new(),
            create_requests: Vec::new(),
            cloudformation: CloudFormation::default(),
            memory: Memory::default(),
            buckets: ByKey::default(),
            opt_in_regions: Vec::new(),
            queue: EventQueue::new(),
            changes: None,
            steps: Steps::default(),
            known,
        }
    }

    /// The time.
    pub const fn now(&self) -> SimTime {
        self.now
    }

    /// The seed.
    pub const fn seed(&self) -> Seed {
        self.random.seed()
    }

    /// The settings.
    pub const fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The settings; a change holds from now on.
    pub const fn settings_mut(&mut self) -> &mut Settings {
        &mut self.settings
    }

    /// The trace.
    pub const fn trace(&self) -> &Trace {
        &self.trace
    }

    /// A copy to ask questions of, which keeps no trace.
    pub(crate) fn without_trace(&mut self) -> Self {
        let trace = std::mem::take(&mut self.trace);
        let mut copy = self.clone();
        copy.trace = Trace::new(TraceLevel::Off);
        self.trace = trace;
        copy
    }

    /// The trace, of a world that is over.
    pub fn into_trace(self) -> Trace {
        self.trace
    }

    /// How much work was done so far.
    pub const fn steps(&self) -> Steps {
        self.steps
    }

    /// The number of a text.
    pub fn text(&mut self, text: &str) -> TextId {
        self.texts.id(text)
    }

    /// The texts.
    pub const fn texts(&self) -> &Texts {
        &self.texts
    }

    /// The texts, to make role definitions.
    pub const fn texts_mut(&mut self) -> &mut Texts {
        &mut self.texts
    }

    /// The number of a policy document.
    pub fn policy(&mut self, text: &str, policy_type: PolicyType) -> PolicyId {
        self.policies.id(text, policy_type)
    }

    /// The policy documents.
    pub const fn policies(&self) -> &Policies {
        &self.policies
    }

    /// The number of a role definition, for templates.
    pub fn definition(&mut self, definition: RoleDefinition) -> DefinitionId {
        self.definitions.id(definition, &self.texts, &self.policies)
    }

    /// The role definitions.
    pub const fn definitions(&self) -> &Definitions {
        &self.definitions
    }

    /// An account.
    pub fn account(&self, key: AccountKey) -> &Account {
        &self.accounts[key]
    }

    pub(crate) fn account_mut(&mut self, key: AccountKey) -> &mut Account {
        &mut self.accounts[key]
    }

    /// The account with this ID.
    pub fn account_key(&self, account: AccountId) -> Option<AccountKey> {
        self.key_of(AccountNumber::from(account))
    }

    /// The account with this number.
    pub(crate) fn key_of(&self, number: AccountNumber) -> Option<AccountKey> {
        self.numbers.get(number, |place| self.accounts.number_at(place)).map(AccountKey)
    }

    /// All accounts, in the order of creation.
    pub fn keys(&self) -> impl Iterator<Item = AccountKey> + use<> {
        (0..u32::try_from(self.accounts.0.len()).unwrap_or(u32::MAX)).map(AccountKey)
    }

    /// An organization.
    #[expect(clippy::indexing_slicing, reason = "keys are made by `add_organization` alone, one for each organization")]
    pub fn organization(&self, key: OrganizationKey) -> &Organization {
        &self.organizations[key.0 as usize]
    }

    #[expect(clippy::indexing_slicing, reason = "keys are made by `add_organization` alone, one for each organization")]
    pub(crate) fn organization_mut(&mut self, key: OrganizationKey) -> &mut Organization {
        &mut self.organizations[key.0 as usize]
    }

    /// Draws from the stream of an account.
    pub(crate) fn draw_account<T>(&mut self, key: AccountKey, draw: impl FnOnce(&Settings, &mut Draw<'_>) -> T) -> T {
        let account = &mut self.accounts[key];
        let entity = account.entity();
        draw(&self.settings, &mut self.random.of(entity, &mut account.stream))
    }

    /// Draws from the stream of an organization.
    #[expect(clippy::indexing_slicing, reason = "keys are made by `add_organization` alone, one for each organization")]
    pub(crate) fn draw_organization<T>(
        &mut self,
        key: OrganizationKey,
        draw: impl FnOnce(&Settings, &mut Draw<'_>) -> T,
    ) -> T {
        let organization = &mut self.organizations[key.0 as usize];
        let entity = organization.entity();
        draw(&self.settings, &mut self.random.of(entity, &mut organization.stream))
    }

    /// The entity of an organization, for the trace.
    pub fn organization_entity(&self, key: OrganizationKey) -> EntityId {
        self.organization(key).entity()
    }

    /// Begins to keep changes of accounts for `take_changes`.
    pub fn keep_changes(&mut self) {
        self.changes.get_or_insert_default();
    }

    /// The changes since the last time, in order.
    pub fn take_changes(&mut self) -> Vec<(SimTime, AccountKey, Change)> {
        self.changes.as_mut().map(std::mem::take).unwrap_or_default()
    }

    pub(crate) fn note(&mut self, account: AccountKey, change: Change) {
        if let Some(changes) = &mut self.changes {
            changes.push((self.now, account, change));
        }
    }

    /// Schedules a wake for the runner.
    pub fn wake_at(&mut self, at: SimTime, wake: Wake) {
        self.queue.push(at, Pending::Wake(wake));
    }

    /// When something happens next.
    pub fn next_at(&self) -> Option<SimTime> {
        self.queue.next_at()
    }

    /// Lets time pass until the runner's next wake, which is given back, or until `until`.
    pub fn run_until(&mut self, until: SimTime) -> Option<Wake> {
        while let Some((at, pending)) = self.queue.pop_until(until) {
            if let Some(wake) = self.happen(at, pending) {
                return Some(wake);
            }
        }
        self.now = self.now.max(until);
        None
    }

    /// Lets one thing happen that is due until then, a wake too; whether there was one.
    pub fn step_until(&mut self, until: SimTime) -> bool {
        let due = self.queue.pop_until(until);
        let happened = due.is_some();
        match due {
            Some((at, pending)) => _ = self.happen(at, pending),
            None => self.now = self.now.max(until),
        }
        happened
    }

    fn happen(&mut self, at: SimTime, pending: Pending) -> Option<Wake> {
        self.now = self.now.max(at);
        self.steps.events += 1;
        match pending {
            Pending::Wake(wake) => return Some(wake),
            Pending::RoleVisible { account, serial, definition, written } => {
                self.role_arrives(account, serial, definition, written);
            }
            Pending::AccountCreated(request) => self.finish_creation(request),
            Pending::AccountClosed(account) => self.finish_closing(account),
            Pending::ReopenWindowEnds(account) => self.end_reopen_window(account),
            Pending::AutoDeployment { set, account } => self.auto_deploy(set, account),
            Pending::StackDone(stack) => self.stack_done(stack),
            Pending::InstanceDone { set, operation, target } => self.instance_done(set, operation, target),
        }
        None
    }

    /// How many accounts there are.
    pub fn account_count(&self) -> usize {
        self.accounts.0.len()
    }

    /// The message of an error, as the service writes it.
    pub fn message(&self, error: &ApiError) -> String {
        match &error.detail {
            Detail::Text(text) => (*text).to_owned(),
            Detail::Written(text) => text.to_string(),
            Detail::AssumeRole(caller, role) => {
                let (caller, path, name) =
                    (self.caller_arn(*caller), self.texts.get(role.path), self.texts.get(role.name));
                let resource = format!("arn:aws:iam::{}:role{path}{name}", role.account);
                format!("User: {caller} is not authorized to perform: sts:AssumeRole on resource: {resource}")
            }
            Detail::Action(denied) => {
                let caller = self.caller_arn(denied.caller);
                let reason = denial_reason(denied.explicit, denied.by, &denied.action);
                let (action, resource) = (&denied.action, &denied.resource);
                format!("User: {caller} is not authorized to perform: {action} on resource: {resource} {reason}")
            }
        }
    }

    pub(crate) fn caller_arn(&self, caller: CallerName) -> String {
        match caller {
            CallerName::Root(account) => format!("arn:aws:iam::{account}:root"),
            CallerName::User(account, name) => format!("arn:aws:iam::{account}:user/{}", self.texts.get(name)),
            CallerName::Session(account, role, session) => {
                let (role, session) = (self.texts.get(role), self.texts.get(session));
                format!("arn:aws:sts::{account}:assumed-role/{role}/{session}")
            }
        }
    }
}
