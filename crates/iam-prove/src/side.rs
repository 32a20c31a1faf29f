//! One side of a question: which policies stand together, and how they limit each other.

use crate::caller::Caller;
use rolecall_iam::document::{Policy, Statement};
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

    /// Whether nothing limits the base.
    pub(crate) const fn has_only_base(&self) -> bool {
        self.permissions_boundary.is_none()
            && self.session.is_empty()
            && self.service_control.is_none()
            && self.resource_control.is_none()
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

    /// The policies of the base.
    pub(crate) fn base_policies(&self) -> &[&'p Policy] {
        match &self.base {
            Base::Identity(policies) => policies,
            Base::Resource(policy) | Base::Trust(policy) => std::slice::from_ref(policy),
        }
    }

    /// The statements of the base, in order.
    pub(crate) fn base_statements(&self) -> impl Iterator<Item = &'p Statement> {
        self.base_policies().iter().flat_map(|policy| &policy.statements)
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
    pub(crate) fn layers<'s>(&'s self, caller: &Caller) -> Vec<Layer<'s, 'p>> {
        let layer = |kind, level, policies: &'s [&'p Policy]| Layer { kind, level, policies };
        let kind = if self.is_identity() { PolicyKind::Identity } else { PolicyKind::Resource };
        let mut layers = vec![layer(kind, 0, self.base_policies())];
        if self.permissions_boundary.is_some() && caller.has_boundary() {
            layers.push(layer(PolicyKind::PermissionsBoundary, 0, self.permissions_boundary.as_slice()));
        }
        if !self.session.is_empty() && caller.has_session() {
            layers.push(layer(PolicyKind::Session, 0, &self.session));
        }
        if caller.is_of_account() {
            for (level, policies) in (0..).zip(self.service_control.iter().flatten()) {
                layers.push(layer(PolicyKind::ServiceControl, level, policies));
            }
        }
        for (level, policies) in (0..).zip(self.resource_control.iter().flatten()) {
            layers.push(layer(PolicyKind::ResourceControl, level, policies));
        }
        layers
    }

    /// All policies, in any order.
    pub(crate) fn policies<'s>(&'s self) -> impl Iterator<Item = &'p Policy> + use<'s, 'p> {
        let controls = [&self.service_control, &self.resource_control];
        let controls = controls.into_iter().flatten().flatten().flatten();
        self.base_policies().iter().chain(&self.permissions_boundary).chain(&self.session).chain(controls).copied()
    }
}

/// Policies of which one must allow, and none may deny.
#[derive(Clone, Debug)]
pub(crate) struct Layer<'s, 'p> {
    pub(crate) kind: PolicyKind,
    pub(crate) level: u32,
    pub(crate) policies: &'s [&'p Policy],
}
