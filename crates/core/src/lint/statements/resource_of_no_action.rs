//! The lint `resource-of-no-action`: a resource that no action of the statement takes.

use crate::finding::Finding;
use crate::lint::arn_shapes::Fits;
use crate::lint::{Lint, Run, Subject, subject_of};
use crate::rule::{Rule, Severity};
use rolecall_iam::document::PolicyType;

/// Its texts.
static RULE: Rule = Rule {
    code: "resource-of-no-action",
    severity: Severity::Warning,
    title: "a resource that no listed action takes",
    what: "A resource of a statement fits no resource type that AWS documents for any of the actions of the \
        statement. Nothing is said when an action is not in the catalogue, and of wildcards only when no resource \
        type of the whole service fits.",
    why: "That part of the statement does nothing; often the ARN of a bucket stands where that of its objects is \
        meant, or the other way round.",
    remedy: "Correct the resource, or remove it.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::cost-reports"
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
        let unfit = Fits::of(subject.actions.statement(index), &resources.values).resources_without_action();
        for value in unfit.into_iter().filter_map(|number| resources.values.get(number)) {
            let message = format!("`{}` fits none of the actions of the statement", value.value);
            let about = subject_of(index, statement, &value.value);
            let actions = statement.actions.span;
            findings.push(Finding::new(&RULE, value.span, about, message).with_related(actions, "the actions"));
        }
    }
}
