//! Reproduces a scenario: the customer's side on the stage, the vendor's service beside it, a diagnosis where one is
//! asked. What comes out is a value: setup, timeline, e-mails, diagnoses, and whether they are the expected ones.

mod check;
mod evidence;
mod mail;
mod rollouts;
mod setup;
mod timeline;

#[cfg(test)]
mod tests;

pub use check::{Checked, check};
pub use mail::MailText;
pub use timeline::{Entry, Lane, Tone};

use crate::account::AccountKey;
use crate::caller::Endpoint;
use crate::customer::{Automation, Delivery, Pipeline, PipelineId};
use crate::play::{Connection, ConnectionRefused, Play, PlayError, RoleAddress, VendorSetup};
use crate::random::Seed;
use crate::scenario::stage::{Stage, StageError, VendorStep};
use crate::scenario::{AccountRef, Expectation, Reading, Scenario};
use crate::time::{Delay, SimSpan, SimTime};
use crate::trace::TraceHash;
use crate::world::Wake;
use rolecall_core::diagnosis::{Cause, Diagnosis, Evidence, Viewpoint, diagnose};
use rolecall_iam::arn::AccountId;
use rolecall_lifecycle::DurationMs;
use rolecall_lifecycle::vendor::Standing;
use rollouts::RunningRollout;
use std::collections::BTreeMap;
use std::num::NonZeroU32;

/// Probes per second of a vendor that keeps within STS's quota of 600.
const STS_BUDGET: u32 = 400;

/// Why a scenario cannot be run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReproError {
    /// What it finds at the beginning cannot be.
    #[error(transparent)]
    Stage(#[from] StageError),
    /// The vendor cannot be.
    #[error(transparent)]
    Play(#[from] PlayError),
    /// The vendor does not take an organization.
    #[error("organization `{0}` is not connected: {1}")]
    Connection(String, ConnectionRefused),
}

/// A scenario that was run.
#[derive(Clone, Debug)]
pub struct CaseReport {
    /// What was run.
    pub scenario: Scenario,
    /// With or without the fault.
    pub reading: Reading,
    /// From which seed.
    pub seed: Seed,
    /// What was there at the beginning, a line each.
    pub setup: Vec<String>,
    /// What happened, by time.
    pub timeline: Vec<Entry>,
    /// The e-mails that the customers got.
    pub mails: Vec<MailText>,
    /// What was asked, and the answers.
    pub answers: Vec<Answer>,
    /// The hash of the trace.
    pub trace: TraceHash,
}

/// The answer to one expectation.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The name of the account in the scenario.
    pub account: String,
    /// Its number.
    pub id: AccountId,
    /// Who looked.
    pub view: Viewpoint,
    /// When.
    pub at: SimTime,
    /// What was expected; nothing in the twin.
    pub expected: Option<Cause>,
    /// What the viewpoint could obtain; nothing for an account that was never connected.
    pub evidence: Option<Evidence>,
    /// What came out.
    pub diagnosis: Diagnosis,
    /// E-mails about the account in all.
    pub mails: u32,
    /// Where the vendor has it at the end.
    pub standing: Option<Standing>,
    /// What is not as expected, a sentence each.
    pub mismatches: Vec<String>,
}

impl CaseReport {
    /// Whether everything is as expected.
    pub fn is_right(&self) -> bool {
        self.answers.iter().all(|answer| answer.mismatches.is_empty())
    }
}

/// Runs a scenario.
///
/// # Errors
/// When AWS or the vendor would not let its beginning be.
pub fn run(scenario: &Scenario, reading: Reading, seed: Seed) -> Result<CaseReport, ReproError> {
    let mut run = Run::begin(scenario, seed)?;
    let mut asked: Vec<(usize, &Expectation)> = scenario.expect.iter().enumerate().collect();
    asked.sort_by_key(|(_, expectation)| expectation.at);
    let mut diagnoses = Vec::new();
    for (number, expectation) in asked {
        run.pass(expectation.at);
        diagnoses.push((number, evidence::collected(&run, expectation)));
    }
    run.pass(scenario.until);
    diagnoses.sort_by_key(|(number, _)| *number);
    let answers = scenario.expect.iter().zip(diagnoses);
    let answers = answers.map(|(expectation, (_, evidence))| run.answer(expectation, evidence)).collect();
    Ok(CaseReport {
        scenario: scenario.clone(),
        reading,
        seed,
        setup: setup::lines(&run.stage),
        mails: mail::texts(&run.play, &run.stage),
        answers,
        trace: run.play.world().trace().hash(),
        timeline: timeline::entries(run.play, &run.stage),
    })
}

/// A scenario under way.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) play: Play,
    pub(crate) stage: Stage,
    pub(crate) automation: Automation,
    /// By their place in the scenario; those that stop before AWS is called have none.
    pipelines: Vec<Option<PipelineId>>,
    /// By the place of their organization.
    rollouts: BTreeMap<usize, RunningRollout>,
    /// Deliveries whose failure was written down.
    told: usize,
    /// By their place in the scenario.
    connections: Vec<ConnectionState>,
}

/// What became of the connection of an organization.
#[derive(Clone, Copy, Debug, Default)]
struct ConnectionState {
    /// How often it was connected.
    times: u32,
    /// Whether the present one migrates to one ID, or has.
    migrates: bool,
}

impl Run {
    pub(crate) fn begin(scenario: &Scenario, seed: Seed) -> Result<Self, ReproError> {
        let (mut world, stage) = Stage::build(scenario, seed)?;
        let region = world.text("us-east-1");
        let vendor = &scenario.vendor;
        let role = RoleAddress { name: vendor.role_name.clone(), path: vendor.role_path.clone() };
        let mut setup = VendorSetup::new(stage.vendor, stage.prober, Endpoint::Regional(region), role);
        setup.lifecycle.recheck_every_ticks = NonZeroU32::new(scenario.vendor.recheck_h).unwrap_or(NonZeroU32::MIN);
        setup.lifecycle.propagation_window = DurationMs(scenario.vendor.propagation_window.0);
        setup.lifecycle.unknown_retries_max = scenario.vendor.unknown_retries;
        setup.lifecycle.pause = scenario.vendor.pause;
        let budget = scenario.vendor.budget.unwrap_or(STS_BUDGET);
        setup.sts_budget = NonZeroU32::new(budget).filter(|_| scenario.vendor.paced);
        (setup.probe_latency, setup.listing_latency) = match scenario.vendor.latency {
            None => (Delay::Fixed(SimSpan(200)), Delay::Fixed(SimSpan(300))),
            Some((shortest, longest)) if shortest == longest => (Delay::Fixed(shortest), Delay::Fixed(shortest)),
            Some((shortest, longest)) => (Delay::Uniform(shortest, longest), Delay::Uniform(shortest, longest)),
        };
        let (automation, pipelines) = (Automation::new(), Vec::new());
        let connections = vec![ConnectionState::default(); scenario.organizations.len()];
        let play = Play::new(world, setup)?;
        let mut run = Self { play, stage, automation, pipelines, rollouts: BTreeMap::new(), told: 0, connections };
        run.add_pipelines(scenario);
        run.connect(scenario)?;
        Ok(run)
    }

    fn add_pipelines(&mut self, scenario: &Scenario) {
        for part in &scenario.pipelines {
            let role = self.stage.role_template(&part.role, part.organization);
            let (shortest, longest) = part.latency;
            let mut pipeline = Pipeline::new(&part.name, role, Delay::Uniform(shortest, longest));
            if part.through_organization_role {
                pipeline.delivery = Delivery::OrganizationRole;
            }
            let added = part.stops_at.is_none().then(|| self.automation.add_pipeline(&mut self.play, pipeline));
            self.pipelines.push(added);
        }
    }

    /// Hands an account that joined to the pipelines of its organization.
    fn provision(&mut self, account: AccountRef) {
        let Some(key) = self.stage.key_of(account) else { return };
        let organization = self.stage.organization_of(account);
        let parts = self.stage.scenario().pipelines.clone();
        for (part, id) in parts.iter().zip(self.pipelines.clone()).filter(|(part, _)| part.organization == organization)
        {
            match (id, &part.stops_at) {
                (Some(id), _) => self.automation.provision(&mut self.play, id, key),
                (None, Some(stage)) => {
                    let now = self.play.world().now();
                    self.stage.pipeline_failed(self.play.world(), key, stage, now);
                }
                (None, None) => {}
            }
        }
    }

    /// Writes down deliveries that failed since the last time.
    fn tell_failures(&mut self) {
        let failed = self.automation.failed_deliveries();
        for failure in failed.iter().skip(self.told) {
            let text = format!("CreateRole ({})", failure.code.as_str());
            self.stage.pipeline_failed(self.play.world(), failure.account, &text, failure.at);
        }
        self.told = failed.len();
    }

    fn connect(&mut self, scenario: &Scenario) -> Result<(), ReproError> {
        for (number, part) in scenario.organizations.iter().enumerate().filter(|(_, part)| part.connected) {
            self.connect_one(number, part.first_tick, part.subscribed)
                .map_err(|refused| ReproError::Connection(part.name.clone(), refused))?;
        }
        Ok(())
    }

    /// Connects an organization with the IDs that it has on the stage.
    fn connect_one(&mut self, number: usize, first_tick: SimTime, subscribed: bool) -> Result<(), ConnectionRefused> {
        let scenario = self.stage.scenario();
        let staged = self.stage.organizations.get(number);
        let Some((part, staged)) = scenario.organizations.get(number).zip(staged) else { return Ok(()) };
        let own = scenario.accounts.iter().filter(|account| account.organization == number);
        let own = own.filter_map(|account| Some((account.id.into(), account.own_id.clone()?)));
        let of_management = part.own_id.clone().map(|id| (part.management.into(), id));
        let connection = Connection {
            tenant: part.tenant,
            external_id: part.external_id.clone(),
            own_ids: of_management.into_iter().chain(own).collect(),
            mode: part.mode,
            subscribed,
            first_tick,
            management: part.connected_as.as_ref().and_then(|name| self.account_named(name)),
        };
        let key = staged.key;
        self.play.connect(key, connection)?;
        if let Some(state) = self.connections.get_mut(number) {
            *state = ConnectionState { times: state.times + 1, migrates: false };
        }
        Ok(())
    }

    /// The customer connects an organization, or comes back: the vendor makes new IDs then, where it takes it.
    fn come(&mut self, number: usize, subscribed: bool) -> bool {
        let (before, now) = (self.stage.scenario().clone(), self.play.world().now());
        let times = self.connections.get(number).map_or(0, |state| state.times);
        if times > 0 {
            self.stage.renew_ids(number, times + 1);
        }
        let taken = self.connect_one(number, now, subscribed).is_ok();
        if !taken {
            self.stage.take_back(before);
        }
        taken
    }

    /// One ID everywhere, where that is still to come.
    fn migrate(&mut self, number: usize, until: SimTime) -> bool {
        let asked = self.of(number, |play, organization| play.request_migration(organization, until));
        if asked
            && until > self.play.world().now()
            && let Some(state) = self.connections.get_mut(number)
        {
            state.migrates = true;
        }
        asked
    }

    fn account_named(&self, name: &str) -> Option<AccountKey> {
        let members = (0..self.stage.scenario().accounts.len()).map(AccountRef::Member);
        let managements = (0..self.stage.organizations.len()).map(AccountRef::Management);
        members
            .chain(managements)
            .find(|account| self.stage.name(*account) == name)
            .and_then(|found| self.stage.key_of(found))
    }

    /// Lets time pass, with everything that the scenario says.
    pub(crate) fn pass(&mut self, until: SimTime) {
        while let Some(wake) = self.automation.run_until(&mut self.play, until) {
            self.step(wake);
        }
        self.tell_failures();
        self.tell_rollout_calls();
    }

    fn step(&mut self, wake: Wake) {
        let Some(step) = self.stage.step(self.play.world_mut(), wake) else { return };
        let done = match step {
            VendorStep::Validate(account) => self.with(account, "presses Validate Access for", Play::validate),
            VendorStep::ForgetMail(account) => {
                self.with(account, "loses the note that the last e-mail went out about", Play::send_mail_again)
            }
            VendorStep::Subscribe(number) => self.of(number, Play::activate_subscription),
            VendorStep::Disconnect(number) => self.of(number, Play::disconnect),
            VendorStep::Migrate(number, until) => self.migrate(number, until),
            VendorStep::Connect(number, subscribed) => self.come(number, subscribed),
            VendorStep::Restart => {
                self.play.restart();
                true
            }
            VendorStep::Settle(account, number) => match self.stage.key_of(account) {
                Some(key) => self.of(number, |play, organization| play.settle_conflict(key, organization)),
                None => false,
            },
            VendorStep::Joined(account) => {
                self.provision(account);
                true
            }
            VendorStep::Rollout(number, kind) => {
                self.begin_rollout(number, kind);
                true
            }
            VendorStep::CrashRollout(number, entries, down) => {
                self.crash_rollout(number, entries, down);
                true
            }
            VendorStep::ResumeRollout(number) => {
                self.resume_rollout(number);
                true
            }
            VendorStep::NewProber(prober) => {
                self.play.set_prober(prober);
                true
            }
        };
        if !done {
            self.stage.report_without_effect(self.play.world());
        }
    }

    fn with(&mut self, account: AccountRef, what: &str, act: impl FnOnce(&mut Play, AccountKey) -> bool) -> bool {
        self.stage.report(self.play.world(), account, what);
        self.stage.key_of(account).is_some_and(|key| act(&mut self.play, key))
    }

    fn of(
        &mut self,
        number: usize,
        act: impl FnOnce(&mut Play, crate::organizations::OrganizationKey) -> bool,
    ) -> bool {
        let key = self.stage.organizations.get(number).map(|staged| staged.key);
        key.is_some_and(|key| act(&mut self.play, key))
    }

    /// Holds what came out against what was expected.
    fn answer(&self, expectation: &Expectation, evidence: Option<Evidence>) -> Answer {
        let diagnosis = evidence.as_ref().map_or_else(Diagnosis::default, diagnose);
        let key = self.stage.key_of(expectation.account);
        let number = key.map(|key| self.play.world().account(key).number());
        let about = self.play.mails().iter().filter(|mail| Some(mail.account) == number).count();
        let mails = u32::try_from(about).unwrap_or(u32::MAX);
        let standing = number.and_then(|number| self.play.vendor().account(number)).map(|known| known.standing);
        let mut mismatches = Vec::new();
        judge_cause(expectation, &diagnosis, &mut mismatches);
        if let Some(expected) = expectation.mails.filter(|expected| *expected != mails) {
            mismatches.push(format!("{expected} e-mails were expected, {mails} were sent"));
        }
        let word = standing.map_or("unknown", standing_word);
        if let Some(expected) = expectation.standing.as_ref().filter(|expected| *expected != word) {
            mismatches
                .push(format!("at the end the vendor should have the account as {expected}, and has it as {word}"));
        }
        self.judge_refusals(expectation, &mut mismatches);
        Answer {
            account: self.stage.name(expectation.account),
            id: number.map_or(self.stage.scenario().vendor.account, AccountId::from),
            view: expectation.view,
            at: expectation.at,
            expected: expectation.cause,
            evidence,
            diagnosis,
            mails,
            standing,
            mismatches,
        }
    }

    fn judge_refusals(&self, expectation: &Expectation, mismatches: &mut Vec<String>) {
        let seen = self.stage.refusals(self.play.world(), expectation.account);
        for code in &expectation.refused {
            let here = seen.iter().any(|refusal| refusal.code.as_str() == code);
            match (here, expectation.cause.is_some()) {
                (false, true) => mismatches.push(format!("AWS should have answered {code}, and did not")),
                (true, false) => mismatches.push(format!("AWS answered {code} without the fault")),
                _ => {}
            }
        }
    }
}

/// The right cause stands first; the vendor's view may name others as well, which its evidence cannot tell apart.
fn judge_cause(expectation: &Expectation, diagnosis: &Diagnosis, mismatches: &mut Vec<String>) {
    let found: Vec<Cause> = diagnosis.causes.iter().map(|ranked| ranked.cause).collect();
    let names = |causes: &[Cause]| causes.iter().map(|cause| cause.as_str()).collect::<Vec<_>>().join(", ");
    match (expectation.cause, found.first()) {
        (Some(expected), Some(first)) if expected == *first => {}
        (Some(expected), None) => {
            mismatches.push(format!("{} was expected, and no cause was found", expected.as_str()));
        }
        (Some(expected), Some(_)) => {
            mismatches.push(format!("{} was expected first, found were: {}", expected.as_str(), names(&found)));
        }
        (None, None) => {}
        (None, Some(_)) => mismatches.push(format!("nothing is wrong here, found were: {}", names(&found))),
    }
}

/// The vendor's words for where an account stands.
pub const fn standing_word(standing: Standing) -> &'static str {
    match standing {
        Standing::New => "new",
        Standing::Active => "active",
        Standing::Failing => "failing",
        Standing::NotRequired => "not-required",
        Standing::Blocked => "blocked",
        Standing::Departed => "departed",
    }
}
