//! The lint `scp-allow-not-action`: `NotAction` with `Allow` in a service control policy.

use crate::lint::{AwsCheck, AwsFindingType, Lint, Run};
use crate::rule::{Rule, Severity};
use rolecall_iam::document::PolicyType;

/// Its texts.
pub(super) static RULE: Rule = Rule {
    code: "scp-allow-not-action",
    severity: Severity::Error,
    title: "`NotAction` with `Allow` in a service control policy",
    what: "The check looked for `NotAction` in an `Allow` statement. Listed because it is one of AWS's checks \
        of 2023; it is not made any more.",
    why: "Until September 2025 AWS Organizations refused such a policy. Since then service control policies \
        take the whole policy language, so that nothing is wrong with it.",
    remedy: "Nothing is to be done.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Resource": "*",
    "NotAction": "iam:*"
  }
}"#,
    good: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "s3:*",
    "Resource": "*"
  }
}"#,
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html",
        "https://aws.amazon.com/blogs/security/unlock-new-possibilities-aws-organizations-service-control-policy-now-supports-full-iam-language",
        "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_syntax.html",
    ],
};

/// How it is made.
pub(super) static LINT: Lint = Lint {
    rule: &RULE,
    aws: Some(AwsCheck { finding_type: AwsFindingType::Error, name: "SCP syntax error allow NotAction" }),
    policy_types: &[PolicyType::ServiceControl],
    run: Run::NotOffline(
        "it is outdated: since 19 September 2025 AWS Organizations takes the whole IAM policy language in \
        service control policies, and this is allowed",
    ),
};
