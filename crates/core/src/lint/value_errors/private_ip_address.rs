//! The lint `private-ip-address`: `aws:SourceIp` with private addresses only.

use super::private_addresses;
use crate::finding::Finding;
use crate::lint::{ALL_TYPES, AwsCheck, AwsFindingType, Lint, Run, Subject};
use crate::rule::{Rule, Severity};
use rolecall_iam::condition::BaseOperator;

/// Its texts.
pub(super) static RULE: Rule = Rule {
    code: "private-ip-address",
    severity: Severity::Error,
    title: "`aws:SourceIp` with private addresses only",
    what: "A condition `IpAddress` on `aws:SourceIp` lists private address ranges only.",
    why: "`aws:SourceIp` holds public addresses: the condition is never met.",
    remedy: "Write public address ranges; for requests from a VPC use `aws:VpcSourceIp` with `aws:SourceVpc`.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::cost-reports/*",
    "Condition": {
      "IpAddress": {
        "aws:SourceIp": "10.0.0.0/8"
      }
    }
  }
}"#,
    good: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::cost-reports/*",
    "Condition": {
      "IpAddress": {
        "aws:SourceIp": "203.0.113.0/24"
      }
    }
  }
}"#,
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html",
    ],
};

/// How it is made.
pub(super) static LINT: Lint = Lint {
    rule: &RULE,
    aws: Some(AwsCheck { finding_type: AwsFindingType::Error, name: "Private IP address" }),
    policy_types: ALL_TYPES,
    run: Run::Check(check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    private_addresses::report(subject, findings, &RULE, BaseOperator::IpAddress);
}
