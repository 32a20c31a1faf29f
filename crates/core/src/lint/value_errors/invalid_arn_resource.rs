//! The lint `invalid-arn-resource`: an ARN of a form that its service does not have.

use super::arn_forms;
use crate::finding::Finding;
use crate::lint::{AwsCheck, AwsFindingType, Lint, Run, Subject, resource_arns, subject_of, text_part};
use crate::rule::{Rule, Severity};
use rolecall_iam::document::PolicyType;

/// Its texts.
pub(super) static RULE: Rule = Rule {
    code: "invalid-arn-resource",
    severity: Severity::Error,
    title: "an ARN of a form that its service does not have",
    what: "The resource part of an ARN fits no form that the catalogue has for ARNs of the service.",
    why: "The ARN matches no resource: an `Allow` grants nothing, a `Deny` stops nothing.",
    remedy: "Write the resource in one of the forms of the service.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "iam:GetRole",
    "Resource": "arn:aws:iam::111122223333:roles/Build"
  }
}"#,
    good: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "iam:GetRole",
    "Resource": "arn:aws:iam::111122223333:role/Build"
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
    aws: Some(AwsCheck { finding_type: AwsFindingType::Error, name: "Invalid ARN resource" }),
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
        let (service, resource) = (arn.fields.service, arn.fields.resource);
        let Some(forms) = arn_forms::of_service(service).filter(|forms| forms.are_complete()) else { continue };
        if resource.is_empty() || forms.matching(resource).next().is_some() {
            continue;
        }
        let message = format!("`{resource}` is of no form that the catalogue has for resources of `{service}`");
        let about = subject_of(arn.index, arn.statement, &arn.text.value);
        let finding = Finding::new(&RULE, text_part::place(arn.text, resource), about, message);
        findings.push(finding.with_remedy(format!("The forms are {}.", forms.examples())));
    }
}
