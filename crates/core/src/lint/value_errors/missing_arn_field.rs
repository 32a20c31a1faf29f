//! The lint `missing-arn-field`: an ARN with too few fields.

use crate::finding::Finding;
use crate::lint::{AwsCheck, AwsFindingType, Lint, Run, Subject, resource_arns, subject_of};
use crate::rule::{Rule, Severity};
use rolecall_iam::document::PolicyType;

/// Its texts.
pub(super) static RULE: Rule = Rule {
    code: "missing-arn-field",
    severity: Severity::Error,
    title: "an ARN with too few fields",
    what: "A resource ARN has fewer than six fields, or none of its partition, service and resource is written.",
    why: "The ARN matches no resource: an `Allow` grants nothing, a `Deny` stops nothing.",
    remedy: "Write all six: `arn:partition:service:region:account-id:resource`; Region and account may be empty.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:cost-reports/*"
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
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html",
    ],
};

/// How it is made.
pub(super) static LINT: Lint = Lint {
    rule: &RULE,
    aws: Some(AwsCheck { finding_type: AwsFindingType::Error, name: "Missing ARN field" }),
    policy_types: &[
        PolicyType::Identity,
        PolicyType::Resource,
        PolicyType::ServiceControl,
        PolicyType::ResourceControl,
    ],
    run: Run::Check(check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for arn in resource_arns::written(subject) {
        let fields = arn.fields;
        let message = if fields.count < 6 {
            format!("the ARN has {} of six fields", fields.count)
        } else {
            let named = [("partition", fields.partition), ("service", fields.service), ("resource", fields.resource)];
            let Some((name, _)) = named.into_iter().find(|(_, field)| field.is_empty()) else { continue };
            format!("the ARN has no {name}")
        };
        let about = subject_of(arn.index, arn.statement, &arn.text.value);
        findings.push(Finding::new(&RULE, arn.text.span, about, message));
    }
}
