//! The customer's rollouts in a random world: the machine of `rolecall-lifecycle` with its journal, calls of IAM that take
//! their time and fail, and programs that end at any moment and go on from the journal.

use super::build::{ROLE_NAME, Stage};
use super::plan::{AccountIndex, OrganizationIndex};
use super::roles::{self, RoleKind};
use crate::account::{AccountKey, AccountNumber};
use crate::caller::Caller;
use crate::error::ApiError;
use crate::iam::{CreateRole, RoleDefinition};
use crate::play::Console;
use crate::random::{EntityId, Stream};
use crate::text::hash_text;
use crate::time::{SimSpan, SimTime};
use crate::trace::{self, CustomerEvent};
use crate::world::Wake;
use rolecall_core::access_check::Verdict;
use rolecall_lifecycle::rollout::{
    Action, Amount, Answer, Collision, ConcurrencyMode, Effect, Entry, ErrorClass, Event, Existing, Plan,
    PlannedMember, Preferences, Retries, Rollout, RunKind, Settings, Unlock,
};
use rolecall_lifecycle::{DurationMs, TimeMs};
use std::collections::BTreeMap;

/// What a wake is for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Due {
    /// A pipeline comes to the account that was made at this place.
    Pipeline(usize),
    /// A call is answered.
    Call(OrganizationIndex, u32, AccountNumber, Action),
    /// The machine wants to be woken.
    Timer(OrganizationIndex, u32),
    /// The vendor's answer to Validate Access is looked up in the console.
    Look(OrganizationIndex, u32),
    /// The program is started anew.
    Resume(OrganizationIndex, u32),
}

/// A rollout of an organization.
#[derive(Debug)]
struct Run {
    rollout: Rollout,
    journal: Vec<Entry>,
    definition: RoleDefinition,
    /// Which start of the program: what an earlier one waited for does not come.
    generation: u32,
    /// The program is not running.
    down: bool,
    out: Vec<(AccountNumber, Action)>,
}

/// All rollouts, and what wakes are for.
#[derive(Debug, Default)]
pub(super) struct Rollouts {
    runs: BTreeMap<OrganizationIndex, Run>,
    due: Vec<Due>,
    stream: Stream,
    /// A planted bug: members are begun with the management account.
    #[cfg(test)]
    pub(super) hasty: bool,
}

impl Rollouts {
    /// The wake for something.
    pub(super) fn plan(&mut self, due: Due) -> Wake {
        self.due.push(due);
        Wake(self.due.len() as u64 - 1)
    }
}

impl Stage {
    /// A wake has come.
    pub(super) fn woken(&mut self, wake: Wake) {
        let due = usize::try_from(wake.0).ok().and_then(|place| self.rollouts.due.get(place)).copied();
        match due {
            None => {}
            Some(Due::Pipeline(place)) => self.pipeline(place),
            Some(Due::Call(organization, generation, account, action)) => {
                self.called(organization, generation, account, action);
            }
            Some(Due::Timer(organization, generation)) => self.send(organization, generation, &Event::TimerDue),
            Some(Due::Look(organization, generation)) => self.look(organization, generation),
            Some(Due::Resume(organization, generation)) => self.resume(organization, generation),
        }
    }

    fn later(&mut self, span: SimSpan, due: Due) {
        let at = self.play.world().now() + span;
        let wake = self.rollouts.plan(due);
        self.play.world_mut().wake_at(at, wake);
    }

    fn draw(&mut self, below: u64) -> u64 {
        let mut stream = self.rollouts.stream;
        let drawn = self.play.world_mut().random.of(EntityId::other(hash_text("rollouts")), &mut stream).below(below);
        self.rollouts.stream = stream;
        drawn
    }

    fn run_of(&mut self, organization: OrganizationIndex, generation: u32) -> Option<&mut Run> {
        self.rollouts.runs.get_mut(&organization).filter(|run| run.generation == generation && !run.down)
    }

    fn send(&mut self, organization: OrganizationIndex, generation: u32, event: &Event) {
        let now = TimeMs(self.play.world().now().0);
        let mut effects = Vec::new();
        let Some(run) = self.run_of(organization, generation) else { return };
        run.rollout.step(now, event, &mut effects);
        for effect in effects {
            self.effect(organization, generation, effect);
        }
    }

    fn effect(&mut self, organization: OrganizationIndex, generation: u32, effect: Effect) {
        match effect {
            Effect::Journal(entry) => {
                if let Some(run) = self.run_of(organization, generation) {
                    run.journal.push(entry);
                }
                match entry {
                    Entry::RunBegan { kind: RunKind::Rollout, .. } => {
                        self.tell(organization, CustomerEvent::RolloutBegan);
                        #[cfg(test)]
                        self.hasten(organization, generation);
                    }
                    Entry::RunBegan { kind: RunKind::Remove, .. } => {
                        self.tell(organization, CustomerEvent::RemovalBegan);
                    }
                    Entry::Unlocked { .. } => self.tell(organization, CustomerEvent::ManagementUnlocked),
                    _ => {}
                }
            }
            Effect::Call { account, action } => {
                let event = match action {
                    Action::Read | Action::Verify => None,
                    Action::Create => Some(CustomerEvent::RolloutCreates),
                    Action::Overwrite => Some(CustomerEvent::RolloutOverwrites),
                    Action::Remove => Some(CustomerEvent::RolloutRemoves),
                };
                if let Some(event) = event {
                    self.record(EntityId::account(account.get()), event);
                }
                if let Some(run) = self.run_of(organization, generation) {
                    run.out.push((account, action));
                }
                let span = SimSpan(200 + self.draw(15_000));
                self.later(span, Due::Call(organization, generation, account, action));
            }
            Effect::AskProbes { account } | Effect::AskConfirmation { account } => {
                if let Some(key) = self.key_of(account) {
                    self.play.validate(key);
                }
                let span = SimSpan(30_000 + self.draw(120_000));
                self.later(span, Due::Look(organization, generation));
            }
            Effect::Schedule { at } => {
                let now = self.play.world().now();
                self.later(SimTime(at.0).since(now), Due::Timer(organization, generation));
            }
            Effect::Finished { kind: RunKind::Rollout, .. } => {
                self.tell(organization, CustomerEvent::RolloutEnded);
            }
            Effect::Finished { kind: RunKind::Remove, .. } => self.tell(organization, CustomerEvent::RemovalEnded),
            Effect::Finished { .. } | Effect::Ignored(_) => {}
        }
    }

    #[cfg(test)]
    fn hasten(&mut self, organization: OrganizationIndex, generation: u32) {
        let hasty = self.rollouts.hasty;
        let run = self.run_of(organization, generation).filter(|_| hasty);
        if let Some(account) = run.and_then(|run| run.rollout.plan().accounts().nth(1)) {
            self.effect(organization, generation, Effect::Call { account, action: Action::Create });
        }
    }

    fn tell(&mut self, organization: OrganizationIndex, event: CustomerEvent) {
        if let Some(key) = self.organization(organization).map(|known| known.key) {
            let subject = self.play.world().organization_entity(key);
            self.record(subject, event);
        }
    }

    fn record(&mut self, subject: EntityId, event: CustomerEvent) {
        let world = self.play.world_mut();
        world.trace.add(world.now, subject, trace::Event::Customer(event));
    }

    fn key_of(&self, account: AccountNumber) -> Option<AccountKey> {
        self.play.world().key_of(account)
    }

    fn called(&mut self, organization: OrganizationIndex, generation: u32, account: AccountNumber, action: Action) {
        let jitter = u32::try_from(self.draw(1 << 32)).unwrap_or(0);
        let Some(run) = self.run_of(organization, generation) else { return };
        run.out.retain(|known| *known != (account, action));
        let definition = run.definition.clone();
        let answer = self.call(account, action, &definition);
        self.send(organization, generation, &Event::Answered { account, action, answer, jitter });
    }

    /// Makes the calls of IAM that an action stands for.
    fn call(&mut self, account: AccountNumber, action: Action, definition: &RoleDefinition) -> Answer {
        let Some(key) = self.key_of(account) else { return Answer::Failed(ErrorClass::NotActive) };
        let caller = Caller::Administrator(key);
        let answer = match action {
            Action::Read | Action::Verify => self.read(&caller, definition),
            Action::Create => self.create(&caller, definition),
            Action::Overwrite => self.overwrite(&caller, definition),
            Action::Remove => self.remove(&caller, definition),
        };
        answer.unwrap_or_else(|error| Answer::Failed(class(&error)))
    }

    fn read(&mut self, caller: &Caller, definition: &RoleDefinition) -> Result<Answer, ApiError> {
        let world = self.play.world_mut();
        let info = match world.get_role(caller, definition.name) {
            Ok(info) => info,
            Err(error) if class(&error) == ErrorClass::NotFound => return Ok(Answer::Found(Existing::Absent)),
            Err(error) => return Err(error),
        };
        let found = world.definitions().get(info.definition);
        Ok(Answer::Found(match () {
            () if found.name != definition.name => Existing::OtherCase,
            () if found.says_the_same(definition) => Existing::Equal,
            () => Existing::Different,
        }))
    }

    fn create(&mut self, caller: &Caller, definition: &RoleDefinition) -> Result<Answer, ApiError> {
        let request = CreateRole {
            name: definition.name,
            path: None,
            description: None,
            trust: definition.trust,
            max_session_s: None,
            boundary: None,
            tags: Vec::new(),
        };
        self.play.world_mut().create_role(caller, &request)?;
        self.put_policies(caller, definition)
    }

    fn put_policies(&mut self, caller: &Caller, definition: &RoleDefinition) -> Result<Answer, ApiError> {
        for (name, document) in &definition.inline {
            self.play.world_mut().put_role_policy(caller, definition.name, *name, *document)?;
        }
        Ok(Answer::Succeeded)
    }

    fn overwrite(&mut self, caller: &Caller, definition: &RoleDefinition) -> Result<Answer, ApiError> {
        self.play.world_mut().update_assume_role_policy(caller, definition.name, definition.trust)?;
        self.put_policies(caller, definition)
    }

    fn remove(&mut self, caller: &Caller, definition: &RoleDefinition) -> Result<Answer, ApiError> {
        let world = self.play.world_mut();
        for (name, _) in &definition.inline {
            match world.delete_role_policy(caller, definition.name, *name) {
                Err(error) if class(&error) != ErrorClass::NotFound => return Err(error),
                _ => {}
            }
        }
        world.delete_role(caller, definition.name)?;
        Ok(Answer::Succeeded)
    }

    /// What the console says about the management account.
    fn look(&mut self, organization: OrganizationIndex, generation: u32) {
        let jitter = u32::try_from(self.draw(1 << 32)).unwrap_or(0);
        let Some(run) = self.run_of(organization, generation) else { return };
        let (management, unlock) = (run.rollout.plan().management(), run.rollout.plan().settings().unlock);
        let shown = self.play.console().iter().rev().find_map(|record| match record.entry {
            Console::Validated { account, judgement, .. } if account == management => Some(judgement.verdict()),
            _ => None,
        });
        let verdict = shown.unwrap_or(Verdict::Unknown);
        match unlock {
            Unlock::Probes => self.send(organization, generation, &Event::ProbesAnswered { verdict, jitter }),
            _ if verdict == Verdict::Validated => self.send(organization, generation, &Event::Confirmed),
            // Somebody looks again later.
            _ => self.later(SimSpan::minutes(40), Due::Look(organization, generation)),
        }
    }

    fn resume(&mut self, organization: OrganizationIndex, generation: u32) {
        let Some(run) = self.rollouts.runs.get_mut(&organization) else { return };
        if run.generation != generation {
            return;
        }
        run.down = false;
        run.rollout = Rollout::resume(run.rollout.plan().clone(), &run.journal);
        self.send(organization, generation, &Event::Restarted);
    }
}

/// A rollout begins, or its run once more.
pub(super) fn begin(stage: &mut Stage, organization: OrganizationIndex) -> bool {
    if !stage.rollouts.runs.contains_key(&organization) {
        let Some(run) = new_run(stage, organization) else { return false };
        stage.rollouts.runs.insert(organization, run);
    }
    send_now(stage, organization, &Event::Begin { kind: RunKind::Rollout })
}

/// The role is taken away again.
pub(super) fn remove(stage: &mut Stage, organization: OrganizationIndex) -> bool {
    send_now(stage, organization, &Event::Begin { kind: RunKind::Remove })
}

fn send_now(stage: &mut Stage, organization: OrganizationIndex, event: &Event) -> bool {
    let running = stage.rollouts.runs.get(&organization).filter(|run| !run.down).map(|run| run.generation);
    running.is_some_and(|generation| {
        stage.send(organization, generation, event);
        true
    })
}

/// The program ends. Of the calls that are out, each has had its effect or will have none.
pub(super) fn crash(stage: &mut Stage, organization: OrganizationIndex, down: SimSpan) -> bool {
    let Some(run) = stage.rollouts.runs.get_mut(&organization).filter(|run| !run.down) else { return false };
    run.down = true;
    run.generation += 1;
    let (generation, definition) = (run.generation, run.definition.clone());
    for (account, action) in std::mem::take(&mut run.out) {
        if stage.draw(2) == 0 {
            stage.call(account, action, &definition);
        }
    }
    stage.later(down, Due::Resume(organization, generation));
    true
}

/// All programs end for good.
pub(super) fn end_all(stage: &mut Stage) {
    stage.rollouts.runs.clear();
}

fn new_run(stage: &mut Stage, organization: OrganizationIndex) -> Option<Run> {
    let key = stage.organization(organization)?.key;
    let world = stage.play.world();
    let management = world.organization(key).management();
    let number = world.account(management).number();
    let of_organization = world.organization(key).members().filter(|(_, account)| *account != management);
    let members: Vec<(AccountNumber, AccountKey)> = of_organization.collect();
    let planned: Vec<PlannedMember> = members
        .iter()
        .zip(0_u16..)
        .map(|((account, key), place)| PlannedMember {
            account: *account,
            wave: place / 4,
            state: stage.play.world().account(*key).state(),
        })
        .collect();
    let pick = |stage: &mut Stage, choices: [u32; 3]| {
        let place = stage.draw(3);
        choices.get(usize::try_from(place).unwrap_or(0)).copied().unwrap_or(1)
    };
    let settings = Settings {
        unlock: match stage.draw(3) {
            0 => Unlock::Probes,
            1 => Unlock::Reading,
            _ => Unlock::Confirm,
        },
        preferences: Preferences {
            concurrency: Amount::Count(pick(stage, [1, 2, 5])),
            tolerance: Amount::Count(pick(stage, [0, 2, 20])),
            mode: if stage.draw(2) == 0 { ConcurrencyMode::Strict } else { ConcurrencyMode::Soft },
        },
        collision: match stage.draw(3) {
            0 => Collision::Fail,
            1 => Collision::Overwrite,
            _ => Collision::Skip,
        },
        retries: Retries::default(),
        bake: DurationMs::ZERO,
        remove_adopted: stage.draw(4) == 0,
    };
    let plan = Plan::new(number, &planned, settings).ok()?;
    let definition = roles::definition(stage, AccountIndex(organization.0), organization, RoleKind::Right);
    debug_assert_eq!(stage.play.world().texts().get(definition.name), ROLE_NAME, "the rollout brings the right name");
    Some(Run {
        rollout: Rollout::new(plan),
        journal: Vec::new(),
        definition,
        generation: 0,
        down: false,
        out: Vec::new(),
    })
}

fn class(error: &ApiError) -> ErrorClass {
    ErrorClass::of_error(error.code.as_str(), error.code.http_status())
}
