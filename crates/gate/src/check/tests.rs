//! Checking single policies: guessed types, several files, what cannot be read.

use super::{Options, check_policies};
use crate::inputs::Loaded;
use crate::outcome::{Outcome, Verdict};
use rolecall_core::finding::CheckOutcome;
use rolecall_iam::document::PolicyType;

const OPTIONS: Options = Options { as_of: jiff::civil::date(2026, 11, 23), fail_on: None, policy_type: None };

fn check(policies: &[(&str, Loaded)], options: Options) -> Outcome {
    check_policies(policies.iter().map(|(path, loaded)| ((*path).to_owned(), loaded.clone())).collect(), &options)
}

fn text(text: &str) -> Loaded {
    Loaded::Text(text.to_owned())
}

const IDENTITY: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ec2:DescribeInstances","Resource":"*"}]}"#;
const TRUST: &str = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"f0a4c1d2-6c0b"}}}}"#;

#[test]
fn types_are_guessed_by_shape() {
    let outcome = check(&[("a.json", text(IDENTITY)), ("b.json", text(TRUST))], OPTIONS);
    assert_eq!(outcome.verdict(), Verdict::Clean, "{:?}", outcome.not_judged);
    let judged: Vec<_> = outcome.checks.iter().map(|check| check.outcome.clone()).collect();
    let passed = |judged: &str| CheckOutcome::Passed { judged: judged.to_owned() };
    assert_eq!(judged, [passed("1 statement as an identity policy"), passed("1 statement as a trust policy")]);
}

#[test]
fn a_told_type_wins() {
    let options = Options { policy_type: Some(PolicyType::Identity), ..OPTIONS };
    let outcome = check(&[("b.json", text(TRUST))], options);
    assert_eq!(outcome.verdict(), Verdict::Findings);
    assert!(outcome.not_judged.is_empty(), "a principal where none belongs is a finding: {:?}", outcome.not_judged);
}

#[test]
fn one_bad_file_does_not_hide_the_others() {
    let wide = IDENTITY.replace("ec2:DescribeInstances", "ec2:*");
    let outcome = check(&[("gone.json", Loaded::Missing), ("wide.json", text(&wide))], OPTIONS);
    assert_eq!(outcome.verdict(), Verdict::CouldNotJudge);
    assert_eq!(outcome.sources.locate(outcome.not_judged[0].span), "gone.json:1:1");
    let codes: Vec<_> = outcome.findings.iter().map(|judged| judged.finding.rule.code).collect();
    assert!(codes.contains(&"service-wildcard"), "{codes:?}");
}

#[test]
fn nothing_to_check_is_not_clean() {
    assert_eq!(check(&[], OPTIONS).verdict(), Verdict::CouldNotJudge);
}
