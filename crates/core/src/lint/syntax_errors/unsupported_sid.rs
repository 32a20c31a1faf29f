//! The lint `unsupported-sid`: a `Sid` with other characters than letters and digits.

use crate::lint::{AwsCheck, AwsFindingType, Lint, Run};
use crate::rule::{Rule, Severity};
use rolecall_iam::document::PolicyType;

/// Its texts.
pub(super) static RULE: Rule = Rule {
    code: "unsupported-sid",
    severity: Severity::Error,
    title: "a `Sid` with other characters than letters and digits",
    what: "The `Sid` of an identity policy or a trust policy has other characters than A–Z, a–z and 0–9. \
        Resource policies of some services take more.",
    why: "IAM refuses the document.",
    remedy: "Write the `Sid` with letters and digits only.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Sid": "read reports",
    "Effect": "Allow",
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::cost-reports/*"
  }
}"#,
    good: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Sid": "ReadReports",
    "Effect": "Allow",
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::cost-reports/*"
  }
}"#,
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html",
    ],
};

/// How it is made.
pub(super) static LINT: Lint = Lint {
    rule: &RULE,
    aws: Some(AwsCheck { finding_type: AwsFindingType::Error, name: "Unsupported Sid" }),
    policy_types: &[PolicyType::Identity, PolicyType::Trust],
    run: Run::Reader(&["invalid-sid"]),
};
