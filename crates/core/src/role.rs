//! A role as it stands in one account, or as a piece of role code would create it: raw values with their places.
//! Readers of role code fill a [`RoleTree`]; what they could not resolve stays visible in it. What it must be is in
//! [`expected`], the comparison in [`compare`], AWS's limits on a profile in [`profile_rules`].

pub mod compare;
mod document_difference;
pub mod equivalence;
pub mod expected;
pub mod profile_rules;

use rolecall_iam::span::Span;
use rolecall_iam::value::{Node, Value};

/// A role as read from role code or from AWS. Every property is a node: its value, its place, or why it is unresolved.
#[derive(Clone, Debug, PartialEq)]
pub struct RoleTree {
    /// The resource, block or command that defines the role.
    pub span: Span,
    /// Logical ID, Terraform address, or the command: how people name that definition.
    pub label: String,
    /// `RoleName`; absent when the code leaves the choice to AWS.
    pub name: Option<Node>,
    /// `Path`; absent means `/`.
    pub path: Option<Node>,
    /// `Description`.
    pub description: Option<Node>,
    /// `MaxSessionDuration` in seconds (a number node, or a string of digits); absent means 3,600.
    pub max_session_duration_s: Option<Node>,
    /// Tags: key node, value node.
    pub tags: Vec<(Node, Node)>,
    /// `AssumeRolePolicyDocument` as a tree (text forms are parsed by the reader); absent when missing.
    pub trust: Option<Node>,
    /// Inline policies: name node, document tree.
    pub inline_policies: Vec<(Node, Node)>,
    /// Managed policies attached: ARN nodes.
    pub managed_policy_arns: Vec<Node>,
    /// Of these, the ones that the same code makes: ARN node, document tree. A comparison with a profile goes by ARNs alone;
    /// an audit reads the documents.
    pub managed_policy_documents: Vec<(Node, Node)>,
    /// Permissions boundary: an ARN node.
    pub permissions_boundary: Option<Node>,
}

impl RoleTree {
    /// A role of which nothing but its definition is known yet.
    pub fn new(span: Span, label: impl Into<String>) -> Self {
        Self {
            span,
            label: label.into(),
            name: None,
            path: None,
            description: None,
            max_session_duration_s: None,
            tags: Vec::new(),
            trust: None,
            inline_policies: Vec::new(),
            managed_policy_arns: Vec::new(),
            managed_policy_documents: Vec::new(),
            permissions_boundary: None,
        }
    }

    /// Whether `name` is resolved and equal, with case.
    pub fn is_named(&self, name: &str) -> bool {
        self.name.as_ref().and_then(Node::as_str) == Some(name)
    }

    /// Whether the name could not be resolved.
    pub fn has_unresolved_name(&self) -> bool {
        matches!(self.name.as_ref().map(|node| &node.value), Some(Value::Unresolved(_)))
    }
}

#[cfg(test)]
mod tests;
