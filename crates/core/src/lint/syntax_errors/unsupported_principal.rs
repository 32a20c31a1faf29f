//! The lint `unsupported-principal`: an identity policy with a principal.

use crate::lint::{AwsCheck, AwsFindingType, Lint, Run};
use crate::rule::{Rule, Severity};
use rolecall_iam::document::PolicyType;

/// Its texts.
pub(super) static RULE: Rule = Rule {
    code: "unsupported-principal",
    severity: Severity::Error,
    title: "an identity policy with a principal",
    what: "A policy that is attached to a user, a group or a role has `Principal` or `NotPrincipal`.",
    why: "IAM refuses the document: such a policy speaks of whom it is attached to.",
    remedy: "Remove the element; if it is a trust policy or a resource policy, check it as one (`--type`).",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Principal": {
      "AWS": "111122223333"
    },
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::cost-reports/*"
  }
}"#,
    good: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::cost-reports/*"
  }
}"#,
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html",
    ],
};

/// How it is made.
pub(super) static LINT: Lint = Lint {
    rule: &RULE,
    aws: Some(AwsCheck { finding_type: AwsFindingType::Error, name: "Unsupported principal" }),
    policy_types: &[PolicyType::Identity],
    run: Run::Reader(&["principal-forbidden"]),
};
