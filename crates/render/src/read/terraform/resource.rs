//! Puts the roles of a module together: `aws_iam_role` and what is attached to it by other resources.
//!
//! A managed policy of the module is attached by its ARN; its text is not compared (a warning says so): the profile
//! names managed policies by ARN alone.

use super::expression::{Evaluator, entries, reason};
use super::module::{In, Module, attribute, blocks, dynamic_blocks, heading, span};
use super::operator::whole;
use crate::read::{ReadRoles, elements, not_judged, scalar_text, unresolved};
use hcl_edit::expr::Expression;
use hcl_edit::structure::{Block, BlockLabel};
use rolecall_core::role::RoleTree;
use rolecall_iam::problem::Problem;
use rolecall_iam::span::{Span, Spanned};
use rolecall_iam::value::{Member, Node, Value};

/// Instances of one resource that are evaluated.
const MAX_INSTANCES: i64 = 64;

/// The variables of one instance of a resource: `each` or `count`.
type Scope = Vec<(String, Node)>;

/// The roles that the module creates, in source order.
pub(super) fn roles<'a>(module: &'a Module<'a>) -> ReadRoles {
    let mut evaluator = Evaluator::new(module);
    let mut roles = Vec::new();
    for block in module.ordered.iter().copied().filter(|block| is(*block, "aws_iam_role")) {
        for scope in instances(&mut evaluator, block) {
            let role = with_scope(&mut evaluator, scope, |evaluator| role(evaluator, block));
            roles.push(role);
        }
    }
    for block in module.ordered.iter().copied() {
        let kind = block.node.labels.first().map_or("", |label| label.as_str());
        if let "aws_iam_role_policy" | "aws_iam_role_policy_attachment" | "aws_iam_policy_attachment" = kind {
            for scope in instances(&mut evaluator, block) {
                with_scope(&mut evaluator, scope, |evaluator| attach(evaluator, block, kind, &mut roles));
            }
        }
    }
    ReadRoles { roles, problems: evaluator.problems }
}

fn is(block: In<'_, Block>, kind: &str) -> bool {
    block.node.labels.first().is_some_and(|label| label.as_str() == kind)
}

fn address(block: In<'_, Block>) -> String {
    let labels: Vec<&str> = block.node.labels.iter().map(BlockLabel::as_str).collect();
    labels.join(".")
}

fn with_scope<'a, T>(evaluator: &mut Evaluator<'a>, scope: Scope, run: impl FnOnce(&mut Evaluator<'a>) -> T) -> T {
    evaluator.scope = scope;
    let result = run(evaluator);
    evaluator.scope.clear();
    result
}

/// The instances that `count` or `for_each` make. When they are not known, one without variables and a problem.
fn instances<'a>(evaluator: &mut Evaluator<'a>, block: In<'a, Block>) -> Vec<Scope> {
    if let Some(count) = attribute(block, "count") {
        let value = evaluator.value(count);
        return match whole(&value) {
            Some(count @ 0..=MAX_INSTANCES) => (0..count).map(|index| vec![counted(index, value.span)]).collect(),
            _ => unknown_instances(evaluator, block, &value, "count"),
        };
    }
    let Some(each) = attribute(block, "for_each") else { return vec![Vec::new()] };
    let value = evaluator.value(each);
    let is_set = value.as_array().is_some();
    match entries(&value) {
        Some(entries) if i64::try_from(entries.len()).is_ok_and(|count| count <= MAX_INSTANCES) => {
            let scope = |(key, value): (Node, Node)| {
                let key = if is_set { value.clone() } else { key };
                vec![(String::from("each"), object(&[("key", key), ("value", value)]))]
            };
            entries.into_iter().map(scope).collect()
        }
        _ => unknown_instances(evaluator, block, &value, "for_each"),
    }
}

fn counted(index: i64, at: Span) -> (String, Node) {
    let index = Node::new(Value::Number(index.to_string()), at);
    (String::from("count"), object(&[("index", index)]))
}

fn object(members: &[(&str, Node)]) -> Node {
    let span = members.first().map(|(_, node)| node.span).unwrap_or_default();
    let member =
        |(key, value): &(&str, Node)| Member { key: Spanned::new((*key).to_owned(), value.span), value: value.clone() };
    Node::new(Value::Object(members.iter().map(member).collect()), span)
}

fn unknown_instances(evaluator: &mut Evaluator<'_>, block: In<'_, Block>, value: &Node, name: &str) -> Vec<Scope> {
    let why = reason(value, "its value cannot be used here");
    let message = format!("`{name}` of `{}` is not known: {why}", address(block));
    let help = "give the variables that it needs, or judge a plan (`terraform show -json`)";
    evaluator.problems.push(not_judged(value.span, message, help));
    vec![Vec::new()]
}

fn role<'a>(evaluator: &mut Evaluator<'a>, block: In<'a, Block>) -> RoleTree {
    let mut role = RoleTree::new(span(block.node, block.file), address(block));
    role.name = value(evaluator, block, "name").or_else(|| {
        let prefix = attribute(block, "name_prefix")?;
        Some(unresolved("`name_prefix` leaves the rest of the name to the provider", span(prefix.node, prefix.file)))
    });
    role.path = value(evaluator, block, "path");
    role.description = value(evaluator, block, "description");
    role.max_session_duration_s = value(evaluator, block, "max_session_duration");
    role.permissions_boundary = value(evaluator, block, "permissions_boundary");
    role.trust = value(evaluator, block, "assume_role_policy").map(|node| policy(evaluator, node));
    role.tags = tags(evaluator, block);
    for dynamic in dynamic_blocks(block, "inline_policy") {
        let node = unresolved("a dynamic block makes inline policies", heading(dynamic));
        role.inline_policies.push((node.clone(), node));
    }
    for inline in blocks(block, "inline_policy") {
        // An empty block says that there is no inline policy.
        let (name, document) = (value(evaluator, inline, "name"), value(evaluator, inline, "policy"));
        if name.is_some() || document.is_some() {
            let at = heading(inline);
            let name = name.unwrap_or_else(|| unresolved("`name` is missing here", at));
            let document = document.unwrap_or_else(|| unresolved("`policy` is missing here", at));
            role.inline_policies.push((name, policy(evaluator, document)));
        }
    }
    role.managed_policy_arns = value(evaluator, block, "managed_policy_arns").map(elements).unwrap_or_default();
    for arn in &role.managed_policy_arns {
        note_managed(evaluator, arn);
    }
    if let Some(provider) = attribute(block, "provider") {
        let message = format!("`{}` uses a provider of its own", address(block));
        let help = "it is read as if that provider worked in the account that is judged";
        let at = span(provider.node, provider.file);
        evaluator.problems.push(Problem::warning("provider-of-its-own", at, message, help));
    }
    role
}

/// An attribute; `null` is the same as leaving it out.
fn value<'a>(evaluator: &mut Evaluator<'a>, block: In<'a, Block>, name: &str) -> Option<Node> {
    let expression: In<'a, Expression> = attribute(block, name)?;
    let node = evaluator.value(expression);
    (node.value != Value::Null).then_some(node)
}

fn policy(evaluator: &mut Evaluator<'_>, node: Node) -> Node {
    evaluator.strings.policy(node, &mut evaluator.problems)
}

/// The tags of the resource, over the `default_tags` of its provider.
fn tags<'a>(evaluator: &mut Evaluator<'a>, block: In<'a, Block>) -> Vec<(Node, Node)> {
    let own = value(evaluator, block, "tags");
    let mut result: Vec<(Node, Node)> = Vec::new();
    let plain = attribute(block, "provider").is_none();
    let providers = evaluator.module.providers.iter().copied();
    let providers: Vec<_> = providers.filter(|provider| plain && attribute(*provider, "alias").is_none()).collect();
    for provider in providers {
        for defaults in blocks(provider, "default_tags") {
            if let Some(tags) = value(evaluator, defaults, "tags") {
                add_tags(&mut result, tags);
            }
        }
    }
    if let Some(tags) = own {
        add_tags(&mut result, tags);
    }
    result
}

fn add_tags(result: &mut Vec<(Node, Node)>, tags: Node) {
    let Value::Object(members) = tags.value else {
        let node = unresolved(reason(&tags, "`tags` is no map"), tags.span);
        result.push((node.clone(), node));
        return;
    };
    for Member { key, value } in members {
        result.retain(|(known, _)| known.as_str() != Some(key.value.as_str()));
        let text = scalar_text(&value).map(str::to_owned);
        let value = text.map_or(value.clone(), |text| Node::string(text, value.span));
        result.push((Node::string(key.value, key.span), value));
    }
}

fn attach<'a>(evaluator: &mut Evaluator<'a>, block: In<'a, Block>, kind: &str, roles: &mut [RoleTree]) {
    let attribute_name = if kind == "aws_iam_policy_attachment" { "roles" } else { "role" };
    let targets = value(evaluator, block, attribute_name).map(elements).unwrap_or_default();
    for target in targets {
        let Some(index) = find(evaluator, block, &target, roles) else { continue };
        let missing = |name: &str| unresolved(format!("`{name}` is missing here"), heading(block));
        if kind == "aws_iam_role_policy" {
            let name = value(evaluator, block, "name")
                .unwrap_or_else(|| unresolved("the provider chooses the name of the policy", heading(block)));
            let document = value(evaluator, block, "policy").unwrap_or_else(|| missing("policy"));
            let document = policy(evaluator, document);
            if let Some(role) = roles.get_mut(index) {
                role.inline_policies.push((name, document));
            }
        } else {
            let arn = value(evaluator, block, "policy_arn").unwrap_or_else(|| missing("policy_arn"));
            note_managed(evaluator, &arn);
            let document = managed_document(evaluator, &arn);
            if let Some(role) = roles.get_mut(index) {
                role.managed_policy_documents.extend(document.map(|document| (arn.clone(), document)));
                role.managed_policy_arns.push(arn);
            }
        }
    }
}

/// The document of a managed policy of this module.
fn managed_document(evaluator: &mut Evaluator<'_>, arn: &Node) -> Option<Node> {
    let address = evaluator.references.get(&arn.span)?;
    let (kind, name) = address.split_once('.')?;
    let block = *evaluator.module.resources.get(&(kind.to_owned(), name.to_owned()))?;
    if !is(block, "aws_iam_policy") {
        return None;
    }
    let scope = std::mem::take(&mut evaluator.scope);
    let document = value(evaluator, block, "policy").map(|document| policy(evaluator, document));
    evaluator.scope = scope;
    document
}

/// Says that the text of a managed policy of this module is not compared.
fn note_managed(evaluator: &mut Evaluator<'_>, arn: &Node) {
    let source = evaluator.module.sources.snippet(arn.span);
    if source.contains("aws_iam_policy.") {
        let message = format!("the text of the managed policy `{source}` is not compared with the profile");
        let help =
            "the profile names managed policies by ARN; use `aws_iam_role_policy` to have the statements compared";
        evaluator.problems.push(Problem::warning("managed-policy-not-judged", arn.span, message, help));
    }
}

/// The role of this module that `target` means.
fn find(evaluator: &mut Evaluator<'_>, block: In<'_, Block>, target: &Node, roles: &[RoleTree]) -> Option<usize> {
    let by_name = |name: &str| roles.iter().position(|role| role.is_named(name));
    if let Some(address) = evaluator.references.get(&target.span) {
        let mut same = roles.iter().enumerate().filter(|(_, role)| role.label == *address).map(|(index, _)| index);
        if let (Some(only), None) = (same.next(), same.next()) {
            return Some(only);
        }
    }
    let (message, help) = match target.as_str() {
        Some(name) => {
            if let Some(found) = by_name(name) {
                return Some(found);
            }
            let message =
                format!("`{}` is attached to the role `{name}`, which this module does not create", address(block));
            let help = "policies of roles from elsewhere are not read: keep a role and its policies in one module";
            evaluator.problems.push(Problem::warning("role-not-in-code", target.span, message, help));
            return None;
        }
        None => (
            format!("the role that `{}` is attached to is not known", address(block)),
            "name the role by a reference to its resource, or give the variable that names it",
        ),
    };
    evaluator.problems.push(not_judged(target.span, message, help));
    None
}
