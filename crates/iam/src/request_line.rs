//! One request with its policies as a line of JSON: the format of `rolecall evaluate --requests`, of the evaluation cases
//! and of the witnesses that proofs report. Reading only; deciding is in `evaluate`.

mod bulk;

pub use bulk::BulkReader;

use crate::arn::AccountId;
use crate::document::parse;
use crate::document::{Policy, PolicyType};
use crate::evaluate::{
    ActionFacts, CompiledPolicy, Context, PolicySet, PrincipalTextError, Request, RequestError, RequestPrincipal,
};
use crate::json;
use crate::problem::Problem;
use crate::span::FileId;
use crate::value::{Node, Value};
use std::sync::Arc;

/// A line, read.
#[derive(Clone, Debug)]
pub struct RequestLine {
    /// The line's `id`, as JSON text; `null` when it has none.
    pub id: String,
    /// The policies; lines with the same policies may share them.
    pub policies: Arc<PolicySet>,
    /// The request.
    pub request: Request,
}

/// Why a line cannot be read. Positions are byte offsets in the line.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum LineError {
    /// The line is no JSON, or a policy in it is damaged: every problem found.
    #[error("{}", listed(.0))]
    Problems(Vec<Problem>),
    /// A member that a line must have.
    #[error("`{0}` is missing")]
    Missing(&'static str),
    /// A member that no line has.
    #[error("unknown member `{0}`")]
    Unknown(String),
    /// A member of the wrong type.
    #[error("`{member}` is {found}, expected {expected}")]
    WrongType {
        /// Its name.
        member: String,
        /// What stands there.
        found: &'static str,
        /// What belongs there.
        expected: &'static str,
    },
    /// The principal is nobody that can make a request.
    #[error(transparent)]
    Principal(#[from] PrincipalTextError),
    /// The request contradicts itself.
    #[error(transparent)]
    Request(#[from] RequestError),
    /// An account ID that is none.
    #[error("`{0}` is no account ID: expected 12 digits")]
    Account(String),
}

fn listed(problems: &[Problem]) -> String {
    let one = |problem: &Problem| format!("{} (byte {}): {}", problem.message, problem.span.start, problem.help);
    problems.iter().filter(|problem| problem.is_error()).map(one).collect::<Vec<_>>().join("; ")
}

/// The members that a line may have; `expect` and what follows belong to evaluation cases.
const MEMBERS: &[&str] = &[
    "id",
    "principal",
    "action",
    "resource",
    "resourceAccount",
    "context",
    "identityPolicies",
    "resourcePolicy",
    "permissionsBoundary",
    "sessionPolicies",
    "serviceControlPolicies",
    "resourceControlPolicies",
    "vpcEndpointPolicies",
    "principalRole",
    "principalId",
    "managementAccount",
    "facts",
    "expect",
    "name",
    "item",
    "direction",
    "source",
];

/// Reads a line. `facts_of` gives the facts of an action (`service:Name`) that the line does not state itself.
///
/// # Errors
/// When the line is no request; nothing of it is decided then.
pub fn read(text: &str, facts_of: impl Fn(&str) -> ActionFacts) -> Result<RequestLine, LineError> {
    let read = json::read(FileId(0), text);
    let root = match read.node {
        Some(root) if !read.problems.iter().any(Problem::is_error) => root,
        _ => return Err(LineError::Problems(read.problems)),
    };
    let line = Line { root: &root };
    from_node(&root, &|trust| line.policies(trust).map(Arc::new), facts_of)
}

/// The line in `root`, with the policies that `policies_of` gives (told whether the resource policy is a trust policy).
fn from_node(
    root: &Node,
    policies_of: &dyn Fn(bool) -> Result<Arc<PolicySet>, LineError>,
    facts_of: impl Fn(&str) -> ActionFacts,
) -> Result<RequestLine, LineError> {
    let members = root.as_object().ok_or_else(|| wrong_type("(line)", root, "an object"))?;
    if let Some(unknown) = members.iter().find(|member| !MEMBERS.contains(&member.key.value.as_str())) {
        return Err(LineError::Unknown(unknown.key.value.clone()));
    }
    let line = Line { root };
    let action = line.text("action")?.ok_or(LineError::Missing("action"))?;
    let resource = line.text("resource")?.unwrap_or("*");
    let policies = policies_of(is_trust_request(root))?;
    let request = line.request(action, resource, &policies, facts_of)?;
    let id = root.get("id").map_or_else(|| String::from("null"), crate::document::print::node_to_json_compact);
    Ok(RequestLine { id, policies, request })
}

/// Whether the line's resource policy is a role's trust policy, which has no `Resource`.
fn is_trust_request(root: &Node) -> bool {
    let text = |name| root.get(name).and_then(Node::as_str).unwrap_or("");
    let resource = text("resource");
    let is_role = resource.split(':').nth(2) == Some("iam") && resource.contains(":role/");
    is_role && text("action").get(..4).is_some_and(|prefix| prefix.eq_ignore_ascii_case("sts:"))
}

struct Line<'n> {
    root: &'n Node,
}

impl<'n> Line<'n> {
    /// A member that is there and not null.
    fn get(&self, name: &str) -> Option<&'n Node> {
        self.root.get(name).filter(|node| node.value != Value::Null)
    }

    fn text(&self, name: &'static str) -> Result<Option<&'n str>, LineError> {
        match self.get(name) {
            None => Ok(None),
            Some(node) => node.as_str().map(Some).ok_or_else(|| wrong_type(name, node, "a string")),
        }
    }

    fn account(&self, name: &'static str) -> Result<Option<AccountId>, LineError> {
        let parse = |text: &str| AccountId::parse(text).map_err(|_| LineError::Account(text.to_owned()));
        self.text(name)?.map(parse).transpose()
    }

    fn list(&self, name: &'static str) -> Result<&'n [Node], LineError> {
        match self.get(name) {
            None => Ok(&[]),
            Some(node) => node.as_array().ok_or_else(|| wrong_type(name, node, "a list")),
        }
    }

    fn request(
        &self,
        action: &str,
        resource: &str,
        policies: &PolicySet,
        facts_of: impl Fn(&str) -> ActionFacts,
    ) -> Result<Request, LineError> {
        let principal = self.principal()?;
        let mut request =
            Request::new(principal, action, resource, self.context()?)?.with_facts(self.facts(facts_of(action))?);
        if let Some(role) = self.text("principalRole")? {
            request = request.with_principal_role(role)?;
        }
        if let Some(id) = self.text("principalId")? {
            request = request.with_principal_id(id);
        }
        if let Some(account) = self.account("resourceAccount")? {
            request = request.with_resource_account(account);
        }
        if let Some(account) = self.account("managementAccount")? {
            request = request.with_management_account(account);
        }
        if policies.permissions_boundary.is_some() {
            request = request.with_permissions_boundary();
        }
        Ok(request)
    }

    /// An ARN, `"*"`, or an object with one of the kinds of principals.
    fn principal(&self) -> Result<RequestPrincipal, LineError> {
        let node = self.get("principal").ok_or(LineError::Missing("principal"))?;
        if let Some(text) = node.as_str() {
            return Ok(RequestPrincipal::parse(text)?);
        }
        let wrong = || {
            wrong_type(
                "principal",
                node,
                "an ARN, `*`, or an object with one of AWS, Service, Federated, CanonicalUser",
            )
        };
        let [member] = node.as_object().ok_or_else(wrong)? else { return Err(wrong()) };
        let name = member.value.as_str().ok_or_else(wrong)?;
        match member.key.value.as_str() {
            "AWS" => Ok(RequestPrincipal::parse(name)?),
            "Service" => Ok(RequestPrincipal::Service(name.to_owned())),
            "Federated" => Ok(RequestPrincipal::Federated(name.to_owned())),
            "CanonicalUser" => Ok(RequestPrincipal::CanonicalUser(name.to_owned())),
            _ => Err(wrong()),
        }
    }

    /// A list is a multi-valued key, null an absent one.
    fn context(&self) -> Result<Context, LineError> {
        let mut context = Context::new();
        let Some(node) = self.get("context") else { return Ok(context) };
        for member in node.as_object().ok_or_else(|| wrong_type("context", node, "an object"))? {
            let wrong = |node: &Node| {
                wrong_type(
                    &format!("context.{}", member.key.value),
                    node,
                    "a string, a number, a boolean, null or a list of them",
                )
            };
            match &member.value.value {
                Value::Null => {}
                Value::Array(items) => {
                    let values: Option<Vec<_>> = items.iter().map(scalar).collect();
                    context.set_multi(&member.key.value, values.ok_or_else(|| wrong(&member.value))?);
                }
                _ => context.set(&member.key.value, scalar(&member.value).ok_or_else(|| wrong(&member.value))?),
            }
        }
        Ok(context)
    }

    /// The facts that the line states, else the given ones.
    fn facts(&self, mut facts: ActionFacts) -> Result<ActionFacts, LineError> {
        let Some(node) = self.get("facts") else { return Ok(facts) };
        for member in node.as_object().ok_or_else(|| wrong_type("facts", node, "an object"))? {
            let Value::Bool(flag) = member.value.value else {
                return Err(wrong_type("facts", &member.value, "booleans"));
            };
            match member.key.value.as_str() {
                "actionTakesResource" => facts.takes_resource = Some(flag),
                "rcpApplies" => facts.rcp_applies = Some(flag),
                other => return Err(LineError::Unknown(format!("facts.{other}"))),
            }
        }
        Ok(facts)
    }

    fn policies(&self, trust: bool) -> Result<PolicySet, LineError> {
        let all = |nodes: &[Node], policy_type| {
            nodes.iter().map(|node| policy(node, policy_type)).collect::<Result<Vec<_>, _>>()
        };
        let levels = |name| -> Result<Option<&[Node]>, LineError> {
            if self.get(name).is_some() { self.list(name).map(Some) } else { Ok(None) }
        };
        let controls = |name, policy_type| -> Result<Option<Vec<Vec<CompiledPolicy>>>, LineError> {
            let Some(levels) = levels(name)? else { return Ok(None) };
            let level = |node: &Node| {
                all(node.as_array().ok_or_else(|| wrong_type(name, node, "a list of lists of policies"))?, policy_type)
            };
            levels.iter().map(level).collect::<Result<Vec<_>, _>>().map(Some)
        };
        let resource_type = if trust { PolicyType::Trust } else { PolicyType::Resource };
        let one = |name, policy_type| self.get(name).map(|node| policy(node, policy_type)).transpose();
        Ok(PolicySet {
            identity: all(self.list("identityPolicies")?, PolicyType::Identity)?,
            resource: one("resourcePolicy", resource_type)?,
            permissions_boundary: one("permissionsBoundary", PolicyType::Identity)?,
            session: all(self.list("sessionPolicies")?, PolicyType::Identity)?,
            service_control: controls("serviceControlPolicies", PolicyType::ServiceControl)?,
            resource_control: controls("resourceControlPolicies", PolicyType::ResourceControl)?,
            vpc_endpoint: all(self.list("vpcEndpointPolicies")?, PolicyType::Resource)?,
        })
    }
}

fn policy(node: &Node, policy_type: PolicyType) -> Result<CompiledPolicy, LineError> {
    let parsed = parse::parse(node, policy_type);
    let evaluable: Option<Policy> = parsed.evaluable().cloned();
    evaluable.map(|policy| CompiledPolicy::new(policy, policy_type)).ok_or(LineError::Problems(parsed.problems))
}

fn scalar(node: &Node) -> Option<String> {
    match &node.value {
        Value::String(text) | Value::Number(text) => Some(text.clone()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) | Value::Unresolved(_) => None,
    }
}

fn wrong_type(member: &str, node: &Node, expected: &'static str) -> LineError {
    LineError::WrongType { member: member.to_owned(), found: node.kind(), expected }
}
