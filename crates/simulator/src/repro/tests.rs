//! The fifty cases: the right cause, and none without the fault.

use super::{CaseReport, run};
use crate::random::Seed;
use crate::scenario::cases::CASES;
use crate::scenario::{Reading, read};

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
