//! The lint `scp-principal`: a service control policy with a principal.

use crate::lint::{AwsCheck, AwsFindingType, Lint, Run};
use crate::rule::{Rule, Severity};
use rolecall_iam::document::PolicyType;

/// Its texts.
pub(super) static RULE: Rule = Rule {
    code: "scp-principal",
    severity: Severity::Error,
    title: "a service control policy with a principal",
    what: "A service control policy has `Principal` or `NotPrincipal`.",
    why: "AWS Organizations refuses the document: it applies to all principals of the accounts that it is \
        attached to.",
    remedy: "Remove the element; name principals in a condition on `aws:PrincipalArn`.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Deny",
    "Principal": {
      "AWS": "arn:aws:iam::111122223333:role/Build"
    },
    "Action": "iam:*",
    "Resource": "*"
  }
}"#,
    good: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Deny",
    "Action": "iam:*",
    "Resource": "*",
    "Condition": {
      "ArnEquals": {
        "aws:PrincipalArn": "arn:aws:iam::111122223333:role/Build"
      }
    }
  }
}"#,
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html",
        "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_syntax.html",
    ],
};

/// How it is made.
pub(super) static LINT: Lint = Lint {
    rule: &RULE,
    aws: Some(AwsCheck { finding_type: AwsFindingType::Error, name: "SCP syntax error principal" }),
    policy_types: &[PolicyType::ServiceControl],
    run: Run::Reader(&["principal-forbidden"]),
};
