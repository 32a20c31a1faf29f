//! One side of a question: which policies stand together, and how they limit each other.

use crate::caller::Caller;
use rolecall_iam::document::Policy;
use rolecall_iam::evaluate::PolicyKind;
use rolecall_iam::span::Span;

/// What grants in the first place.
#[derive(Clone, Debug)]
pub enum Base<'p> {
    /// Identity policies: what any of them allows.
    Identity(Vec<&'p Policy>),
    /// The policy of a resource, on its own: whom it lets in, the caller's own policies permitting.
    Resource(&'p Policy),
    /// The trust policy of a role, likewise.
    Trust(&'p Policy),
}

/// The policies of one side. Everything but the base limits it.
#[derive(Clone, Debug)]
pub struct PolicySide<'p> {
    /// What grants.
    pub base: Base<'p>,
    /// The permissions boundary.
    pub permissions_boundary: Option<&'p Policy>,
    /// Session policies; together they are one limit. None at all is no limit.
    pub session: Vec<&'p Policy>,
    /// Service control policies, a list for each level, root first. `None`: no organization.
    pub service_control: Option<Vec<Vec<&'p Policy>>>,
    /// Resource control policies, likewise. They only deny; a level without any lets nothing through.
    pub resource_control: Option<Vec<Vec<&'p Policy>>>,
}

impl<'p> PolicySide<'p> {
    /// Identity policies without limits.
    pub fn identity(policies: impl IntoIterator<Item = &'p Policy>) -> Self {
        Self::of(Base::Identity(policies.into_iter().collect()))
    }

    /// A resource policy.
    pub const fn resource(policy: &'p Policy) -> Self {
        Self::of(Base::Resource(policy))
    }

    /// A trust policy.
    pub const fn trust(policy: &'p Policy) -> Self {
        Self::of(Base::Trust(policy))
    }

    const fn of(base: Base<'p>) -> Self {
        Self { base, permissions_boundary: None, session: Vec::new(), service_control: None, resource_control: None }
    }

    /// Whether the base is identity policies.
    pub(crate) const fn is_identity(&self) -> bool {
        matches!(self.base, Base::Identity(_))
    }

    /// Whether any statement of the base names resources.
    pub(crate) fn names_resources(&self) -> bool {
        match &self.base {
            Base::Identity(_) => true,
            Base::Resource(policy) | Base::Trust(policy) => {
                policy.statements.iter().any(|statement| statement.resources.is_some())
            }
        }
    }

    /// Where a statement of the base stands.
    pub(crate) fn statement_span(&self, policy: u32, statement: u32) -> Span {
        let policy = match &self.base {
            Base::Identity(policies) => policies.get(policy as usize).copied(),
            Base::Resource(policy) | Base::Trust(policy) => Some(*policy),
        };
        let found = policy.and_then(|policy| policy.statements.get(statement as usize));
        found.map_or_else(Span::default, |statement| statement.span)
    }

    /// The layers that all have to allow a request of this caller, the base first.
    pub(crate) fn layers(&self, caller: &Caller) -> Vec<Layer<'p>> {
        let layer = |kind, level, policies| Layer { kind, level, policies };
        let mut layers = vec![match &self.base {
            Base::Identity(policies) => layer(PolicyKind::Identity, 0, policies.clone()),
            Base::Resource(policy) | Base::Trust(policy) => layer(PolicyKind::Resource, 0, vec![*policy]),
        }];
        if let Some(policy) = self.permissions_boundary
            && caller.has_boundary()
        {
            layers.push(layer(PolicyKind::PermissionsBoundary, 0, vec![policy]));
        }
        if !self.session.is_empty() && caller.has_session() {
            layers.push(layer(PolicyKind::Session, 0, self.session.clone()));
        }
        if caller.is_of_account() {
            for (level, policies) in (0..).zip(self.service_control.iter().flatten()) {
                layers.push(layer(PolicyKind::ServiceControl, level, policies.clone()));
            }
        }
        for (level, policies) in (0..).zip(self.resource_control.iter().flatten()) {
            layers.push(layer(PolicyKind::ResourceControl, level, policies.clone()));
        }
        layers
    }

    /// All policies, in any order.
    pub(crate) fn policies(&self) -> impl Iterator<Item = &'p Policy> {
        let base: Vec<&'p Policy> = match &self.base {
            Base::Identity(policies) => policies.clone(),
            Base::Resource(policy) | Base::Trust(policy) => vec![*policy],
        };
        let controls = [&self.service_control, &self.resource_control];
        let controls: Vec<&'p Policy> = controls.into_iter().flatten().flatten().flatten().copied().collect();
        base.into_iter().chain(self.permissions_boundary).chain(self.session.clone()).chain(controls)
    }
}

/// Policies of which one must allow, and none may deny.
#[derive(Clone, Debug)]
pub(crate) struct Layer<'p> {
    pub(crate) kind: PolicyKind,
    pub(crate) level: u32,
    pub(crate) policies: Vec<&'p Policy>,
}
