//! The lint `unneeded-star-resource`: `Resource: "*"` where the action takes resources.

use crate::finding::Finding;
use crate::lint::resolved::Named;
use crate::lint::{Lint, Run, Subject, subject_of};
use crate::rule::{Rule, Severity};
use rolecall_iam::document::{Effect, PolicyType};
use rolecall_iam_catalog::{AccessLevel, Action};

/// Its texts.
static RULE: Rule = Rule {
    code: "unneeded-star-resource",
    severity: Severity::Note,
    title: "every resource, where one could be named",
    what: "An `Allow` statement without conditions has `\"Resource\": \"*\"` and an action by name that changes \
        things and that AWS documents with resource types.",
    why: "The action is granted on every resource of the account, and on those that are made later.",
    remedy: "Name the resources, or add a condition such as one on `aws:ResourceTag/…`.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "ec2:TerminateInstances",
    "Resource": "*"
  }
}"#,
    good: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "ec2:TerminateInstances",
    "Resource": "arn:aws:ec2:*:111122223333:instance/*",
    "Condition": {
      "StringEquals": {
        "aws:ResourceTag/team": "reports"
      }
    }
  }
}"#,
    references: &["https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html"],
};

/// How it is made.
pub(super) static LINT: Lint =
    Lint { rule: &RULE, aws: None, policy_types: &[PolicyType::Identity], run: Run::Check(check) };

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for (index, statement) in subject.statements() {
        let Some(resources) = statement.resources.as_ref().filter(|resources| !resources.negated) else { continue };
        let Some(star) = resources.values.iter().find(|value| value.value == "*") else { continue };
        if statement.effect.value != Effect::Allow || statement.actions.negated || !statement.conditions.is_empty() {
            continue;
        }
        let narrowable: Vec<Action> =
            subject.actions.statement(index).iter().filter_map(|named| changes(*named)).collect();
        let Some(first) = narrowable.first() else { continue };
        let more = match narrowable.len() {
            1 => String::new(),
            count => format!(" and {} more", count - 1),
        };
        let message = format!("`*` allows `{first}`{more} on every resource");
        let about = subject_of(index, statement, "Resource");
        findings.push(Finding::new(&RULE, star.span, about, message));
    }
}

fn changes(named: Named) -> Option<Action> {
    let Named::One(action) = named else { return None };
    let level = action.access_level();
    let changing = matches!(level, AccessLevel::Write | AccessLevel::PermissionsManagement);
    (changing && !action.takes_no_resource()).then_some(action)
}
