//! The lint `irrelevant-key`: a condition key that says nothing in a policy of a resource.

use crate::finding::Finding;
use crate::lint::condition_facts::is_on;
use crate::lint::{AwsCheck, AwsFindingType, Lint, Run, Subject, subject_of};
use crate::rule::{Rule, Severity};
use rolecall_iam::document::PolicyType;

/// Its texts.
static RULE: Rule = Rule {
    code: "irrelevant-key",
    severity: Severity::Note,
    title: "a condition key that says nothing here",
    what: "A policy whose statements are all about one bucket has a condition on `s3:ResourceAccount`.",
    why: "The key holds the account of the bucket, which is the same for every request to it.",
    remedy: "Remove the condition here; use the key in policies of principals and in those of VPC endpoints.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Principal": {
      "AWS": "111122223333"
    },
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::cost-reports/*",
    "Condition": {
      "StringEquals": {
        "s3:ResourceAccount": "111122223333"
      }
    }
  }
}"#,
    good: r#"{
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
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_identity-vs-resource.html",
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html",
    ],
};

/// How it is made.
pub(super) static LINT: Lint = Lint {
    rule: &RULE,
    aws: Some(AwsCheck { finding_type: AwsFindingType::Suggestion, name: "Irrelevant condition key in policy" }),
    policy_types: &[PolicyType::Resource],
    run: Run::Check(check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    if !is_of_one_bucket(subject) {
        return;
    }
    for (index, statement) in subject.statements() {
        for condition in statement.conditions.iter().filter(|condition| is_on(condition, "s3:ResourceAccount")) {
            let message = format!("`{}` is the same for every request to this bucket", condition.key.value);
            let about = subject_of(index, statement, &condition.key.value);
            findings.push(Finding::new(&RULE, condition.key.span, about, message));
        }
    }
}

/// Policies of VPC endpoints name other resources, or several buckets: the key belongs there.
fn is_of_one_bucket(subject: &Subject<'_>) -> bool {
    let mut buckets = subject
        .statements()
        .flat_map(|(_, statement)| statement.resources.iter().flat_map(|resources| &resources.values))
        .map(|value| bucket(&value.value));
    let Some(Some(first)) = buckets.next() else { return false };
    buckets.all(|other| other == Some(first))
}

fn bucket(resource: &str) -> Option<&str> {
    let path = resource.splitn(6, ':').nth(5).filter(|_| resource.split(':').nth(2) == Some("s3"))?;
    path.split('/').next().filter(|name| !name.is_empty() && !name.contains(['*', '?', '$']))
}
