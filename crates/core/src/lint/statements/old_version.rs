//! The lint `old-version`: `Version` 2008-10-17.

use crate::finding::Finding;
use crate::lint::{ALL_TYPES, Lint, Run, Subject};
use crate::rule::{Rule, Severity};
use rolecall_iam::document::Version;

/// Its texts.
static RULE: Rule = Rule {
    code: "old-version",
    severity: Severity::Note,
    title: "the older version of the policy language",
    what: "`Version` is `2008-10-17`.",
    why: "Policy variables are plain text in it.",
    remedy: "Write `2012-10-17`; look at texts with `${` first.",
    bad: r#"{
  "Version": "2008-10-17",
  "Statement": {
    "Effect": "Allow",
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
    references: &["https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html"],
};

/// How it is made.
pub(super) static LINT: Lint = Lint { rule: &RULE, aws: None, policy_types: ALL_TYPES, run: Run::Check(check) };

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    if let Some(version) = subject.policy.version.as_ref().filter(|version| version.value == Version::V2008) {
        let message = "version `2008-10-17` has no policy variables";
        findings.push(Finding::new(&RULE, version.span, "Version", message));
    }
}
