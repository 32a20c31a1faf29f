//! The lint `invalid-arn-service-case`: an ARN with its service in capitals.

use super::arn_forms;
use crate::finding::Finding;
use crate::lint::{AwsCheck, AwsFindingType, Lint, Run, Subject, resource_arns, subject_of, text_part};
use crate::rule::{Rule, Severity};
use rolecall_iam::document::PolicyType;
use rolecall_iam_catalog::service;

/// Its texts.
pub(super) static RULE: Rule = Rule {
    code: "invalid-arn-service-case",
    severity: Severity::Error,
    title: "an ARN with its service in capitals",
    what: "The service field of a resource ARN has capital letters, and in small letters it is a service.",
    why: "ARNs are compared letter for letter: it matches no resource.",
    remedy: "Write the service in small letters.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "s3:GetObject",
    "Resource": "arn:aws:S3:::cost-reports/*"
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
    aws: Some(AwsCheck { finding_type: AwsFindingType::Error, name: "Invalid ARN service case" }),
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
        let written = arn.fields.service;
        let lower = written.to_ascii_lowercase();
        if lower == written || (arn_forms::of_service(&lower).is_none() && service(&lower).is_none()) {
            continue;
        }
        let about = subject_of(arn.index, arn.statement, &arn.text.value);
        let message = format!("the service `{written}` is written `{lower}` in ARNs");
        let mut finding = Finding::new(&RULE, text_part::place(arn.text, written), about, message);
        // Of what is allowed more would match.
        if resource_arns::may_match_more(arn.statement)
            && let Some(span) = text_part::exact(&arn.text.value, arn.text.span, written)
        {
            finding = finding.with_edit(span, lower);
        }
        findings.push(finding);
    }
}
