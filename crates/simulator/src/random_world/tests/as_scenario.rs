//! Plans as scenarios: every one can be written and read, nothing comes of it that the checker objects to, and a planted bug
//! is seen in it as it is in the plan.

use crate::checker::{Property, Violation};
use crate::play::Schedule;
use crate::random::Seed;
use crate::random_world::as_scenario::{seed_that_shows_with, text_with};
use crate::random_world::build::Stage;
use crate::random_world::minimise::minimise_with;
use crate::random_world::plan::Plan;
use crate::random_world::run::{judge, play};
use crate::random_world::tests::planted::Planted;
use crate::random_world::{Action, AsScenario, Minimised, as_scenario, trace_of};
use crate::repro::{Run, check};
use crate::scenario::{Reading, Remarks, Scenario, read, write};
use crate::time::SimTime;
use crate::trace::{CustomerEvent, Event, Trace};
use std::collections::{BTreeMap, BTreeSet};

#[test]
fn every_plan_is_a_scenario_that_can_be_read() {
    let mut whole = 0;
    for seed in 0..200 {
        let AsScenario { scenario, left_out } = as_scenario(&Plan::of(Seed(seed)));
        let text = write(&scenario, None, &Remarks::default()).unwrap_or_else(|error| panic!("seed {seed}: {error}"));
        assert_eq!(read("seed.toml", &text, Reading::Checked).scenario, Some(scenario), "seed {seed}");
        whole += u32::from(left_out.is_empty());
        // Nothing but the IDs of accounts of other organizations.
        assert!(left_out.iter().all(|phrase| phrase.starts_with("the ID of ")), "seed {seed}: {left_out:?}");
    }
    println!("{whole} of 200 plans leave nothing out");
    assert!(whole > 100, "{whole}");
}

/// Without a bug there is nothing to object to, so that a violation is never the mapping's.
#[test]
fn scenarios_of_plans_violate_no_property() {
    let (mut right, mut wrong) = (0, 0);
    for seed in 0..60 {
        let AsScenario { scenario, .. } = as_scenario(&Plan::of(Seed(seed)));
        let checked = check(&scenario, Seed(seed)).unwrap_or_else(|error| panic!("seed {seed}: {error}"));
        let told: Vec<String> = checked.report.violations.iter().map(ToString::to_string).collect();
        assert!(told.is_empty(), "seed {seed}: {}", told.join("\n"));
        right += checked.report.right;
        wrong += checked.report.wrong;
    }
    assert!(right > 400 && wrong > 250, "{right} right and {wrong} wrong roles were judged");
}

const fn is_of_rollouts(action: Action) -> bool {
    matches!(action, Action::Rollout(_) | Action::CrashRollout(..) | Action::RemoveRollout(_))
}

/// When to which accounts which thing was done, and how often each thing to organizations.
type Deeds = (BTreeSet<(SimTime, u64, CustomerEvent)>, BTreeMap<CustomerEvent, usize>);

/// What rollouts did in a trace.
fn deeds(trace: &Trace) -> Deeds {
    let (mut of_accounts, mut of_organizations) = (BTreeSet::new(), BTreeMap::new());
    for record in trace.records() {
        let Event::Customer(event) = record.event else { continue };
        match record.subject.account_number() {
            Some(account) => _ = of_accounts.insert((record.at, account, event)),
            None => *of_organizations.entry(event).or_insert(0) += 1,
        }
    }
    (of_accounts, of_organizations)
}

/// Where nothing else happens the rollout of a scenario makes, overwrites and deletes the role in the same accounts as that of
/// its plan, ends and goes on: it has the same choices, and from the same seed the same luck.
#[test]
fn the_rollouts_of_a_scenario_do_what_those_of_its_plan_do() {
    let (mut crashes, mut done) = (0, BTreeMap::new());
    for seed in 0..60 {
        let mut plan = Plan::of(Seed(seed));
        plan.actions.retain(|timed| is_of_rollouts(timed.action));
        if plan.actions.is_empty() {
            continue;
        }
        crashes += plan.actions.iter().filter(|timed| matches!(timed.action, Action::CrashRollout(..))).count();
        let planned = deeds(&trace_of(&plan).unwrap());
        let AsScenario { scenario, .. } = as_scenario(&plan);
        let there = deeds(&check(&scenario, Seed(seed)).unwrap().trace);
        assert_eq!(there, planned, "seed {seed}:\n{plan}");
        planned.0.into_iter().for_each(|(.., event)| *done.entry(event).or_insert(0) += 1);
    }
    println!("{crashes} crashes in plans; {done:?}");
    let all = [CustomerEvent::RolloutCreates, CustomerEvent::RolloutOverwrites, CustomerEvent::RolloutRemoves];
    assert!(crashes > 20 && all.iter().all(|event| done.get(event).is_some_and(|count| *count > 20)), "{done:?}");
}

/// The planted bug of rollouts is seen in scenarios too.
#[test]
fn a_rollout_that_begins_a_member_too_early_is_seen() {
    let found = (0..60).find_map(|seed| {
        let mut plan = Plan::of(Seed(seed));
        plan.actions.retain(|timed| is_of_rollouts(timed.action));
        let mut run = Run::begin(&as_scenario(&plan).scenario, Seed(1)).unwrap();
        run.automation.hasty = true;
        let scenario = run.stage.scenario().clone();
        let violations = run.check(&scenario).report.violations;
        violations.into_iter().find(|violation| violation.property == Property::ManagementFirst)
    });
    assert!(found.is_some());
}

fn in_plan(plan: &Plan, bug: Planted) -> Vec<Violation> {
    let mut stage = Stage::new(plan.clone()).unwrap();
    stage.play.plant(Box::new(bug));
    let coverage = play(&mut stage);
    judge(stage, coverage).report.violations
}

fn in_scenario(scenario: &Scenario, bug: Planted, seed: Seed) -> Vec<Violation> {
    let mut run = Run::begin(scenario, seed).unwrap();
    run.play.plant(Box::new(bug));
    run.check(scenario).report.violations
}

/// The first plan that shows a bug and is said in full: as a scenario that is written and read it shows the bug too.
#[track_caller]
fn shown(bug: Planted, property: Property) {
    let shows = |plan: &Plan| in_plan(plan, bug).iter().any(|violation| violation.property == property);
    let plans = (0..60).map(|seed| Plan::of(Seed(seed))).filter(|plan| as_scenario(plan).left_out.is_empty());
    let plan = { plans }.find(shows).unwrap_or_else(|| panic!("no plan shows {bug:?}"));
    shown_of(&plan, bug, property);
}

#[track_caller]
fn shown_of(plan: &Plan, bug: Planted, property: Property) {
    let AsScenario { scenario, left_out } = as_scenario(plan);
    assert_eq!(left_out, Vec::<String>::new());
    let text = write(&scenario, None, &Remarks::default()).unwrap();
    let scenario = read("seed.toml", &text, Reading::Checked).scenario.unwrap();
    let found = seed_that_shows_with(property, &|seed| Ok(in_scenario(&scenario, bug, seed)));
    let Some((seed, _)) = found.unwrap() else { panic!("{bug:?} is not seen in\n{text}\nof\n{plan}") };
    println!("{bug:?} of seed {} is seen with seed {}", plan.seed.0, seed.0);
}

/// A plan that nothing is wrong with, with ticks that no scenario has: neither is kept from the reader.
#[test]
fn what_is_left_out_is_said() {
    let plan = Plan { actions: Vec::new(), ..Plan::of(Seed(0)) }.under(Schedule::Lazy);
    let violation = in_plan(&Plan::of(Seed(0)), Planted::MailsTwice).into_iter().next().unwrap();
    let text = text_with(&Minimised { plan, violation, runs: 1 }, &|_, _| Ok(None)).unwrap();
    assert!(text.starts_with("# None of the seeds 1 to 16 shows it in this scenario"), "{text}");
    let left_out = "# left out: lazy ticks; the exact replay is";
    assert!(text.lines().nth(1).is_some_and(|line| line.starts_with(left_out)), "{text}");
}

each_planted_bug!(shown);

/// What the soak prints: the plan is made smaller first.
#[track_caller]
fn smallest_shown(bug: Planted, property: Property) {
    let violations = |plan: &Plan| in_plan(plan, bug);
    let shows = |plan: &Plan| violations(plan).iter().any(|violation| violation.property == property);
    let plan = (0..60).map(|seed| Plan::of(Seed(seed))).find(shows).unwrap_or_else(|| panic!("no plan shows {bug:?}"));
    let smallest = minimise_with(&plan, property, 120, &violations).unwrap();
    assert!(smallest.plan.account_count() < plan.account_count() / 2, "{}", smallest.plan);
    shown_of(&smallest.plan, bug, property);
    // The text names the seed that shows it, and is the same scenario.
    let shows = |scenario: &Scenario, property: Property| {
        seed_that_shows_with(property, &|seed| Ok(in_scenario(scenario, bug, seed)))
    };
    let text = text_with(&smallest, &shows).unwrap();
    let head: Vec<&str> = text.lines().take(2).collect();
    let seed = head.first().and_then(|line| line.strip_prefix("# Shows it: rolecall simulate run FILE --seed "));
    let seed = Seed(seed.unwrap_or_else(|| panic!("{text}")).parse().unwrap());
    assert!(head.last().is_some_and(|line| line.starts_with("# The exact replay is `rolecall simulate soak --seed ")));
    let scenario = read("seed.toml", &text, Reading::Checked).scenario.unwrap();
    let mut shown = in_scenario(&scenario, bug, seed).into_iter();
    assert!(shown.any(|violation| violation.property == property), "{text}");
}

#[test]
fn the_smallest_scenario_shows_a_pause_that_is_missing() {
    smallest_shown(Planted::NeverPauses, Property::Pause);
}

#[test]
fn the_smallest_scenario_shows_a_second_mail_at_one_tick() {
    smallest_shown(Planted::MailsTwice, Property::NotificationTwice);
}

#[test]
fn the_smallest_scenario_shows_who_departs_by_a_partial_listing() {
    smallest_shown(Planted::PartialIsComplete, Property::Departure);
}
