//! Which steps run, in which order, and the table at the end.

use clap::ValueEnum as _;

use super::*;

#[test]
fn the_names_are_those_of_the_option() {
    assert_eq!(Step::value_variants(), Step::ALL);
    for step in Step::ALL {
        assert_eq!(step.to_possible_value().unwrap().get_name(), step.name());
    }
}

#[test]
fn the_network_is_asked_for_and_the_end_to_end_suite_comes_last() {
    let all = selected(&Options::default());
    assert_eq!(all.last(), Some(&Step::E2e));
    assert!(!all.contains(&Step::Catalog));
    let with_network = selected(&Options { with_network: true, ..Options::default() });
    assert_eq!(with_network, Step::ALL);
    assert_eq!(selected(&Options { only: vec![Step::E2e], with_network: false }), [Step::E2e]);
}

#[test]
fn only_keeps_the_order_of_ci() {
    let options = Options { only: vec![Step::Tests, Step::Format], with_network: false };
    assert_eq!(selected(&options), [Step::Format, Step::Tests]);
}

#[test]
fn the_table_tells_what_was_not_run() {
    let outcome = Outcome::NotRun("no cargo-deny".to_owned()).to_string();
    let table = [
        (Step::Format, Outcome::Passed.to_string(), Duration::from_millis(1500)),
        (Step::Deny, outcome, Duration::from_millis(40)),
    ];
    let expected = "format        1.5 s  passed\ndeny          0.0 s  not run: no cargo-deny\nall           1.5 s\n";
    assert_eq!(rendered(&table), expected);
}
