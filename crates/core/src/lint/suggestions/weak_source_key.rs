//! The lint `weak-source-key`: a service principal restricted by a key that does not say the source.

use crate::finding::Finding;
use crate::lint::condition_facts::is_on;
use crate::lint::service_principals::{SOURCE_KEYS, WEAK_SOURCE_KEYS, open_to};
use crate::lint::{AwsCheck, AwsFindingType, Lint, Run, Subject, subject_of};
use crate::rule::{Rule, Severity};
use rolecall_iam::document::{Condition, PolicyType};

/// Its texts.
static RULE: Rule = Rule {
    code: "weak-source-key",
    severity: Severity::Note,
    title: "a service restricted by a weak key",
    what: "An `Allow` statement names a service as its principal and restricts it by `aws:Referer` or \
        `aws:SourceOwner` instead of `aws:SourceArn`, `aws:SourceAccount`, `aws:SourceOrgID` or \
        `aws:SourceOrgPaths`.",
    why: "The other keys are set by the caller or by few services; they do not keep the service from acting for \
        others.",
    remedy: "Write a condition on `aws:SourceArn` or `aws:SourceAccount`.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Principal": {
      "Service": "s3.amazonaws.com"
    },
    "Action": "sns:Publish",
    "Resource": "arn:aws:sns:eu-central-1:111122223333:events",
    "Condition": {
      "StringEquals": {
        "aws:SourceOwner": "111122223333"
      }
    }
  }
}"#,
    good: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Principal": {
      "Service": "s3.amazonaws.com"
    },
    "Action": "sns:Publish",
    "Resource": "arn:aws:sns:eu-central-1:111122223333:events",
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
    aws: Some(AwsCheck {
        finding_type: AwsFindingType::Suggestion,
        name: "Recommended condition key for service principal",
    }),
    policy_types: &[PolicyType::Resource],
    run: Run::Check(check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for (index, statement) in subject.statements() {
        let weak = |condition: &&Condition| WEAK_SOURCE_KEYS.iter().any(|key| is_on(condition, key));
        let Some(condition) = statement.conditions.iter().find(weak) else { continue };
        for (span, service) in open_to(statement, &[SOURCE_KEYS]) {
            let message = format!("`{service}` is restricted by `{}`, which is no safe source", condition.key.value);
            findings.push(
                Finding::new(&RULE, condition.key.span, subject_of(index, statement, service), message)
                    .with_related(span, "the service"),
            );
        }
    }
}
