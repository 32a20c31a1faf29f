//! The rollout of `rolecall-lifecycle`, performed on a world: its calls through IAM's API, its journal in memory, its clock.
//! The program may end anywhere and goes on from the journal.

use super::role_calls;
use super::template::RoleTemplate;
use super::wakes::{Own, RolloutWake};
use crate::account::{AccountKey, AccountNumber};
use crate::api::Api;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::iam::RoleDefinition;
use crate::organizations::OrganizationKey;
use crate::play::{Console, Play};
use crate::random::{Draw, EntityId, Stream};
use crate::text::{hash_text, mix};
use crate::time::{Delay, SimSpan, SimTime};
use crate::trace::{self, CustomerEvent};
use crate::world::World;
use rolecall_core::access_check::Verdict;
use rolecall_lifecycle::TimeMs;
use rolecall_lifecycle::rollout::{
    Action, Answer, Effect, Entry, ErrorClass, Event, Outcome, Plan, Rollout, RunKind, State,
};
use rolecall_lifecycle::vendor::Standing;
use std::collections::{BTreeMap, VecDeque};

/// With whose rights a rollout calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rights {
    /// Through `OrganizationAccountAccessRole`, which invited accounts do not have.
    OrganizationRole,
    /// As the administrator of each account.
    Administrators,
}

/// How a rollout is performed.
#[derive(Clone, Debug)]
pub struct RolloutSetup {
    /// Its name: its random numbers depend on it.
    pub name: String,
    /// The organization.
    pub organization: OrganizationKey,
    /// The role.
    pub role: RoleTemplate,
    /// The role of the management account, where it is another one.
    pub management_role: Option<RoleTemplate>,
    /// With whose rights.
    pub rights: Rights,
    /// How long a call takes.
    pub latency: Delay,
    /// How long after it was asked the customer confirms that Validate Access passed; never when absent.
    pub confirms_after: Option<SimSpan>,
}

/// A call of a rollout that was not one to be made again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallMade {
    /// When.
    pub at: SimTime,
    /// In which account.
    pub account: AccountKey,
    /// What it was for.
    pub action: Action,
    /// The call; of several the first.
    pub api: Api,
    /// AWS's error, when it was refused.
    pub error: Option<ApiError>,
}

/// The role for members and the one for the management account.
#[derive(Debug)]
struct Wanted {
    member: RoleDefinition,
    management: RoleDefinition,
}

/// A rollout under way or over.
#[derive(Debug)]
pub struct RolloutRun {
    place: u16,
    setup: RolloutSetup,
    wanted: Option<Wanted>,
    rollout: Rollout,
    journal: Vec<Entry>,
    /// Counts the starts of the program: what one asked for, the next does not hear of.
    program: u8,
    ends_at: Option<usize>,
    ended: bool,
    answers: Vec<Option<(AccountNumber, Action, Answer)>>,
    timer: Option<SimTime>,
    /// How much the console showed when Validate Access was pressed.
    validating: Option<usize>,
    made: Vec<CallMade>,
    streams: BTreeMap<AccountNumber, Stream>,
    #[cfg(test)]
    hasty: bool,
}

/// How often the customer looks at the console for the verdict.
const LOOK: SimSpan = SimSpan::seconds(5);

impl RolloutRun {
    pub(super) fn new(place: u16, setup: RolloutSetup, plan: Plan) -> Self {
        Self {
            place,
            setup,
            wanted: None,
            rollout: Rollout::new(plan),
            journal: Vec::new(),
            program: 0,
            ends_at: None,
            ended: false,
            answers: Vec::new(),
            timer: None,
            validating: None,
            made: Vec::new(),
            streams: BTreeMap::new(),
            #[cfg(test)]
            hasty: false,
        }
    }

    /// Plants a bug: the first member is begun with the management account.
    #[cfg(test)]
    pub(super) const fn plant_haste(&mut self, hasty: bool) {
        self.hasty = hasty;
    }

    #[cfg(test)]
    fn hasten(&mut self, world: &mut World, entry: &Entry) -> Option<Event> {
        let begins = matches!(entry, Entry::RunBegan { kind: RunKind::Rollout, .. });
        let first = self.rollout.plan().accounts().nth(1).filter(|_| self.hasty && begins)?;
        self.call(world, first, Action::Create)
    }

    /// The state of the machine.
    pub const fn state(&self) -> &State {
        self.rollout.state()
    }

    /// The journal so far.
    pub fn journal(&self) -> &[Entry] {
        &self.journal
    }

    /// Changes that it made and calls that were refused for good, in order. Readings that succeeded are left out.
    pub fn calls_made(&self) -> &[CallMade] {
        &self.made
    }

    /// How the last run ended.
    pub fn outcome(&self) -> Option<Outcome> {
        self.rollout.state().outcome()
    }

    /// Whether the program has ended and was not started again.
    pub const fn has_ended(&self) -> bool {
        self.ended
    }

    /// The program ends when its journal has so many entries, before anything that the last one announces is done.
    pub const fn end_at_entry(&mut self, entries: usize) {
        self.ends_at = Some(entries);
    }

    /// The program ends now: answers under way are lost, whether their calls had their effect or not.
    pub fn end_program(&mut self) {
        self.ended = true;
        self.program = self.program.wrapping_add(1);
        self.answers.clear();
        self.timer = None;
        self.validating = None;
    }

    /// The program starts again, from the journal alone.
    pub fn resume(&mut self, play: &mut Play) {
        self.end_program();
        (self.ended, self.ends_at) = (false, None);
        self.rollout = Rollout::resume(self.rollout.plan().clone(), &self.journal);
        self.step(play, Event::Restarted);
    }

    /// Begins a run: another one, when this one is over.
    pub fn begin(&mut self, play: &mut Play, kind: RunKind) {
        if self.wanted.is_none() {
            let member = self.setup.role.definition(play.world_mut());
            let other = self.setup.management_role.as_ref();
            let management = other.map_or_else(|| member.clone(), |role| role.definition(play.world_mut()));
            self.wanted = Some(Wanted { member, management });
        }
        self.step(play, Event::Begin { kind });
    }

    /// Begins no further account.
    pub fn stop(&mut self, play: &mut Play) {
        self.step(play, Event::StopRequested);
    }

    /// Goes on with a run that was stopped.
    pub fn go_on(&mut self, play: &mut Play) {
        self.step(play, Event::ContinueRequested);
    }

    pub(super) fn serve(&mut self, play: &mut Play, wake: RolloutWake) {
        match wake {
            RolloutWake::Timer(program) if program == self.program => {
                self.timer = None;
                self.step(play, Event::TimerDue);
            }
            RolloutWake::Answer(program, place) if program == self.program => {
                let answer = self.answers.get_mut(place as usize).and_then(Option::take);
                if let Some((account, action, answer)) = answer {
                    let event = self.answered(play.world_mut(), account, action, answer);
                    self.step(play, event);
                }
            }
            RolloutWake::Probes(program) if program == self.program => self.look_for_verdict(play),
            RolloutWake::Confirmation(program) if program == self.program => self.step(play, Event::Confirmed),
            _ => {}
        }
    }

    fn step(&mut self, play: &mut Play, event: Event) {
        let mut events = VecDeque::from([event]);
        let mut effects = Vec::new();
        while let Some(event) = events.pop_front() {
            if self.ended {
                return;
            }
            let now = TimeMs(play.world().now().0);
            self.rollout.step(now, &event, &mut effects);
            for effect in effects.drain(..) {
                if self.ends_at.is_some_and(|entries| self.journal.len() >= entries) {
                    self.end_program();
                    return;
                }
                events.extend(self.perform(play, effect));
            }
        }
        self.renew_timer(play.world_mut());
    }

    /// Performs an effect; gives back the answer to a call that takes no time.
    fn perform(&mut self, play: &mut Play, effect: Effect) -> Option<Event> {
        match effect {
            Effect::Journal(entry) => {
                self.journal.push(entry);
                self.record_entry(play.world_mut(), &entry);
                #[cfg(test)]
                return self.hasten(play.world_mut(), &entry);
                #[cfg(not(test))]
                None
            }
            Effect::Call { account, action } => self.call(play.world_mut(), account, action),
            Effect::AskProbes { .. } => {
                self.validating = Some(play.console().len());
                self.press_validate(play);
                let at = play.world().now();
                play.world_mut().wake_at(at, Own::Rollout(self.place, RolloutWake::Probes(self.program)).wake());
                None
            }
            Effect::AskConfirmation { .. } => {
                let at = play.world().now() + self.setup.confirms_after?;
                let wake = RolloutWake::Confirmation(self.program);
                play.world_mut().wake_at(at, Own::Rollout(self.place, wake).wake());
                None
            }
            Effect::Schedule { .. } | Effect::Finished { .. } | Effect::Ignored(_) => None,
        }
    }

    fn record_entry(&self, world: &mut World, entry: &Entry) {
        let event = match entry {
            Entry::RunBegan { kind: RunKind::Rollout, .. } => CustomerEvent::RolloutBegan,
            Entry::RunBegan { kind: RunKind::Remove, .. } => CustomerEvent::RemovalBegan,
            Entry::Unlocked { .. } => CustomerEvent::ManagementUnlocked,
            Entry::RunFinished { kind: RunKind::Rollout, .. } => CustomerEvent::RolloutEnded,
            Entry::RunFinished { kind: RunKind::Remove, .. } => CustomerEvent::RemovalEnded,
            _ => return,
        };
        let (now, subject) = (world.now(), world.organization_entity(self.setup.organization));
        world.trace.add(now, subject, trace::Event::Customer(event));
    }

    fn renew_timer(&mut self, world: &mut World) {
        let Some(due) = self.rollout.next_due().map(|due| SimTime(due.0)) else { return };
        if self.timer.is_none_or(|timer| due < timer) {
            self.timer = Some(due);
            world.wake_at(due, Own::Rollout(self.place, RolloutWake::Timer(self.program)).wake());
        }
    }

    fn call(&mut self, world: &mut World, account: AccountNumber, action: Action) -> Option<Event> {
        let key = world.key_of(account);
        let event = match action {
            Action::Create => Some(CustomerEvent::RolloutCreates),
            Action::Overwrite => Some(CustomerEvent::RolloutOverwrites),
            Action::Remove => Some(CustomerEvent::RolloutRemoves),
            Action::Read | Action::Verify => None,
        };
        if let Some(event) = event {
            let now = world.now();
            world.trace.add(now, EntityId::account(account.get()), trace::Event::Customer(event));
        }
        let answer = match key.zip(self.wanted.as_ref()) {
            Some((key, wanted)) => {
                let of_management = key == self.management(world);
                let wanted = if of_management { &wanted.management } else { &wanted.member };
                let done = perform_in(world, self.setup.rights, key, wanted, action);
                self.note(world.now(), key, action, done)
            }
            None => Answer::Failed(ErrorClass::NotActive),
        };
        let latency = {
            let latency = self.setup.latency.clone();
            self.draw(world, account, |draw| latency.draw(draw))
        };
        if latency == SimSpan::ZERO {
            return Some(self.answered(world, account, action, answer));
        }
        let place = u32::try_from(self.answers.len()).unwrap_or(u32::MAX);
        self.answers.push(Some((account, action, answer)));
        let wake = Own::Rollout(self.place, RolloutWake::Answer(self.program, place));
        world.wake_at(world.now() + latency, wake.wake());
        None
    }

    /// What the machine hears of a call, which is written down unless it will be made again or was a mere reading.
    fn note(
        &mut self,
        at: SimTime,
        account: AccountKey,
        action: Action,
        done: Result<Answer, (Api, ApiError)>,
    ) -> Answer {
        let (answer, api, error) = match done {
            Ok(answer) => (answer, api_of(action), None),
            Err((api, error)) => (Answer::Failed(class(&error)), api, Some(error)),
        };
        let told = match answer {
            Answer::Failed(class) => self.rollout.plan().settings().retries.of(class).is_none(),
            _ => !matches!(action, Action::Read | Action::Verify),
        };
        if told {
            self.made.push(CallMade { at, account, action, api, error });
        }
        answer
    }

    fn answered(&mut self, world: &mut World, account: AccountNumber, action: Action, answer: Answer) -> Event {
        let jitter = self.jitter(world, account);
        Event::Answered { account, action, answer, jitter }
    }

    fn jitter(&mut self, world: &mut World, account: AccountNumber) -> u32 {
        self.draw(world, account, |draw| u32::try_from(draw.bits() >> 32).unwrap_or(u32::MAX))
    }

    /// Draws from the stream that this rollout has for an account.
    fn draw<T>(&mut self, world: &mut World, account: AccountNumber, draw: impl FnOnce(&mut Draw<'_>) -> T) -> T {
        let entity = EntityId::other(mix(account.get() ^ hash_text(&self.setup.name)));
        let stream = self.streams.entry(account).or_default();
        draw(&mut world.random.of(entity, stream))
    }

    fn management(&self, world: &World) -> AccountKey {
        world.organization(self.setup.organization).management()
    }

    fn press_validate(&self, play: &mut Play) {
        let management = self.management(play.world());
        play.validate(management);
    }

    /// Looks at the console for the verdict about the management account, and presses again while there is none.
    fn look_for_verdict(&mut self, play: &mut Play) {
        let Some(from) = self.validating else { return };
        let management = play.world().account(self.management(play.world())).number();
        let shown = play.console().iter().skip(from).rev().find_map(|record| match record.entry {
            Console::Validated { account, judgement, repeated: false, .. } if account == management => {
                Some(judgement.verdict())
            }
            _ => None,
        });
        let known = play.vendor().account(management);
        let served = known.is_some_and(|known| known.standing == Standing::Active);
        let verdict = match (known, served) {
            // Nobody serves this organization.
            (None, _) => Some(Verdict::Unknown),
            // Its listing may have said what its check could not.
            (Some(known), true) => known.last.map(|last| last.verdict),
            (Some(_), false) => shown,
        };
        if let Some(verdict) = verdict {
            self.validating = None;
            let jitter = self.jitter(play.world_mut(), management);
            self.step(play, Event::ProbesAnswered { verdict, jitter });
            return;
        }
        self.press_validate(play);
        let at = play.world().now() + LOOK;
        play.world_mut().wake_at(at, Own::Rollout(self.place, RolloutWake::Probes(self.program)).wake());
    }
}

/// Makes the calls of an action.
fn perform_in(
    world: &mut World,
    rights: Rights,
    account: AccountKey,
    wanted: &RoleDefinition,
    action: Action,
) -> Result<Answer, (Api, ApiError)> {
    let caller = match rights {
        Rights::OrganizationRole => {
            role_calls::organization_role(world, account).map_err(|error| (Api::AssumeRole, error))?
        }
        Rights::Administrators => Caller::Administrator(account),
    };
    let done = match action {
        Action::Read | Action::Verify => role_calls::read(world, &caller, wanted).map(Answer::Found),
        Action::Create => role_calls::create(world, &caller, wanted).map(|()| Answer::Succeeded),
        Action::Overwrite => role_calls::overwrite(world, &caller, wanted).map(|()| Answer::Succeeded),
        Action::Remove => role_calls::remove(world, &caller, wanted.name).map(|()| Answer::Succeeded),
    };
    done.map_err(|error| (api_of(action), error))
}

const fn api_of(action: Action) -> Api {
    match action {
        Action::Read | Action::Verify => Api::GetRole,
        Action::Create => Api::CreateRole,
        Action::Overwrite => Api::UpdateAssumeRolePolicy,
        Action::Remove => Api::DeleteRole,
    }
}

fn class(error: &ApiError) -> ErrorClass {
    ErrorClass::of_error(error.code.as_str(), error.code.http_status())
}
