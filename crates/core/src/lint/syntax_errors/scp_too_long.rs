//! The lint `scp-too-long`: a service control policy beyond AWS's quota.

use crate::finding::Finding;
use crate::lint::document_size;
use crate::lint::{AwsCheck, AwsFindingType, Lint, Run, Subject};
use crate::rule::{Rule, Severity};
use rolecall_iam::document::PolicyType;

/// A text eight times, for the example.
macro_rules! eight {
    ($($text:tt)+) => {
        concat!($($text)+, $($text)+, $($text)+, $($text)+, $($text)+, $($text)+, $($text)+, $($text)+)
    };
}

/// Its texts.
pub(super) static RULE: Rule = Rule {
    code: "scp-too-long",
    severity: Severity::Error,
    title: "a service control policy beyond AWS's quota",
    what: "The document has more than 5,120 bytes even without white space between its elements. With white \
        space it counts too, unless it is saved in AWS's console, which takes it out.",
    why: "AWS Organizations refuses the document.",
    remedy: "Split it into several policies; five can be attached at each level.",
    bad: concat!(
        r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Sid": ""#,
        eight!(eight!(eight!("LeaveNoOne"))),
        r#"",
    "Effect": "Deny",
    "Action": "organizations:LeaveOrganization",
    "Resource": "*"
  }
}"#
    ),
    good: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Deny",
    "Action": "organizations:LeaveOrganization",
    "Resource": "*"
  }
}"#,
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html",
        "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html",
    ],
};

/// How it is made.
pub(super) static LINT: Lint = Lint {
    rule: &RULE,
    aws: Some(AwsCheck { finding_type: AwsFindingType::Error, name: "Policy size exceeds SCP quota" }),
    policy_types: &[PolicyType::ServiceControl],
    run: Run::Check(check),
};

/// The quota of a service control policy ("Quotas and service limits for AWS Organizations").
const BYTES_MAX: usize = 5_120;

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let bytes = document_size::compact(subject.root, BYTES_MAX);
    if bytes > BYTES_MAX {
        let message = format!("the policy has {bytes} bytes without white space; AWS takes {BYTES_MAX}");
        let span = document_size::opening(subject.root.span);
        findings.push(Finding::new(&RULE, span, "document/size", message));
    }
}
