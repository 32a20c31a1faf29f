//! SARIF: valid by the schema of OASIS, regions against hand-computed values, nothing unjudged looks like a pass.

use crate::sample::{all, clean, found, full, hostile, options, write};
use rolecall_report::{Format, Options, render};
use serde_json::{Value, json};

fn parse(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn sarif(outcome: &rolecall_gate::outcome::Outcome) -> Value {
    parse(&write(outcome, Format::Sarif))
}

fn errors(document: &Value) -> Vec<String> {
    // One pattern of the schema (of a field that is never written) has a stray `]`, which strict readers refuse.
    let text = rolecall_fixtures::text("schemas/sarif-2.1.0.schema.json");
    let schema = parse(&text.replace("[a-zA-Z]{2}]?$", "[a-zA-Z]{2}?$"));
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    validator.iter_errors(document).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

#[test]
fn every_sample_is_valid_by_the_schema() {
    for (name, outcome) in all() {
        assert_eq!(errors(&sarif(&outcome)), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn the_schema_refuses_what_is_wrong() {
    for (pointer, value) in [
        ("/version", json!("2.0.0")),
        ("/runs/0/results/0/level", json!("fatal")),
        ("/runs/0/results/0/locations/0/physicalLocation/region/startLine", json!(0)),
        ("/runs/0/results/0/locations/0/physicalLocation/artifactLocation/uri", json!("role code/100%.tf")),
        ("/runs/0/results/1/suppressions/0/kind", json!("baseline")),
    ] {
        let mut document = sarif(&found());
        *document.pointer_mut(pointer).unwrap() = value;
        assert!(!errors(&document).is_empty(), "{pointer}");
    }
}

#[test]
fn regions_are_those_counted_by_hand() {
    let run = &sarif(&found())["runs"][0];
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    let region = |location: &Value| location["physicalLocation"]["region"].clone();
    // Two spaces and `"Action": ["ce:*", ` before it; 24 characters long; the line ends in CRLF.
    let terminate = &run["results"][2];
    assert_eq!(terminate["ruleId"], "permission-not-needed");
    let expected = json!({"startLine": 3, "startColumn": 24, "endLine": 3, "endColumn": 48});
    assert_eq!(region(&terminate["locations"][0]), expected);
    // `"Überlassung💾"` is 14 characters, 18 bytes, 15 UTF-16 units: columns count characters.
    let missing = &run["results"][4];
    let expected = json!({"startLine": 4, "startColumn": 14, "endLine": 4, "endColumn": 28});
    assert_eq!(region(&missing["locations"][0]), expected);
    let expected = json!({"startLine": 6, "startColumn": 12, "endLine": 6, "endColumn": 28});
    assert_eq!(region(&missing["relatedLocations"][0]), expected);
    let whole = json!({"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 1});
    assert_eq!(region(&run["results"][0]["locations"][0]), whole);
}

#[test]
fn paths_are_percent_encoded_and_prefixed() {
    let outcome = found();
    let related = &sarif(&outcome)["runs"][0]["results"][4]["relatedLocations"][1];
    let location = &related["physicalLocation"]["artifactLocation"];
    assert_eq!(*location, json!({"uri": "role%20code/main%2C100%25.tf", "uriBaseId": "%SRCROOT%"}));
    let with_prefix = |prefix: &str| {
        let options = Options { path_prefix: prefix.to_owned(), ..options() };
        let document = parse(&render(&outcome, Format::Sarif, &options));
        document["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"].clone()
    };
    assert_eq!(with_prefix("./infra/roles/"), json!({"uri": "infra/roles/leer.json", "uriBaseId": "%SRCROOT%"}));
    assert_eq!(with_prefix("a/../.."), json!({"uri": "../leer.json", "uriBaseId": "%SRCROOT%"}));
    assert_eq!(with_prefix("/srv/ü"), json!({"uri": "file:///srv/%C3%BC/leer.json"}));
}

#[test]
fn rules_levels_fingerprints_and_suppressions() {
    let run = &sarif(&found())["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let ids: Vec<&str> = rules.iter().map(|rule| rule["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["baseline-stale", "permission-not-needed", "external-id-missing"]);
    assert_eq!(rules[2]["help"]["markdown"].as_str().unwrap().matches("```").count(), 4);
    for result in run["results"].as_array().unwrap() {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(result["ruleId"], rules[index]["id"]);
        assert_eq!(result["partialFingerprints"]["rolecall/v1"].as_str().unwrap().len(), 64);
    }
    let levels: Vec<&Value> = run["results"].as_array().unwrap().iter().map(|result| &result["level"]).collect();
    assert_eq!(levels, ["note", "warning", "warning", "warning", "error"]);
    let suppressed: Vec<usize> =
        run["results"].as_array().unwrap().iter().map(|one| one["suppressions"].as_array().unwrap().len()).collect();
    assert_eq!(suppressed, [0, 1, 0, 1, 0]);
    let justification = &run["results"][1]["suppressions"][0]["justification"];
    assert_eq!(justification, "agreed | with the *vendor* (until 2027-01-01)");
}

#[test]
fn what_was_not_judged_makes_the_run_unsuccessful() {
    let invocation = |outcome| sarif(&outcome)["runs"][0]["invocations"][0].clone();
    let full = invocation(full());
    assert_eq!((&full["executionSuccessful"], &full["exitCode"]), (&json!(false), &json!(2)));
    let ids: Vec<&Value> =
        full["toolExecutionNotifications"].as_array().unwrap().iter().map(|one| &one["descriptor"]["id"]).collect();
    assert_eq!(ids, ["unresolved-value", "empty-file", "check-not-judged"]);
    let nothing = invocation(crate::sample::empty(rolecall_iam::source::SourceMap::new()));
    assert_eq!(nothing["executionSuccessful"], false);
    assert_eq!(nothing["toolExecutionNotifications"][0]["descriptor"]["id"], "no-check-made");
    assert_eq!(invocation(clean())["executionSuccessful"], true);
    assert_eq!(invocation(found())["executionSuccessful"], true);
}

#[test]
fn no_text_of_a_user_becomes_a_link_or_a_placeholder() {
    let text = sarif(&hostile())["runs"][0]["results"][0]["message"]["text"].as_str().unwrap().to_owned();
    assert!(text.contains("\\[a\\](https://evil.example)"), "{text}");
    let mut outcome = found();
    outcome.findings[0].finding.message = "`${aws:username}` and {0}".to_owned();
    let text = sarif(&outcome)["runs"][0]["results"][0]["message"]["text"].as_str().unwrap().to_owned();
    assert!(text.starts_with("`${{aws:username}}` and {{0}}\n\nWhy: "), "{text}");
}
