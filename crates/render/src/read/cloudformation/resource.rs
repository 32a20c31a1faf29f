//! Puts the roles of a template together: `AWS::IAM::Role`, and what `AWS::IAM::RolePolicy`, `AWS::IAM::Policy` and
//! `AWS::IAM::ManagedPolicy` attach to them.
//!
//! A managed policy of the template is attached by its ARN. Its text is not compared: the profile names managed
//! policies by ARN alone. A warning says so.

use super::evaluate::Evaluator;
use crate::read::{elements, not_judged, unresolved};
use rolecall_core::role::RoleTree;
use rolecall_iam::problem::Problem;
use rolecall_iam::span::Span;
use rolecall_iam::value::{Member, Node, Value};
use std::collections::BTreeMap;

/// The roles that the template creates, in source order.
pub(super) fn roles(evaluator: &mut Evaluator<'_>, resources: &Node) -> Vec<RoleTree> {
    let members = resources.as_object().unwrap_or(&[]);
    if let Some(expanded) = members.iter().find(|member| member.key.value.starts_with("Fn::")) {
        let message = format!("`{}` makes resources", expanded.key.value);
        let help = "run the gate on the template that CloudFormation expands it to";
        evaluator.problems.push(not_judged(expanded.key.span, message, help));
    }
    let mut roles = Vec::new();
    let mut by_id = BTreeMap::new();
    for member in members.iter().filter(|member| kind(member) == "AWS::IAM::Role") {
        if present(evaluator, member) {
            by_id.insert(member.key.value.clone(), roles.len());
            roles.push(role(evaluator, member));
        }
    }
    for member in members {
        let kind = kind(member);
        match kind {
            "AWS::IAM::RolePolicy" | "AWS::IAM::Policy" | "AWS::IAM::ManagedPolicy" if present(evaluator, member) => {
                attach(evaluator, member, &mut roles, &by_id);
            }
            "AWS::CloudFormation::Stack" | "AWS::CloudFormation::StackSet" => nested(evaluator, member, kind),
            _ if kind.ends_with("::MODULE") => nested(evaluator, member, kind),
            _ => {}
        }
    }
    roles
}

fn kind(member: &Member) -> &str {
    member.value.get("Type").and_then(Node::as_str).unwrap_or("")
}

fn nested(evaluator: &mut Evaluator<'_>, member: &Member, kind: &str) {
    let message = format!("`{}` ({kind}) holds a template of its own", member.key.value);
    let help = "roles in it are not read: name that template under `[[role_code]]` as well";
    evaluator.problems.push(Problem::warning("nested-template-not-read", member.key.span, message, help));
}

/// Whether the resource exists in this account. When its condition is unknown it counts as existing, with a problem.
fn present(evaluator: &mut Evaluator<'_>, member: &Member) -> bool {
    let Some(condition) = member.value.get("Condition") else { return true };
    let decided = match condition.as_str() {
        Some(name) => evaluator.condition(name),
        None => Err(String::from("`Condition` takes the name of a condition")),
    };
    decided.unwrap_or_else(|reason| {
        let message = format!("whether `{}` exists is not known: {reason}", member.key.value);
        evaluator.problems.push(not_judged(condition.span, message, "give the parameters that the condition needs"));
        true
    })
}

fn property(evaluator: &mut Evaluator<'_>, resource: &Node, name: &str) -> Option<Node> {
    let properties = resource.get("Properties")?;
    let written = properties.get(name);
    match written {
        Some(node) => evaluator.value(node),
        None if properties
            .as_object()
            .is_none_or(|members| members.iter().any(|member| member.key.value.starts_with("Fn::"))) =>
        {
            Some(unresolved("the properties are not a plain mapping", properties.span))
        }
        None => None,
    }
}

fn role(evaluator: &mut Evaluator<'_>, member: &Member) -> RoleTree {
    let resource = &member.value;
    let mut role = RoleTree::new(member.key.span.to(resource.span), member.key.value.clone());
    role.name = property(evaluator, resource, "RoleName");
    role.path = property(evaluator, resource, "Path");
    role.description = property(evaluator, resource, "Description");
    role.max_session_duration_s = property(evaluator, resource, "MaxSessionDuration");
    role.permissions_boundary = property(evaluator, resource, "PermissionsBoundary");
    role.trust = property(evaluator, resource, "AssumeRolePolicyDocument").map(|node| policy(evaluator, node));
    for tag in property(evaluator, resource, "Tags").map(elements).unwrap_or_default() {
        role.tags.push((part(&tag, "Key"), part(&tag, "Value")));
    }
    for inline in property(evaluator, resource, "Policies").map(elements).unwrap_or_default() {
        let document = part(&inline, "PolicyDocument");
        role.inline_policies.push((part(&inline, "PolicyName"), policy(evaluator, document)));
    }
    role.managed_policy_arns = property(evaluator, resource, "ManagedPolicyArns").map(elements).unwrap_or_default();
    for arn in role.managed_policy_arns.clone() {
        if let Some(id) = evaluator.references.get(&arn.span).cloned() {
            note_managed(evaluator, &id, arn.span);
            role.managed_policy_documents.extend(managed_document(evaluator, &id).map(|document| (arn, document)));
        }
    }
    role
}

fn policy(evaluator: &mut Evaluator<'_>, node: Node) -> Node {
    evaluator.strings.policy(node, &mut evaluator.problems)
}

/// The document of a managed policy of this template.
fn managed_document(evaluator: &mut Evaluator<'_>, id: &str) -> Option<Node> {
    let resource = evaluator.resources?.get(id)?;
    let document = property(evaluator, resource, "PolicyDocument")?;
    Some(policy(evaluator, document))
}

/// A member of an element of a list; unresolved when the element is, or lacks it.
fn part(node: &Node, key: &str) -> Node {
    match &node.value {
        Value::Unresolved(reason) => unresolved(reason.clone(), node.span),
        _ => node.get(key).cloned().unwrap_or_else(|| unresolved(format!("`{key}` is missing here"), node.span)),
    }
}

fn attach(evaluator: &mut Evaluator<'_>, member: &Member, roles: &mut [RoleTree], by_id: &BTreeMap<String, usize>) {
    let resource = &member.value;
    let kind = kind(member);
    let property_name = if kind == "AWS::IAM::RolePolicy" { "RoleName" } else { "Roles" };
    let targets = property(evaluator, resource, property_name).map(elements).unwrap_or_default();
    let indexes: Vec<usize> =
        targets.iter().filter_map(|target| find(evaluator, member, target, roles, by_id)).collect();
    if kind == "AWS::IAM::ManagedPolicy" {
        let id = member.key.value.clone();
        let Some(arn) = evaluator.reference(&id, member.key.span) else { return };
        let document = if indexes.is_empty() { None } else { managed_document(evaluator, &id) };
        for index in indexes {
            note_managed(evaluator, &id, member.key.span);
            if let Some(role) = roles.get_mut(index) {
                role.managed_policy_arns.push(arn.clone());
                role.managed_policy_documents.extend(document.clone().map(|document| (arn.clone(), document)));
            }
        }
        return;
    }
    if indexes.is_empty() {
        return;
    }
    let missing = |name: &str| unresolved(format!("`{}` has no `{name}`", member.key.value), member.key.span);
    let name = property(evaluator, resource, "PolicyName").unwrap_or_else(|| missing("PolicyName"));
    let document = property(evaluator, resource, "PolicyDocument");
    let document = match document {
        Some(document) => policy(evaluator, document),
        // The document is optional for `AWS::IAM::RolePolicy`; without it nothing is granted.
        None => missing("PolicyDocument"),
    };
    for index in indexes {
        if let Some(role) = roles.get_mut(index) {
            role.inline_policies.push((name.clone(), document.clone()));
        }
    }
}

/// Says that the text of a managed policy of this template is not compared.
fn note_managed(evaluator: &mut Evaluator<'_>, id: &str, span: Span) {
    let message = format!("the text of the managed policy `{id}` is not compared with the profile");
    let help =
        "the profile names managed policies by ARN; move the statements into an inline policy to have them compared";
    evaluator.problems.push(Problem::warning("managed-policy-not-judged", span, message, help));
}

/// The role of this template that `target` means.
fn find(
    evaluator: &mut Evaluator<'_>,
    member: &Member,
    target: &Node,
    roles: &[RoleTree],
    by_id: &BTreeMap<String, usize>,
) -> Option<usize> {
    if let Some(id) = evaluator.references.get(&target.span)
        && let Some(index) = by_id.get(id)
    {
        return Some(*index);
    }
    let id = &member.key.value;
    if let Some(name) = target.as_str() {
        let found = roles.iter().position(|role| role.is_named(name));
        if found.is_none() {
            outside(&mut evaluator.problems, id, name, target.span);
        }
        return found;
    }
    let message = format!("the role that `{id}` is attached to is not known");
    let help = "name the role by `!Ref` to its resource, or give the parameter that names it";
    evaluator.problems.push(not_judged(target.span, message, help));
    None
}

fn outside(problems: &mut Vec<Problem>, id: &str, name: &str, span: Span) {
    let message = format!("`{id}` is attached to the role `{name}`, which this template does not create");
    let help = "policies of roles from elsewhere are not read: keep a role and its policies in one template";
    problems.push(Problem::warning("role-not-in-code", span, message, help));
}
