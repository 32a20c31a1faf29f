//! The lint `service-trust-any-source`: a service may assume the role for anybody.

use crate::finding::Finding;
use crate::lint::service_principals::{SOURCE_KEYS, open_to};
use crate::lint::{Lint, Run, Subject, subject_of};
use crate::rule::{Rule, Severity};
use rolecall_iam::document::PolicyType;

/// Its texts.
static RULE: Rule = Rule {
    code: "service-trust-any-source",
    severity: Severity::Note,
    title: "a service may assume the role without a source",
    what: "An `Allow` statement of a trust names a service other than Amazon EC2 as its principal, and restricts \
        none of `aws:SourceArn`, `aws:SourceAccount`, `aws:SourceOrgID`, `aws:SourceOrgPaths`. A value with wildcards \
        for account and resource, such as `arn:aws:sns:*:*:*`, restricts nothing.",
    why: "A service that also works for other accounts could be had to use this role by one of them. Not every \
        service sends these keys when it assumes a role; Amazon EC2 is left out for that (inferred).",
    remedy: "Look up whether the service sends `aws:SourceAccount` or `aws:SourceArn`, and add a condition on it.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Principal": {
      "Service": "bcm-data-exports.amazonaws.com"
    },
    "Action": "sts:AssumeRole"
  }
}"#,
    good: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Principal": {
      "Service": "bcm-data-exports.amazonaws.com"
    },
    "Action": "sts:AssumeRole",
    "Condition": {
      "StringEquals": {
        "aws:SourceAccount": "111122223333"
      }
    }
  }
}"#,
    references: &["https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html"],
};

/// How it is made.
pub(super) static LINT: Lint =
    Lint { rule: &RULE, aws: None, policy_types: &[PolicyType::Trust], run: Run::Check(check) };

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for (index, statement) in subject.statements() {
        for (span, service) in open_to(statement, &[SOURCE_KEYS]) {
            if !service.starts_with("ec2.") {
                let message = format!("`{service}` may assume the role on behalf of any account");
                findings.push(Finding::new(&RULE, span, subject_of(index, statement, service), message));
            }
        }
    }
}
