//! Reproduced cases in each format: valid by the schema, well-formed, no text of a scenario that breaks out of its place.

use rolecall_report::Options;
use rolecall_report::repro::{Case, Format, render};
use rolecall_simulator::random::Seed;
use rolecall_simulator::repro::run;
use rolecall_simulator::scenario::cases::{CASES, Case as Embedded};
use rolecall_simulator::scenario::{Reading, read};
use serde_json::{Value, json};

const SCHEMA: &str = include_str!("../../schema/repro.schema.json");

fn reproduced(name: &str, text: &str) -> Case {
    let report = |reading| {
        let read = read(name, text, reading);
        let scenario = read.scenario.unwrap_or_else(|| panic!("{:#?}", read.problems));
        run(&scenario, reading, Seed(1)).unwrap()
    };
    Case { name: name.to_owned(), report: report(Reading::Case), twin: report(Reading::Twin) }
}

fn embedded(name: &str) -> Case {
    let case = Embedded::find(name).unwrap();
    reproduced(case.file, case.text)
}

fn write(cases: &[Case], format: Format) -> String {
    render(cases, format, false, &Options { tool_version: "0.0.0".to_owned(), ..Options::default() })
}

fn errors(document: &Value) -> Vec<String> {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    validator.iter_errors(document).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

#[test]
fn all_cases_are_valid_by_the_schema() {
    let cases: Vec<Case> = CASES.iter().map(|case| reproduced(case.file, case.text)).collect();
    let document: Value = serde_json::from_str(&write(&cases, Format::Json)).unwrap();
    assert_eq!(errors(&document), Vec::<String>::new());
    assert_eq!(document["cases"].as_array().unwrap().len(), 50);
    assert_eq!(document["exitCode"], 0);
}

#[test]
fn the_schema_refuses_what_is_wrong() {
    let document: Value = serde_json::from_str(&write(&[embedded("4")], Format::Json)).unwrap();
    assert_eq!(errors(&document), Vec::<String>::new());
    for (pointer, value) in [
        ("/version", json!(2)),
        ("/cases/0/diagnoses", json!([])),
        ("/cases/0/diagnoses/0/view", json!("nobody")),
        ("/cases/0/diagnoses/0/accountId", json!("12")),
        ("/cases/0/diagnoses/0/causes/0/weight", json!("sure")),
        ("/cases/0/timeline/0/atMs", json!(-1)),
        ("/cases/0/trace", json!("x")),
    ] {
        let mut wrong = document.clone();
        *wrong.pointer_mut(pointer).unwrap() = value;
        assert!(!errors(&wrong).is_empty(), "{pointer}");
    }
}

#[test]
fn values_are_those_of_the_run() {
    let document: Value = serde_json::from_str(&write(&[embedded("target-gap")], Format::Json)).unwrap();
    let case = &document["cases"][0];
    assert_eq!(case["name"], "04-target-gap");
    assert_eq!(case["case"], 4);
    let diagnosis = &case["diagnoses"][0];
    assert_eq!(diagnosis["expected"], "target-gap");
    assert_eq!(diagnosis["causes"][0]["cause"], "target-gap");
    assert_eq!(diagnosis["accountId"], "222222222202");
    // The ticks at 1, 2, 3 and 4 hours.
    assert_eq!(diagnosis["emails"], 4);
    assert_eq!(diagnosis["standing"], "failing");
    assert_eq!(case["withoutFault"][0]["causes"], json!([]));
    assert_eq!(case["withoutFault"][0]["standing"], "active");
    assert!(case["withoutFault"][0].get("expected").is_none());
}

/// Texts of a scenario that want to be markup or to steer a terminal.
const HOSTILE: &str = r#"version = 1
title = "<script>alert(1)</script> & 'quotes' \u001b[31m"
question = "\u202ereversed</blockquote>"

[[organization]]
name = "a<b>"
units = ["Work<i>loads"]

[[account]]
name = "pay\"ments<svg onload=x>"
unit = "Work<i>loads"

[[expect]]
account = "pay\"ments<svg onload=x>"
cause = "role-missing"
"#;

#[test]
fn texts_of_a_scenario_stay_in_their_place() {
    let case = reproduced("<b>.toml", HOSTILE);
    let page = write(std::slice::from_ref(&case), Format::Html);
    for needle in ["<script", "<svg onload", "<b>.toml", "<i>loads", "\u{1b}", "\u{202e}"] {
        assert!(!page.contains(needle), "{needle:?}");
    }
    let text = write(&[case], Format::Human);
    assert!(!text.contains('\u{1b}') && !text.contains('\u{202e}'), "{text}");
}

#[test]
fn the_page_is_well_formed_and_needs_nothing_else() {
    let cases = [embedded("2"), embedded("5"), embedded("44"), reproduced("<b>.toml", HOSTILE)];
    let page = write(&cases, Format::Html);
    let body = page.strip_prefix("<!doctype html>\n").unwrap();
    // Void elements as XML wants them; everything else is closed already.
    let xml = body.replace("<meta charset=\"utf-8\">", "").replace("<br>", "<br/>");
    let xml = xml.replace("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">", "");
    let xml = xml.replace("<details class=\"cause\" open>", "<details class=\"cause\">");
    let document = roxmltree::Document::parse(&xml).unwrap();
    let elements = || document.descendants().filter(roxmltree::Node::is_element);
    assert_eq!(elements().filter(|node| node.has_tag_name("svg")).count(), 4);
    for node in elements() {
        assert!(!["script", "link", "img", "iframe"].contains(&node.tag_name().name()));
        assert!(node.attribute("src").is_none());
    }
    assert!(!page.contains("url(") && !page.contains("@import"));
}

#[test]
fn every_entry_has_a_mark_or_is_counted() {
    let case = embedded("5");
    let page = write(std::slice::from_ref(&case), Format::Html);
    let marks = page.matches("<g><title>").count();
    let more: usize = page
        .split("class=\"more\"")
        .skip(1)
        .map(|rest| rest.split_once(">+").unwrap().1.split_once('<').unwrap().0.parse::<usize>().unwrap())
        .sum();
    assert_eq!(marks + more, case.report.timeline.len());
}

#[test]
fn text_for_people_says_the_same_in_brief_and_in_full() {
    let case = embedded("1");
    let full = write(std::slice::from_ref(&case), Format::Human);
    for needle in
        ["setup", "timeline", "e-mails", "1. management-outside-stack-set, certain", "remedy, for the customer"]
    {
        assert!(full.contains(needle), "{needle}\n{full}");
    }
    assert!(full.lines().all(|line| line.chars().count() <= 120), "{full}");
    let brief = render(&[case], Format::Human, true, &Options::default());
    assert_eq!(
        brief,
        "right 01-management-outside-stack-set: management-outside-stack-set\n1 of 1 case as expected, with the fault and without it\n"
    );
}
