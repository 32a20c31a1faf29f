//! A policy compiled for deciding: what is read once is read here, and a decision allocates nothing.

use super::actions::ActionMatcher;
use super::conditions::CompiledCondition;
use super::decision::{PolicyDecision, StatementId};
use super::pattern::ArnPattern;
use super::principals::{self, Via};
use super::request::Request;
use super::scene::{Scene, Slots};
use super::steps::step;
use super::truth::Truth;
use crate::document::{Effect, Element, Policy, PolicyType, Statement, UndecidablePart, Version};
use crate::principal::Principal;
use std::sync::Arc;

/// A policy, ready to decide requests. It keeps the document, for explanations and places. A clone shares the compiled
/// form.
#[derive(Clone, Debug)]
pub struct CompiledPolicy(Arc<Compiled>);

#[derive(Debug)]
struct Compiled {
    policy: Policy,
    policy_type: PolicyType,
    statements: Vec<CompiledStatement>,
}

/// One statement, ready to be matched.
#[derive(Clone, Debug)]
pub(super) struct CompiledStatement {
    pub(super) effect: Effect,
    actions: ActionMatcher,
    principals: Option<Element<Principal>>,
    resources: Option<ResourceMatcher>,
    pub(super) conditions: Vec<CompiledCondition>,
    /// Whether a part of the principal element, or of the conditions, cannot be told.
    doubtful_principals: bool,
    doubtful_conditions: bool,
}

#[derive(Clone, Debug)]
struct ResourceMatcher {
    negated: bool,
    patterns: Vec<ArnPattern>,
    /// A value that cannot be read (a malformed variable).
    malformed: bool,
}

/// What a policy that names principals says of a request.
pub(super) struct ByVia {
    /// Its grants to the caller itself or to everyone; all its denies.
    pub(super) direct: PolicyDecision,
    /// Its grants to the role of the caller's session.
    pub(super) to_role: PolicyDecision,
    /// Its grants to the caller's account.
    pub(super) to_account: PolicyDecision,
}

impl ByVia {
    pub(super) const SILENT: Self =
        Self { direct: PolicyDecision::SILENT, to_role: PolicyDecision::SILENT, to_account: PolicyDecision::SILENT };
}

impl CompiledPolicy {
    /// Compiles a document that was read without errors, as a policy of this type.
    pub fn compile(policy: &Policy, policy_type: PolicyType) -> Self {
        Self::new(policy.clone(), policy_type)
    }

    /// The same, taking the document.
    pub fn new(policy: Policy, policy_type: PolicyType) -> Self {
        let version = policy.effective_version();
        let mut slots = Slots::default();
        let compile = |statement| CompiledStatement::new(statement, version, &mut slots);
        let statements = policy.statements.iter().map(compile).collect();
        Self(Arc::new(Compiled { policy, policy_type, statements }))
    }

    /// The document.
    pub fn policy(&self) -> &Policy {
        &self.0.policy
    }

    /// The type that it was compiled as.
    pub fn policy_type(&self) -> PolicyType {
        self.0.policy_type
    }

    /// A statement of the document.
    pub fn statement(&self, id: StatementId) -> Option<&Statement> {
        self.0.policy.statements.get(id.0 as usize)
    }

    /// What this policy alone says of a request.
    pub fn decide(&self, request: &Request) -> PolicyDecision {
        let mut decision = PolicyDecision::SILENT;
        let scene = Scene::new(request);
        for (id, statement) in self.numbered() {
            decision.add(statement.effect, statement.applies(&scene), id);
        }
        decision
    }

    /// The same for a policy that names principals, its grants apart by what they cover the caller through.
    pub(super) fn decide_by_via(&self, request: &Request) -> ByVia {
        let mut by_via = ByVia::SILENT;
        let scene = Scene::new(request);
        for (id, statement) in self.numbered() {
            let decision = match (statement.effect, statement.via(request)) {
                (Effect::Allow, None) => continue,
                (Effect::Allow, Some(Via::Role)) => &mut by_via.to_role,
                (Effect::Allow, Some(Via::Account)) => &mut by_via.to_account,
                (Effect::Allow, Some(Via::Everyone | Via::Caller)) | (Effect::Deny, _) => &mut by_via.direct,
            };
            decision.add(statement.effect, statement.applies(&scene), id);
        }
        by_via
    }

    pub(super) fn numbered(&self) -> impl Iterator<Item = (StatementId, &CompiledStatement)> {
        (0..).map(StatementId).zip(&self.0.statements)
    }
}

impl CompiledStatement {
    fn new<'d>(statement: &'d Statement, version: Version, slots: &mut Slots<'d>) -> Self {
        let doubtful = |part| statement.undecidable.iter().any(|found| found.part == part);
        Self {
            effect: statement.effect.value,
            actions: ActionMatcher::new(&statement.actions),
            principals: statement.principals.clone(),
            resources: statement.resources.as_ref().map(|element| ResourceMatcher::new(element, version)),
            doubtful_principals: doubtful(UndecidablePart::Principal),
            doubtful_conditions: doubtful(UndecidablePart::ConditionOperator),
            conditions: statement
                .conditions
                .iter()
                .map(|condition| CompiledCondition::new(condition, version, slots))
                .collect(),
        }
    }

    /// Whether the statement applies to the request, whatever its effect.
    pub(super) fn applies(&self, scene: &Scene<'_>) -> Truth {
        let request = scene.request;
        step();
        if !self.covers_action(request) {
            return Truth::False;
        }
        let mut truth = self.covers_caller(request).and(self.covers_resource(scene));
        if self.doubtful_conditions {
            truth = truth.and(Truth::Unknown);
        }
        for condition in &self.conditions {
            if truth == Truth::False {
                return truth;
            }
            truth = truth.and(condition.holds(scene));
        }
        truth
    }

    pub(super) fn covers_action(&self, request: &Request) -> bool {
        self.actions.matches(request.action_lower())
    }

    /// Through what the statement covers the caller. Without a principal element the policy is attached to the caller.
    pub(super) fn via(&self, request: &Request) -> Option<Via> {
        match &self.principals {
            None => Some(Via::Caller),
            Some(element) => principals::covers(element, request, self.effect == Effect::Deny),
        }
    }

    /// Whether the statement covers the caller. A value that names nobody grants nobody anything ("You cannot use a
    /// wildcard to match part of a principal name or ARN"); whether AWS would apply a deny with it cannot be told.
    pub(super) fn covers_caller(&self, request: &Request) -> Truth {
        match self.via(request) {
            Some(_) => Truth::True,
            None if self.doubtful_principals && self.effect == Effect::Deny => Truth::Unknown,
            None => Truth::False,
        }
    }

    pub(super) fn covers_resource(&self, scene: &Scene<'_>) -> Truth {
        // Without the element (trust policies) the statement speaks of the resource that it is attached to.
        self.resources.as_ref().map_or(Truth::True, |resources| resources.covers(scene))
    }
}

impl ResourceMatcher {
    fn new(element: &Element<String>, version: Version) -> Self {
        let variables = version == Version::V2012;
        let compiled: Vec<_> = element.values.iter().map(|value| ArnPattern::new(&value.value, variables)).collect();
        let malformed = compiled.iter().any(Result::is_err);
        Self { negated: element.negated, patterns: compiled.into_iter().flatten().collect(), malformed }
    }

    fn covers(&self, scene: &Scene<'_>) -> Truth {
        let listed = self.patterns.iter().any(|pattern| {
            step();
            pattern.matches(&scene.resource, scene.request.context())
        });
        let listed = match (listed, self.malformed) {
            (true, _) => Truth::True,
            (false, true) => Truth::Unknown,
            (false, false) => Truth::False,
        };
        if self.negated { listed.negate() } else { listed }
    }
}
