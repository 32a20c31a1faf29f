//! Fingerprints, order, suppressions, severities and the baseline, on findings made by hand.

use super::{Decisions, settle};
use crate::baseline;
use crate::config::{Problems, Suppression};
use crate::outcome::{Judged, Outcome, Standing, Verdict};
use jiff::civil::date;
use rolecall_core::finding::{CheckOutcome, CheckRun, Finding};
use rolecall_core::rule::Severity;
use rolecall_core::rules::{permission_missing, permission_not_needed};
use rolecall_iam::source::SourceMap;
use rolecall_iam::span::{FileId, Span, Spanned};

const DAY: jiff::civil::Date = date(2026, 11, 23);

fn sources() -> SourceMap {
    let mut sources = SourceMap::new();
    sources.add("rolecall.toml", "[[suppress]]\nrule\nuntil\n");
    sources.add("policy.json", "0123456789");
    sources
}

fn finding(start: usize, subject: &str) -> Finding {
    Finding::new(&permission_not_needed::RULE, Span::new(FileId(1), start, start + 1), subject, "not needed")
}

fn suppression(path: Option<&str>, subject: Option<&str>, until: jiff::civil::Date) -> Suppression {
    let span = Span::new(FileId(0), 0, 4);
    Suppression {
        span,
        rule: Spanned::new(&permission_not_needed::RULE, span),
        path: path.map(str::to_owned),
        subject: subject.map(str::to_owned),
        reason: "agreed".to_owned(),
        until: Spanned::new(until, span),
    }
}

fn codes(judged: &[Judged]) -> Vec<(&str, &Standing)> {
    judged.iter().map(|judged| (judged.finding.rule.code, &judged.standing)).collect()
}

fn settled(findings: Vec<Finding>, decisions: &Decisions<'_>) -> Vec<Judged> {
    settle(findings, &sources(), decisions)
}

#[test]
fn fingerprints_do_not_know_lines_and_are_never_shared() {
    let first = settled(vec![finding(1, "ec2:A"), finding(5, "ec2:A"), finding(7, "ec2:B")], &Decisions::none(DAY));
    let moved = settled(vec![finding(7, "ec2:A"), finding(3, "ec2:A"), finding(0, "ec2:B")], &Decisions::none(DAY));
    let set = |judged: &[Judged]| {
        judged.iter().map(|judged| judged.fingerprint.clone()).collect::<std::collections::BTreeSet<_>>()
    };
    assert_eq!(set(&first), set(&moved));
    assert_eq!(set(&first).len(), 3);
    assert!(first.iter().all(|judged| judged.fingerprint.len() == 64));
    // SHA-256 of "permission-not-needed\0policy.json\0ec2:B\0" followed by the number 0, by another program.
    let expected = "70c320d62ef5395a44bb67aaa5a915f8f8d133fba4b991f404e41c4bb52ecc28";
    assert_eq!(first[2].fingerprint, expected);
}

#[test]
fn the_same_fault_met_for_several_accounts_is_one() {
    let judged = settled(vec![finding(1, "a"), finding(1, "a"), finding(1, "b")], &Decisions::none(DAY));
    assert_eq!(judged.len(), 2);
}

#[test]
fn a_suppression_holds_through_its_last_day() {
    for (until, expected) in [(date(2026, 11, 23), true), (date(2026, 11, 22), false)] {
        let suppressions = [suppression(Some("policy.json"), None, until)];
        let decisions = Decisions { suppressions: &suppressions, ..Decisions::none(DAY) };
        let judged = settled(vec![finding(1, "a")], &decisions);
        let codes = codes(&judged);
        if expected {
            let standing = Standing::Suppressed { reason: "agreed".to_owned(), until: Some(until) };
            assert_eq!(codes, [("permission-not-needed", &standing)]);
        } else {
            assert_eq!(codes, [("permission-not-needed", &Standing::Open), ("suppression-expired", &Standing::Open)]);
        }
    }
}

#[test]
fn a_suppression_of_another_path_or_subject_is_unused() {
    for (path, subject) in [(Some("other.json"), None), (None, Some("b"))] {
        let suppressions = [suppression(path, subject, date(2030, 1, 1))];
        let decisions = Decisions { suppressions: &suppressions, ..Decisions::none(DAY) };
        let judged = settled(vec![finding(1, "a")], &decisions);
        let expected = [("permission-not-needed", &Standing::Open), ("suppression-unused", &Standing::Open)];
        assert_eq!(codes(&judged), expected);
        let incomplete = Decisions { complete: false, ..decisions };
        assert_eq!(
            settled(vec![finding(1, "a")], &incomplete).len(),
            1,
            "nothing is called unused when not all was judged"
        );
    }
}

#[test]
fn severities_of_the_user_win() {
    let severities = [(&permission_not_needed::RULE, Severity::Note)];
    let decisions = Decisions { severities: &severities, ..Decisions::none(DAY) };
    assert_eq!(settled(vec![finding(1, "a")], &decisions)[0].finding.severity, Severity::Note);
}

fn outcome(findings: Vec<Judged>) -> Outcome {
    let judged = CheckOutcome::Passed { judged: String::new() };
    let check = CheckRun { check: "policy", subject: String::new(), outcome: judged };
    let (not_judged, fail_on) = (Vec::new(), Severity::Warning);
    Outcome { sources: sources(), findings, not_judged, checks: vec![check], fail_on, as_of: DAY }
}

#[test]
fn a_baseline_accepts_what_it_was_written_from_and_tells_what_is_gone() {
    let missing = Finding::new(&permission_missing::RULE, Span::new(FileId(1), 0, 1), "ec2:M", "missing");
    let first = outcome(settled(vec![finding(1, "a"), missing], &Decisions::none(DAY)));
    assert_eq!(first.verdict(), Verdict::Findings);
    let text = baseline::text(&first);
    let mut sources = sources();
    let file = sources.add("baseline.json", text.as_str());
    let mut problems = Problems::default();
    let read = baseline::read(file, &text, &mut problems).unwrap();
    assert_eq!(read.entries.len(), 2);

    let decisions = Decisions { baseline: Some(&read), ..Decisions::none(DAY) };
    let again = settle(vec![finding(8, "a"), finding(9, "new")], &sources, &decisions);
    let expected = [
        ("baseline-stale", &Standing::Open),
        ("permission-not-needed", &Standing::Baselined),
        ("permission-not-needed", &Standing::Open),
    ];
    assert_eq!(codes(&again), expected);
    assert_eq!(again[0].finding.severity, Severity::Note);
}
