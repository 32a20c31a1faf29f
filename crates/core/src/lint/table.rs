//! Table tests of lints: a document, its type, and the findings of a group with the exact text under each.

use super::{Lint, check};
use crate::finding::{Edit, Finding};
use rolecall_iam::document::{PolicyType, parse};
use rolecall_iam::json;
use rolecall_iam::span::FileId;

/// A row: what it is about, the policy type, the document, and the expected findings as (code, text under the span).
pub(super) type Row<'a> = (&'a str, PolicyType, &'a str, &'a [(&'a str, &'a str)]);

/// The findings of a group in a document.
pub(super) fn findings(group: &[&Lint], policy_type: PolicyType, text: &str) -> Vec<Finding> {
    let read = json::read(FileId(0), text);
    let mut problems = read.problems;
    let root = read.node.unwrap_or_else(|| panic!("not JSON: {text}"));
    let parsed = parse::parse(&root, policy_type);
    problems.extend(parsed.problems);
    let policy = parsed.policy.unwrap_or_else(|| panic!("no policy: {text}"));
    let of_group = |finding: &Finding| group.iter().any(|lint| lint.rule.code == finding.rule.code);
    check(&root, &policy, &problems, policy_type).into_iter().filter(of_group).collect()
}

/// Fails on every row whose findings differ, and mends every finding that has edits.
pub(super) fn assert_rows(group: &[&Lint], rows: &[Row<'_>]) {
    let mut wrong = Vec::new();
    for (name, policy_type, text, expected) in rows {
        let found = findings(group, *policy_type, text);
        let mut told: Vec<(&str, &str)> =
            found.iter().map(|finding| (finding.rule.code, text.get(finding.span.range()).unwrap_or("?"))).collect();
        let mut expected = expected.to_vec();
        told.sort_unstable();
        expected.sort_unstable();
        if told != expected {
            wrong.push(format!("{name}:\n  found    {told:?}\n  expected {expected:?}"));
        }
        for finding in found.iter().filter(|finding| !finding.edits.is_empty()) {
            assert_mended(group, *policy_type, text, finding, name);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The document with the edits made, back to front.
pub(super) fn edited(text: &str, edits: &[Edit]) -> String {
    let mut edits: Vec<&Edit> = edits.iter().collect();
    edits.sort_by_key(|edit| std::cmp::Reverse(edit.span.start));
    let mut out = text.to_owned();
    for edit in edits {
        out.replace_range(edit.span.range(), &edit.replacement);
    }
    out
}

fn assert_mended(group: &[&Lint], policy_type: PolicyType, text: &str, finding: &Finding, name: &str) {
    let mended = edited(text, &finding.edits);
    let read = json::read(FileId(0), &mended);
    assert!(read.problems.is_empty(), "{name}: {mended}: {:?}", read.problems);
    let left = findings(group, policy_type, &mended);
    let same = |other: &&Finding| other.rule.code == finding.rule.code;
    let before = findings(group, policy_type, text).iter().filter(same).count();
    assert!(left.iter().filter(same).count() < before, "{name}: {} remains in {mended}", finding.rule.code);
}
