//! References: `var.x`, `local.x`, `data.….x`, attributes of resources, and the steps behind them.

use super::expression::{Evaluator, reason};
use super::module::{In, attribute};
use super::operator::whole;
use crate::read::{iam_arn, scalar_text, unresolved, weight};
use hcl_edit::expr::{Expression, Traversal, TraversalOperator};
use hcl_edit::structure::Block;
use rolecall_iam::arn::Partition;
use rolecall_iam::span::{FileId, Span};
use rolecall_iam::value::{Node, Value};

/// One step of a traversal.
#[derive(Clone)]
enum Step {
    Name(String),
    Index(Node),
    Splat,
}

impl Step {
    fn name(&self) -> Option<&str> {
        match self {
            Self::Name(name) => Some(name),
            Self::Index(_) | Self::Splat => None,
        }
    }
}

impl<'a> Evaluator<'a> {
    pub(super) fn traversal(&mut self, traversal: &'a Traversal, file: FileId, at: Span) -> Node {
        let mut steps = Vec::new();
        for operator in &traversal.operators {
            steps.push(match operator.value() {
                TraversalOperator::GetAttr(name) => Step::Name(name.as_str().to_owned()),
                TraversalOperator::Index(index) => Step::Index(self.value(In { file, node: index })),
                TraversalOperator::LegacyIndex(index) => {
                    Step::Index(Node::new(Value::Number(index.value().to_string()), at))
                }
                TraversalOperator::AttrSplat(_) | TraversalOperator::FullSplat(_) => Step::Splat,
            });
        }
        let node = match &traversal.expr {
            Expression::Variable(root) if self.scoped(root.as_str()).is_none() => {
                self.reference(root.as_str(), &steps, at)
            }
            inner => {
                let node = self.value(In { file, node: inner });
                walk(node, &steps, at)
            }
        };
        self.at_use(node, at)
    }

    /// Plain values are placed where they are used; texts that may hold a document keep the place of their definition.
    fn at_use(&self, node: Node, at: Span) -> Node {
        let document = node.as_str().is_some_and(|text| text.trim_start().starts_with(['{', '[']));
        let plain = !matches!(node.value, Value::Array(_) | Value::Object(_));
        if plain && !document && self.strings.tree(&node).is_none() { Node { span: at, ..node } } else { node }
    }

    fn reference(&mut self, root: &str, steps: &[Step], at: Span) -> Node {
        let names: Vec<&str> = steps.iter().map_while(Step::name).collect();
        let rest = |count: usize| steps.get(count..).unwrap_or(&[]);
        match (root, names.as_slice()) {
            ("var", [name, ..]) => walk(self.variable(name, at), rest(1), at),
            ("local", [name, ..]) => walk(self.local(name, at), rest(1), at),
            ("path", ["module" | "root" | "cwd"]) => Node::string(".", at),
            ("data", [kind, name, ..]) => {
                let (kind, name) = (*kind, *name);
                match self.module.data.get(&(kind.to_owned(), name.to_owned())).copied() {
                    Some(block) => self.data(kind, block, rest(2), at),
                    None => unresolved(format!("the module has no `data.{kind}.{name}`"), at),
                }
            }
            ("each" | "count", _) => unresolved(format!("`{root}` is not known here"), at),
            ("module" | "terraform" | "self", _) => unresolved(format!("values of `{root}` are not read"), at),
            (kind, [name, ..]) => self.resource(kind, name, rest(1), at),
            _ => unresolved(format!("the reference to `{root}` is not known"), at),
        }
    }

    /// Evaluates a definition once; a circle is unresolved.
    fn once(&mut self, key: String, at: Span, evaluate: impl FnOnce(&mut Self) -> Node) -> Node {
        if let Some(known) = self.known.get(&key) {
            let known = known.clone();
            if !self.spend(weight(&known)) {
                return unresolved("the module is too large to be evaluated", at);
            }
            return known;
        }
        if self.active.contains(&key) {
            return unresolved(format!("`{key}` refers to itself"), at);
        }
        self.active.push(key.clone());
        let scope = std::mem::take(&mut self.scope);
        let node = evaluate(self);
        self.scope = scope;
        self.active.pop();
        self.known.insert(key, node.clone());
        node
    }

    fn local(&mut self, name: &str, at: Span) -> Node {
        match self.module.locals.get(name).copied() {
            Some(expression) => self.once(format!("local.{name}"), at, |evaluator| evaluator.value(expression)),
            None => unresolved(format!("the module has no `local.{name}`"), at),
        }
    }

    fn variable(&mut self, name: &str, at: Span) -> Node {
        let Some(block) = self.module.variables.get(name).copied() else {
            return unresolved(format!("the module has no variable `{name}`"), at);
        };
        if let Some(given) = self.module.environment.parameters.get(name) {
            return given_value(block, given, at);
        }
        let assigned = self.module.assigned.get(name).copied();
        match assigned.or_else(|| attribute(block, "default")) {
            Some(expression) => self.once(format!("var.{name}"), at, |evaluator| evaluator.value(expression)),
            None => unresolved(format!("variable `{name}` has no default, and no value was given for it"), at),
        }
    }

    fn data(&mut self, kind: &str, block: In<'a, Block>, steps: &[Step], at: Span) -> Node {
        let name = steps.first().and_then(Step::name).unwrap_or("");
        if attribute(block, "provider").is_some() {
            return unresolved(format!("`{kind}` of another provider configuration"), at);
        }
        let environment = self.module.environment;
        let text = match (kind, name) {
            ("aws_caller_identity", "account_id" | "id") => environment.account.as_str(),
            ("aws_partition", "partition" | "id") => environment.partition.as_str(),
            ("aws_partition", "dns_suffix") => match environment.partition {
                Partition::Aws | Partition::AwsUsGov => "amazonaws.com",
                Partition::AwsCn => "amazonaws.com.cn",
            },
            ("aws_region", "name" | "id" | "region") => environment.region.as_str(),
            ("aws_iam_policy_document", "json" | "minified_json") => {
                let key = format!("data.{kind}.{}", block.node.labels.get(1).map_or("", |label| label.as_str()));
                if self.active.contains(&key) {
                    return unresolved(format!("`{key}` refers to itself"), at);
                }
                self.active.push(key);
                let tree = self.policy_document(block);
                self.active.pop();
                return self.strings.encode(tree, at);
            }
            _ => return unresolved(format!("`{kind}.{name}` is read by Terraform at apply"), at),
        };
        Node::string(text, at)
    }

    fn resource(&mut self, kind: &str, name: &str, steps: &[Step], at: Span) -> Node {
        let Some(block) = self.module.resources.get(&(kind.to_owned(), name.to_owned())).copied() else {
            return unresolved(format!("the module has no resource `{kind}.{name}`"), at);
        };
        let address = format!("{kind}.{name}");
        let wanted = steps.iter().find_map(Step::name).unwrap_or("");
        let indexed = steps.first().is_some_and(|step| step.name().is_none());
        let property = match (kind, wanted) {
            ("aws_iam_role" | "aws_iam_policy", "name" | "id" | "arn") => "name",
            ("aws_iam_role" | "aws_iam_policy", "path" | "description" | "assume_role_policy" | "policy") => wanted,
            _ => return unresolved(format!("`{address}.{wanted}` is known at apply only"), at),
        };
        if matches!(kind, "aws_iam_role" | "aws_iam_policy") {
            self.references.insert(at, address.clone());
        }
        if steps.iter().any(|step| matches!(step, Step::Splat)) || (indexed && steps.len() > 2) {
            return unresolved(format!("the reference to `{address}` is not evaluated"), at);
        }
        let value = self.own_attribute(&address, block, property, at);
        let Some(text) = value.as_str().filter(|_| wanted == "arn" || (kind == "aws_iam_policy" && wanted == "id"))
        else {
            return value;
        };
        let path = match attribute(block, "path") {
            None => Node::string("/", at),
            Some(path) => self.value(path),
        };
        let arn_kind = if kind == "aws_iam_role" { "role" } else { "policy" };
        match path.as_str() {
            Some(path) => Node::string(iam_arn(self.module.environment, arn_kind, path, text), at),
            None => unresolved(reason(&path, "the path is not known"), at),
        }
    }

    fn own_attribute(&mut self, address: &str, block: In<'a, Block>, property: &str, at: Span) -> Node {
        match attribute(block, property) {
            Some(expression) => {
                let key = format!("{address}.{property}");
                if self.active.contains(&key) {
                    return unresolved(format!("`{key}` refers to itself"), at);
                }
                self.active.push(key);
                let scope = std::mem::take(&mut self.scope);
                let node = self.value(expression);
                self.scope = scope;
                self.active.pop();
                node
            }
            None => unresolved(format!("`{address}` has no `{property}`: it is known at apply only"), at),
        }
    }
}

/// A value given from outside, as `-var` takes it: text for a string, an HCL expression for other types.
fn given_value(block: In<'_, Block>, given: &str, at: Span) -> Node {
    let kind = attribute(block, "type").map(|kind| match kind.node {
        Expression::Variable(name) => name.as_str().to_owned(),
        _ => String::from("complex"),
    });
    match kind.as_deref() {
        None | Some("string" | "any") => Node::string(given, at),
        Some("number") => Node::new(Value::Number(given.to_owned()), at),
        Some("bool") => match given {
            "true" => Node::new(Value::Bool(true), at),
            "false" => Node::new(Value::Bool(false), at),
            _ => unresolved(format!("`{given}` is no boolean"), at),
        },
        Some(_) => hcl_edit::parser::parse_expr(given)
            .ok()
            .and_then(|expression| literal(&expression, at, 0))
            .unwrap_or_else(|| unresolved("the value given for this variable is no literal list or map", at)),
    }
}

/// A literal value of HCL, all at one place.
fn literal(expression: &Expression, at: Span, depth: usize) -> Option<Node> {
    if depth > 64 {
        return None;
    }
    let value = match expression {
        Expression::Null(_) => Value::Null,
        Expression::Bool(value) => Value::Bool(*value.value()),
        Expression::Number(number) => Value::Number(number.value().to_string()),
        Expression::String(text) => Value::String(text.value().clone()),
        Expression::Array(items) => {
            Value::Array(items.iter().map(|item| literal(item, at, depth + 1)).collect::<Option<_>>()?)
        }
        Expression::Object(object) => {
            let mut members = Vec::new();
            for (key, value) in object {
                let name = match (key.as_ident(), key.as_expr()) {
                    (Some(name), _) => name.as_str().to_owned(),
                    (None, Some(key)) => scalar_text(&literal(key, at, depth + 1)?)?.to_owned(),
                    (None, None) => return None,
                };
                let key = rolecall_iam::span::Spanned::new(name, at);
                members.push(rolecall_iam::value::Member { key, value: literal(value.expr(), at, depth + 1)? });
            }
            Value::Object(members)
        }
        _ => return None,
    };
    Some(Node::new(value, at))
}

/// Follows attribute and index steps into a known value.
fn walk(node: Node, steps: &[Step], at: Span) -> Node {
    let mut node = node;
    for (index, step) in steps.iter().enumerate() {
        if let Value::Unresolved(_) = node.value {
            return Node { span: at, ..node };
        }
        if let Step::Splat = step {
            let rest = steps.get(index + 1..).unwrap_or(&[]);
            let Value::Array(items) = node.value else { return unresolved("`[*]` takes a list here", at) };
            let items = items.into_iter().map(|item| walk(item, rest, at)).collect();
            return Node::new(Value::Array(items), at);
        }
        node = match one(&node, step) {
            Ok(found) => found,
            Err(reason) => return unresolved(reason, at),
        };
    }
    node
}

fn one(node: &Node, step: &Step) -> Result<Node, String> {
    let key = match step {
        Step::Name(name) => name.as_str(),
        Step::Index(index) => {
            if let (Some(items), Some(position)) = (node.as_array(), whole(index)) {
                let found = usize::try_from(position).ok().and_then(|position| items.get(position));
                return found.cloned().ok_or_else(|| format!("the list has no element {position}"));
            }
            scalar_text(index).ok_or_else(|| reason(index, "an index that is no text"))?
        }
        Step::Splat => return Err(String::from("`[*]` is not evaluated here")),
    };
    let Some(members) = node.as_object() else { return Err(format!("`{key}` of {} is not known", node.kind())) };
    let found = members.iter().find(|member| member.key.value == key);
    found.map(|member| member.value.clone()).ok_or_else(|| format!("the map has no `{key}`"))
}
