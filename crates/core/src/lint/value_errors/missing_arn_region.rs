//! The lint `missing-arn-region`: an ARN without the Region that it has to have.

use super::arn_forms;
use crate::finding::Finding;
use crate::lint::{AwsCheck, AwsFindingType, Lint, Run, Subject, resource_arns, subject_of};
use crate::rule::{Rule, Severity};
use rolecall_iam::document::PolicyType;

/// Its texts.
pub(super) static RULE: Rule = Rule {
    code: "missing-arn-region",
    severity: Severity::Error,
    title: "an ARN without the Region that it has to have",
    what: "A resource ARN has an empty Region where all ARNs of such resources have one.",
    why: "The ARN matches no resource: an `Allow` grants nothing, a `Deny` stops nothing.",
    remedy: "Write the Region, or `*` for all.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "sqs:SendMessage",
    "Resource": "arn:aws:sqs::111122223333:reports"
  }
}"#,
    good: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "sqs:SendMessage",
    "Resource": "arn:aws:sqs:*:111122223333:reports"
  }
}"#,
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html",
        "https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html",
    ],
};

/// How it is made.
pub(super) static LINT: Lint = Lint {
    rule: &RULE,
    aws: Some(AwsCheck { finding_type: AwsFindingType::Error, name: "Missing ARN Region" }),
    policy_types: &[
        PolicyType::Identity,
        PolicyType::Resource,
        PolicyType::ServiceControl,
        PolicyType::ResourceControl,
    ],
    run: Run::Check(check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for arn in resource_arns::whole(subject).filter(|arn| arn.fields.region.is_empty()) {
        let service = arn.fields.service;
        let Some(forms) = arn_forms::of_service(service).filter(|forms| forms.any_has_region()) else { continue };
        let mut matching = forms.matching(arn.fields.resource).peekable();
        if matching.peek().is_none() || !matching.all(|form| form.has_region) {
            continue;
        }
        let message = format!("resources of `{service}` such as this one have a Region in their ARN");
        let about = subject_of(arn.index, arn.statement, &arn.text.value);
        findings.push(Finding::new(&RULE, arn.text.span, about, message));
    }
}
