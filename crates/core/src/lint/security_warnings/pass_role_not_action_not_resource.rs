//! The lint `pass-role-not-action-not-resource`: `NotAction` without `iam:PassRole`, and `NotResource`.

use crate::finding::Finding;
use crate::lint::role_actions::{self, By, On, PASS_ROLE};
use crate::lint::{AwsCheck, AwsFindingType, Lint, Run, Subject};
use crate::rule::{Rule, Severity};
use rolecall_iam::document::PolicyType;

/// Its texts.
static RULE: Rule = Rule {
    code: "pass-role-not-action-not-resource",
    severity: Severity::Error,
    title: "everything but a list, roles to pass among it, but for a list of resources",
    what: "An `Allow` statement has `NotAction` that does not list `iam:PassRole`, and `NotResource`.",
    why: "Who can pass a role to a service acts with the rights of that role through the service.",
    remedy: "Name the role in `Resource`, and the service in a condition on `iam:PassedToService`.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "NotAction": "s3:*",
    "NotResource": "arn:aws:iam::111122223333:role/Admin"
  }
}"#,
    good: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "iam:PassRole",
    "Resource": "arn:aws:iam::111122223333:role/ReportDelivery",
    "Condition": {
      "StringEquals": {
        "iam:PassedToService": "bcm-data-exports.amazonaws.com"
      }
    }
  }
}"#,
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html",
    ],
};

/// How it is made.
pub(super) static LINT: Lint = Lint {
    rule: &RULE,
    aws: Some(AwsCheck {
        finding_type: AwsFindingType::SecurityWarning,
        name: "Pass role with NotAction and NotResource",
    }),
    policy_types: &[PolicyType::Identity],
    run: Run::Check(check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    role_actions::check(subject, findings, &RULE, &PASS_ROLE, (By::NotAction, On::NotResource));
}
