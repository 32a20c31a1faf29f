//! All policies of a request together: who may grant, who limits, and which deny ends it
//! (IAM user guide, `reference_policies_evaluation-logic`, `…_evaluation-logic-cross-account`, `access_policies_boundaries`;
//! AWS Organizations user guide, service and resource control policies).

use super::compile::{ByVia, CompiledPolicy};
use super::decision::{Decision, PolicyDecision, StatementId};
use super::request::{Request, RequestPrincipal};
use super::truth::Truth;
use crate::document::Statement;

/// The policies that bear on a request.
#[derive(Clone, Debug, Default)]
pub struct PolicySet {
    /// Identity policies of the caller: inline and managed, of a user also those of its groups.
    pub identity: Vec<CompiledPolicy>,
    /// The policy of the resource; for `sts:AssumeRole` the role's trust policy.
    pub resource: Option<CompiledPolicy>,
    /// The caller's permissions boundary.
    pub permissions_boundary: Option<CompiledPolicy>,
    /// Session policies passed when the session was made; together they are one limit.
    pub session: Vec<CompiledPolicy>,
    /// Service control policies of the caller's account, a list for each level, root first. `None`: no organization.
    pub service_control: Option<Vec<Vec<CompiledPolicy>>>,
    /// Resource control policies of the resource's account, likewise.
    pub resource_control: Option<Vec<Vec<CompiledPolicy>>>,
    /// Policies of the VPC endpoint that the request goes through.
    pub vpc_endpoint: Vec<CompiledPolicy>,
}

impl PolicySet {
    /// The statement that an answer names; `None` for one of another set.
    pub fn statement(&self, by: By) -> Option<&Statement> {
        self.policies_of(by.kind, by.level).get(by.policy as usize)?.statement(by.statement)
    }

    /// The policies of a kind, at a level of control policies.
    pub fn policies_of(&self, kind: PolicyKind, level: u32) -> &[CompiledPolicy] {
        fn at(levels: Option<&Vec<Vec<CompiledPolicy>>>, level: u32) -> &[CompiledPolicy] {
            levels.and_then(|levels| levels.get(level as usize)).map_or(&[], Vec::as_slice)
        }
        match kind {
            PolicyKind::Identity => &self.identity,
            PolicyKind::Resource => self.resource.as_slice(),
            PolicyKind::PermissionsBoundary => self.permissions_boundary.as_slice(),
            PolicyKind::Session => &self.session,
            PolicyKind::ServiceControl => at(self.service_control.as_ref(), level),
            PolicyKind::ResourceControl => at(self.resource_control.as_ref(), level),
            PolicyKind::VpcEndpoint => &self.vpc_endpoint,
        }
    }
}

/// The kinds of policy in a [`PolicySet`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PolicyKind {
    /// Identity policies.
    Identity,
    /// The resource's policy, or the role's trust policy.
    Resource,
    /// The permissions boundary.
    PermissionsBoundary,
    /// Session policies.
    Session,
    /// Service control policies.
    ServiceControl,
    /// Resource control policies.
    ResourceControl,
    /// VPC endpoint policies.
    VpcEndpoint,
}

impl PolicyKind {
    /// In AWS's words.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Identity => "identity policy",
            Self::Resource => "resource policy",
            Self::PermissionsBoundary => "permissions boundary",
            Self::Session => "session policy",
            Self::ServiceControl => "service control policy",
            Self::ResourceControl => "resource control policy",
            Self::VpcEndpoint => "VPC endpoint policy",
        }
    }
}

/// A statement of a [`PolicySet`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct By {
    /// In which kind of policy.
    pub kind: PolicyKind,
    /// The level, root first, for control policies; else 0.
    pub level: u32,
    /// The policy's index in its list; 0 where there is one at most.
    pub policy: u32,
    /// The statement.
    pub statement: StatementId,
}

/// Why a request was decided as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// `sts:GetCallerIdentity` needs no permission and cannot be denied.
    NeedsNoPermission,
    /// A statement grants it and nothing limits the grant.
    Granted,
    /// The account's root user needs no grant.
    RootUser,
    /// The root user cannot assume roles.
    RootUserCannotAssumeRoles,
    /// A `Deny` statement of this kind of policy applies.
    DeniedBy(PolicyKind),
    /// A kind of policy whose `Allow` is needed has none.
    NotAllowedBy(PolicyKind),
    /// A statement of this kind of policy cannot be evaluated, and it could matter.
    CannotEvaluate(PolicyKind),
    /// A resource control policy would decide, but whether RCPs apply to the action's service was not told.
    RcpFactMissing,
}

impl std::fmt::Display for Reason {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NeedsNoPermission => formatter.write_str("the action needs no permission"),
            Self::Granted => formatter.write_str("granted"),
            Self::RootUser => formatter.write_str("the account root user has full access to its own account"),
            Self::RootUserCannotAssumeRoles => formatter.write_str("the account root user cannot assume roles"),
            Self::DeniedBy(kind) => write!(formatter, "explicit deny in a {}", kind.as_str()),
            Self::NotAllowedBy(kind) => write!(formatter, "no {} allows it", kind.as_str()),
            Self::CannotEvaluate(kind) => write!(formatter, "a statement of a {} cannot be evaluated", kind.as_str()),
            Self::RcpFactMissing => {
                formatter.write_str("whether resource control policies apply to the action is not known")
            }
        }
    }
}

/// The answer to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The decision.
    pub decision: Decision,
    /// Why.
    pub reason: Reason,
    /// The statement that it rests on, where one does.
    pub by: Option<By>,
}

impl Answer {
    const fn new(decision: Decision, reason: Reason, by: Option<By>) -> Self {
        Self { decision, reason, by }
    }
}

/// Decides a request. Nothing is allocated.
pub fn decide(policies: &PolicySet, request: &Request) -> Answer {
    // "No permissions are required to perform this operation. If an administrator … explicitly denies access to the
    // sts:GetCallerIdentity action, you can still perform this operation." (STS API reference)
    if request.action_lower() == "sts:getcalleridentity" {
        return Answer::new(Decision::Allowed, Reason::NeedsNoPermission, None);
    }
    let verdicts = Verdicts::new(policies, request);
    if let Some(answer) = verdicts.denied() {
        return answer;
    }
    // "You cannot use AWS account root user credentials to call AssumeRole." (STS API reference)
    let root_user = matches!(request.principal(), RequestPrincipal::Root { .. });
    if root_user && request.action_lower() == "sts:assumerole" {
        return Answer::new(Decision::ImplicitDeny, Reason::RootUserCannotAssumeRoles, None);
    }
    verdicts.granted(request)
}

/// What the policies of one kind say together.
#[derive(Clone, Copy)]
struct Verdict {
    kind: PolicyKind,
    denies: Truth,
    denied_by: Option<By>,
    allows: Truth,
    allowed_by: Option<By>,
}

impl Verdict {
    const fn silent(kind: PolicyKind) -> Self {
        Self { kind, denies: Truth::False, denied_by: None, allows: Truth::False, allowed_by: None }
    }

    /// A limit that is not there.
    const fn no_limit(kind: PolicyKind) -> Self {
        Self { allows: Truth::True, ..Self::silent(kind) }
    }

    fn of<'p>(
        kind: PolicyKind,
        level: u32,
        policies: impl IntoIterator<Item = &'p CompiledPolicy>,
        request: &Request,
    ) -> Self {
        let mut verdict = Self::silent(kind);
        for (index, policy) in (0..).zip(policies) {
            verdict.add(policy.decide(request), level, index);
        }
        verdict
    }

    fn add(&mut self, decision: PolicyDecision, level: u32, policy: u32) {
        let by = |statement: StatementId| By { kind: self.kind, level, policy, statement };
        if decision.denies > self.denies {
            (self.denies, self.denied_by) = (decision.denies, decision.denied_by.map(by));
        }
        if decision.allows > self.allows {
            (self.allows, self.allowed_by) = (decision.allows, decision.allowed_by.map(by));
        }
    }

    /// Another level of the same kind: every level must allow, any may deny.
    fn and_level(self, next: Self) -> Self {
        let (denies, denied_by) =
            if next.denies > self.denies { (next.denies, next.denied_by) } else { (self.denies, self.denied_by) };
        let (allows, allowed_by) =
            if next.allows < self.allows { (next.allows, next.allowed_by) } else { (self.allows, self.allowed_by) };
        Self { kind: self.kind, denies, denied_by, allows, allowed_by }
    }
}

/// What every kind of policy says of a request.
struct Verdicts {
    identity: Verdict,
    /// Grants of the resource's policy to the caller itself or to everyone; its denies.
    resource: Verdict,
    /// Its grants to the role of the caller's session.
    resource_to_role: Verdict,
    /// Its grants to the caller's account.
    resource_to_account: Verdict,
    boundary: Verdict,
    session: Verdict,
    service_control: Verdict,
    resource_control: Verdict,
    vpc_endpoint: Verdict,
    /// An RCP limits the request, if RCPs apply to the action at all, which was not told.
    rcp_fact_missing: bool,
}

impl Verdicts {
    fn new(policies: &PolicySet, request: &Request) -> Self {
        let by_via = policies.resource.as_ref().map_or(ByVia::SILENT, |policy| policy.decide_by_via(request));
        let resource = |decision: PolicyDecision| {
            let mut verdict = Verdict::silent(PolicyKind::Resource);
            verdict.add(decision, 0, 0);
            verdict
        };
        let (resource_control, rcp_fact_missing) = resource_control(policies, request);
        Self {
            identity: Verdict::of(PolicyKind::Identity, 0, &policies.identity, request),
            resource: resource(by_via.direct),
            resource_to_role: resource(by_via.to_role),
            resource_to_account: resource(by_via.to_account),
            boundary: boundary(policies, request),
            session: session(policies, request),
            service_control: service_control(policies, request),
            resource_control,
            vpc_endpoint: limit(PolicyKind::VpcEndpoint, &policies.vpc_endpoint, request),
            rcp_fact_missing,
        }
    }

    /// The answer when a deny applies, or might. "An explicit deny in any policy overrides any allows."
    fn denied(&self) -> Option<Answer> {
        let order = [
            &self.service_control,
            &self.resource_control,
            &self.resource,
            &self.identity,
            &self.boundary,
            &self.session,
            &self.vpc_endpoint,
        ];
        let first = |truth: Truth| order.iter().find(|verdict| verdict.denies == truth);
        if let Some(verdict) = first(Truth::True) {
            return Some(Answer::new(Decision::ExplicitDeny, Reason::DeniedBy(verdict.kind), verdict.denied_by));
        }
        let verdict = first(Truth::Unknown)?;
        let reason = match verdict.kind {
            PolicyKind::ResourceControl if self.rcp_fact_missing => Reason::RcpFactMissing,
            kind => Reason::CannotEvaluate(kind),
        };
        Some(Answer::new(Decision::CannotDecide, reason, verdict.denied_by))
    }

    /// Without any deny: whether the grants reach through the limits.
    fn granted(&self, request: &Request) -> Answer {
        for limit in [&self.service_control, &self.resource_control, &self.vpc_endpoint] {
            if limit.allows == Truth::False {
                return not_allowed(limit);
            }
        }
        let (grant, missing) = self.grant(request);
        if grant.truth == Truth::False {
            return not_allowed(missing);
        }
        let limits = [&self.service_control, &self.resource_control, &self.vpc_endpoint];
        if let Some(limit) = limits.into_iter().find(|limit| limit.allows == Truth::Unknown) {
            let missing_fact = limit.kind == PolicyKind::ResourceControl && self.rcp_fact_missing;
            let reason = if missing_fact { Reason::RcpFactMissing } else { Reason::CannotEvaluate(limit.kind) };
            return Answer::new(Decision::CannotDecide, reason, limit.allowed_by);
        }
        if grant.truth == Truth::Unknown {
            let kind = grant.unknown.unwrap_or(PolicyKind::Identity);
            return Answer::new(Decision::CannotDecide, Reason::CannotEvaluate(kind), grant.by);
        }
        let reason = if grant.by.is_none() { Reason::RootUser } else { Reason::Granted };
        Answer::new(Decision::Allowed, reason, grant.by)
    }

    /// What identity and resource policies grant inside boundary and session policies, and what is missing if nothing.
    fn grant(&self, request: &Request) -> (Grant, &Verdict) {
        let caller_account = request.principal().account();
        let own = Grant::of(&self.resource);
        if caller_account.is_none() {
            // Services, identity providers and anonymous callers have no identity policies.
            return (own, &self.resource);
        }
        let root_user = matches!(request.principal(), RequestPrincipal::Root { .. });
        // "… with the exception of the AWS account root user, which has full access."
        let identity = if root_user { Grant::root_user() } else { Grant::of(&self.identity) };
        let limits = Grant::of(&self.boundary).and(Grant::of(&self.session));
        let to_role = Grant::of(&self.resource_to_role);
        let to_account = Grant::of(&self.resource_to_account);
        let limited_identity = identity.and(limits);
        if caller_account != request.resource_account() {
            // Across accounts both sides must allow, and limits always count.
            let granted = own.or(to_role).or(to_account);
            let missing = if granted.truth == Truth::False { &self.resource } else { self.first_missing(root_user) };
            return (granted.and(limited_identity), missing);
        }
        let direct = own.or(to_role.and(limits));
        if is_exception(request) {
            // "IAM role trust policies and KMS key policies are exceptions … because they must explicitly allow access":
            // they name the caller, or delegate to its account, whose identity policies then decide.
            let missing = if to_account.truth == Truth::False { &self.resource } else { self.first_missing(root_user) };
            return (direct.or(to_account.and(limited_identity)), missing);
        }
        (direct.or(limited_identity), self.first_missing(root_user))
    }

    fn first_missing(&self, root_user: bool) -> &Verdict {
        let identity_missing = !root_user && self.identity.allows == Truth::False;
        match () {
            () if identity_missing => &self.identity,
            () if self.boundary.allows == Truth::False => &self.boundary,
            () => &self.session,
        }
    }
}

fn not_allowed(verdict: &Verdict) -> Answer {
    Answer::new(Decision::ImplicitDeny, Reason::NotAllowedBy(verdict.kind), None)
}

/// Whether something is granted, by what, and which kind of policy leaves it open.
#[derive(Clone, Copy)]
struct Grant {
    truth: Truth,
    by: Option<By>,
    unknown: Option<PolicyKind>,
}

impl Grant {
    fn of(verdict: &Verdict) -> Self {
        let unknown = (verdict.allows == Truth::Unknown).then_some(verdict.kind);
        Self { truth: verdict.allows, by: verdict.allowed_by, unknown }
    }

    const fn root_user() -> Self {
        Self { truth: Truth::True, by: None, unknown: None }
    }

    /// Both must hold; the first one's statement is the granting one.
    fn and(self, limit: Self) -> Self {
        let truth = self.truth.and(limit.truth);
        Self { truth, by: self.by.or(limit.by), unknown: self.unknown.or(limit.unknown) }
    }

    fn or(self, other: Self) -> Self {
        if other.truth > self.truth { other } else { self }
    }
}

/// Requests that the resource's policy must allow even inside one account.
fn is_exception(request: &Request) -> bool {
    let action = request.action_lower();
    let resource = request.resource();
    let assumes_role = action.starts_with("sts:") && resource.contains(":role/");
    let uses_key = action.starts_with("kms:") && resource.contains(":key/");
    assumes_role || uses_key
}

/// Together the policies of a kind are one limit; none at all is no limit.
fn limit(kind: PolicyKind, policies: &[CompiledPolicy], request: &Request) -> Verdict {
    if policies.is_empty() { Verdict::no_limit(kind) } else { Verdict::of(kind, 0, policies, request) }
}

/// A boundary limits users and roles, and the sessions made from them.
fn boundary(policies: &PolicySet, request: &Request) -> Verdict {
    match &policies.permissions_boundary {
        Some(policy) if request.principal().can_have_boundary() => {
            Verdict::of(PolicyKind::PermissionsBoundary, 0, [policy], request)
        }
        _ => Verdict::no_limit(PolicyKind::PermissionsBoundary),
    }
}

/// "If there is no session policy … [and] the principal is a role session, then the request is Allowed. Otherwise [a
/// federated user] … implicitly denied" (`reference_policies_evaluation-logic`).
fn session(policies: &PolicySet, request: &Request) -> Verdict {
    match request.principal() {
        RequestPrincipal::FederatedUser { .. } => Verdict::of(PolicyKind::Session, 0, &policies.session, request),
        RequestPrincipal::Role { .. } | RequestPrincipal::Session { .. } => {
            limit(PolicyKind::Session, &policies.session, request)
        }
        _ => Verdict::no_limit(PolicyKind::Session),
    }
}

/// SCPs bind principals of member accounts, the root user included; not the management account, not service-linked roles
/// (AWS Organizations user guide, `orgs_manage_policies_scps`, "Tasks and entities not restricted by SCPs").
fn service_control(policies: &PolicySet, request: &Request) -> Verdict {
    let kind = PolicyKind::ServiceControl;
    let account = request.principal().account();
    let bound =
        account.is_some() && account != request.management_account() && !request.principal().is_service_linked();
    match &policies.service_control {
        Some(levels) if bound => {
            let each = (0..).zip(levels).map(|(level, policies)| Verdict::of(kind, level, policies, request));
            each.fold(Verdict::no_limit(kind), Verdict::and_level)
        }
        _ => Verdict::no_limit(kind),
    }
}

/// RCPs bind everybody who uses a resource of a member account; not service-linked roles, and only for services that
/// support them (AWS Organizations user guide, `orgs_manage_policies_rcps`). Customers' RCPs only deny: AWS's own
/// `RCPFullAWSAccess` stands at every level that has any policy. The flag: whether the needed fact is missing.
fn resource_control(policies: &PolicySet, request: &Request) -> (Verdict, bool) {
    let kind = PolicyKind::ResourceControl;
    let account = request.resource_account();
    let exempt =
        account.is_some() && account == request.management_account() || request.principal().is_service_linked();
    let (Some(levels), false) = (&policies.resource_control, exempt) else { return (Verdict::no_limit(kind), false) };
    let mut verdict = Verdict::no_limit(kind);
    for (level, policies) in (0..).zip(levels) {
        let mut own = Verdict::of(kind, level, policies, request);
        if !policies.is_empty() {
            (own.allows, own.allowed_by) = (Truth::True, None);
        }
        verdict = verdict.and_level(own);
    }
    match request.facts().rcp_applies {
        Some(true) => (verdict, false),
        Some(false) => (Verdict::no_limit(kind), false),
        None => {
            let limits = verdict.denies > Truth::False || verdict.allows < Truth::True;
            let softened = Verdict {
                denies: verdict.denies.min(Truth::Unknown),
                allows: verdict.allows.max(Truth::Unknown),
                ..verdict
            };
            if limits { (softened, true) } else { (Verdict::no_limit(kind), false) }
        }
    }
}
