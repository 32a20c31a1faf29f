//! The lint `rcp-allow`: `Allow` in a resource control policy.

use crate::lint::{Lint, Run};
use crate::rule::{Rule, Severity};
use rolecall_iam::document::PolicyType;

/// Its texts.
pub(super) static RULE: Rule = Rule {
    code: "rcp-allow",
    severity: Severity::Error,
    title: "`Allow` in a resource control policy",
    what: "A statement of a resource control policy has `\"Effect\": \"Allow\"`.",
    why: "AWS Organizations refuses the document: only `RCPFullAWSAccess`, which is AWS's own, allows.",
    remedy: "Write `Deny` with the condition turned round.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Principal": "*",
    "Action": "s3:*",
    "Resource": "*"
  }
}"#,
    good: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:*",
    "Resource": "*",
    "Condition": {
      "Bool": {
        "aws:SecureTransport": "false"
      }
    }
  }
}"#,
    references: &["https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_syntax.html"],
};

/// How it is made.
pub(super) static LINT: Lint =
    Lint { rule: &RULE, aws: None, policy_types: &[PolicyType::ResourceControl], run: Run::Reader(&["allow-in-rcp"]) };
