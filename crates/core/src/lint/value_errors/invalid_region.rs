//! The lint `invalid-region`: a condition on a Region that this version does not know.

use super::regions;
use crate::finding::Finding;
use crate::lint::{ALL_TYPES, AwsCheck, AwsFindingType, Lint, Run, Subject, condition_facts, subject_of};
use crate::rule::{Rule, Severity};
use rolecall_iam::condition::{BaseOperator, OperatorFamily};

/// Its texts.
pub(super) static RULE: Rule = Rule {
    code: "invalid-region",
    severity: Severity::Error,
    title: "a condition on a Region that this version does not know",
    what: "A value of `aws:RequestedRegion` or `ec2:Region` is no Region of the table that this version has. \
        AWS opens new Regions: the table says from when it is.",
    why: "A mistyped Region is never met: an `Allow` grants nothing there, a `Deny` of all other Regions shuts \
        out the one that was meant.",
    remedy: "Correct the Region. If it is newer than this version, suppress the finding with an end date.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "ec2:*",
    "Resource": "*",
    "Condition": {
      "StringEquals": {
        "aws:RequestedRegion": "eu-centrall-1"
      }
    }
  }
}"#,
    good: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "ec2:*",
    "Resource": "*",
    "Condition": {
      "StringEquals": {
        "aws:RequestedRegion": "eu-central-1"
      }
    }
  }
}"#,
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html",
        "https://github.com/boto/botocore/blob/1.43.11/botocore/data/partitions.json",
    ],
};

/// How it is made.
pub(super) static LINT: Lint = Lint {
    rule: &RULE,
    aws: Some(AwsCheck { finding_type: AwsFindingType::Error, name: "Invalid Region" }),
    policy_types: ALL_TYPES,
    run: Run::Check(check),
};

/// The condition keys whose values are Regions.
const REGION_KEYS: &[&str] = &["aws:RequestedRegion", "ec2:Region"];

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for (index, statement) in subject.statements() {
        for condition in &statement.conditions {
            let base = condition.operator.value.base;
            if base.family() != OperatorFamily::String
                || !REGION_KEYS.iter().any(|key| condition_facts::is_on(condition, key))
            {
                continue;
            }
            let pattern = matches!(base, BaseOperator::StringLike | BaseOperator::StringNotLike);
            for value in &condition.values {
                let text = value.value.as_str();
                // A wildcard without `Like` has a lint of its own.
                let open = !pattern && text.contains(['*', '?']);
                if open || text.contains("${") || regions::partition_of_region(text).is_some() {
                    continue;
                }
                let message = format!("`{text}` is not a Region that this version knows");
                let about = subject_of(index, statement, &condition.key.value);
                findings.push(Finding::new(&RULE, value.span, about, message));
            }
        }
    }
}
