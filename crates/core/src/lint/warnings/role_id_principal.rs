//! The lint `role-id-principal`: the unique ID of a role as a principal.

use crate::finding::Finding;
use crate::lint::unique_ids;
use crate::lint::{AwsCheck, AwsFindingType, Lint, Run, Subject};
use crate::rule::{Rule, Severity};
use rolecall_iam::document::PolicyType;

/// Its texts.
static RULE: Rule = Rule {
    code: "role-id-principal",
    severity: Severity::Warning,
    title: "the unique ID of a role instead of its ARN",
    what: "A principal is a unique ID that begins with `AROA`.",
    why: "AWS shows such an ID when the role has been deleted. It matches that role only, not one of the same name \
        that is created later.",
    remedy: "Write the ARN of the role, or remove the principal when the role is gone.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Principal": {
      "AWS": "AROAEXAMPLE1EXAMPLE2E"
    },
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::cost-reports/*"
  }
}"#,
    good: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Principal": {
      "AWS": "arn:aws:iam::111122223333:role/Reports"
    },
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::cost-reports/*"
  }
}"#,
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html",
    ],
};

/// How it is made.
pub(super) static LINT: Lint = Lint {
    rule: &RULE,
    aws: Some(AwsCheck { finding_type: AwsFindingType::GeneralWarning, name: "Invalid role reference" }),
    policy_types: &[PolicyType::Resource, PolicyType::Trust],
    run: Run::Check(check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    unique_ids::check(subject, findings, &RULE, "AROA", "role");
}
