//! Every lint's examples: the bad one fires it, the good one does not; and the list as a whole.

use super::{Run, all, check};
use rolecall_iam::document::{PolicyType, parse};
use rolecall_iam::json;
use rolecall_iam::span::FileId;
use std::collections::BTreeSet;

/// The codes of the findings in an example.
fn codes(text: &str, policy_type: PolicyType) -> BTreeSet<&'static str> {
    let read = json::read(FileId(0), text);
    let mut problems = read.problems;
    let Some(root) = read.node else {
        return super::check_text_only(&problems).into_iter().map(|finding| finding.rule.code).collect();
    };
    let parsed = parse::parse(&root, policy_type);
    problems.extend(parsed.problems);
    let Some(policy) = parsed.policy else {
        return super::check_text_only(&problems).into_iter().map(|finding| finding.rule.code).collect();
    };
    check(&root, &policy, &problems, policy_type).into_iter().map(|finding| finding.rule.code).collect()
}

#[test]
fn examples_fire_and_mended_ones_do_not() {
    for lint in all() {
        if matches!(lint.run, Run::NotOffline(_)) {
            continue;
        }
        let policy_type = lint.policy_types[0];
        let code = lint.rule.code;
        assert!(codes(lint.rule.bad, policy_type).contains(code), "{code} does not fire on its bad example");
        assert!(!codes(lint.rule.good, policy_type).contains(code), "{code} fires on its good example");
    }
}

#[test]
fn codes_are_unique_and_texts_are_whole() {
    let mut seen = BTreeSet::new();
    for lint in all() {
        let rule = lint.rule;
        assert!(seen.insert(rule.code), "{} twice", rule.code);
        assert!(
            rule.code.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'),
            "{}",
            rule.code
        );
        let texts = [rule.title, rule.what, rule.why, rule.remedy];
        assert!(texts.iter().all(|text| !text.is_empty()) && !rule.references.is_empty(), "{}", rule.code);
        assert!(!lint.policy_types.is_empty(), "{}", rule.code);
        if let Some(aws) = lint.aws {
            assert_eq!(rule.severity, aws.finding_type.severity(), "{}", rule.code);
        }
    }
}
