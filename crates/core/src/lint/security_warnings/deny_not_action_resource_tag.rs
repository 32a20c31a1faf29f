//! The lint `deny-not-action-resource-tag`: a `Deny` with `NotAction` by resource tags.

use crate::finding::Finding;
use crate::lint::resource_tags;
use crate::lint::{AwsCheck, AwsFindingType, Lint, Run, Subject};
use crate::rule::{Rule, Severity};
use rolecall_iam::document::{Effect, PolicyType};

/// Its texts.
static RULE: Rule = Rule {
    code: "deny-not-action-resource-tag",
    severity: Severity::Error,
    title: "a `Deny` of everything but a list, by tag",
    what: "A `Deny` statement has `NotAction` and a condition on `aws:ResourceTag/…`.",
    why: "Actions that know no resource tags are not denied by it, and `NotAction` does not show which ones these \
        are.",
    remedy: "List the actions to deny in `Action`.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Deny",
    "NotAction": "ec2:Describe*",
    "Resource": "*",
    "Condition": {
      "StringEquals": {
        "aws:ResourceTag/status": "confidential"
      }
    }
  }
}"#,
    good: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Deny",
    "Action": "ec2:TerminateInstances",
    "Resource": "*",
    "Condition": {
      "StringEquals": {
        "aws:ResourceTag/status": "confidential"
      }
    }
  }
}"#,
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_tags.html",
    ],
};

/// How it is made.
pub(super) static LINT: Lint = Lint {
    rule: &RULE,
    aws: Some(AwsCheck {
        finding_type: AwsFindingType::SecurityWarning,
        name: "Deny NotAction with unsupported tag condition key for service",
    }),
    policy_types: &[
        PolicyType::Identity,
        PolicyType::Resource,
        PolicyType::ServiceControl,
        PolicyType::ResourceControl,
    ],
    run: Run::Check(check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    resource_tags::check_not_action(subject, findings, &RULE, Effect::Deny);
}
