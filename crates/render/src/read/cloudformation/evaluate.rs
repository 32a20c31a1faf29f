//! Evaluates values of a template: parameters, pseudo parameters, references and functions give plain values,
//! or unresolved ones with the reason. Functions stand in `function`, conditions in `condition`.

use super::parameter;
use crate::read::embedded::{Strings, Text};
use crate::read::quoted::Syntax;
use crate::read::{Environment, iam_arn, scalar_text, unresolved, weight};
use rolecall_iam::arn::Partition;
use rolecall_iam::problem::Problem;
use rolecall_iam::source::SourceMap;
use rolecall_iam::span::Span;
use rolecall_iam::value::{Member, Node, Value};
use std::collections::BTreeMap;

/// Values evaluated for one template: deep or repeated expansions end here.
const MAX_STEPS: usize = 500_000;
const MAX_DEPTH: usize = 200;

/// The state of evaluating one template for one account.
pub(super) struct Evaluator<'a> {
    pub(super) environment: &'a Environment,
    pub(super) strings: Strings<'a>,
    pub(super) problems: Vec<Problem>,
    pub(super) parameters: BTreeMap<String, Value>,
    pub(super) conditions: Option<&'a Node>,
    pub(super) mappings: Option<&'a Node>,
    pub(super) resources: Option<&'a Node>,
    /// Conditions that are decided already.
    pub(super) decided: BTreeMap<String, Result<bool, String>>,
    /// Places where a resource is named, with its logical ID: how policies find the role that they belong to.
    pub(super) references: BTreeMap<Span, String>,
    /// Resources and conditions under evaluation, to notice circles.
    pub(super) active: Vec<String>,
    steps: usize,
    depth: usize,
}

impl<'a> Evaluator<'a> {
    pub(super) fn new(sources: &'a SourceMap, environment: &'a Environment, root: &'a Node) -> Self {
        let mut problems = Vec::new();
        let parameters = parameter::values(root.get("Parameters"), environment, &mut problems);
        Self {
            environment,
            strings: Strings::new(sources, Syntax::Yaml),
            problems,
            parameters,
            conditions: root.get("Conditions"),
            mappings: root.get("Mappings"),
            resources: root.get("Resources"),
            decided: BTreeMap::new(),
            references: BTreeMap::new(),
            active: Vec::new(),
            steps: 0,
            depth: 0,
        }
    }

    /// The value of a node; `None` for `AWS::NoValue`, which removes the property that holds it.
    pub(super) fn value(&mut self, node: &Node) -> Option<Node> {
        self.steps += 1;
        if self.steps > MAX_STEPS || self.depth > MAX_DEPTH {
            return Some(unresolved("the template is too large or nested too deep to be evaluated", node.span));
        }
        self.depth += 1;
        let value = self.value_within(node);
        self.depth -= 1;
        value
    }

    /// Counts a value that is copied or put together; too much of it makes the rest unresolved.
    pub(super) fn charged(&mut self, node: Node) -> Node {
        self.steps = self.steps.saturating_add(weight(&node));
        if self.steps > MAX_STEPS { unresolved("the template is too large to be evaluated", node.span) } else { node }
    }

    fn value_within(&mut self, node: &Node) -> Option<Node> {
        match &node.value {
            Value::Object(members) => {
                if let [only] = members.as_slice() {
                    let name = only.key.value.as_str();
                    if name == "Ref" || name.starts_with("Fn::") {
                        return self.call(name, &only.value, node.span);
                    }
                }
                Some(self.object(members, node.span))
            }
            Value::Array(items) => {
                let items = items.iter().filter_map(|item| self.value(item)).collect();
                Some(Node::new(Value::Array(items), node.span))
            }
            Value::String(text) if text.contains("{{resolve:") => {
                let reason = "a dynamic reference is resolved by CloudFormation at deployment";
                Some(unresolved(reason, node.span))
            }
            _ => Some(node.clone()),
        }
    }

    fn object(&mut self, members: &[Member], span: Span) -> Node {
        let rewritten = members
            .iter()
            .find(|member| member.key.value == "Fn::Transform" || member.key.value.starts_with("Fn::ForEach"));
        if let Some(member) = rewritten {
            return unresolved(format!("`{}` is expanded by CloudFormation", member.key.value), member.key.span);
        }
        let evaluated = members
            .iter()
            .filter_map(|member| self.value(&member.value).map(|value| Member { key: member.key.clone(), value }));
        Node::new(Value::Object(evaluated.collect()), span)
    }

    /// The value as text with its source map, or the unresolved node that stands in its way.
    pub(super) fn text(&mut self, node: &Node) -> Result<Text, Node> {
        let Some(value) = self.value(node) else {
            return Err(unresolved("`AWS::NoValue` where text was expected", node.span));
        };
        self.text_of(&value)
    }

    pub(super) fn text_of(&self, value: &Node) -> Result<Text, Node> {
        if value.as_str().is_some() {
            return Ok(self.strings.text(value));
        }
        match scalar_text(value) {
            Some(text) => Ok(Text::opaque(text, value.span)),
            None if matches!(value.value, Value::Unresolved(_)) => Err(value.clone()),
            None => Err(unresolved(format!("{} where text was expected", value.kind()), value.span)),
        }
    }

    /// `Ref`: a pseudo parameter, a parameter or a resource.
    pub(super) fn reference(&mut self, name: &str, span: Span) -> Option<Node> {
        let environment = self.environment;
        let text = match name {
            "AWS::NoValue" => return None,
            "AWS::AccountId" => environment.account.as_str().to_owned(),
            "AWS::Partition" => environment.partition.as_str().to_owned(),
            "AWS::Region" => environment.region.clone(),
            "AWS::URLSuffix" => url_suffix(environment.partition).to_owned(),
            _ if name.starts_with("AWS::") => {
                return Some(unresolved(format!("the pseudo parameter `{name}` is known at deployment only"), span));
            }
            _ => {
                if let Some(value) = self.parameters.get(name) {
                    let node = respan(value, span);
                    return Some(self.charged(node));
                }
                return Some(self.resource_reference(name, span));
            }
        };
        Some(Node::string(text, span))
    }

    fn resource_reference(&mut self, id: &str, span: Span) -> Node {
        let Some(resource) = self.resources.and_then(|resources| resources.get(id)) else {
            return unresolved(format!("`{id}` is no parameter and no resource of this template"), span);
        };
        self.references.insert(span, id.to_owned());
        match resource.get("Type").and_then(Node::as_str) {
            Some("AWS::IAM::Role") => self.named(id, resource, "RoleName", span),
            Some("AWS::IAM::ManagedPolicy") => self.arn(id, resource, "policy", "ManagedPolicyName", span),
            kind => {
                let reason =
                    format!("the reference to `{id}` ({}) is known at deployment only", kind.unwrap_or("no type"));
                unresolved(reason, span)
            }
        }
    }

    /// `Fn::GetAtt`.
    pub(super) fn attribute(&mut self, id: &str, attribute: &str, span: Span) -> Node {
        let Some(resource) = self.resources.and_then(|resources| resources.get(id)) else {
            return unresolved(format!("`{id}` is no resource of this template"), span);
        };
        match (resource.get("Type").and_then(Node::as_str), attribute) {
            (Some("AWS::IAM::Role"), "Arn") => self.arn(id, resource, "role", "RoleName", span),
            (Some("AWS::IAM::ManagedPolicy"), "PolicyArn") => {
                self.arn(id, resource, "policy", "ManagedPolicyName", span)
            }
            _ => unresolved(format!("the attribute `{id}.{attribute}` is known at deployment only"), span),
        }
    }

    /// The property that names a resource.
    fn named(&mut self, id: &str, resource: &Node, property: &str, span: Span) -> Node {
        let name = resource.get("Properties").and_then(|properties| properties.get(property));
        let absent = || unresolved(format!("`{id}` has no `{property}`: CloudFormation chooses its name"), span);
        let Some(name) = name else { return absent() };
        if self.active.iter().any(|active| active == id) {
            return unresolved(format!("`{id}` refers to itself"), span);
        }
        self.active.push(id.to_owned());
        let value = self.value(name);
        self.active.pop();
        value.map_or_else(absent, |value| respan(&value.value, span))
    }

    fn arn(&mut self, id: &str, resource: &Node, kind: &str, property: &str, span: Span) -> Node {
        let name = self.named(id, resource, property, span);
        let Some(name) = name.as_str() else { return name };
        let path = resource.get("Properties").and_then(|properties| properties.get("Path")).cloned();
        let path = match path.and_then(|path| self.value(&path)) {
            None => String::from("/"),
            Some(path) => match path.as_str() {
                Some(path) => path.to_owned(),
                None => return unresolved(format!("the path of `{id}` is not known"), span),
            },
        };
        Node::string(iam_arn(self.environment, kind, &path, name), span)
    }
}

/// A value at the place where it is used.
pub(super) fn respan(value: &Value, span: Span) -> Node {
    let mut node = Node::new(value.clone(), span);
    node.map_spans(&mut |_| span);
    node
}

const fn url_suffix(partition: Partition) -> &'static str {
    match partition {
        Partition::Aws | Partition::AwsUsGov => "amazonaws.com",
        Partition::AwsCn => "amazonaws.com.cn",
    }
}
