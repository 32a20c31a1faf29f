//! The fifty cases: the right cause, and none without the fault.

use super::{CaseReport, Run, run};
use crate::checker::{Checker, PauseRule, Property, Rules};
use crate::random::Seed;
use crate::scenario::cases::CASES;
use crate::scenario::{Reading, read};
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
