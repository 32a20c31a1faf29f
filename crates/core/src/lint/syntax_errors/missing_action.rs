//! The lint `missing-action`: a statement without actions.

use super::raw_statements;
use crate::finding::Finding;
use crate::lint::{ALL_TYPES, AwsCheck, AwsFindingType, Lint, Run, Subject};
use crate::rule::{Rule, Severity};

/// Its texts.
pub(super) static RULE: Rule = Rule {
    code: "missing-action",
    severity: Severity::Error,
    title: "a statement without actions",
    what: "A statement has neither `Action` nor `NotAction`.",
    why: "IAM refuses the document.",
    remedy: "Add `Action` with the actions that are meant.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
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
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html",
    ],
};

/// How it is made.
pub(super) static LINT: Lint = Lint {
    rule: &RULE,
    aws: Some(AwsCheck { finding_type: AwsFindingType::Error, name: "Missing action" }),
    policy_types: ALL_TYPES,
    run: Run::Refines(&["missing-element"], check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for statement in raw_statements::all(subject).filter(|statement| statement.lacks(&["Action", "NotAction"])) {
        let message = "the statement has neither `Action` nor `NotAction`";
        findings.push(Finding::new(&RULE, statement.opening(), statement.subject("Action"), message));
    }
}
