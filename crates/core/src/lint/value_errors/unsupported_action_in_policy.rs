//! The lint `unsupported-action-in-policy`: an action that the resource of the policy does not have.

use super::arn_forms;
use crate::finding::Finding;
use crate::lint::resolved::Named;
use crate::lint::{AwsCheck, AwsFindingType, Lint, Run, Subject, resource_arns, subject_of};
use crate::rule::{Rule, Severity};
use rolecall_iam::document::PolicyType;
use rolecall_iam_catalog::{Action, ResourceType, Service};

/// Its texts.
pub(super) static RULE: Rule = Rule {
    code: "unsupported-action-in-policy",
    severity: Severity::Error,
    title: "an action that the resource of the policy does not have",
    what: "A trust policy has another action than those that open or shape a session (`sts:AssumeRole…`, \
        `sts:TagSession`, `sts:SetSourceIdentity`, `sts:SetContext`); or all resources of a resource policy \
        are of one service, and an action does not act on resources of it. What the policy is attached to is \
        inferred from its resources.",
    why: "AWS holds it to be an error; that the document is refused is inferred. In any case the action grants \
        nothing here.",
    remedy: "Remove the action, or put it into the policy of the resource that it acts on.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Principal": {
      "AWS": "arn:aws:iam::999988887777:root"
    },
    "Action": [
      "sts:AssumeRole",
      "s3:GetObject"
    ]
  }
}"#,
    good: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Principal": {
      "AWS": "arn:aws:iam::999988887777:root"
    },
    "Action": "sts:AssumeRole"
  }
}"#,
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html",
        "https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_terms-and-concepts.html",
    ],
};

/// How it is made.
pub(super) static LINT: Lint = Lint {
    rule: &RULE,
    aws: Some(AwsCheck { finding_type: AwsFindingType::Error, name: "Unsupported action in policy" }),
    policy_types: &[PolicyType::Trust, PolicyType::Resource],
    run: Run::Check(check),
};

/// What a trust policy can allow.
const SESSION_ACTIONS: &[&str] =
    &["AssumeRole", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity", "TagSession", "SetSourceIdentity", "SetContext"];

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    if subject.policy_type == PolicyType::Trust {
        return judge(subject, findings, "a trust policy", |named| match named {
            Named::One(action) => is_session_action(action),
            Named::WholeService(service) | Named::Several(service) => service.prefix() == "sts",
            Named::Everything | Named::NoAction(_) | Named::NoService => true,
        });
    }
    let Some(home) = home(subject) else { return };
    let whole = format!("the policy of a resource of `{home}`");
    judge(subject, findings, &whole, |named| match named {
        Named::One(action) => {
            action.service().prefix() == home || action.resource_types().any(|row| is_of(row.resource_type(), home))
        }
        Named::WholeService(service) | Named::Several(service) => acts_on(service, home),
        Named::Everything | Named::NoAction(_) | Named::NoService => true,
    });
}

fn judge(subject: &Subject<'_>, findings: &mut Vec<Finding>, place: &str, fits: impl Fn(Named) -> bool) {
    for (index, statement) in subject.statements().filter(|(_, statement)| !statement.actions.negated) {
        for (pattern, named) in statement.actions.values.iter().zip(subject.actions.statement(index)) {
            if fits(*named) {
                continue;
            }
            let text = pattern.value.as_str();
            let message = format!("`{text}` in {place}");
            findings.push(Finding::new(&RULE, pattern.span, subject_of(index, statement, text), message));
        }
    }
}

fn is_session_action(action: Action) -> bool {
    action.service().prefix() == "sts" && SESSION_ACTIONS.contains(&action.name())
}

/// The one service that all resources of the document are of.
fn home<'a>(subject: &Subject<'a>) -> Option<&'a str> {
    let mut services = resource_arns::whole(subject).map(|arn| arn.fields.service);
    let first = services.next().filter(|first| !resource_arns::is_open(first))?;
    (arn_forms::of_service(first).is_some() && services.all(|service| service == first)).then_some(first)
}

fn acts_on(service: Service, home: &str) -> bool {
    service.prefix() == home || service.resource_types().any(|kind| is_of(kind, home))
}

fn is_of(kind: ResourceType, home: &str) -> bool {
    kind.arn_patterns().any(|pattern| pattern.split(':').nth(2) == Some(home))
}
