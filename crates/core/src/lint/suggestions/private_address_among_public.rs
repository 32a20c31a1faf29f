//! The lint `private-address-among-public`: private addresses among public ones under `IpAddress`.

use crate::finding::Finding;
use crate::lint::source_addresses;
use crate::lint::{ALL_TYPES, AwsCheck, AwsFindingType, Lint, Run, Subject};
use crate::rule::{Rule, Severity};
use rolecall_iam::condition::BaseOperator;

/// Its texts.
static RULE: Rule = Rule {
    code: "private-address-among-public",
    severity: Severity::Note,
    title: "private addresses under `aws:SourceIp`",
    what: "A condition with `IpAddress` on `aws:SourceIp` lists public and private addresses.",
    why: "`aws:SourceIp` holds public addresses only, so the private ones match no request.",
    remedy: "Remove the private addresses, or write a condition on `aws:VpcSourceIp` with the VPC.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::cost-reports/*",
    "Condition": {
      "IpAddress": {
        "aws:SourceIp": [
          "203.0.113.0/24",
          "10.0.0.0/8"
        ]
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
    aws: Some(AwsCheck { finding_type: AwsFindingType::Suggestion, name: "Private IP address subset" }),
    policy_types: ALL_TYPES,
    run: Run::Check(check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    source_addresses::check(subject, findings, &RULE, BaseOperator::IpAddress, "it matches no request");
}
