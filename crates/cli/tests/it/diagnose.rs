//! `rolecall diagnose` from the command line: what a support engineer reads, JSON by its schema, exit codes, bad bundles.

use crate::program::{Ran, rolecall};
use rolecall_fixtures::text;
use serde_json::Value;
use std::fs;

const SCHEMA: &str = include_str!("../../../report/schema/diagnosis.schema.json");
const BUNDLE: &str = include_str!("../../../report/schema/evidence.schema.json");
const BUNDLES: [&str; 5] =
    ["healthy", "external-id-line-break", "scp-denies-create-role", "denied-at-every-tick", "race"];

fn diagnose(bundle: &str, arguments: &[&str]) -> Ran {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("bundle.json"), bundle).unwrap();
    let mut all = vec!["diagnose", "bundle.json"];
    all.extend(arguments);
    rolecall(folder.path(), &all)
}

fn fixture(name: &str) -> String {
    text(&format!("evidence/{name}.json"))
}

fn valid(schema: &str, document: &Value) {
    let validator = jsonschema::validator_for(&serde_json::from_str(schema).unwrap()).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(document).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert_eq!(errors, Vec::<String>::new());
}

#[test]
fn bundles_and_answers_keep_to_their_schemas() {
    for name in BUNDLES {
        valid(BUNDLE, &serde_json::from_str(&fixture(name)).unwrap());
        let ran = diagnose(&fixture(name), &["--format", "json"]);
        valid(SCHEMA, &ran.json());
    }
}

#[test]
fn the_cause_comes_first_and_the_exit_code_tells() {
    let cases = [
        ("healthy", 0, "nothing-to-do", None),
        ("external-id-line-break", 1, "found", Some(("external-id-text-differs", "certain"))),
        ("scp-denies-create-role", 1, "found", Some(("scp-denies-role-creation", "certain"))),
        ("denied-at-every-tick", 1, "found", Some(("consolidated-billing-only", "possible"))),
        ("race", 0, "nothing-to-do", Some(("benign-race", "certain"))),
    ];
    for (name, code, conclusion, first) in cases {
        let ran = diagnose(&fixture(name), &["--format", "json"]);
        assert_eq!(ran.code, code, "{name}: {ran:?}");
        let document = ran.json();
        assert_eq!(document["conclusion"], conclusion, "{name}");
        let cause = document["causes"]
            .get(0)
            .map(|entry| (entry["cause"].as_str().unwrap().to_owned(), entry["weight"].as_str().unwrap().to_owned()));
        assert_eq!(cause.as_ref().map(|(cause, weight)| (cause.as_str(), weight.as_str())), first, "{name}");
    }
}

#[test]
fn facts_have_their_place_in_the_bundle() {
    let bundle = fixture("external-id-line-break");
    let ran = diagnose(&bundle, &["--format", "json"]);
    let fact = &ran.json()["causes"][0]["supporting"][0];
    assert_eq!(fact["place"], "readings.role.trust");
    assert!(fact["text"].as_str().unwrap().contains("position 37: line break"), "{fact}");
    // Counted by hand: the first `"trust"` of the bundle is that of the role that was read.
    let line = bundle.lines().position(|line| line.contains("\"trust\"")).unwrap() + 1;
    assert_eq!(fact["location"], format!("bundle.json:{line}:7"));
}

#[test]
fn a_support_engineer_reads_what_is_seen_why_and_what_to_do() {
    let ran = diagnose(&fixture("external-id-line-break"), &[]);
    for line in [
        "external-id-text-differs: the external ID in the trust differs by what the eye misses",
        "AssumeRole with the right external ID was denied, 3 times",
        "position 37: line",
        "remedy (customer): Copy the external ID again",
    ] {
        assert!(ran.stdout.contains(line), "{line}\n{}", ran.stdout);
    }
    let ran = diagnose(&fixture("denied-at-every-tick"), &[]);
    assert!(ran.stdout.contains("what to look at next"), "{}", ran.stdout);
    assert!(ran.stdout.contains("look for the role in the account"), "{}", ran.stdout);
    let ran = diagnose(&fixture("race"), &["--format", "markdown"]);
    assert!(ran.stdout.starts_with("### account 111122223333"), "{}", ran.stdout);
}

#[test]
fn the_vendors_view_leaves_out_what_the_vendor_cannot_read() {
    let ran = diagnose(&fixture("external-id-line-break"), &["--viewpoint", "vendor", "--format", "json"]);
    let document = ran.json();
    assert_eq!(document["viewpoint"], "vendor");
    let causes: Vec<_> =
        document["causes"].as_array().unwrap().iter().map(|entry| entry["cause"].as_str().unwrap()).collect();
    assert!(causes.contains(&"external-id-text-differs") && causes.contains(&"role-missing"), "{causes:?}");
    let ran = diagnose(&fixture("race"), &["--viewpoint", "customer"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("is the vendor's"), "{}", ran.stderr);
}

#[test]
fn a_bad_bundle_names_the_place_and_the_next_step() {
    let bundle = fixture("race").replace("\"emails\"", "\"emials\"");
    let ran = diagnose(&bundle, &[]);
    assert_eq!(ran.code, 2);
    for text in ["the bundle has no key `emials`", "did you mean `emails`?", "bundle.json:"] {
        assert!(ran.stderr.contains(text), "{text}\n{}", ran.stderr);
    }
    assert_eq!(diagnose("{", &[]).code, 2);
}

#[test]
fn without_anything_that_was_looked_at_nothing_is_judged() {
    let bundle = r#"{"format": "rolecall-evidence", "version": 1, "viewpoint": "vendor", "at": "2026-03-01T10:00:00Z",
        "subject": {"account": "111122223333", "kind": "member", "organization": "o-exampleorg1", "roleName": "R",
        "vendorAccount": "999988887777"}}"#;
    let ran = diagnose(bundle, &[]);
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.stdout.contains("neither checks nor e-mails nor the role were looked at"), "{}", ran.stdout);
}
