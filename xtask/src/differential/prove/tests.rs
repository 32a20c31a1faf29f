//! The generator of pairs, the answers of the two judges, and the counts.

use serde_json::json;

use super::programs::Answer;
use super::*;

#[test]
fn a_seed_and_a_number_give_one_pair() {
    assert_eq!(generate::pair(7, 3), generate::pair(7, 3));
    assert_ne!(generate::pair(7, 3), generate::pair(8, 3));
    assert_ne!(generate::pair(7, 3)["candidate"], generate::pair(7, 4)["candidate"]);
}

#[test]
fn every_feature_and_element_turns_up() {
    let text: String = (0..1_500).map(|number| generate::pair(1, number).to_string()).collect();
    let more = [
        "\"permissionsBoundary\"",
        "\"sessionPolicies\"",
        "\"serviceControlPolicies\"",
        "\"resourceControlPolicies\"",
        "\"NotAction\"",
        "\"NotResource\"",
        "\"Null\"",
        "IfExists\"",
        "\"Bool",
        "${aws:username, 'a'}",
        "\"Federated\"",
        "assumed-role",
    ];
    for wanted in FEATURES.iter().flat_map(|(_, signs)| signs.iter()).chain(&more) {
        assert!(text.contains(wanted), "no {wanted}");
    }
}

#[test]
fn half_of_the_pairs_are_mutants() {
    // A mutant has the other's statements but one.
    let same = |number: &u64| {
        let pair = generate::pair(1, *number);
        let statements = |side: &str| pair[side]["Statement"].as_array().cloned().unwrap_or_default();
        let (left, right) = (statements("reference"), statements("candidate"));
        let shared = left.iter().filter(|statement| right.contains(statement)).count();
        !left.is_empty() && shared + 1 >= left.len().max(right.len())
    };
    let count = (0..400).filter(same).count();
    assert!((120..320).contains(&count), "{count}");
}

fn answer(whole: Value) -> Answer {
    Answer::of(whole, None)
}

#[test]
fn differences_unknowns_and_refusals_are_told_apart() {
    let mut tally = Tally::default();
    let none = answer(json!({"verdict": "none", "microseconds": 5.5}));
    let found = answer(json!({"verdict": "new-access"}));
    let open = answer(json!({"verdict": "unknown", "reason": "budget"}));
    let error = answer(json!({"error": "no"}));
    assert!((none.microseconds - 5.5).abs() < f64::EPSILON);
    tally.add(json!({"id": 1}), &none, &none);
    tally.add(json!({"id": 2}), &none, &found);
    tally.add(json!({"id": 3}), &open, &found);
    tally.add(json!({"id": 4}), &error, &found);
    tally.add(json!({"id": 5}), &found, &open);
    tally.add(json!({"id": 6}), &found, &error);
    assert_eq!(tally.verdicts["none"], 1);
    assert_eq!(tally.differing.len(), 1);
    assert_eq!(tally.unknown["budget; cvc5: new-access"], 1);
    assert_eq!(tally.refused.len(), 1);
    assert_eq!(tally.not_judged["budget"] + tally.not_judged["no"], 2);
}

/// The chore installs cvc5; the tests take it where it is.
#[test]
fn the_encoding_agrees_with_the_labels() {
    if programs::is_installed() {
        fixtures(60_000).unwrap();
        return;
    }
    assert!(!Toolbox::find().unwrap().requires("cvc5"), "cvc5 is required and missing: cargo xtask differential prove");
    println!("not run: no cvc5");
}
