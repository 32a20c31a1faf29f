//! Runs a plan: the trouble, the quiet after it, the truth that the world tells then, and the ticks by which everything must
//! have come about. The checker reads the trace.

use super::build::Stage;
use super::coverage::Coverage;
use super::plan::{OrganizationIndex, Plan, TROUBLE};
use super::roles::{self, RoleKind};
use super::rollout;
use crate::checker::{self, Report};
use crate::customer::ROLLOUTS_END;
use crate::play::{SETTLING, Schedule};
use crate::time::{SimSpan, SimTime};
use crate::trace::{Trace, TraceHash};

/// What came of a random world.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// What the checker says.
    pub report: Report,
    /// What happened how often.
    pub coverage: Coverage,
    /// How many events of the queue and calls there were.
    pub steps: u64,
}

/// Runs a plan. Nothing comes of one that cannot be built, which no plan of a seed is.
pub fn run(plan: &Plan) -> Option<Outcome> {
    let mut stage = Stage::new(plan.clone())?;
    let coverage = play(&mut stage);
    Some(judge(stage, coverage))
}

/// What came of a random world under both schedules of the vendor's ticks.
#[derive(Clone, Debug)]
pub struct UnderBoth {
    /// Under lazy ticks.
    pub lazy: Outcome,
    /// How many records there are under naive ticks.
    pub naive_records: u64,
    /// The hash of the facts under naive ticks.
    pub naive_facts: TraceHash,
    /// The hash of the facts under lazy ticks: the same.
    pub lazy_facts: TraceHash,
}

impl UnderBoth {
    /// Whether the facts are the same, as they must be.
    pub fn is_same(&self) -> bool {
        self.naive_facts == self.lazy_facts
    }
}

/// Runs a plan under both schedules, without the waiting that lazy ticks do not admit. Nothing where `run` gives nothing.
pub fn run_under_both(plan: &Plan) -> Option<UnderBoth> {
    let plan = plan.clone().without_waiting();
    let naive = trace_of(&plan.clone().under(Schedule::Naive))?;
    let mut stage = Stage::new(plan.under(Schedule::Lazy))?;
    let coverage = play(&mut stage);
    let (lazy, trace) = judge_with_trace(stage, coverage);
    let (naive_records, naive_facts) = (naive.count(), naive.facts());
    Some(UnderBoth { lazy, naive_records, naive_facts, lazy_facts: trace.facts() })
}

/// The trace of a plan, with its records. Nothing where `run` gives nothing.
pub fn trace_of(plan: &Plan) -> Option<Trace> {
    let mut stage = Stage::new(plan.clone())?;
    play(&mut stage);
    Some(stage.play.into_world().into_trace())
}

/// The trouble and the quiet.
pub(super) fn play(stage: &mut Stage) -> Coverage {
    let mut coverage = Coverage::default();
    let connects: Vec<(SimTime, OrganizationIndex, bool)> = (0_u8..)
        .zip(&stage.plan.organizations)
        .map(|(index, plan)| (plan.connects, OrganizationIndex(index), plan.subscribed))
        .collect();
    let mut connects = connects;
    connects.sort_unstable_by_key(|(at, ..)| *at);
    let mut connects = connects.into_iter().peekable();
    for timed in stage.plan.actions.clone() {
        while let Some((at, organization, subscribed)) = connects.next_if(|(at, ..)| *at <= timed.at) {
            advance(stage, at);
            stage.connect(organization, subscribed);
        }
        advance(stage, timed.at);
        let done = stage.perform(timed.action);
        coverage.action(&timed.action, done);
    }
    for (at, organization, subscribed) in connects {
        advance(stage, at);
        stage.connect(organization, subscribed);
    }
    advance(stage, SimTime::START + TROUBLE);
    quiet(stage);
    coverage
}

/// The faults stop; what is known to come is awaited; the world tells the truth; the ticks follow.
fn quiet(stage: &mut Stage) {
    stage.play.world_mut().settings_mut().faults.clear();
    for index in 0..u8::try_from(stage.plan.organizations.len()).unwrap_or(0) {
        repair(stage, OrganizationIndex(index));
    }
    advance(stage, SimTime::START + TROUBLE + ROLLOUTS_END);
    rollout::end_all(stage);
    advance(stage, SimTime::START + TROUBLE + SETTLING);
    tell_truths(stage);
    let ticks = u64::from(stage.plan.vendor.recheck_ticks) + 4;
    advance(stage, SimTime::START + TROUBLE + SETTLING + SimSpan::hours(ticks));
}

/// The customer mends the management account, where the plan says so.
fn repair(stage: &mut Stage, organization: OrganizationIndex) {
    let repaired = stage.plan.organizations.get(usize::from(organization.0)).is_some_and(|plan| plan.repaired);
    let management = super::plan::AccountIndex(organization.0);
    if let Some(account) = stage.account(management) {
        stage.play.world_mut().set_state(account, crate::account::AccountState::Active);
    }
    if repaired {
        roles::write(stage, management, RoleKind::Right, false);
    } else {
        roles::delete(stage, management);
    }
}

fn advance(stage: &mut Stage, until: SimTime) {
    while let Some(wake) = stage.rollouts.automation.run_until(&mut stage.play, until) {
        stage.woken(wake);
    }
}

/// Asks about every account of a connected organization.
fn tell_truths(stage: &mut Stage) {
    let organizations = (0..u8::try_from(stage.organizations.len()).unwrap_or(0)).map(OrganizationIndex);
    let mut asked = Vec::new();
    for index in organizations.filter(|index| stage.is_connected(*index)) {
        let Some(known) = stage.organization(index) else { continue };
        for (_, account) in stage.play.world().organization(known.key).members() {
            let own = stage.counting_own_id(account, index);
            asked.push((account, std::iter::once(stage.external_id(index)).chain(own).collect()));
        }
    }
    stage.play.tell_truths(&asked);
}

/// Lets the checker read the trace.
pub(super) fn judge(stage: Stage, coverage: Coverage) -> Outcome {
    judge_with_trace(stage, coverage).0
}

fn judge_with_trace(stage: Stage, mut coverage: Coverage) -> (Outcome, Trace) {
    let rules = stage.rules();
    let world = stage.play.into_world();
    let records = world.trace().records();
    coverage.records(records);
    let steps = world.steps();
    let report = checker::check(rules, records);
    (Outcome { report, coverage, steps: steps.calls + steps.events }, world.into_trace())
}
