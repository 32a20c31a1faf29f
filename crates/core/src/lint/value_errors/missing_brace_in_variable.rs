//! The lint `missing-brace-in-variable`: a policy variable without its closing brace.

use super::variables;
use super::variables::Form;
use crate::finding::Finding;
use crate::lint::{AwsCheck, AwsFindingType, Lint, Run, Subject};
use crate::rule::{Rule, Severity};
use rolecall_iam::document::PolicyType;

/// Its texts.
pub(super) static RULE: Rule = Rule {
    code: "missing-brace-in-variable",
    severity: Severity::Error,
    title: "a policy variable without its closing brace",
    what: "A text with `${` has no `}` for it. In version 2008-10-17 it is plain text and not looked at.",
    why: "AWS holds it to be an error. Whether IAM refuses the document or reads the text as it stands is \
        unverified.",
    remedy: "Add the brace.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::cost-reports/${aws:PrincipalTag/team/*"
  }
}"#,
    good: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::cost-reports/${aws:PrincipalTag/team, 'all'}/*"
  }
}"#,
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html",
    ],
};

/// How it is made.
pub(super) static LINT: Lint = Lint {
    rule: &RULE,
    aws: Some(AwsCheck { finding_type: AwsFindingType::Error, name: "Missing brace in variable" }),
    policy_types: &[
        PolicyType::Identity,
        PolicyType::Resource,
        PolicyType::ServiceControl,
        PolicyType::ResourceControl,
    ],
    run: Run::Check(check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    variables::report(subject, findings, &RULE, Form::NoBrace, "has no closing brace");
}
