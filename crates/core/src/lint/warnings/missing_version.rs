//! The lint `missing-version`: no `Version`.

use crate::finding::Finding;
use crate::lint::condition_facts::has_variable;
use crate::lint::{ALL_TYPES, AwsCheck, AwsFindingType, Lint, Run, Subject};
use crate::rule::{Rule, Severity};
use rolecall_iam::span::Span;
use rolecall_iam::value::{Node, Value};

/// Its texts.
static RULE: Rule = Rule {
    code: "missing-version",
    severity: Severity::Warning,
    title: "the document does not say its version",
    what: "The document has no `Version`.",
    why: "It is then read as `2008-10-17`, in which policy variables are plain text.",
    remedy: "Add `\"Version\": \"2012-10-17\"`.",
    bad: r#"{
  "Statement": {
    "Effect": "Allow",
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::cost-reports/*"
  }
}"#,
    good: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::cost-reports/*"
  }
}"#,
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html",
    ],
};

/// How it is made.
pub(super) static LINT: Lint = Lint {
    rule: &RULE,
    aws: Some(AwsCheck { finding_type: AwsFindingType::GeneralWarning, name: "Missing version" }),
    policy_types: ALL_TYPES,
    run: Run::Check(check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Some(members) = subject.root.as_object() else { return };
    if members.iter().any(|member| member.key.value.eq_ignore_ascii_case("Version")) {
        return;
    }
    let start = subject.root.span.start;
    let brace = Span { end: subject.root.span.end.min(start.saturating_add(1)), ..subject.root.span };
    let finding = Finding::new(&RULE, brace, "Version", "the document has no `Version`: it is read as `2008-10-17`");
    // Where variables stand, the version changes what the document means: that is not ours to decide.
    findings.push(if members.is_empty() || mentions_variable(subject.root) {
        finding
    } else {
        let behind = Span { start: brace.end, end: brace.end, ..brace };
        finding.with_edit(behind, "\n  \"Version\": \"2012-10-17\",")
    });
}

fn mentions_variable(node: &Node) -> bool {
    match &node.value {
        Value::String(text) => has_variable(text),
        Value::Array(items) => items.iter().any(mentions_variable),
        Value::Object(members) => members.iter().any(|member| mentions_variable(&member.value)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Unresolved(_) => false,
    }
}
