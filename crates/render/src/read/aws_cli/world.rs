//! Compares what a script makes of a new role with what it makes of one that exists already: both must be the same.

use super::call::STAYS;
use crate::read::same_value;
use rolecall_core::role::RoleTree;
use rolecall_iam::problem::Problem;
use rolecall_iam::span::Span;
use rolecall_iam::value::{Node, Value};

/// Reports where the update of an existing role differs from its creation.
pub(super) fn compare(fresh: &[RoleTree], again: &[RoleTree], problems: &mut Vec<Problem>) {
    for role in fresh {
        let Some(name) = role.name.as_ref().and_then(Node::as_str) else { continue };
        let Some(updated) = again.iter().find(|other| other.is_named(name)) else { continue };
        let properties = [
            ("trust policy", &role.trust, &updated.trust),
            ("description", &role.description, &updated.description),
            ("session duration", &role.max_session_duration_s, &updated.max_session_duration_s),
            ("permissions boundary", &role.permissions_boundary, &updated.permissions_boundary),
        ];
        for (what, created, updated) in properties {
            property(what, created.as_ref(), updated.as_ref(), role, problems);
        }
        pairs("tag", &role.tags, &updated.tags, problems);
        pairs("inline policy", &role.inline_policies, &updated.inline_policies, problems);
        for arn in &role.managed_policy_arns {
            if !updated.managed_policy_arns.iter().any(|other| same_value(arn, other)) {
                stays(&format!("managed policy `{}`", arn.as_str().unwrap_or("?")), arn, problems);
            }
        }
    }
}

/// Tags, or inline policies, by their key.
fn pairs(what: &str, created: &[(Node, Node)], updated: &[(Node, Node)], problems: &mut Vec<Problem>) {
    for (key, value) in created {
        let label = format!("{what} `{}`", key.as_str().unwrap_or("?"));
        match updated.iter().find(|(other, _)| same_value(key, other)) {
            Some((_, other)) if same_value(value, other) => {}
            Some(_) => differs(&format!("the {label}"), key.span, problems),
            None => stays(&label, key, problems),
        }
    }
}

fn property(what: &str, created: Option<&Node>, updated: Option<&Node>, role: &RoleTree, problems: &mut Vec<Problem>) {
    match (created, updated) {
        (None, None) => {}
        (Some(created), Some(updated)) if same_value(created, updated) => {}
        (created, Some(Node { value: Value::Unresolved(reason), .. })) if reason == STAYS => {
            let Some(created) = created else { return };
            stays(what, created, problems);
        }
        (created, updated) => {
            let at = created.or(updated).map_or(role.span, |node| node.span);
            differs(&format!("the {what}"), at, problems);
        }
    }
}

fn stays(what: &str, created: &Node, problems: &mut Vec<Problem>) {
    let message = format!("when the role exists already, the script leaves its {what} as it is");
    let help = "add the call that updates it, so that running the script again repairs the role";
    problems.push(Problem::warning("update-incomplete", created.span, message, help));
}

fn differs(what: &str, at: Span, problems: &mut Vec<Problem>) {
    let message = format!("{what} of a new role differs from that of a role that exists already");
    let help = "let both ways through the script make the same role";
    problems.push(Problem::error("update-differs", at, message, help));
}
