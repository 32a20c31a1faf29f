//! Policies with the findings that must appear, as data.

use super::check_policy;
use crate::rules;
use rolecall_iam::action::ActionPattern;
use rolecall_iam::document::parse::parse;
use rolecall_iam::document::{Policy, PolicyType};
use rolecall_iam::json;
use rolecall_iam::span::FileId;

fn read(text: &str) -> Policy {
    let node = json::read(FileId(0), text).node.unwrap();
    let parsed = parse(&node, PolicyType::Identity);
    parsed.sound().unwrap_or_else(|| panic!("{text}\n{:#?}", parsed.problems)).clone()
}

fn codes(text: &str, accepted: &[&str]) -> Vec<&'static str> {
    let patterns: Vec<_> = accepted.iter().map(|text| ActionPattern::parse(text).unwrap()).collect();
    let findings = check_policy(&read(text), &patterns.iter().collect::<Vec<_>>());
    findings.iter().map(|finding| finding.rule.code).collect()
}

fn allow(elements: &str) -> String {
    format!(r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow",{elements}}}}}"#)
}

#[test]
fn the_example_of_every_policy_rule_fires_and_its_mended_form_does_not() {
    let of_policy = [
        "allow-everything",
        "service-wildcard",
        "not-action",
        "not-resource",
        "pass-role-any-resource",
        "unknown-action",
        "unknown-service",
    ];
    for code in of_policy {
        let rule = rules::by_code(code).unwrap();
        assert!(codes(rule.bad, &[]).contains(&code), "{code} does not fire on its example");
        assert_eq!(codes(rule.good, &[]), Vec::<&str>::new(), "{code}: the mended example");
    }
}

#[test]
fn findings_of_single_statements() {
    let cases: &[(&str, &[&str], &[&str])] = &[
        (r#""Action":"*","Resource":"*""#, &[], &["allow-everything", "pass-role-any-resource"]),
        (r#""Action":"ce:*","Resource":"*""#, &[], &["service-wildcard"]),
        (r#""Action":"ce:**","Resource":"*""#, &[], &["service-wildcard"]),
        (r#""Action":"CE:*","Resource":"*""#, &["ce:*"], &[]),
        (r#""Action":"ce:*","Resource":"*""#, &["*"], &[]),
        (r#""Action":"ce:Get*","Resource":"*""#, &[], &[]),
        (r#""Action":"iam:*","Resource":"*""#, &["iam:*"], &["pass-role-any-resource"]),
        (r#""Action":"iam:Pass*","Resource":"arn:aws:iam::*:role/*""#, &[], &["pass-role-any-resource"]),
        (r#""Action":"iam:PassRole","Resource":"arn:aws:iam::111122223333:role/vendor/*""#, &[], &[]),
        (r#""Action":"iam:PassRole","Resource":"arn:aws:s3:::bucket/*""#, &[], &[]),
        (r#""NotAction":"iam:*","Resource":"*""#, &[], &["not-action"]),
        (r#""NotAction":"s3:*","Resource":"*""#, &[], &["not-action", "pass-role-any-resource"]),
        (
            r#""NotAction":"s3:GetObjekt","Resource":"*""#,
            &[],
            &["unknown-action", "not-action", "pass-role-any-resource"],
        ),
        (r#""Action":"ec2:Describe?","Resource":"*""#, &[], &["unknown-action"]),
        (r#""Action":"ec3:DescribeInstances","Resource":"*""#, &[], &["unknown-service"]),
    ];
    for (elements, accepted, expected) in cases {
        assert_eq!(codes(&allow(elements), accepted), *expected, "{elements}");
    }
}

#[test]
fn a_deny_is_judged_for_its_names_only() {
    let text = r#"{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":["*","iam:PasRole"],"NotResource":"arn:aws:s3:::x"}}"#;
    assert_eq!(codes(text, &[]), ["unknown-action"]);
}

#[test]
fn the_nearest_name_is_offered() {
    let policy = read(&allow(r#""Action":"ec2:DescribeInstance","Resource":"*""#));
    let finding = &check_policy(&policy, &[])[0];
    assert_eq!(finding.label, "did you mean ec2:DescribeInstances?");
}
