//! The lint `user-id-principal`: the unique ID of a user as a principal.

use crate::finding::Finding;
use crate::lint::unique_ids;
use crate::lint::{AwsCheck, AwsFindingType, Lint, Run, Subject};
use crate::rule::{Rule, Severity};
use rolecall_iam::document::PolicyType;

/// Its texts.
static RULE: Rule = Rule {
    code: "user-id-principal",
    severity: Severity::Warning,
    title: "the unique ID of a user instead of its ARN",
    what: "A principal is a unique ID that begins with `AIDA`.",
    why: "AWS shows such an ID when the user has been deleted. It matches that user only, not one of the same name \
        that is created later.",
    remedy: "Write the ARN of the user, or remove the principal when the user is gone.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Principal": {
      "AWS": "AIDAEXAMPLE1EXAMPLE2E"
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
      "AWS": "arn:aws:iam::111122223333:user/Robin"
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
    aws: Some(AwsCheck { finding_type: AwsFindingType::GeneralWarning, name: "Invalid user reference" }),
    policy_types: &[PolicyType::Resource, PolicyType::Trust],
    run: Run::Check(check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    unique_ids::check(subject, findings, &RULE, "AIDA", "user");
}
