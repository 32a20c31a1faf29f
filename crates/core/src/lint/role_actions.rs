//! `iam:PassRole` and `iam:CreateServiceLinkedRole` granted too widely: AWS tells six ways to write that apart, by how
//! the action is named and how the resource. Each way is a lint of its own, and all are found here.

use super::condition_facts::restricted_by;
use super::reach::{Reach, reach};
use super::{Subject, subject_of};
use crate::contract::patterns::{covers, overlap, widen_variables};
use crate::finding::Finding;
use crate::rule::Rule;
use rolecall_iam::document::{Effect, Statement};
use rolecall_iam::span::Span;

/// An action that is dangerous on every role.
#[derive(Debug)]
pub(super) struct RoleAction {
    /// Its full name.
    pub(super) name: &'static str,
    /// The resource of a role that it takes: a pattern without wildcards before the name.
    pub(super) any_role: &'static str,
    /// A condition key that narrows it enough on every role.
    pub(super) narrowed_by: &'static str,
}

/// `iam:PassRole`.
pub(super) static PASS_ROLE: RoleAction = RoleAction {
    name: "iam:PassRole",
    any_role: "arn:aws:iam::111122223333:role/*",
    narrowed_by: "iam:PassedToService",
};

/// `iam:CreateServiceLinkedRole`.
pub(super) static CREATE_LINKED_ROLE: RoleAction = RoleAction {
    name: "iam:CreateServiceLinkedRole",
    any_role: "arn:aws:iam::111122223333:role/aws-service-role/*",
    narrowed_by: "iam:AWSServiceName",
};

/// How the action is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    /// By its name.
    Name,
    /// By a pattern with wildcards.
    Wildcard,
    /// By `NotAction`.
    NotAction,
}

/// How the resources are named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum On {
    /// `Resource` with every role.
    Everything,
    /// `NotResource`.
    NotResource,
}

/// Reports the statements that allow the action in this way.
pub(super) fn check(
    subject: &Subject<'_>,
    findings: &mut Vec<Finding>,
    rule: &'static Rule,
    action: &'static RoleAction,
    (by, on): (By, On),
) {
    for (index, statement) in subject.statements().filter(|(_, statement)| statement.effect.value == Effect::Allow) {
        let Some((span, found)) = named(statement, action) else { continue };
        let Some(resource) = wide(statement, action, on).filter(|_| found == by) else { continue };
        if on == On::Everything && restricted_by(statement, &[action.narrowed_by]) {
            continue;
        }
        let message = match on {
            On::Everything => format!("`{}` is allowed on every role", action.name),
            On::NotResource => format!("`{}` is allowed on every role but those in `NotResource`", action.name),
        };
        let label = match by {
            By::Name => "allowed here".to_owned(),
            By::Wildcard => format!("matches `{}`", action.name),
            By::NotAction => format!("does not list `{}`", action.name),
        };
        findings.push(
            Finding::new(rule, span, subject_of(index, statement, action.name), message)
                .with_label(label)
                .with_related(resource, "name the roles that are meant"),
        );
    }
}

fn named(statement: &Statement, action: &RoleAction) -> Option<(Span, By)> {
    Some(match reach(statement, action.name)? {
        Reach::Name(span) => (span, By::Name),
        Reach::Wildcard(span) => (span, By::Wildcard),
        Reach::NotListed(span) => (span, By::NotAction),
    })
}

/// The place of a resource that stands for every role, or of a `NotResource`. AWS's page says that names of roles with
/// a service's name before the wildcard may be let pass; here a wildcard behind any part of a name is (inferred).
fn wide(statement: &Statement, action: &RoleAction, on: On) -> Option<Span> {
    let resources = statement.resources.as_ref()?;
    match on {
        On::NotResource => resources.negated.then_some(resources.span),
        On::Everything if resources.negated => None,
        On::Everything => {
            resources.values.iter().find(|value| is_every_role(&value.value, action)).map(|value| value.span)
        }
    }
}

fn is_every_role(pattern: &str, action: &RoleAction) -> bool {
    if pattern == "*" {
        return true;
    }
    let wanted = action.any_role.splitn(6, ':').nth(5).unwrap_or_default();
    let resource = pattern.splitn(6, ':').nth(5).unwrap_or(pattern);
    covers(resource, wanted) && overlap(&widen_variables(pattern), action.any_role)
}
