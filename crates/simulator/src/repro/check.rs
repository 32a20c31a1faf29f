//! Lets the checker read what a scenario leaves behind. Behind the end of the scenario the faults stop; when nothing changes
//! any more the world is asked which roles are right; the ticks follow by which everything must have come about.

use super::{ReproError, Run};
use crate::account::AccountKey;
use crate::checker::{self, PauseRule, Report, Rules};
use crate::customer::ROLLOUTS_END;
use crate::play::SETTLING;
use crate::random::Seed;
use crate::scenario::{AccountRef, Do, Scenario};
use crate::text::hash_text;
use crate::time::{Delay, SimSpan, SimTime};
use crate::trace::Trace;
use rolecall_core::access_check::WrongKinds;
use rolecall_core::external_id::ExternalId;
use rolecall_lifecycle::vendor;

/// A scenario that the checker has read.
#[derive(Clone, Debug)]
pub struct Checked {
    /// What the checker says.
    pub report: Report,
    /// When the faults stopped.
    pub faults_end: SimTime,
    /// When the roles that are right were asked for.
    pub truths: SimTime,
    /// The whole trace.
    pub trace: Trace,
}

/// Runs a scenario and lets the checker read its trace.
///
/// # Errors
/// When AWS or the vendor would not let its beginning be.
pub fn check(scenario: &Scenario, seed: Seed) -> Result<Checked, ReproError> {
    Ok(Run::begin(scenario, seed)?.check(scenario))
}

impl Run {
    pub(crate) fn check(mut self, scenario: &Scenario) -> Checked {
        let faults_end = end_of(scenario);
        self.pass(faults_end);
        self.play.world_mut().settings_mut().faults.clear();
        self.pass(faults_end + ROLLOUTS_END);
        self.end_rollouts();
        let truths = faults_end + settling(scenario);
        self.pass(truths);
        self.tell_truths();
        let ticks = u64::from(scenario.vendor.recheck_h) + 4;
        self.pass(truths + SimSpan::hours(ticks));
        let rules = self.rules();
        let trace = self.play.into_world().into_trace();
        Checked { report: checker::check(rules, trace.records()), faults_end, truths, trace }
    }

    /// By what the trace is judged.
    fn rules(&self) -> Rules {
        let setup = self.play.setup();
        let longest = |delay: &Delay| match delay {
            Delay::Fixed(at) | Delay::Uniform(_, at) => *at,
            _ => SimSpan::ZERO,
        };
        Rules {
            role: hash_text(&setup.role.name),
            window: SimSpan(setup.lifecycle.probe_window.0),
            latency: longest(&setup.probe_latency),
            wrong_ids: WrongKinds::ALL,
            pause: match setup.lifecycle.pause {
                vendor::PauseRule::Loss => PauseRule::Loss,
                vendor::PauseRule::Lack => PauseRule::Lack,
            },
            recheck_ticks: setup.lifecycle.recheck_every_ticks.get(),
        }
    }

    /// Asks about every account of a connected organization.
    fn tell_truths(&mut self) {
        let mut asked = Vec::new();
        for number in 0..self.stage.organizations.len() {
            let demanded = self.is_connected(number) && !self.is_misconnected(number);
            let Some(staged) = self.stage.organizations.get(number).filter(|_| demanded) else { continue };
            for (_, account) in self.play.world().organization(staged.key).members() {
                asked.push((account, self.counting_ids(number, account)));
            }
        }
        self.play.tell_truths(&asked);
    }

    /// Whether the customer gave another account as the management account: nothing can come about then.
    fn is_misconnected(&self, number: usize) -> bool {
        self.stage.scenario().organizations.get(number).is_some_and(|part| part.connected_as.is_some())
    }

    fn is_connected(&self, number: usize) -> bool {
        let staged = self.stage.organizations.get(number);
        let key = staged.and_then(|staged| self.play.vendor_key(staged.key));
        key.and_then(|key| self.play.vendor().organization(key)).is_some_and(|known| !known.removed)
    }

    /// The IDs with which the role of an account may open: the organization's, and its own unless a migration was asked for,
    /// all of which are over by now.
    fn counting_ids(&self, number: usize, account: AccountKey) -> Vec<String> {
        let scenario = self.stage.scenario();
        let mut ids: Vec<&ExternalId> =
            scenario.organizations.get(number).map(|part| &part.external_id).into_iter().collect();
        let migrated = self.connections.get(number).is_some_and(|connection| connection.migrates);
        let members = (0..scenario.accounts.len()).map(AccountRef::Member);
        let known =
            members.chain([AccountRef::Management(number)]).find(|known| self.stage.key_of(*known) == Some(account));
        let own = known.filter(|known| !migrated && self.stage.organization_of(*known) == number);
        ids.extend(own.and_then(|known| self.stage.own_id(known)));
        ids.into_iter().map(|id| id.as_str().to_owned()).collect()
    }
}

/// When everything that the scenario says has begun.
fn end_of(scenario: &Scenario) -> SimTime {
    let actions = scenario.actions.iter().flat_map(|action| match action.what {
        Do::Migrate { until, .. } => [action.at, until],
        Do::CrashRollout { down: Some(down), .. } => [action.at, action.at + down],
        _ => [action.at, action.at],
    });
    let joins = scenario.accounts.iter().filter_map(|account| account.joins).filter(|at| *at != SimTime::NEVER);
    let sets = scenario.stack_sets.iter().map(|set| set.at);
    let ticks = scenario.organizations.iter().filter(|part| part.connected).map(|part| part.first_tick);
    actions.chain(joins).chain(sets).chain(ticks).fold(scenario.until, SimTime::max)
}

fn settling(scenario: &Scenario) -> SimSpan {
    let world = &scenario.world;
    let longest = scenario.pipelines.iter().map(|pipeline| pipeline.latency.1);
    let delays = [world.role_propagation, world.auto_deployment, world.account_readiness, world.account_closing];
    let longest = longest.chain(delays).max().unwrap_or(SimSpan::ZERO);
    SimSpan(SETTLING.0 + longest.0 + world.stack.0.saturating_mul(2 * scenario.accounts.len() as u64))
}
