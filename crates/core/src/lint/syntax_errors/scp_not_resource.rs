//! The lint `scp-not-resource`: `NotResource` in a service control policy.

use crate::lint::{AwsCheck, AwsFindingType, Lint, Run};
use crate::rule::{Rule, Severity};
use rolecall_iam::document::PolicyType;

/// Its texts.
pub(super) static RULE: Rule = Rule {
    code: "scp-not-resource",
    severity: Severity::Error,
    title: "`NotResource` in a service control policy",
    what: "The check looked for `NotResource`. Listed because it is one of AWS's checks of 2023; it is not made \
        any more.",
    why: "Until September 2025 AWS Organizations refused such a policy. Since then service control policies \
        take the whole policy language, so that nothing is wrong with it.",
    remedy: "Nothing is to be done.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Deny",
    "Action": "s3:*",
    "NotResource": "arn:aws:s3:::cost-reports"
  }
}"#,
    good: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Deny",
    "Action": "s3:*",
    "Resource": "arn:aws:s3:::cost-reports"
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
    aws: Some(AwsCheck { finding_type: AwsFindingType::Error, name: "SCP syntax error NotResource" }),
    policy_types: &[PolicyType::ServiceControl],
    run: Run::NotOffline(
        "it is outdated: since 19 September 2025 AWS Organizations takes the whole IAM policy language in \
        service control policies, and this is allowed",
    ),
};
