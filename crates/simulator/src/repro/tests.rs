//! The fifty cases: the right cause, and none without the fault.

mod rollouts;

use super::{CaseReport, Run, check, run, standing_word};
use crate::checker::{Checker, PauseRule, Property, Rules};
use crate::random::Seed;
use crate::scenario::cases::CASES;
use crate::scenario::{AccountRef, Reading, read};
use crate::time::SimSpan;
use rolecall_core::access_check::WrongKinds;

fn reported(text: &str, reading: Reading) -> CaseReport {
    let read = read("case.toml", text, reading);
    let scenario = read.scenario.unwrap_or_else(|| panic!("{:#?}", read.problems));
    run(&scenario, reading, Seed(1)).unwrap()
}

fn wrong(reading: Reading) -> Vec<String> {
    let mut wrong = Vec::new();
    for case in CASES {
        for answer in reported(case.text, reading).answers {
            let of =
                |mismatch: &String| format!("{} {} ({}): {mismatch}", case.file, answer.account, answer.view.as_str());
            wrong.extend(answer.mismatches.iter().map(of));
        }
    }
    wrong
}

#[test]
fn every_case_has_its_cause_first() {
    assert_eq!(wrong(Reading::Case), Vec::<String>::new());
}

#[test]
fn no_twin_has_a_cause() {
    assert_eq!(wrong(Reading::Twin), Vec::<String>::new());
}

/// The trace of every case and twin holds the safety properties that the checker reads off it, but for the one case whose
/// fault is the vendor's own: its outbox sends a mail that no failed check explains, and the checker says so.
#[test]
fn traces_hold_the_safety_properties() {
    let rules = Rules {
        role: crate::text::hash_text("ProsperOps"),
        window: SimSpan::seconds(60),
        latency: SimSpan(300),
        wrong_ids: WrongKinds::ALL,
        pause: PauseRule::Loss,
        recheck_ticks: 1,
    };
    for case in CASES {
        for reading in [Reading::Case, Reading::Twin] {
            let scenario = read(case.file, case.text, reading).scenario.unwrap();
            let mut run = Run::begin(&scenario, Seed(1)).unwrap();
            run.pass(scenario.until);
            let mut checker = Checker::new(rules);
            run.play.world().trace().records().iter().for_each(|record| checker.observe(record));
            let found: Vec<String> = checker.violations().iter().map(ToString::to_string).collect();
            let forgetful = case.name() == "duplicate-notification" && reading == Reading::Case;
            if forgetful {
                assert!(checker.violations().iter().any(|found| found.property == Property::NotificationCheck));
            } else {
                assert_eq!(found, Vec::<String>::new(), "{} {reading:?}", case.file);
            }
        }
    }
}

/// What the checker objects to in the cases is the bug of the vendor that one of them plants, and nothing else.
#[test]
fn the_checker_reads_every_case() {
    let (mut objected, mut right, mut wrong) = (Vec::new(), 0, 0);
    for case in CASES {
        for reading in [Reading::Case, Reading::Twin] {
            let scenario = read(case.file, case.text, reading).scenario.unwrap();
            let report = check(&scenario, Seed(1)).unwrap().report;
            objected.extend(report.violations.first().map(|one| (case.name(), reading, one.property)));
            (right, wrong) = (right + report.right, wrong + report.wrong);
        }
    }
    assert_eq!(objected, [("duplicate-notification", Reading::Case, Property::NotificationCheck)]);
    assert!(right > 100 && wrong > 20, "{right} right and {wrong} wrong roles were judged");
}

/// A customer leaves and comes back: the vendor makes new IDs, for accounts with one of their own too. The role that stayed
/// is wrong until somebody puts the new ID into it; one below another path is no role of the vendor's.
const COMES_BACK: &str = r#"version = 1
title = "A customer comes back"
until = "+9h30m"

[world]
delays = "measured"

[vendor]
latency = "20ms"
latency_max = "400ms"
probes_per_second = 50
unknown_retries = 1

[[organization]]
own_id = "made"

[[account]]
name = "renewed"
own_id = "made"
role = "right"

[[account]]
name = "forgotten"
role = "right"

[[account]]
name = "guest"
origin = "invited"
joins = "never"
role = "right"

[[account]]
name = "moved"
role = { path = "/other/" }

[[at]]
time = "+2h10m"
do = "disconnect"

[[at]]
time = "+3h10m"
do = "connect"

[[at]]
time = "+3h20m"
do = "put-role"
account = "management"

[[at]]
time = "+3h30m"
do = "put-role"
account = "renewed"

[[at]]
time = "+3h40m"
do = "accept-invitation"
account = "guest"

[[at]]
time = "+4h20m"
do = "put-role"
account = "guest"
role = { external_id = ["<organization>", "another"] }

[[at]]
time = "+4h30m"
do = "restart-vendor"

[[at]]
time = "+4h40m"
do = "recreate-role"
account = "guest"

[[at]]
time = "+4h50m"
do = "faults"
api = "AssumeRole"
timed_out = 2.5

[[at]]
time = "+5h50m"
do = "faults"
api = "AssumeRole"

[[at]]
time = "+6h"
do = "put-role"
account = "moved"
"#;

#[test]
fn who_comes_back_has_new_ids() {
    let scenario = |text: &str| {
        let read = read("case.toml", text, Reading::Checked);
        read.scenario.unwrap_or_else(|| panic!("{:#?}", read.problems))
    };
    let standings = |text: &str| {
        let scenario = scenario(text);
        let mut run = Run::begin(&scenario, Seed(1)).unwrap();
        run.pass(scenario.until);
        let number = |place| run.stage.key_of(place).map(|key| run.play.world().account(key).number()).unwrap();
        let accounts = [AccountRef::Management(0)].into_iter().chain((0..4).map(AccountRef::Member));
        let standing =
            |number| run.play.vendor().account(number).map_or("unknown", |known| standing_word(known.standing));
        accounts.map(|account| standing(number(account))).collect::<Vec<_>>()
    };
    assert_eq!(standings(COMES_BACK), ["active", "active", "failing", "active", "active"]);
    let begins = COMES_BACK.replace("+9h30m", "+2h5m");
    assert_eq!(standings(&begins), ["active", "active", "active", "unknown", "failing"]);
    for text in [COMES_BACK, &COMES_BACK.replace("do = \"connect\"", "do = \"restart-vendor\"")] {
        let report = check(&scenario(text), Seed(1)).unwrap().report;
        assert!(report.violations.is_empty(), "{:?}", report.violations);
    }
    assert_eq!(check(&scenario(COMES_BACK), Seed(1)).unwrap().report.right, 4);
}
