//! Rollouts in scenarios: what they do, how their programs end and go on, and what is told of it.

use super::{CaseReport, Run, check, run};
use crate::random::Seed;
use crate::scenario::{AccountRef, Reading, Scenario, read};
use crate::time::{SimSpan, SimTime};
use crate::trace::{CustomerEvent, Event};
use rolecall_lifecycle::vendor::Standing;

const ROLLOUT: &str = r#"version = 1
title = "A rollout crashes"
until = "+2h30m"

[[organization]]
role = "absent"

[[account]]
name = "member"
count = 5

[[rollout]]
concurrency = 2
tolerance = 5
wave_accounts = 3
latency = "10s"

[[at]]
time = "+10m"
do = "rollout"
"#;

fn scenario(text: &str) -> Scenario {
    let read = read("case.toml", text, Reading::Checked);
    read.scenario.unwrap_or_else(|| panic!("{:#?}", read.problems))
}

fn report(text: &str) -> CaseReport {
    run(&scenario(text), Reading::Checked, Seed(1)).unwrap()
}

/// What the customer did, by time.
fn told(report: &CaseReport) -> Vec<String> {
    let customers = report.timeline.iter().filter(|entry| entry.lane == super::super::Lane::Customer);
    customers.map(|entry| format!("{} {}", entry.at, entry.text)).collect()
}

fn standings(text: &str) -> Vec<Option<Standing>> {
    let scenario = scenario(text);
    let mut run = Run::begin(&scenario, Seed(1)).unwrap();
    run.pass(scenario.until);
    let accounts = [AccountRef::Management(0)].into_iter().chain((0..scenario.accounts.len()).map(AccountRef::Member));
    let number = |account| run.play.world().account(run.stage.key_of(account).unwrap()).number();
    accounts.map(|account| run.play.vendor().account(number(account)).map(|known| known.standing)).collect()
}

fn count(report: &CaseReport, what: &str) -> usize {
    told(report).iter().filter(|line| line.contains(what)).count()
}

#[test]
fn a_rollout_brings_the_role_to_every_account() {
    let report = report(ROLLOUT);
    let lines = told(&report);
    let at = |what: &str| lines.iter().position(|line| line.contains(what)).unwrap_or_else(|| panic!("{lines:#?}"));
    assert!(at("the rollout of main begins") < at("creates role ProsperOps in management"), "{lines:#?}");
    assert!(at("creates role ProsperOps in management") < at("the members of main are unlocked"), "{lines:#?}");
    assert!(at("the members of main are unlocked") < at("creates role ProsperOps in member-1"), "{lines:#?}");
    assert!(at("creates role ProsperOps in member-5") < at("the rollout of main is over"), "{lines:#?}");
    assert_eq!(count(&report, "creates role"), 6, "{lines:#?}");
    assert_eq!(standings(ROLLOUT), [Some(Standing::Active); 6]);
    let setup = "rollout of main: unlocked by reading the role, 2 at once, 5 may fail, waves of 3, other roles are failures, role as it should be";
    assert!(report.setup.contains(&setup.to_owned()), "{:#?}", report.setup);
}

#[test]
fn a_program_that_ended_goes_on_from_its_journal() {
    let crash = |keys: &str, at: &str| format!("{ROLLOUT}\n[[at]]\ntime = \"{at}\"\ndo = \"crash-rollout\"\n{keys}\n");
    // A minute after its beginning it is among the members.
    for keys in ["down = \"20m\"", "down = \"20m\"\nentries = 0", "down = \"20m\"\nentries = 3"] {
        let text = crash(keys, "+11m");
        let report = report(&text);
        let lines = told(&report);
        assert_eq!(count(&report, "and is started again from its journal after +20m"), 1, "{lines:#?}");
        // Who has the role is not asked to make it again, and the others wait until the program is there again.
        let made: Vec<&String> = lines.iter().filter(|line| line.contains("creates role")).collect();
        assert_eq!(made.len(), 6, "{keys}: {lines:#?}");
        assert_eq!(count(&report, "the rollout of main is over"), 1, "{keys}");
        let late = report.timeline.iter().filter(|entry| entry.text.contains("creates role"));
        let late = late.filter(|entry| entry.at >= SimTime(31 * 60_000)).count();
        assert!((1..5).contains(&late), "{keys}: {late} {lines:#?}");
        assert_eq!(standings(&text), [Some(Standing::Active); 6], "{keys}");
        let checked = check(&scenario(&text), Seed(1)).unwrap().report;
        assert!(checked.violations.is_empty() && checked.right == 6, "{checked:?}");
    }
    // One that is not started again leaves the rest undone, and cannot be begun again.
    let text = crash("", "+11m") + "\n[[at]]\ntime = \"+20m\"\ndo = \"rollout\"\n";
    let report = report(&text);
    assert_eq!(count(&report, "the rollout of main is over"), 0);
    assert_eq!(count(&report, "the rollout of main does not begin: its program is down"), 1, "{:#?}", told(&report));
    assert!((2..6).contains(&count(&report, "creates role")), "{:#?}", told(&report));
}

#[test]
fn a_program_that_ends_at_an_entry_writes_no_other() {
    for more in 0..6 {
        let text = format!("{ROLLOUT}\n[[at]]\ntime = \"+10m55s\"\ndo = \"crash-rollout\"\nentries = {more}\n");
        let mut run = Run::begin(&scenario(&text), Seed(1)).unwrap();
        let mut passed = |until: SimSpan| {
            run.pass(SimTime::START + until);
            let rollout = run.automation.rollout(run.rollouts[&0].id).unwrap();
            (rollout.journal().len(), rollout.has_ended())
        };
        // It counts from the moment of the action on, at which it is still there.
        let (before, ended) = passed(SimSpan::seconds(655));
        assert!(!ended, "{more}");
        assert_eq!(passed(SimSpan::hours(1)), (before + more, true), "{more}");
    }
    let checked = check(&scenario(&format!("{ROLLOUT}\n[[at]]\ntime = \"+10m\"\ndo = \"crash-rollout\"\n")), Seed(1));
    let checked = checked.unwrap();
    let deeds = |event| checked.trace.records().iter().filter(|record| record.event == Event::Customer(event)).count();
    assert_eq!((deeds(CustomerEvent::RolloutBegan), deeds(CustomerEvent::RolloutCreates)), (1, 0));
}

#[test]
fn a_removal_takes_the_role_away_and_what_does_not_begin_is_told() {
    let remove = "\n[[at]]\ntime = \"+1h30m\"\ndo = \"remove-rollout\"\n";
    let text = format!("{ROLLOUT}{remove}");
    let report = report(&text);
    assert_eq!(count(&report, "deletes role"), 6, "{:#?}", told(&report));
    assert_eq!(count(&report, "the removal of the role from main is over"), 1);
    let lines = told(&report);
    let at = |what: &str| lines.iter().position(|line| line.contains(what)).unwrap_or_else(|| panic!("{lines:#?}"));
    assert!(at("the removal of the role from main begins") < at("deletes role ProsperOps in member-1"), "{lines:#?}");
    let standings = standings(&text);
    // Without the management account's role nobody can list the members, so that nothing is known of theirs.
    assert_eq!(standings[0], Some(Standing::Failing), "{standings:?}");
    let text = format!("{ROLLOUT}{remove}").replace("do = \"rollout\"", "do = \"crash-rollout\"");
    let report = self::report(&text);
    assert_eq!(count(&report, "is not running and cannot end"), 1, "{:#?}", told(&report));
    assert_eq!(
        count(&report, "the removal of the role from main does not begin: there was no rollout"),
        1,
        "{:#?}",
        told(&report)
    );
    let twice = format!("{ROLLOUT}\n[[at]]\ntime = \"+10m1s\"\ndo = \"rollout\"\n");
    assert_eq!(count(&self::report(&twice), "the rollout of main does not begin: a run is under way"), 1);
}

#[test]
fn calls_that_aws_refuses_are_in_the_customers_log() {
    let deny = r#"
[[policy]]
name = "no-iam"
type = "scp"
on = "root"
document = '{"Statement":[{"Effect":"Deny","Action":"iam:*","Resource":"*"}]}'
"#;
    // Invited accounts have no OrganizationAccountAccessRole.
    for (delivery, origin, api) in [
        ("administrator", "invited", "GetRole"),
        ("organization-role", "created", "GetRole"),
        ("organization-role", "invited", "AssumeRole"),
    ] {
        let text = format!("{ROLLOUT}{deny}")
            .replace("latency =", &format!("delivery = \"{delivery}\"\nlatency ="))
            .replace("count = 5", &format!("count = 5\norigin = \"{origin}\""));
        let scenario = scenario(&text);
        let mut run = Run::begin(&scenario, Seed(1)).unwrap();
        run.pass(scenario.until);
        for member in 0..5 {
            let refusals = run.stage.refusals(run.play.world(), AccountRef::Member(member));
            let codes: Vec<_> = refusals.iter().map(|refusal| (refusal.api.name(), refusal.code.as_str())).collect();
            assert_eq!(codes, [(api, "AccessDenied")], "{delivery}, {origin}");
        }
        assert!(run.stage.refusals(run.play.world(), AccountRef::Management(0)).is_empty());
    }
}

#[test]
fn the_management_account_gets_its_own_policy_and_members_theirs() {
    let text = ROLLOUT.replace("[[organization]]", "[vendor]\npolicy = \"split\"\n\n[[organization]]");
    let scenario = scenario(&text);
    let mut run = Run::begin(&scenario, Seed(1)).unwrap();
    run.pass(scenario.until);
    let [management, member] = [AccountRef::Management(0), AccountRef::Member(0)].map(|account| {
        let key = run.stage.key_of(account).unwrap();
        let world = run.play.world_mut();
        let name = world.text("ProsperOps");
        let unique = world.live_role(key, name).unwrap().unique;
        let definition = world.role_info(unique).unwrap().definition;
        world.definitions().get(definition).inline.clone()
    });
    assert!(management.len() == 1 && member.len() == 1 && management != member);
}
