//! The lint `missing-statement`: a policy without a statement.

use crate::finding::Finding;
use crate::lint::{ALL_TYPES, AwsCheck, AwsFindingType, Lint, Run, Subject};
use crate::rule::{Rule, Severity};
use rolecall_iam::span::Span;
use rolecall_iam::value::Node;

/// Its texts.
pub(super) static RULE: Rule = Rule {
    code: "missing-statement",
    severity: Severity::Error,
    title: "a policy without a statement",
    what: "The document has no `Statement`, or an empty list in it.",
    why: "IAM refuses the document without `Statement`; a policy without a statement says nothing.",
    remedy: "Add a statement.",
    bad: r#"{
  "Version": "2012-10-17"
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
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_statement.html",
    ],
};

/// How it is made.
pub(super) static LINT: Lint = Lint {
    rule: &RULE,
    aws: Some(AwsCheck { finding_type: AwsFindingType::Error, name: "Missing statement" }),
    policy_types: ALL_TYPES,
    run: Run::Refines(&["missing-element"], check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let root = subject.root;
    let (span, message) = match root.get("Statement") {
        None => {
            let opening = Span { end: root.span.end.min(root.span.start + 1), ..root.span };
            (opening, "the document has no `Statement`")
        }
        Some(node) if node.as_array().is_some_and(<[Node]>::is_empty) => (node.span, "the list of statements is empty"),
        Some(_) => return,
    };
    findings.push(Finding::new(&RULE, span, "document/Statement", message));
}
