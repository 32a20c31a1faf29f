//! The lint `action-without-resource`: an action that takes none of the resources of the statement.

use crate::finding::Finding;
use crate::lint::arn_shapes::Fits;
use crate::lint::{Lint, Run, Subject, subject_of};
use crate::rule::{Rule, Severity};
use rolecall_iam::document::PolicyType;

/// Its texts.
static RULE: Rule = Rule {
    code: "action-without-resource",
    severity: Severity::Warning,
    title: "an action that takes none of the listed resources",
    what: "None of the resources of a statement fits a resource type that AWS documents for an action of it; an \
        action without resource types needs `*`. When no action at all takes any of the resources, that is told of \
        the resources, not of each action.",
    why: "The statement does not apply to the action: an `Allow` does not grant it, and a `Deny` does not deny it.",
    remedy: "Add a resource that the action takes, or move the action to a statement with `\"Resource\": \"*\"`.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": [
      "s3:GetObject",
      "s3:ListBucket"
    ],
    "Resource": "arn:aws:s3:::cost-reports/*"
  }
}"#,
    good: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": [
      "s3:GetObject",
      "s3:ListBucket"
    ],
    "Resource": [
      "arn:aws:s3:::cost-reports/*",
      "arn:aws:s3:::cost-reports"
    ]
  }
}"#,
    references: &[
        "https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html",
    ],
};

/// How it is made.
pub(super) static LINT: Lint = Lint {
    rule: &RULE,
    aws: None,
    policy_types: &[
        PolicyType::Identity,
        PolicyType::Resource,
        PolicyType::ServiceControl,
        PolicyType::ResourceControl,
    ],
    run: Run::Check(check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for (index, statement) in subject.statements().filter(|(_, statement)| !statement.actions.negated) {
        let Some(resources) = statement.resources.as_ref().filter(|resources| !resources.negated) else { continue };
        let without = Fits::of(subject.actions.statement(index), &resources.values).actions_without_resource();
        if without.len() == statement.actions.values.len() {
            // All of them: `resource-of-no-action` says so of every resource.
            continue;
        }
        for pattern in without.iter().filter_map(|at| statement.actions.values.get(*at)) {
            let message = format!("`{}` takes none of the resources of the statement", pattern.value);
            let about = subject_of(index, statement, pattern.value.as_str());
            let finding = Finding::new(&RULE, pattern.span, about, message);
            findings.push(finding.with_related(resources.span, "the resources"));
        }
    }
}
