//! The lint `unsupported-resource-arn-in-policy`: a resource that the policy is not attached to.

use super::arn_forms;
use crate::finding::Finding;
use crate::lint::resolved::Named;
use crate::lint::{AwsCheck, AwsFindingType, Lint, Run, Subject, resource_arns, subject_of, text_part};
use crate::rule::{Rule, Severity};
use rolecall_iam::document::PolicyType;
use rolecall_iam_catalog::{ResourceType, Service};

/// Its texts.
pub(super) static RULE: Rule = Rule {
    code: "unsupported-resource-arn-in-policy",
    severity: Severity::Error,
    title: "a resource that the policy is not attached to",
    what: "All actions of a resource policy are of one service, its resources are of several, and the actions \
        do not act on some of them. What the policy is attached to is inferred from its actions.",
    why: "A resource policy speaks of the resource that it is attached to; that the service refuses the \
        document is inferred.",
    remedy: "Remove the ARN, or put it into the policy of its own resource.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Principal": {
      "AWS": "111122223333"
    },
    "Action": "s3:GetObject",
    "Resource": [
      "arn:aws:s3:::cost-reports/*",
      "arn:aws:sns:eu-central-1:111122223333:reports"
    ]
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
    "Resource": [
      "arn:aws:s3:::cost-reports/*"
    ]
  }
}"#,
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html",
        "https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html",
    ],
};

/// How it is made.
pub(super) static LINT: Lint = Lint {
    rule: &RULE,
    aws: Some(AwsCheck { finding_type: AwsFindingType::Error, name: "Unsupported resource ARN in policy" }),
    policy_types: &[PolicyType::Resource],
    run: Run::Check(check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let mut named = subject.statements().flat_map(|(index, _)| subject.actions.statement(index)).copied();
    let Some(home) = named.next().and_then(service_of) else { return };
    if !named.all(|other| service_of(other) == Some(home)) {
        return;
    }
    let arns = || resource_arns::whole(subject);
    // Where no ARN fits, it is the actions that are out of place.
    if !arns().any(|arn| fits(home, arn.fields.service)) {
        return;
    }
    for arn in arns().filter(|arn| !fits(home, arn.fields.service)) {
        let message = format!("actions of `{home}` do not act on resources of `{}`", arn.fields.service);
        let span = text_part::place(arn.text, arn.fields.service);
        findings.push(Finding::new(&RULE, span, subject_of(arn.index, arn.statement, &arn.text.value), message));
    }
}

fn service_of(named: Named) -> Option<Service> {
    match named {
        Named::One(action) => Some(action.service()),
        Named::WholeService(service) | Named::Several(service) => Some(service),
        Named::Everything | Named::NoAction(_) | Named::NoService => None,
    }
}

fn fits(home: Service, service: &str) -> bool {
    resource_arns::is_open(service)
        || home.prefix() == service
        || arn_forms::of_service(service).is_none()
        || home
            .resource_types()
            .flat_map(ResourceType::arn_patterns)
            .any(|form| form.split(':').nth(2) == Some(service))
}
