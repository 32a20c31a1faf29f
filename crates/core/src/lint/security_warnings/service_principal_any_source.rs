//! The lint `service-principal-any-source`: a service principal without a source.

use crate::finding::Finding;
use crate::lint::service_principals::{SOURCE_KEYS, WEAK_SOURCE_KEYS, open_to};
use crate::lint::{AwsCheck, AwsFindingType, Lint, Run, Subject, subject_of};
use crate::rule::{Rule, Severity};
use rolecall_iam::document::PolicyType;

/// Its texts.
static RULE: Rule = Rule {
    code: "service-principal-any-source",
    severity: Severity::Error,
    title: "a service may act for whomever it works for",
    what: "An `Allow` statement names a service as its principal, and no condition says for which resource, account \
        or organization the service must act (`aws:SourceArn`, `aws:SourceAccount`, `aws:SourceOrgID`, \
        `aws:SourceOrgPaths`). A value with wildcards for account and resource, such as `arn:aws:sns:*:*:*`, says neither.",
    why: "The service acts for customers in other accounts as well: one of them can have it use this resource, the \
        confused deputy problem.",
    remedy: "Add a condition on `aws:SourceArn` or `aws:SourceAccount`.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Principal": {
      "Service": "cloudwatch.amazonaws.com"
    },
    "Action": "sns:Publish",
    "Resource": "arn:aws:sns:eu-central-1:111122223333:alarms"
  }
}"#,
    good: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Principal": {
      "Service": "cloudwatch.amazonaws.com"
    },
    "Action": "sns:Publish",
    "Resource": "arn:aws:sns:eu-central-1:111122223333:alarms",
    "Condition": {
      "StringEquals": {
        "aws:SourceAccount": "111122223333"
      }
    }
  }
}"#,
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html",
    ],
};

/// How it is made.
pub(super) static LINT: Lint = Lint {
    rule: &RULE,
    aws: Some(AwsCheck { finding_type: AwsFindingType::SecurityWarning, name: "Restrict access to service principal" }),
    policy_types: &[PolicyType::Resource],
    run: Run::Check(check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for (index, statement) in subject.statements() {
        for (span, service) in open_to(statement, &[SOURCE_KEYS, WEAK_SOURCE_KEYS]) {
            let message = format!("`{service}` is allowed to act for any account");
            findings.push(Finding::new(&RULE, span, subject_of(index, statement, service), message));
        }
    }
}
