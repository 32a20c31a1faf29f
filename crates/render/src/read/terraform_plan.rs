//! Reads roles out of a plan, as `terraform show -json PLAN` prints it.
//! A plan speaks of one account and one set of variables; what is known only after apply is unresolved.
//!
//! Source: Terraform's "JSON Output Format" (format versions 1.x).

use super::embedded::Strings;
use super::quoted::Syntax;
use super::{Environment, ReadRoles, elements, not_judged, scalar_text, unresolved};
use rolecall_core::role::RoleTree;
use rolecall_iam::json;
use rolecall_iam::problem::Problem;
use rolecall_iam::source::SourceMap;
use rolecall_iam::span::{FileId, Span};
use rolecall_iam::value::{Node, Value};
use std::collections::BTreeMap;

/// Reads the roles of each plan.
pub fn read(sources: &SourceMap, files: &[FileId], environment: &Environment) -> ReadRoles {
    let mut result = ReadRoles::default();
    for file in files {
        let Some(source) = sources.get(*file) else { continue };
        let read = json::read(*file, &source.text);
        result.problems.extend(read.problems);
        let Some(root) = read.node else { continue };
        let Some(module) = root.get("planned_values").and_then(|values| values.get("root_module")) else {
            let help = "the output of `terraform show -json PLAN` was expected, with `planned_values`";
            let problem = Problem::error("no-plan", Span::file(*file), "the text holds no plan", help);
            result.problems.push(problem);
            continue;
        };
        let mut plan = Plan::new(sources, &root);
        plan.notes(environment);
        plan.collect(module, 0);
        let roles = plan.roles();
        result.roles.extend(roles);
        result.problems.append(&mut plan.problems);
    }
    result
}

struct Plan<'a> {
    root: &'a Node,
    strings: Strings<'a>,
    problems: Vec<Problem>,
    /// The managed resources that will exist.
    resources: Vec<&'a Node>,
    /// By address: which attributes are known after apply only.
    unknown: BTreeMap<&'a str, &'a Node>,
    /// By address without indexes: the expressions of the configuration.
    expressions: BTreeMap<String, &'a Node>,
}

impl<'a> Plan<'a> {
    fn new(sources: &'a SourceMap, root: &'a Node) -> Self {
        let mut unknown = BTreeMap::new();
        for change in list(root.get("resource_changes")) {
            let after = change.get("change").and_then(|change| change.get("after_unknown"));
            if let (Some(address), Some(after)) = (text(change, "address"), after) {
                unknown.insert(address, after);
            }
        }
        let mut expressions = BTreeMap::new();
        if let Some(module) = root.get("configuration").and_then(|node| node.get("root_module")) {
            configuration(module, "", &mut expressions, 0);
        }
        let strings = Strings::new(sources, Syntax::Yaml);
        Self { root, strings, problems: Vec::new(), resources: Vec::new(), unknown, expressions }
    }

    /// What keeps the plan as a whole from being the truth about this account.
    fn notes(&mut self, environment: &Environment) {
        if let Some(errored) = self.root.get("errored").filter(|node| node.value == Value::Bool(true)) {
            let help = "make the plan again without errors";
            self.problems.push(not_judged(errored.span, "the plan ended with an error", help));
        }
        let state = self.root.get("prior_state").and_then(|state| state.get("values"));
        let module = state.and_then(|values| values.get("root_module"));
        for resource in list(module.and_then(|module| module.get("resources"))) {
            if text(resource, "type") != Some("aws_caller_identity") {
                continue;
            }
            let account = resource.get("values").and_then(|values| values.get("account_id"));
            let Some(account) = account.filter(|node| node.as_str().is_some()) else { continue };
            let planned = account.as_str().unwrap_or("");
            if planned != environment.account.as_str() {
                let message =
                    format!("the plan was made in account {planned}, it is read for account {}", environment.account);
                let help = "a plan speaks of one account: judge accounts of the other kind by a plan of their own";
                self.problems.push(Problem::warning("plan-of-other-account", account.span, message, help));
            }
        }
    }

    fn collect(&mut self, module: &'a Node, depth: usize) {
        let managed = |resource: &&Node| text(resource, "mode").is_none_or(|mode| mode == "managed");
        self.resources.extend(list(module.get("resources")).iter().filter(managed));
        if depth < 100 {
            for child in list(module.get("child_modules")) {
                self.collect(child, depth + 1);
            }
        }
    }

    fn roles(&mut self) -> Vec<RoleTree> {
        let mut roles = Vec::new();
        for resource in self.resources.clone() {
            if text(resource, "type") == Some("aws_iam_role") {
                roles.push(self.role(resource));
            }
        }
        for resource in self.resources.clone() {
            let kind = text(resource, "type").unwrap_or("");
            if let "aws_iam_role_policy" | "aws_iam_role_policy_attachment" | "aws_iam_policy_attachment" = kind {
                self.attach(resource, kind, &mut roles);
            }
        }
        roles
    }

    fn role(&mut self, resource: &'a Node) -> RoleTree {
        let mut role = RoleTree::new(resource.span, text(resource, "address").unwrap_or("aws_iam_role"));
        role.name = self.value(resource, "name");
        role.path = self.value(resource, "path");
        role.description = self.value(resource, "description");
        role.max_session_duration_s = self.value(resource, "max_session_duration");
        // The provider writes the empty text where there is no boundary.
        role.permissions_boundary =
            self.value(resource, "permissions_boundary").filter(|node| node.as_str() != Some(""));
        role.trust = self.value(resource, "assume_role_policy").map(|node| self.policy(node));
        let tags = self.value(resource, "tags_all").or_else(|| self.value(resource, "tags"));
        if let Some(tags) = tags {
            match tags.value {
                Value::Object(members) => {
                    let pair = |member: rolecall_iam::value::Member| {
                        (Node::string(member.key.value, member.key.span), member.value)
                    };
                    role.tags.extend(members.into_iter().map(pair));
                }
                _ => role.tags.push((tags.clone(), tags)),
            }
        }
        for inline in self.configured(resource, "inline_policy").map(elements).unwrap_or_default() {
            let (name, document) = match &inline.value {
                Value::Unresolved(_) => (inline.clone(), inline.clone()),
                _ => (part(&inline, "name"), part(&inline, "policy")),
            };
            let empty = |node: &Node| node.value == Value::Null || node.as_str() == Some("");
            if !(empty(&name) && empty(&document)) {
                let document = self.policy(document);
                role.inline_policies.push((name, document));
            }
        }
        role.managed_policy_arns = self.configured(resource, "managed_policy_arns").map(elements).unwrap_or_default();
        role
    }

    fn policy(&mut self, node: Node) -> Node {
        self.strings.policy(node, &mut self.problems)
    }

    /// An attribute: its value, `None` when it is null or left out, unresolved when it is known after apply only.
    fn value(&self, resource: &'a Node, name: &str) -> Option<Node> {
        let written = resource.get("values").and_then(|values| values.get(name));
        if let Some(node) = written.filter(|node| node.value != Value::Null) {
            return Some(node.clone());
        }
        let unknown = text(resource, "address").and_then(|address| self.unknown.get(address))?;
        let unknown = unknown.get(name).filter(|node| holds_true(node, 0))?;
        Some(unresolved(format!("`{name}` is known after apply only"), unknown.span))
    }

    /// An attribute that the provider computes where the configuration leaves it out: unknown counts as absent then.
    fn configured(&self, resource: &'a Node, name: &str) -> Option<Node> {
        let value = self.value(resource, name)?;
        if let Value::Unresolved(_) = value.value
            && let Some(expressions) =
                text(resource, "address").and_then(|address| self.expressions.get(&plain(address)))
            && expressions.get(name).is_none()
        {
            return None;
        }
        Some(value)
    }

    fn attach(&mut self, resource: &'a Node, kind: &str, roles: &mut [RoleTree]) {
        let name = if kind == "aws_iam_policy_attachment" { "roles" } else { "role" };
        for target in self.value(resource, name).map(elements).unwrap_or_default() {
            let Some(index) = self.find(resource, name, &target, roles) else { continue };
            if kind == "aws_iam_role_policy" {
                let missing = |name: &str| unresolved(format!("`{name}` is known after apply only"), resource.span);
                let policy_name = self.value(resource, "name").unwrap_or_else(|| missing("name"));
                let document = self.value(resource, "policy").unwrap_or_else(|| missing("policy"));
                let document = self.policy(document);
                if let Some(role) = roles.get_mut(index) {
                    role.inline_policies.push((policy_name, document));
                }
            } else {
                let arn = self.value(resource, "policy_arn");
                let arn = arn.unwrap_or_else(|| unresolved("`policy_arn` is known after apply only", resource.span));
                if let Some(role) = roles.get_mut(index) {
                    role.managed_policy_arns.push(arn);
                }
            }
        }
    }

    /// The role of this plan that `target` means: by name, else by the reference in the configuration.
    fn find(&mut self, resource: &'a Node, attribute: &str, target: &Node, roles: &[RoleTree]) -> Option<usize> {
        let address = text(resource, "address").unwrap_or("");
        let referred = self.referred(address, attribute);
        let mut same = roles.iter().enumerate().filter(|(_, role)| referred.contains(&plain(&role.label)));
        if let (Some((only, _)), None) = (same.next(), same.next()) {
            return Some(only);
        }
        if let Some(name) = scalar_text(target) {
            let found = roles.iter().position(|role| role.is_named(name));
            if found.is_none() {
                let message = format!("`{address}` is attached to the role `{name}`, which this plan does not hold");
                let help = "policies of roles from elsewhere are not read: keep a role and its policies in one module";
                self.problems.push(Problem::warning("role-not-in-code", target.span, message, help));
            }
            return found;
        }
        let message = format!("the role that `{address}` is attached to is known after apply only");
        let help = "name the role by a reference to its resource";
        self.problems.push(not_judged(target.span, message, help));
        None
    }

    /// The addresses, without indexes, that an attribute refers to in the configuration.
    fn referred(&self, address: &str, attribute: &str) -> Vec<String> {
        let plain_address = plain(address);
        let module = plain_address.rfind("aws_iam_").and_then(|at| plain_address.get(..at)).unwrap_or("");
        let expression = self.expressions.get(&plain_address).and_then(|expressions| expressions.get(attribute));
        let references = list(expression.and_then(|expression| expression.get("references")));
        references.iter().filter_map(Node::as_str).map(|reference| format!("{module}{}", plain(reference))).collect()
    }
}

/// A member of an inline policy.
fn part(node: &Node, key: &str) -> Node {
    node.get(key).cloned().unwrap_or_else(|| unresolved(format!("`{key}` is known after apply only"), node.span))
}

fn configuration<'a>(module: &'a Node, prefix: &str, found: &mut BTreeMap<String, &'a Node>, depth: usize) {
    for resource in list(module.get("resources")) {
        if let (Some(address), Some(expressions)) = (text(resource, "address"), resource.get("expressions")) {
            found.insert(format!("{prefix}{address}"), expressions);
        }
    }
    let calls = module.get("module_calls").and_then(Node::as_object).unwrap_or(&[]);
    for call in calls.iter().filter(|_| depth < 100) {
        if let Some(inner) = call.value.get("module") {
            configuration(inner, &format!("{prefix}module.{}.", call.key.value), found, depth + 1);
        }
    }
}

/// An address without its indexes: `module.a["x"].aws_iam_role.b[0]` is `module.a.aws_iam_role.b`.
fn plain(address: &str) -> String {
    let mut result = String::new();
    let mut quoted = false;
    let mut depth = 0_usize;
    for character in address.chars() {
        match character {
            '"' if depth > 0 => quoted = !quoted,
            '[' if !quoted => depth += 1,
            ']' if !quoted => depth = depth.saturating_sub(1),
            _ if depth == 0 => result.push(character),
            _ => {}
        }
    }
    result
}

/// Whether a tree of `after_unknown` says that something is unknown.
fn holds_true(node: &Node, depth: usize) -> bool {
    depth < 100
        && match &node.value {
            Value::Bool(unknown) => *unknown,
            Value::Array(items) => items.iter().any(|item| holds_true(item, depth + 1)),
            Value::Object(members) => members.iter().any(|member| holds_true(&member.value, depth + 1)),
            _ => false,
        }
}

fn list(node: Option<&Node>) -> &[Node] {
    node.and_then(Node::as_array).unwrap_or(&[])
}

fn text<'a>(node: &'a Node, key: &str) -> Option<&'a str> {
    node.get(key).and_then(Node::as_str)
}
