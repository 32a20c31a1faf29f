//! The rollout by stack sets in real time: reads what is at AWS, asks `rolecall_lifecycle::stack_sets` for the next step,
//! performs it, waits. There is no journal: AWS holds the state, and a run that ended anywhere is gone on with by the next.

mod act;
mod calls;
mod ended;
mod gate;
mod plan;
mod progress;
mod read;
mod watch;

pub use ended::{Ended, Outcome, next_step};
pub use plan::{Planned, PlannedStep, describe};
pub use progress::{Progress, Stage};

use crate::aws_accounts::AwsAccounts;
use crate::clock::Clock;
use crate::trouble::Trouble;
use crate::wanted::Wanted;
use calls::repeat;
use rolecall_aws::{CallAs, Connection, Failure};
use rolecall_lifecycle::rollout::{Collision, Preferences, Retries, Unlock};
use rolecall_lifecycle::stack_sets::{Goal, Management, Members, Observed, Part, Step, Wanted as Target, next};
use rolecall_lifecycle::{AccountNumber, DurationMs, stack_sets};
use rolecall_render::write::{self, Options, RenderError, StackParts};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tokio::sync::watch as channel;

/// As whom the calls are made.
#[derive(Clone)]
pub struct Access {
    /// The management account, or a delegated administrator: works on the stack set and lists the accounts.
    pub sets: Connection,
    /// The management account: makes its own stack. Nothing where a delegated administrator has no credentials there.
    pub management: Option<Connection>,
    /// The ways into the accounts, to read roles, and who unlocks the members.
    pub accounts: Option<Arc<AwsAccounts>>,
}

impl Access {
    /// The operator's own credentials for everything, and their sessions to read roles with.
    pub fn of(accounts: Arc<AwsAccounts>, management: AccountNumber) -> Self {
        let own = accounts.sessions().own().clone();
        let is_management = accounts.sessions().own_account() == management;
        Self { sets: own.clone(), management: is_management.then_some(own), accounts: Some(accounts) }
    }
}

/// The customer's choices.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Region, units (none: the root), `CallAs`, what becomes of stacks whose accounts leave, names.
    pub options: Options,
    /// What unlocks the members.
    pub unlock: Unlock,
    /// `OperationPreferences`; AWS's auto-deployment does not go by them.
    pub preferences: Preferences,
    /// Roles that are there already.
    pub collision: Collision,
    /// Whether what failed, was cancelled or is missing is tried once more.
    pub repair: bool,
    /// Whether the roles are read in the accounts at the end.
    pub read_roles: bool,
    /// Whether a stop also stops the operation that runs, if it is one of ours.
    pub stop_operation: bool,
    /// Repetitions by class of error.
    pub retries: Retries,
    /// The wait between two looks at what is under way: at first, and at most; it doubles.
    pub poll: (DurationMs, DurationMs),
    /// How many accounts are read at once.
    pub read_at_once: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            options: Options::default(),
            unlock: Unlock::Reading,
            preferences: Preferences::default(),
            collision: Collision::Fail,
            repair: false,
            read_roles: true,
            stop_operation: false,
            retries: Retries::default(),
            poll: (DurationMs::from_seconds(2), DurationMs::from_seconds(30)),
            read_at_once: 32,
        }
    }
}

/// Why a run could not be carried on. The next one goes on from what is at AWS.
#[derive(Debug, thiserror::Error)]
pub enum StackSetError {
    /// The template cannot be written.
    #[error(transparent)]
    Render(#[from] RenderError),
    /// A call was refused, or failed for good.
    #[error("could not {doing}: {failure}; remove the cause and run the command again, it goes on from what is at AWS")]
    Call {
        /// What was to be done.
        doing: &'static str,
        /// The answer.
        failure: Box<Failure>,
    },
    /// The accounts are those of somebody else.
    #[error(
        "the listing of the organization does not have the management account {0}: give credentials of that account, or of a \
         delegated administrator of its organization"
    )]
    OtherOrganization(AccountNumber),
    /// An organization without a root.
    #[error("organizations:ListRoots answered no root; name the organizational units to deploy to")]
    NoRoot,
}

impl StackSetError {
    fn call(doing: &'static str) -> impl FnOnce(Failure) -> Self {
        move |failure| Self::Call { doing, failure: Box::new(failure) }
    }
}

/// What is kept in memory while a run is under way.
#[derive(Default)]
struct Memory {
    seen: Observed,
    /// What went wrong in accounts when their roles were read.
    troubles: BTreeMap<AccountNumber, Trouble>,
    /// What differs in the role of the management account, or why it could not be unlocked.
    management_trouble: Option<Trouble>,
    /// `ManagedExecution` of the set as it is.
    managed_execution: bool,
    /// Accounts whose instances were there when a removal began.
    before: Option<BTreeSet<AccountNumber>>,
    /// Changes in a row whose answer did not tell whether they were made.
    doubtful: u8,
    /// How often in a row the wait was for something.
    waits: u32,
    /// The operation was asked to stop.
    asked_to_stop: bool,
}

/// A rollout by stack sets.
pub struct StackSetRollout<C> {
    access: Access,
    wanted: Wanted,
    settings: Settings,
    parts: StackParts,
    clock: C,
    memory: Memory,
    progress: channel::Sender<Progress>,
}

impl<C: Clock> StackSetRollout<C> {
    /// Writes the template.
    ///
    /// # Errors
    /// When it cannot be written, or an option is nothing that AWS takes.
    pub fn new(access: Access, wanted: Wanted, settings: Settings, clock: C) -> Result<Self, StackSetError> {
        let parts = write::stack_parts(&wanted.profile, &wanted.organization, &settings.options)?;
        let (memory, progress) = (Memory::default(), channel::Sender::default());
        Ok(Self { access, wanted, settings, parts, clock, memory, progress })
    }

    /// How far the run is, at any time.
    pub fn progress(&self) -> channel::Receiver<Progress> {
        self.progress.subscribe()
    }

    /// The template of the stack and of the stack set.
    pub fn template(&self) -> &str {
        &self.parts.template
    }

    /// The name of the stack and of the stack set.
    pub fn name(&self) -> &str {
        &self.parts.name
    }

    /// The Region of the stacks.
    pub fn region(&self) -> &str {
        &self.parts.region
    }

    /// What a run would do, as far as it can be told beforehand. Nothing is changed.
    ///
    /// # Errors
    /// When something cannot be read.
    pub async fn plan(&mut self) -> Result<Planned, StackSetError> {
        self.plan_for(Goal::RollOut).await
    }

    /// The same for a removal.
    ///
    /// # Errors
    /// When something cannot be read.
    pub async fn plan_removal(&mut self) -> Result<Planned, StackSetError> {
        self.plan_for(Goal::Remove).await
    }

    /// Brings the role into every account, or goes on with that. Once `stop` is true nothing further is begun; an operation
    /// that runs is left running, or stopped where that is set.
    ///
    /// # Errors
    /// See [`StackSetError`].
    pub async fn run(&mut self, stop: channel::Receiver<bool>) -> Result<Ended, StackSetError> {
        self.reach(Goal::RollOut, stop).await
    }

    /// Takes the role away again: instances, set, and the management account's stack last.
    ///
    /// # Errors
    /// See [`StackSetError`].
    pub async fn remove(&mut self, stop: channel::Receiver<bool>) -> Result<Ended, StackSetError> {
        self.reach(Goal::Remove, stop).await
    }

    /// Reads everything and says what stands. Nothing is changed.
    ///
    /// # Errors
    /// When something cannot be read.
    pub async fn status(&mut self) -> Result<Ended, StackSetError> {
        let target = self.target(Goal::RollOut).await?;
        self.memory = Memory::default();
        let mut parts = Vec::new();
        if self.access.management.is_some() {
            parts.extend([Part::Stack, Part::Role]);
        }
        if target.members.is_some() {
            parts.extend([Part::Set, Part::Operations, Part::Instances, Part::Accounts, Part::Results]);
        }
        for part in parts {
            self.read(part, &target).await?;
        }
        if self.settings.read_roles && target.members.is_some() {
            self.read(Part::Roles, &target).await?;
        }
        Ok(self.ended(&target, None))
    }

    async fn reach(&mut self, goal: Goal, mut stop: channel::Receiver<bool>) -> Result<Ended, StackSetError> {
        let target = self.target(goal).await?;
        self.memory = Memory::default();
        let choices = self.choices();
        loop {
            let step = next(&target, &choices, &self.memory.seen);
            self.announce(&step);
            if *stop.borrow_and_update() && !Self::is_cheap(&step) {
                match &step {
                    Step::Watch(_) if self.memory.asked_to_stop => {}
                    Step::Watch(id) if self.stops(id) => self.stop_operation(id).await?,
                    _ => return Ok(self.ended(&target, Some(&Outcome::Stopped))),
                }
            }
            match step {
                Step::Read(part) => self.read(part, &target).await?,
                Step::Unlock(unlock) => self.unlock(unlock).await,
                Step::WaitForStack => self.wait_for_stack(&mut stop).await,
                Step::Watch(id) => self.watch(&id, &mut stop).await?,
                Step::Done => return Ok(self.ended(&target, None)),
                Step::Refused(refusal) => return Ok(self.ended(&target, Some(&Outcome::Refused(refusal)))),
                change => self.change(&change, &target).await?,
            }
        }
    }

    /// What a stop waits for: to know which operation is left running.
    const fn is_cheap(step: &Step) -> bool {
        matches!(step, Step::Read(Part::Stack | Part::Role | Part::Set | Part::Operations))
    }

    fn stops(&self, id: &str) -> bool {
        self.settings.stop_operation && act::is_ours(id)
    }

    /// What is wanted, with the root looked up where no units are named.
    async fn target(&mut self, goal: Goal) -> Result<Target, StackSetError> {
        let members = if self.parts.management_only {
            None
        } else {
            let mut units = self.settings.options.organizational_units.clone();
            if units.is_empty() && goal == Goal::RollOut {
                units.push(self.root().await?);
            }
            let (region, retain) = (self.parts.region.clone(), self.settings.options.retain_stacks_on_account_removal);
            Some(Members { region, units, retain_stacks: retain })
        };
        Ok(Target {
            goal,
            management: self.management(),
            role_arn: self.parts.role_arn.clone(),
            role_name: self.wanted.profile.name.clone(),
            template: self.parts.template.clone(),
            members,
        })
    }

    async fn root(&mut self) -> Result<String, StackSetError> {
        let connection = self.access.sets.clone();
        let call = || {
            let connection = connection.clone();
            async move { connection.list_roots().all().await }
        };
        let roots = repeat(&mut self.clock, &self.settings.retries, call).await;
        let roots = roots.map_err(StackSetError::call("find the root of the organization"))?;
        roots.into_iter().next().map(|root| root.id).ok_or(StackSetError::NoRoot)
    }

    const fn choices(&self) -> stack_sets::Settings {
        let management = if self.access.management.is_some() { Management::Reachable } else { Management::OutOfReach };
        let reads = self.settings.read_roles && self.access.accounts.is_some();
        stack_sets::Settings {
            unlock: self.settings.unlock,
            preferences: self.settings.preferences,
            collision: self.settings.collision,
            repair: self.settings.repair,
            read_roles: reads,
            management,
        }
    }

    fn management(&self) -> AccountNumber {
        AccountNumber::from(self.wanted.organization.management_account)
    }

    const fn call_as(&self) -> CallAs {
        match self.settings.options.call_as {
            write::CallAs::Myself => CallAs::Own,
            write::CallAs::DelegatedAdministrator => CallAs::DelegatedAdmin,
        }
    }
}
