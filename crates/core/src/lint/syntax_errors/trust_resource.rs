//! The lint `trust-resource`: a trust policy with a resource.

use crate::lint::{AwsCheck, AwsFindingType, Lint, Run};
use crate::rule::{Rule, Severity};
use rolecall_iam::document::PolicyType;

/// Its texts.
pub(super) static RULE: Rule = Rule {
    code: "trust-resource",
    severity: Severity::Error,
    title: "a trust policy with a resource",
    what: "A statement of a role's trust policy has `Resource` or `NotResource`.",
    why: "IAM refuses the document: a trust policy speaks of the role that it belongs to.",
    remedy: "Remove the element.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Principal": {
      "AWS": "arn:aws:iam::999988887777:root"
    },
    "Action": "sts:AssumeRole",
    "Resource": "*"
  }
}"#,
    good: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Principal": {
      "AWS": "arn:aws:iam::999988887777:root"
    },
    "Action": "sts:AssumeRole"
  }
}"#,
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html",
    ],
};

/// How it is made.
pub(super) static LINT: Lint = Lint {
    rule: &RULE,
    aws: Some(AwsCheck { finding_type: AwsFindingType::Error, name: "Role trust policy syntax error resource" }),
    policy_types: &[PolicyType::Trust],
    run: Run::Reader(&["resource-forbidden"]),
};
