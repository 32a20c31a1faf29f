//! The lint `create-slr-not-action-not-resource`: `NotAction` without `iam:CreateServiceLinkedRole`, and `NotResource`.

use crate::finding::Finding;
use crate::lint::role_actions::{self, By, CREATE_LINKED_ROLE, On};
use crate::lint::{AwsCheck, AwsFindingType, Lint, Run, Subject};
use crate::rule::{Rule, Severity};
use rolecall_iam::document::PolicyType;

/// Its texts.
static RULE: Rule = Rule {
    code: "create-slr-not-action-not-resource",
    severity: Severity::Warning,
    title: "everything but a list, service-linked roles among it, but for a list of resources",
    what: "An `Allow` statement has `NotAction` that does not list `iam:CreateServiceLinkedRole`, and \
        `NotResource`.",
    why: "A service-linked role gives its service rights in the account, and creating one switches the service on.",
    remedy: "Name the role in `Resource`: `arn:aws:iam::*:role/aws-service-role/<service>/*`.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "NotAction": "s3:*",
    "NotResource": "arn:aws:iam::111122223333:role/aws-service-role/spot.amazonaws.com/*"
  }
}"#,
    good: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "iam:CreateServiceLinkedRole",
    "Resource": "arn:aws:iam::111122223333:role/aws-service-role/spot.amazonaws.com/*"
  }
}"#,
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/using-service-linked-roles.html",
    ],
};

/// How it is made.
pub(super) static LINT: Lint = Lint {
    rule: &RULE,
    aws: Some(AwsCheck {
        finding_type: AwsFindingType::GeneralWarning,
        name: "Create SLR with NotAction and NotResource",
    }),
    policy_types: &[PolicyType::Identity],
    run: Run::Check(check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    role_actions::check(subject, findings, &RULE, &CREATE_LINKED_ROLE, (By::NotAction, On::NotResource));
}
