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

/// Runs in a folder with the bundle in it.
fn in_folder(folder: &std::path::Path, arguments: &[&str]) -> Ran {
    rolecall(folder, arguments)
}

#[test]
fn a_scenario_of_the_bundle_reproduces_its_first_cause() {
    for (name, code, cause) in [
        ("external-id-line-break", 1, "external-id-text-differs"),
        ("scp-denies-create-role", 1, "scp-denies-role-creation"),
        ("denied-at-every-tick", 1, "consolidated-billing-only"),
        ("race", 0, "benign-race"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("bundle.json"), fixture(name)).unwrap();
        let ran = in_folder(folder.path(), &["diagnose", "bundle.json", "--scenario", "case.toml"]);
        assert_eq!(ran.code, code, "{name}: {ran:?}");
        assert!(ran.stdout.contains(cause), "{name}: {ran:?}");
        assert_eq!(ran.stderr, "wrote case.toml: `rolecall repro case.toml` reproduces the case\n", "{name}");
        let again = in_folder(folder.path(), &["repro", "case.toml", "--format", "json"]);
        assert_eq!(again.code, 0, "{name}: {again:?}");
        let bundle: Value = serde_json::from_str(&fixture(name)).unwrap();
        let answers = again.json()["cases"][0]["diagnoses"].clone();
        assert_eq!(answers.as_array().unwrap().len(), 1, "{name}");
        assert_eq!(answers[0]["view"], bundle["viewpoint"], "{name}");
        assert_eq!(answers[0]["accountId"], bundle["subject"]["account"], "{name}");
        assert_eq!(answers[0]["causes"][0]["cause"], cause, "{name}");
    }
}

#[test]
fn the_documentation_shows_the_scenario_that_is_written() {
    let ran = diagnose(&fixture("external-id-line-break"), &["--scenario", "-"]);
    let documentation = include_str!("../../../../docs/diagnose.md");
    assert!(documentation.contains(&format!("$ cat case.toml\n{}$ rolecall repro", ran.stdout)), "{}", ran.stdout);
}

#[test]
fn the_vendors_view_of_a_bundle_has_a_scenario_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("bundle.json"), fixture("external-id-line-break")).unwrap();
    let arguments = ["diagnose", "bundle.json", "--viewpoint", "vendor", "--scenario", "case.toml", "--quiet"];
    let ran = in_folder(folder.path(), &arguments);
    assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr.as_str()), (1, "", ""));
    let text = fs::read_to_string(folder.path().join("case.toml")).unwrap();
    assert!(text.contains("view = \"vendor\"") && !text.contains("\\n"), "{text}");
    assert_eq!(in_folder(folder.path(), &["repro", "case.toml"]).code, 0, "{text}");
}

#[test]
fn what_was_not_looked_at_is_said_and_assumed_right() {
    let mut bundle: Value = serde_json::from_str(&fixture("external-id-line-break")).unwrap();
    let readings = bundle["readings"].as_object_mut().unwrap();
    readings.remove("serviceControl");
    bundle.as_object_mut().unwrap().remove("stackSets");
    let ran = diagnose(&bundle.to_string(), &["--scenario", "-"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    let line = ran.stdout.lines().find(|line| line.contains("assumed right")).unwrap();
    assert_eq!(
        line,
        "# Not in the bundle, and assumed right: service control policies, stack sets, the organization's features, quotas."
    );
    assert!(!ran.stdout.contains("[[stack_set]]") && !ran.stdout.contains("[[policy]]"), "{}", ran.stdout);
    // What was looked at and is not there is not told so.
    assert!(!ran.stdout.contains("resource control policies"), "{}", ran.stdout);
}

#[test]
fn a_scenario_is_written_whole_and_overwrites_nothing_unasked() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("case.toml");
    fs::write(folder.path().join("bundle.json"), fixture("race")).unwrap();
    fs::write(&path, "mine").unwrap();
    let arguments = ["diagnose", "bundle.json", "--scenario", "case.toml"];
    let ran = in_folder(folder.path(), &arguments);
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{ran:?}");
    assert!(ran.stderr.contains("`case.toml` is there already and differs; `--force` overwrites it"), "{ran:?}");
    assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
    let forced: Vec<&str> = arguments.iter().copied().chain(["--force"]).collect();
    assert_eq!(in_folder(folder.path(), &forced).code, 0);
    // The same again is no difference.
    assert_eq!(in_folder(folder.path(), &arguments).code, 0);
    let to_output = in_folder(folder.path(), &["diagnose", "bundle.json", "--scenario", "-"]);
    assert_eq!(to_output.stdout, fs::read_to_string(&path).unwrap());
    let same = in_folder(folder.path(), &["diagnose", "bundle.json", "--scenario", "a", "--output", "a"]);
    assert_eq!(same.code, 2);
    assert!(same.stderr.contains("give each a file of its own"), "{same:?}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
}

#[test]
fn what_has_no_scenario_is_refused_with_a_sentence() {
    let healthy = diagnose(&fixture("healthy"), &["--scenario", "case.toml"]);
    assert_eq!((healthy.code, healthy.stdout.as_str()), (2, ""));
    assert!(healthy.stderr.contains("nothing is wrong in the bundle: there is nothing to reproduce"), "{healthy:?}");
    let mut claimed: Value = serde_json::from_str(&fixture("denied-at-every-tick")).unwrap();
    claimed["listing"]["alsoListedBy"] = "o-exampleorg9".into();
    let claimed = diagnose(&claimed.to_string(), &["--scenario", "case.toml"]);
    assert_eq!(claimed.code, 2, "{claimed:?}");
    assert!(claimed.stderr.contains("two organizations list the account at once"), "{claimed:?}");
}
