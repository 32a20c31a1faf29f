//! JUnit: valid by the schema of the Jenkins plugin, counts that agree with the cases, failures and errors exactly
//! when the verdict is not clean.

use crate::sample::{all, found, full, hostile, write};
use rolecall_gate::outcome::Verdict;
use rolecall_report::Format;
use roxmltree::{Document, Node};
use std::process::Command;

fn elements<'a>(node: Node<'a, 'a>, name: &str) -> Vec<Node<'a, 'a>> {
    node.children().filter(|child| child.has_tag_name(name)).collect()
}

fn number(node: Node<'_, '_>, name: &str) -> usize {
    node.attribute(name).unwrap().parse().unwrap()
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the test starts xmllint and reads ROLECALL_REQUIRE and its own file")]
fn every_sample_is_valid_by_the_schema() {
    let required = std::env::var("ROLECALL_REQUIRE").is_ok_and(|tools| tools.split(',').any(|tool| tool == "xmllint"));
    if Command::new("xmllint").arg("--version").output().is_err() {
        assert!(!required, "ROLECALL_REQUIRE names xmllint, which is missing");
        println!("not run: no xmllint");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let validate = |text: &str| {
        let file = folder.path().join("report.xml");
        std::fs::write(&file, text).unwrap();
        let schema = rolecall_fixtures::path("schemas/junit-10.xsd");
        Command::new("xmllint").args(["--noout", "--nonet", "--schema"]).arg(schema).arg(file).output().unwrap()
    };
    for (name, outcome) in all() {
        let output = validate(&write(&outcome, Format::Junit));
        assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    }
    let broken = write(&full(), Format::Junit).replace("<failure", "<fail").replace("</failure", "</fail");
    assert!(!validate(&broken).status.success(), "the schema refuses an unknown element");
}

#[test]
fn counts_agree_with_the_cases() {
    for (name, outcome) in all() {
        let text = write(&outcome, Format::Junit);
        let document = Document::parse(&text).unwrap();
        let root = document.root_element();
        let (mut tests, mut failures, mut errors) = (0, 0, 0);
        let mut names = Vec::new();
        for suite in elements(root, "testsuite") {
            let cases = elements(suite, "testcase");
            let with = |tag: &str| cases.iter().filter(|case| !elements(**case, tag).is_empty()).count();
            assert_eq!(number(suite, "tests"), cases.len(), "{name}");
            assert_eq!(number(suite, "failures"), with("failure"), "{name}");
            assert_eq!(number(suite, "errors"), with("error"), "{name}");
            assert_eq!(number(suite, "skipped"), with("skipped"), "{name}");
            tests += cases.len();
            failures += with("failure");
            errors += with("error");
            names.extend(cases.iter().map(|case| (case.attribute("classname"), case.attribute("name"))));
        }
        assert_eq!(
            (number(root, "tests"), number(root, "failures"), number(root, "errors")),
            (tests, failures, errors)
        );
        assert_eq!(failures, outcome.failing().count(), "{name}");
        assert_eq!(failures + errors == 0, outcome.verdict() == Verdict::Clean, "{name}");
        assert_eq!(errors > 0, outcome.verdict() == Verdict::CouldNotJudge, "{name}");
        assert!(tests > 0, "{name}: a CI takes a report without cases for a pass or for an error of its own");
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all, "{name}: class and name are unique");
    }
}

#[test]
fn cases_say_what_they_are() {
    let text = write(&found(), Format::Junit);
    let document = Document::parse(&text).unwrap();
    let case = |name: &str| {
        document.descendants().find(|node| node.attribute("name") == Some(name)).unwrap_or_else(|| panic!("{name}"))
    };
    let failure = case("permission-not-needed: ec2:TerminateInstances").first_element_child().unwrap();
    assert_eq!(failure.tag_name().name(), "failure");
    assert_eq!(failure.attribute("type"), Some("permission-not-needed"));
    assert!(failure.text().unwrap().contains("policies/policy.json:3:24"));
    let accepted = case("permission-not-needed: ce:*").first_element_child().unwrap();
    assert_eq!(accepted.tag_name().name(), "system-out");
    assert!(accepted.text().unwrap().starts_with("accepted: agreed | with the *vendor* (until 2027-01-01)"));
    assert_eq!(case("baseline-stale: gone").first_element_child().unwrap().tag_name().name(), "system-out");
    assert_eq!(case("trust.json").first_element_child().unwrap().tag_name().name(), "skipped");
    assert_eq!(case("ProsperOps").first_element_child().unwrap().tag_name().name(), "system-out");
}

#[test]
fn texts_of_users_come_back_and_nothing_more() {
    let text = write(&hostile(), Format::Junit);
    let document = Document::parse(&text).unwrap();
    let known = ["testsuites", "testsuite", "testcase", "system-out", "skipped", "failure", "error"];
    for node in document.descendants().filter(Node::is_element) {
        assert!(known.contains(&node.tag_name().name()), "{}", node.tag_name().name());
    }
    let failure = document.descendants().find(|node| node.has_tag_name("failure")).unwrap();
    assert!(failure.attribute("message").unwrap().contains("</td>\\u{1b}[31m\\u{202e}<script>alert(1)</script>"));
}
