//! One request with its policies as a line of JSON: the format of `rolecall evaluate --requests`, of the evaluation cases
//! and of the witnesses that proofs report. Reading only; deciding is in `evaluate`.

mod bulk;
mod raw;
mod tree;

pub use bulk::BulkReader;

use crate::arn::AccountId;
use crate::document::PolicyType;
use crate::document::parse;
use crate::evaluate::{
    ActionFacts, CompiledPolicy, Context, PolicySet, PrincipalTextError, Request, RequestError, RequestPrincipal,
};
use crate::json;
use crate::problem::Problem;
use crate::span::FileId;
use crate::value::{Node, Value};
use std::borrow::Cow;
use std::sync::Arc;
use tree::Tree;

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

macro_rules! members {
    ($($variant:ident $name:literal),+ $(,)?) => {
        /// The members that a line may have; `expect` and what follows belong to evaluation cases.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        enum Member {
            $($variant,)+
        }

        impl Member {
            const ALL: &[Self] = &[$(Self::$variant),+];

            fn named(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$variant),)+ _ => None }
            }

            const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }
        }
    };
}

members!(
    Id "id",
    Principal "principal",
    Action "action",
    Resource "resource",
    ResourceAccount "resourceAccount",
    Context "context",
    IdentityPolicies "identityPolicies",
    ResourcePolicy "resourcePolicy",
    PermissionsBoundary "permissionsBoundary",
    SessionPolicies "sessionPolicies",
    ServiceControlPolicies "serviceControlPolicies",
    ResourceControlPolicies "resourceControlPolicies",
    VpcEndpointPolicies "vpcEndpointPolicies",
    PrincipalRole "principalRole",
    PrincipalId "principalId",
    ManagementAccount "managementAccount",
    Facts "facts",
    Expect "expect",
    Name "name",
    Item "item",
    Direction "direction",
    Source "source",
);

/// The members of a line, however they were read: as a tree ([`Tree`]) or as text ([`raw::Raw`]).
trait Members {
    /// The `id` as JSON text; `null` when there is none.
    fn id(&self) -> Result<String, LineError>;

    /// A string; `None` when the member is absent or null.
    fn text(&self, member: Member) -> Result<Option<&str>, LineError>;

    /// Any value; `None` when the member is absent or null.
    fn node(&self, member: Member) -> Result<Option<Cow<'_, Node>>, LineError>;

    /// The request context: a list is a multi-valued key, null an absent one.
    fn context(&self) -> Result<Context, LineError>;
}

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
    let line = Tree::new(&root)?;
    from_members(&line, |trust| policies(&line, trust).map(Arc::new), facts_of)
}

/// The line of these members, with the policies that `policies_of` gives (told whether the resource policy is a trust
/// policy).
fn from_members(
    line: &impl Members,
    policies_of: impl FnOnce(bool) -> Result<Arc<PolicySet>, LineError>,
    facts_of: impl Fn(&str) -> ActionFacts,
) -> Result<RequestLine, LineError> {
    let action = line.text(Member::Action)?.ok_or(LineError::Missing("action"))?;
    let resource = line.text(Member::Resource)?.unwrap_or("*");
    let policies = policies_of(is_trust_request(action, resource))?;
    let request = Request::new(principal(line)?, action, resource, line.context()?)?;
    let mut request = request.with_facts(facts(line, facts_of(action))?);
    if let Some(role) = line.text(Member::PrincipalRole)? {
        request = request.with_principal_role(role)?;
    }
    if let Some(id) = line.text(Member::PrincipalId)? {
        request = request.with_principal_id(id);
    }
    if let Some(account) = account(line, Member::ResourceAccount)? {
        request = request.with_resource_account(account);
    }
    if let Some(account) = account(line, Member::ManagementAccount)? {
        request = request.with_management_account(account);
    }
    if policies.permissions_boundary.is_some() {
        request = request.with_permissions_boundary();
    }
    Ok(RequestLine { id: line.id()?, policies, request })
}

/// Whether the line's resource policy is a role's trust policy, which has no `Resource`.
fn is_trust_request(action: &str, resource: &str) -> bool {
    let is_sts = action.get(..4).is_some_and(|prefix| prefix.eq_ignore_ascii_case("sts:"));
    is_sts && resource.split(':').nth(2) == Some("iam") && resource.contains(":role/")
}

fn account(line: &impl Members, member: Member) -> Result<Option<AccountId>, LineError> {
    let parse = |text: &str| AccountId::parse(text).map_err(|_| LineError::Account(text.to_owned()));
    line.text(member)?.map(parse).transpose()
}

/// An ARN, `"*"`, or an object with one of the kinds of principals.
fn principal(line: &impl Members) -> Result<RequestPrincipal, LineError> {
    if let Ok(Some(text)) = line.text(Member::Principal) {
        return Ok(RequestPrincipal::parse(text)?);
    }
    let node = line.node(Member::Principal)?.ok_or(LineError::Missing("principal"))?;
    let expected = "an ARN, `*`, or an object with one of AWS, Service, Federated, CanonicalUser";
    let wrong = || wrong_type("principal", &node, expected);
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

/// The facts that the line states, else the given ones.
fn facts(line: &impl Members, mut facts: ActionFacts) -> Result<ActionFacts, LineError> {
    let Some(node) = line.node(Member::Facts)? else { return Ok(facts) };
    for member in node.as_object().ok_or_else(|| wrong_type("facts", &node, "an object"))? {
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

/// Reads and compiles all policies of a line.
fn policies(line: &impl Members, trust: bool) -> Result<PolicySet, LineError> {
    let one = |member, policy_type| line.node(member)?.map(|node| policy(&node, policy_type)).transpose();
    let list = |member: Member, policy_type| match line.node(member)? {
        None => Ok(Vec::new()),
        Some(node) => each(node.as_array().ok_or_else(|| wrong_type(member.name(), &node, "a list"))?, policy_type),
    };
    let levels = |member: Member, policy_type| -> Result<Option<Vec<Vec<CompiledPolicy>>>, LineError> {
        let Some(node) = line.node(member)? else { return Ok(None) };
        let wrong = |node: &Node| wrong_type(member.name(), node, "a list of lists of policies");
        let levels = node.as_array().ok_or_else(|| wrong_type(member.name(), &node, "a list"))?;
        let level = |node: &Node| each(node.as_array().ok_or_else(|| wrong(node))?, policy_type);
        levels.iter().map(level).collect::<Result<_, _>>().map(Some)
    };
    let resource_type = if trust { PolicyType::Trust } else { PolicyType::Resource };
    Ok(PolicySet {
        identity: list(Member::IdentityPolicies, PolicyType::Identity)?,
        resource: one(Member::ResourcePolicy, resource_type)?,
        permissions_boundary: one(Member::PermissionsBoundary, PolicyType::Identity)?,
        session: list(Member::SessionPolicies, PolicyType::Identity)?,
        service_control: levels(Member::ServiceControlPolicies, PolicyType::ServiceControl)?,
        resource_control: levels(Member::ResourceControlPolicies, PolicyType::ResourceControl)?,
        vpc_endpoint: list(Member::VpcEndpointPolicies, PolicyType::Resource)?,
    })
}

fn each(nodes: &[Node], policy_type: PolicyType) -> Result<Vec<CompiledPolicy>, LineError> {
    nodes.iter().map(|node| policy(node, policy_type)).collect()
}

fn policy(node: &Node, policy_type: PolicyType) -> Result<CompiledPolicy, LineError> {
    let policy = parse::parse(node, policy_type).into_evaluable().map_err(LineError::Problems)?;
    Ok(CompiledPolicy::new(policy, policy_type))
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
