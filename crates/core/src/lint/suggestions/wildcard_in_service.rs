//! The lint `wildcard-in-service`: a wildcard in the service of an ARN.

use crate::finding::Finding;
use crate::lint::{AwsCheck, AwsFindingType, Lint, Run, Subject, subject_of};
use crate::rule::{Rule, Severity};
use rolecall_iam::document::PolicyType;

/// Its texts.
static RULE: Rule = Rule {
    code: "wildcard-in-service",
    severity: Severity::Note,
    title: "a wildcard in the service of an ARN",
    what: "The third part of an ARN in `Resource` or `NotResource` has `*` or `?`.",
    why: "Services that AWS adds later may match.",
    remedy: "Write the name of the service.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "codebuild:StartBuild",
    "Resource": "arn:aws:*code*:eu-central-1:111122223333:project/reports"
  }
}"#,
    good: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "codebuild:StartBuild",
    "Resource": "arn:aws:codebuild:eu-central-1:111122223333:project/reports"
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
    aws: Some(AwsCheck { finding_type: AwsFindingType::Suggestion, name: "Wildcard in service name" }),
    policy_types: &[
        PolicyType::Identity,
        PolicyType::Resource,
        PolicyType::ServiceControl,
        PolicyType::ResourceControl,
    ],
    run: Run::Check(check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for (index, statement) in subject.statements() {
        for value in statement.resources.iter().flat_map(|resources| &resources.values) {
            let service = value.value.split(':').nth(2).filter(|service| service.contains(['*', '?']));
            if let Some(service) = service {
                let message = format!("`{service}` may stand for other services than the one that is meant");
                findings.push(Finding::new(&RULE, value.span, subject_of(index, statement, &value.value), message));
            }
        }
    }
}
