//! What the fuzz target `check` does with an input: a function that fails by panicking. The fuzzer's target and the
//! bounded run of `crates/core/tests` share this file; it stands apart from `bodies.rs` because it needs `rolecall-core`.

use rolecall_core::finding::{Edit, Finding};
use rolecall_core::lint::{self, Run};
use rolecall_iam::document::{PolicyType, parse};
use rolecall_iam::json;
use rolecall_iam::problem::Problem;
use rolecall_iam::span::{FileId, Span};

const POLICY_TYPES: [PolicyType; 5] = [
    PolicyType::Identity,
    PolicyType::Resource,
    PolicyType::Trust,
    PolicyType::ServiceControl,
    PolicyType::ResourceControl,
];

/// Findings and what the readers found, when there is a document to judge.
fn checked(text: &str, policy_type: PolicyType) -> Option<(Vec<Finding>, Vec<Problem>)> {
    let read = json::read(FileId(0), text);
    let root = read.node.filter(|_| !read.problems.iter().any(Problem::is_error))?;
    let parsed = parse::parse(&root, policy_type);
    let policy = parsed.policy?;
    Some((lint::check(&root, &policy, &parsed.problems, policy_type), parsed.problems))
}

/// Checks a document as every type: the same twice; places lie in the text; a problem of the readers that is left to a
/// lint becomes a finding; each change that is offered leaves a document with fewer of these findings.
pub(crate) fn check(text: &str) {
    for policy_type in POLICY_TYPES {
        let Some((findings, problems)) = checked(text, policy_type) else { continue };
        assert_eq!(checked(text, policy_type).map(|(again, _)| again).as_ref(), Some(&findings));
        for problem in problems.iter().filter(|problem| problem.is_error() && lint::is_linted(problem)) {
            assert!(findings.iter().any(|finding| speaks_of(finding, problem)), "{policy_type:?}: {problem:?}");
        }
        for finding in &findings {
            let places = finding.related.iter().map(|related| related.span);
            for span in places.chain([finding.span]).chain(finding.edits.iter().map(|edit| edit.span)) {
                assert!(text.get(span.range()).is_some(), "{finding:?}");
            }
            if finding.edits.is_empty() {
                continue;
            }
            let mended = edited(text, &finding.edits);
            let again = checked(&mended, policy_type);
            let Some((left, _)) = again else { panic!("{policy_type:?}: {finding:?} leaves no document: {mended}") };
            // What is about the element behind may take its place: then it has another subject, or there are fewer.
            let is_same = |other: &&Finding| other.rule.code == finding.rule.code;
            let same = |of: &[Finding]| of.iter().filter(is_same).count();
            let about = |of: &[Finding]| of.iter().filter(is_same).filter(|one| one.subject == finding.subject).count();
            let fewer = same(&left) < same(&findings) || about(&left) < about(&findings) || left.len() < findings.len();
            assert!(fewer, "{policy_type:?}: {finding:?} stays in {mended}");
        }
    }
}

/// Whether the finding is of a lint that the problem is left to, at a place that touches it.
fn speaks_of(finding: &Finding, problem: &Problem) -> bool {
    let of_lint = lint::all()
        .filter(|lint| lint.rule.code == finding.rule.code)
        .any(|lint| matches!(lint.run, Run::Reader(codes) | Run::Refines(codes, _) if codes.contains(&problem.code)));
    of_lint && touch(finding.span, problem.span)
}

fn touch(left: Span, right: Span) -> bool {
    left.start <= right.end && right.start <= left.end
}

/// The text with the changes made, back to front.
fn edited(text: &str, edits: &[Edit]) -> String {
    let mut edits: Vec<&Edit> = edits.iter().collect();
    edits.sort_by_key(|edit| std::cmp::Reverse((edit.span.start, edit.span.end)));
    let mut out = text.to_owned();
    for edit in edits {
        out.replace_range(edit.span.range(), &edit.replacement);
    }
    out
}
