//! The lint `invalid-arn-region`: an ARN with a Region that this version does not know.

use super::regions;
use crate::finding::Finding;
use crate::lint::{AwsCheck, AwsFindingType, Lint, Run, Subject, resource_arns, subject_of, text_part};
use crate::rule::{Rule, Severity};
use rolecall_iam::document::PolicyType;

/// Its texts.
pub(super) static RULE: Rule = Rule {
    code: "invalid-arn-region",
    severity: Severity::Error,
    title: "an ARN with a Region that this version does not know",
    what: "The Region field of a resource ARN names no Region of the table that this version has, or none of \
        the partition of the ARN. AWS opens new Regions: the table says from when it is.",
    why: "A mistyped Region matches no resource.",
    remedy: "Correct the Region. If it is newer than this version, suppress the finding with an end date.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "sqs:SendMessage",
    "Resource": "arn:aws:sqs:eu-centrall-1:111122223333:reports"
  }
}"#,
    good: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "sqs:SendMessage",
    "Resource": "arn:aws:sqs:eu-central-1:111122223333:reports"
  }
}"#,
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html",
        "https://github.com/boto/botocore/blob/1.43.11/botocore/data/partitions.json",
    ],
};

/// How it is made.
pub(super) static LINT: Lint = Lint {
    rule: &RULE,
    aws: Some(AwsCheck { finding_type: AwsFindingType::Error, name: "Invalid ARN Region" }),
    policy_types: &[
        PolicyType::Identity,
        PolicyType::Resource,
        PolicyType::ServiceControl,
        PolicyType::ResourceControl,
    ],
    run: Run::Check(check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for arn in resource_arns::whole(subject) {
        let (region, partition) = (arn.fields.region, arn.fields.partition);
        if region.is_empty() || region.contains("${") || resource_arns::is_any(region) {
            continue;
        }
        let message = match regions::partition_of_region(region) {
            None => format!("`{region}` is not a Region that this version knows"),
            Some(_) if partition.contains("${") => continue,
            Some(home) => {
                let mut named = regions::partitions_matching(partition).peekable();
                if named.peek().is_none() || named.any(|named| named.has_region(region)) {
                    continue;
                }
                format!("the Region `{region}` is in the partition `{}`, not in `{partition}`", home.name)
            }
        };
        let about = subject_of(arn.index, arn.statement, &arn.text.value);
        findings.push(Finding::new(&RULE, text_part::place(arn.text, region), about, message));
    }
}
