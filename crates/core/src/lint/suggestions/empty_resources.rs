//! The lint `empty-resources`: a statement without resources.

use crate::finding::Finding;
use crate::lint::written::{elements, is_empty_list};
use crate::lint::{AwsCheck, AwsFindingType, Lint, Run, Subject};
use crate::rule::{Rule, Severity};
use rolecall_iam::document::PolicyType;

/// Its texts.
static RULE: Rule = Rule {
    code: "empty-resources",
    severity: Severity::Note,
    title: "a statement without resources",
    what: "`Resource` or `NotResource` is an empty list.",
    why: "The statement does nothing, which is surely not why it was written.",
    remedy: "List the resources, or remove the statement.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "s3:GetObject",
    "Resource": []
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
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html",
    ],
};

/// How it is made.
pub(super) static LINT: Lint = Lint {
    rule: &RULE,
    aws: Some(AwsCheck { finding_type: AwsFindingType::Suggestion, name: "Empty array resource" }),
    policy_types: &[
        PolicyType::Identity,
        PolicyType::Resource,
        PolicyType::ServiceControl,
        PolicyType::ResourceControl,
    ],
    run: Run::Check(check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for element in elements(subject, &["Resource", "NotResource"]) {
        if is_empty_list(&element.member.value) {
            let message = format!("`{}` is an empty list", element.member.key.value);
            findings.push(Finding::new(&RULE, element.member.value.span, element.about(), message));
        }
    }
}
