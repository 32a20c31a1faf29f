//! The lint `deny-resource-tag-unsupported`: a `Deny` by resource tags, of actions that know no resource tags.

use crate::finding::Finding;
use crate::lint::resource_tags;
use crate::lint::{AwsCheck, AwsFindingType, Lint, Run, Subject};
use crate::rule::{Rule, Severity};
use rolecall_iam::document::{Effect, PolicyType};

/// Its texts.
static RULE: Rule = Rule {
    code: "deny-resource-tag-unsupported",
    severity: Severity::Error,
    title: "a `Deny` by tag does not reach these actions",
    what: "A `Deny` statement has a condition on `aws:ResourceTag/…`, and lists actions for which AWS documents no \
        such key. Wildcards are looked at when no action of the service knows the key. Conditions that are true \
        without the key (negated ones, `…IfExists`, `Null`) are left alone.",
    why: "The key is not in the request for such an action, so the condition is false and the action is not denied, \
        whatever the tags are.",
    remedy: "Move the actions to a statement of their own that names the resources.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Deny",
    "Action": [
      "ec2:TerminateInstances",
      "ec2:DescribeInstances"
    ],
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
        name: "Deny with unsupported tag condition key for service",
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
    resource_tags::check_listed(subject, findings, &RULE, Effect::Deny);
}
