//! Every case of `fixtures/evaluation`: written from AWS's documentation, each with its source.

use rolecall_iam::evaluate::{ActionFacts, Decision, Truth, decide, explain_answer};
use rolecall_iam::request_line::{self, RequestLine};
use std::collections::BTreeMap;

struct Case {
    place: String,
    line: String,
    expect: String,
    item: u64,
    direction: String,
}

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for file in rolecall_fixtures::list("evaluation", "jsonl") {
        for (number, line) in rolecall_fixtures::text_of(&file).lines().enumerate() {
            let place = format!("{}:{}", file.file_name().unwrap().display(), number + 1);
            let value: serde_json::Value =
                serde_json::from_str(line).unwrap_or_else(|error| panic!("{place}: {error}"));
            let text = |name: &str| value[name].as_str().unwrap_or_else(|| panic!("{place}: no `{name}`")).to_owned();
            assert!(!text("source").is_empty(), "{place}: a case without its source");
            cases.push(Case {
                expect: text("expect"),
                direction: text("direction"),
                item: value["item"].as_u64().unwrap_or_else(|| panic!("{place}: no `item`")),
                line: line.to_owned(),
                place,
            });
        }
    }
    cases
}

fn answer(line: &str) -> Result<(RequestLine, Decision), String> {
    let read = request_line::read(line, |_| ActionFacts::default()).map_err(|error| error.to_string())?;
    let decision = decide(&read.policies, &read.request).decision;
    Ok((read, decision))
}

#[test]
fn every_case_is_decided_as_documented() {
    let cases = cases();
    assert!(cases.len() >= 300, "{} cases", cases.len());
    let mut wrong = Vec::new();
    for case in &cases {
        let found = match answer(&case.line) {
            Ok((_, decision)) => decision.as_str().to_owned(),
            Err(_) if case.expect == "error" => continue,
            Err(error) => format!("error: {error}"),
        };
        if found != case.expect {
            wrong.push(format!("{}: expected {}, found {found}\n  {}", case.place, case.expect, case.line));
        }
    }
    assert!(wrong.is_empty(), "{} of {} cases:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

#[test]
fn every_item_is_covered_in_both_directions() {
    let mut seen: BTreeMap<u64, (bool, bool)> = BTreeMap::new();
    for case in cases() {
        let entry = seen.entry(case.item).or_default();
        entry.0 |= case.direction == "grants";
        entry.1 |= case.direction == "denies";
    }
    for item in 1..=25 {
        assert_eq!(seen.get(&item), Some(&(true, true)), "item {item}");
    }
}

#[test]
fn explanations_agree_with_decisions() {
    for case in cases() {
        let Ok((read, decision)) = answer(&case.line) else { continue };
        let explanation = explain_answer(&read.policies, &read.request);
        assert_eq!(explanation.answer.decision, decision, "{}", case.place);
        assert_eq!(explanation.to_allow.is_none(), matches!(decision, Decision::Allowed | Decision::CannotDecide));
        let statements = explanation.policies.iter().flat_map(|policy| &policy.statements);
        for trace in statements {
            assert_eq!(trace.because.is_none(), trace.applies == Truth::True, "{}: {trace:?}", case.place);
        }
        if explanation.answer.by.is_some() {
            let deciding = explanation.deciding().unwrap_or_else(|| panic!("{}: no deciding statement", case.place));
            assert_ne!(deciding.applies, Truth::False, "{}", case.place);
        }
    }
}
