//! The JSON format: valid by its own schema, positions against hand-computed values.

use crate::sample::{all, clean, found, full, write};
use rolecall_report::Format;
use serde_json::{Value, json};

const SCHEMA: &str = include_str!("../../schema/outcome.schema.json");

fn parse(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn errors(document: &Value) -> Vec<String> {
    let validator = jsonschema::validator_for(&parse(SCHEMA)).unwrap();
    validator.iter_errors(document).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

#[test]
fn every_sample_is_valid_by_the_schema() {
    for (name, outcome) in all() {
        assert_eq!(errors(&parse(&write(&outcome, Format::Json))), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn the_schema_refuses_what_is_wrong() {
    for (pointer, value) in [
        ("/version", json!(2)),
        ("/verdict", json!("ok")),
        ("/findings/0/severity", json!("fatal")),
        ("/findings/0/location/start/line", json!(0)),
        ("/checks/0/outcome", json!("passed")),
    ] {
        let mut document = parse(&write(&full(), Format::Json));
        *document.pointer_mut(pointer).unwrap() = value;
        assert!(!errors(&document).is_empty(), "{pointer}");
    }
}

#[test]
fn positions_are_those_counted_by_hand() {
    let document = parse(&write(&found(), Format::Json));
    let at = |index: usize| document["findings"][index]["location"].clone();
    // `leer.json` is empty: the finding is about the file.
    assert_eq!(at(0)["wholeFile"], true);
    assert_eq!(at(0)["start"], json!({"line": 1, "column": 1, "byte": 0}));
    // CRLF: line 1 is 3 bytes, line 2 is 16 + 2; `"ec2:…` stands at column 24 of line 3.
    assert_eq!(at(2)["path"], "policies/policy.json");
    assert_eq!(at(2)["start"], json!({"line": 3, "column": 24, "byte": 3 + 18 + 23}));
    assert_eq!(at(2)["end"], json!({"line": 3, "column": 48, "byte": 3 + 18 + 23 + 24}));
    // Lines 1 to 3 are 2 + 17 + 6 bytes; 14 characters in quotes with one of two bytes and one of four: 18 bytes.
    assert_eq!(at(4)["start"], json!({"line": 4, "column": 14, "byte": 25 + 13}));
    assert_eq!(at(4)["end"], json!({"line": 4, "column": 28, "byte": 25 + 13 + 18}));
    // A tab is one column.
    let related = &document["findings"][4]["related"][0]["location"];
    assert_eq!((&related["start"]["line"], &related["start"]["column"]), (&json!(6), &json!(12)));
}

#[test]
fn verdict_counts_and_standing() {
    let document = parse(&write(&full(), Format::Json));
    assert_eq!((&document["verdict"], &document["exitCode"]), (&json!("could-not-judge"), &json!(2)));
    let document = parse(&write(&clean(), Format::Json));
    assert_eq!((&document["verdict"], &document["exitCode"]), (&json!("clean"), &json!(0)));
    let document = parse(&write(&found(), Format::Json));
    assert_eq!((&document["verdict"], &document["exitCode"]), (&json!("findings"), &json!(1)));
    assert_eq!(document["counts"]["failing"], 2);
    assert_eq!(
        document["findings"][1]["accepted"],
        json!({"reason": "agreed | with the *vendor*", "until": "2027-01-01"})
    );
    let failing: Vec<bool> =
        document["findings"].as_array().unwrap().iter().map(|one| one["failing"].as_bool().unwrap()).collect();
    assert_eq!(failing, [false, false, true, false, true]);
}
