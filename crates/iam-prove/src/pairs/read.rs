//! Reads lines of pairs: members, documents by their type, sides that say which policy is which. Nothing is judged here.

use super::{Limits, Pair};
use crate::ActionWorld;
use rolecall_iam::document::{Policy, PolicyType, parse, print};
use rolecall_iam::json;
use rolecall_iam::problem::Problem;
use rolecall_iam::span::{FileId, Span};
use rolecall_iam::value::{Node, Value};

/// Why a line cannot be read. Positions are byte offsets in the line.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum PairError {
    /// The line is no JSON, or a document in it is damaged: every problem found.
    #[error("{}", listed(.0))]
    Problems(Vec<Problem>),
    /// A member that a line must have.
    #[error("`{0}` is missing")]
    Missing(&'static str),
    /// A member that no line has.
    #[error("unknown member `{0}`: expected id, reference, candidate, type, mode")]
    Unknown(String),
    /// A member that no side has.
    #[error(
        "unknown member `{1}` of `{0}`: expected identityPolicies or resourcePolicy, permissionsBoundary, sessionPolicies, \
         serviceControlPolicies, resourceControlPolicies"
    )]
    UnknownOfSide(&'static str, String),
    /// Identity policies where the pair is about resource policies.
    #[error(
        "`{0}` has `identityPolicies` in a pair about resource policies: identity policies are compared with identity policies"
    )]
    Bases(&'static str),
    /// A member with a value that it cannot have.
    #[error("`{member}` is `{found}`, expected {expected}")]
    Value {
        /// Its name.
        member: &'static str,
        /// What stands there.
        found: String,
        /// What belongs there.
        expected: &'static str,
    },
    /// Several resource policies of different versions cannot be taken as one.
    #[error("several resource policies in `{0}` have different versions: a resource has one policy")]
    Versions(&'static str),
}

fn listed(problems: &[Problem]) -> String {
    let one = |problem: &Problem| format!("{} (byte {}): {}", problem.message, problem.span.start, problem.help);
    problems.iter().filter(|problem| problem.is_error()).map(one).collect::<Vec<_>>().join("; ")
}

/// The members of a line; `expect` and what follows belong to labelled cases.
const MEMBERS: &[&str] = &["id", "reference", "candidate", "type", "mode", "expect", "source", "why"];

/// Reads a line.
///
/// # Errors
/// When it is no pair; nothing of it is judged then.
pub fn read_line(text: &str) -> Result<Pair, PairError> {
    let read = json::read(FileId(0), text);
    let root = match read.node {
        Some(root) if !read.problems.iter().any(Problem::is_error) => root,
        _ => return Err(PairError::Problems(read.problems)),
    };
    let found = |node: &Node| print::node_to_json_compact(node);
    let Some(members) = root.as_object() else {
        return Err(PairError::Value { member: "(line)", found: found(&root), expected: "an object" });
    };
    if let Some(unknown) = members.iter().find(|member| !MEMBERS.contains(&member.key.value.as_str())) {
        return Err(PairError::Unknown(unknown.key.value.clone()));
    }
    let word = |member: &'static str, expected: &'static str| match root.get(member) {
        None => Ok(None),
        Some(node) => node.as_str().map(Some).ok_or_else(|| PairError::Value { member, found: found(node), expected }),
    };
    let types = "`identity` or `resource`";
    let resource = match word("type", types)? {
        None | Some("identity") => false,
        Some("resource") => true,
        Some(other) => return Err(PairError::Value { member: "type", found: other.to_owned(), expected: types }),
    };
    let modes = "`open` or `catalogue`";
    let world = match word("mode", modes)? {
        None | Some("open") => ActionWorld::Open,
        Some("catalogue") => ActionWorld::Catalogue,
        Some(other) => return Err(PairError::Value { member: "mode", found: other.to_owned(), expected: modes }),
    };
    let reference = root.get("reference").ok_or(PairError::Missing("reference"))?;
    let candidate = root.get("candidate").ok_or(PairError::Missing("candidate"))?;
    let resource = resource || is_resource(reference) || is_resource(candidate);
    let id = root.get("id").map_or_else(|| String::from("null"), print::node_to_json_compact);
    let (reference, reference_limits) = side("reference", reference, resource)?;
    let (candidate, candidate_limits) = side("candidate", candidate, resource)?;
    Ok(Pair { id, reference, reference_limits, candidate, candidate_limits, resource, world })
}

fn items(node: &Node) -> &[Node] {
    node.as_array().unwrap_or(std::slice::from_ref(node))
}

/// The members of a side that says which policy is which.
const SIDE_MEMBERS: [&str; 6] = [
    "identityPolicies",
    "resourcePolicy",
    "permissionsBoundary",
    "sessionPolicies",
    "serviceControlPolicies",
    "resourceControlPolicies",
];

/// Whether a side says which policy is which. A document has none of these members.
fn is_composed(node: &Node) -> bool {
    node.as_object()
        .is_some_and(|members| members.iter().any(|member| SIDE_MEMBERS.contains(&member.key.value.as_str())))
}

/// Whether a side is a resource's policy: it says so, or a statement of its documents has a principal element.
fn is_resource(node: &Node) -> bool {
    if is_composed(node) {
        return member(node, "resourcePolicy").is_some();
    }
    let statements = items(node).iter().filter_map(|document| document.get("Statement")).flat_map(items);
    statements
        .into_iter()
        .any(|statement| statement.get("Principal").is_some() || statement.get("NotPrincipal").is_some())
}

/// A member that is there and not null.
fn member<'n>(node: &'n Node, name: &str) -> Option<&'n Node> {
    node.get(name).filter(|node| node.value != Value::Null)
}

/// What grants and what limits, of one side.
fn side(name: &'static str, node: &Node, resource: bool) -> Result<(Vec<Policy>, Limits), PairError> {
    if !is_composed(node) {
        return Ok((documents(name, items(node), resource)?, Limits::default()));
    }
    let members = node.as_object().unwrap_or_default();
    if let Some(unknown) = members.iter().find(|member| !SIDE_MEMBERS.contains(&member.key.value.as_str())) {
        return Err(PairError::UnknownOfSide(name, unknown.key.value.clone()));
    }
    let own = member(node, "resourcePolicy");
    if resource && member(node, "identityPolicies").is_some() {
        return Err(PairError::Bases(name));
    }
    let base = if resource { own.map_or(&[][..], std::slice::from_ref) } else { list(node, "identityPolicies")? };
    let limits = Limits {
        permissions_boundary: member(node, "permissionsBoundary")
            .map(|node| document(node, PolicyType::Identity))
            .transpose()?,
        session: policies(list(node, "sessionPolicies")?, PolicyType::Identity)?,
        service_control: levels(node, "serviceControlPolicies", PolicyType::ServiceControl)?,
        resource_control: levels(node, "resourceControlPolicies", PolicyType::ResourceControl)?,
    };
    Ok((documents(name, base, resource)?, limits))
}

fn list<'n>(node: &'n Node, name: &'static str) -> Result<&'n [Node], PairError> {
    let Some(node) = member(node, name) else { return Ok(&[]) };
    node.as_array().ok_or_else(|| wrong(name, node, "an array of policies"))
}

fn levels(node: &Node, name: &'static str, policy_type: PolicyType) -> Result<Option<Vec<Vec<Policy>>>, PairError> {
    let Some(node) = member(node, name) else { return Ok(None) };
    let expected = "an array with an array of policies for each level";
    let all = node.as_array().ok_or_else(|| wrong(name, node, expected))?;
    let level = |node: &Node| policies(node.as_array().ok_or_else(|| wrong(name, node, expected))?, policy_type);
    all.iter().map(level).collect::<Result<_, _>>().map(Some)
}

fn wrong(member: &'static str, node: &Node, expected: &'static str) -> PairError {
    PairError::Value { member, found: print::node_to_json_compact(node), expected }
}

fn document(node: &Node, policy_type: PolicyType) -> Result<Policy, PairError> {
    let parsed = parse::parse(node, policy_type);
    parsed.evaluable().cloned().ok_or(PairError::Problems(parsed.problems))
}

fn policies(nodes: &[Node], policy_type: PolicyType) -> Result<Vec<Policy>, PairError> {
    nodes.iter().map(|node| document(node, policy_type)).collect()
}

fn documents(name: &'static str, nodes: &[Node], resource: bool) -> Result<Vec<Policy>, PairError> {
    if resource {
        let policies = policies(nodes, PolicyType::Resource)?;
        return merged(name, policies).map(|policy| vec![policy]);
    }
    policies(nodes, PolicyType::Identity)
}

/// A resource has one policy: several documents are taken as one with all their statements.
fn merged(name: &'static str, policies: Vec<Policy>) -> Result<Policy, PairError> {
    let mut policies = policies.into_iter();
    let mut first =
        policies.next().unwrap_or(Policy { span: Span::default(), version: None, id: None, statements: Vec::new() });
    for policy in policies {
        if policy.effective_version() != first.effective_version() {
            return Err(PairError::Versions(name));
        }
        first.statements.extend(policy.statements);
    }
    Ok(first)
}
