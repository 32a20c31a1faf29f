//! The lint `unneeded-star-resource`: `Resource: "*"` where the action takes resources.

use crate::finding::Finding;
use crate::lint::arn_shapes::{is_all_of, may_be_all_of_a_type};
use crate::lint::resolved::Named;
use crate::lint::{Lint, Run, Subject, subject_of};
use crate::rule::{Rule, Severity};
use rolecall_iam::document::{Effect, PolicyType};
use rolecall_iam::span::Spanned;
use rolecall_iam_catalog::{AccessLevel, Action, ResourceType};
use std::collections::BTreeMap;

/// Its texts.
static RULE: Rule = Rule {
    code: "unneeded-star-resource",
    severity: Severity::Note,
    title: "every resource, where one could be named",
    what: "An `Allow` statement without conditions has `\"Resource\": \"*\"` and an action by name that changes \
        things and that AWS documents with resource types. Patterns that are every resource of each of these types, \
        in every Region and account, such as `arn:aws:s3:::*`, are as wide.",
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
        if statement.effect.value != Effect::Allow || statement.actions.negated || !statement.conditions.is_empty() {
            continue;
        }
        let star = resources.values.iter().find(|value| value.value == "*");
        let wide: Vec<&Spanned<String>> =
            resources.values.iter().filter(|value| may_be_all_of_a_type(&value.value)).collect();
        if star.is_none() && wide.is_empty() {
            continue;
        }
        let mut known = BTreeMap::new();
        let mut every = |action: Action| star.or_else(|| all_of(action, &wide, &mut known));
        let named = subject.actions.statement(index).iter().filter_map(|named| changes(*named));
        let open: Vec<(Action, &Spanned<String>)> = named.filter_map(|action| Some((action, every(action)?))).collect();
        let Some((first, value)) = open.first() else { continue };
        let more = match open.len() {
            1 => String::new(),
            count => format!(" and {} more", count - 1),
        };
        let message = format!("`{}` allows `{first}`{more} on every resource", value.value);
        let about = subject_of(index, statement, "Resource");
        findings.push(Finding::new(&RULE, value.span, about, message));
    }
}

/// One of the resources, where together they are every resource of each type that the action takes. What is `known` of a
/// type is not asked for again.
fn all_of<'p>(
    action: Action,
    wide: &[&'p Spanned<String>],
    known: &mut BTreeMap<ResourceType, Option<&'p Spanned<String>>>,
) -> Option<&'p Spanned<String>> {
    let mut every = |kind: ResourceType| {
        *known.entry(kind).or_insert_with(|| wide.iter().find(|value| is_all_of(kind, &value.value)).copied())
    };
    let mut kinds = action.resource_types().map(|row| every(row.resource_type()));
    let first = kinds.next()??;
    kinds.all(|found| found.is_some()).then_some(first)
}

fn changes(named: Named) -> Option<Action> {
    let Named::One(action) = named else { return None };
    let level = action.access_level();
    let changing = matches!(level, AccessLevel::Write | AccessLevel::PermissionsManagement);
    (changing && !action.takes_no_resource()).then_some(action)
}
