//! The lint `missing-resource`: a statement without resources.

use super::raw_statements;
use crate::finding::Finding;
use crate::lint::{AwsCheck, AwsFindingType, Lint, Run, Subject};
use crate::rule::{Rule, Severity};
use rolecall_iam::document::PolicyType;

/// Its texts.
pub(super) static RULE: Rule = Rule {
    code: "missing-resource",
    severity: Severity::Error,
    title: "a statement without resources",
    what: "A statement of an identity policy, a service control policy or a resource control policy has neither \
        `Resource` nor `NotResource`.",
    why: "AWS refuses the document.",
    remedy: "Add `Resource` with the ARNs that are meant, or `*`.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "s3:GetObject"
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
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html",
    ],
};

/// How it is made.
pub(super) static LINT: Lint = Lint {
    rule: &RULE,
    aws: Some(AwsCheck { finding_type: AwsFindingType::Error, name: "Missing resource" }),
    policy_types: &[PolicyType::Identity, PolicyType::ServiceControl, PolicyType::ResourceControl],
    run: Run::Refines(&["missing-element"], check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for statement in raw_statements::all(subject).filter(|statement| statement.lacks(&["Resource", "NotResource"])) {
        let message = "the statement has neither `Resource` nor `NotResource`";
        findings.push(Finding::new(&RULE, statement.opening(), statement.subject("Resource"), message));
    }
}
