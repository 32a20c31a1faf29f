//! The explanation of an answer: what every policy of the set said, statement by statement, and what would have to change
//! for the request to be allowed, where that is simple to say.

use super::chain::{Answer, By, PolicyKind, PolicySet, Reason, decide};
use super::compile::CompiledPolicy;
use super::decision::{Decision, PolicyDecision};
use super::explain::{StatementTrace, explain};
use super::request::Request;
use super::truth::Truth;
use crate::document::Effect;

/// What one policy of the set said.
#[derive(Clone, Debug)]
pub struct PolicyTrace {
    /// Which kind of policy.
    pub kind: PolicyKind,
    /// The level, root first, for control policies; else 0.
    pub level: u32,
    /// Its index in its list.
    pub policy: u32,
    /// What it says on its own.
    pub decision: PolicyDecision,
    /// Its statements, in source order.
    pub statements: Vec<StatementTrace>,
}

/// An answer with everything that led to it.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// The answer: the same as [`decide`] gives.
    pub answer: Answer,
    /// Every policy of the set, in the order in which they are asked.
    pub policies: Vec<PolicyTrace>,
    /// What would have to change for the request to be allowed; `None` when it is, or when it is not simple.
    pub to_allow: Option<String>,
}

impl Explanation {
    /// The trace of the statement that the answer rests on.
    pub fn deciding(&self) -> Option<&StatementTrace> {
        let by = self.answer.by?;
        self.trace_of(by)
    }

    fn trace_of(&self, by: By) -> Option<&StatementTrace> {
        let same = |trace: &&PolicyTrace| (trace.kind, trace.level, trace.policy) == (by.kind, by.level, by.policy);
        self.policies.iter().find(same)?.statements.get(by.statement.0 as usize)
    }
}

/// Decides a request and explains the answer.
pub fn explain_answer(policies: &PolicySet, request: &Request) -> Explanation {
    let answer = decide(policies, request);
    let mut explanation = Explanation { answer, policies: traces(policies, request), to_allow: None };
    explanation.to_allow = to_allow(&explanation, request);
    explanation
}

fn traces(policies: &PolicySet, request: &Request) -> Vec<PolicyTrace> {
    let mut traces = Vec::new();
    let mut add = |kind, level, list: &[CompiledPolicy]| {
        for (index, policy) in (0..).zip(list) {
            let (decision, statements) = (policy.decide(request), explain(policy, request));
            traces.push(PolicyTrace { kind, level, policy: index, decision, statements });
        }
    };
    for (level, list) in (0..).zip(policies.service_control.iter().flatten()) {
        add(PolicyKind::ServiceControl, level, list);
    }
    for (level, list) in (0..).zip(policies.resource_control.iter().flatten()) {
        add(PolicyKind::ResourceControl, level, list);
    }
    add(PolicyKind::VpcEndpoint, 0, &policies.vpc_endpoint);
    add(PolicyKind::Resource, 0, policies.resource.as_slice());
    add(PolicyKind::Identity, 0, &policies.identity);
    add(PolicyKind::PermissionsBoundary, 0, policies.permissions_boundary.as_slice());
    add(PolicyKind::Session, 0, &policies.session);
    traces
}

fn to_allow(explanation: &Explanation, request: &Request) -> Option<String> {
    let answer = explanation.answer;
    match answer.reason {
        Reason::DeniedBy(kind) => {
            let trace = explanation.deciding()?;
            Some(format!("narrow or remove the Deny {} of the {}", name(trace), kind.as_str()))
        }
        Reason::NotAllowedBy(kind) => Some(nearest(explanation, kind, request)),
        Reason::RootUserCannotAssumeRoles => Some(String::from("make the request as a user or a role")),
        Reason::CannotEvaluate(_) | Reason::RcpFactMissing => None,
        Reason::NeedsNoPermission | Reason::Granted | Reason::RootUser => {
            debug_assert_eq!(answer.decision, Decision::Allowed);
            None
        }
    }
}

/// The Allow statement of a kind that fails latest, and on what; else that one has to be added.
fn nearest(explanation: &Explanation, kind: PolicyKind, request: &Request) -> String {
    let of_kind = explanation.policies.iter().filter(|trace| trace.kind == kind);
    let allows = of_kind.flat_map(|trace| &trace.statements);
    let failed = allows.filter(|trace| trace.effect == Effect::Allow && trace.applies != Truth::True);
    let best =
        failed.filter_map(|trace| Some((rank(trace.because.as_ref()?.element)?, trace))).max_by_key(|(rank, _)| *rank);
    match best.and_then(|(_, trace)| Some((trace, trace.because.as_ref()?))) {
        Some((trace, because)) => {
            let (kind, name) = (kind.as_str(), name(trace));
            format!("the Allow {name} of the {kind} fails on its `{}`: {}", because.element, because.text)
        }
        None => format!("allow `{}` on `{}` in a {}", request.action(), request.compared_resource(), kind.as_str()),
    }
}

/// How near a statement is to applying, by the first element that failed; `None` when not even the action is covered.
fn rank(element: &str) -> Option<u8> {
    match element {
        "Principal" | "NotPrincipal" => Some(1),
        "Resource" | "NotResource" => Some(2),
        "Condition" => Some(3),
        _ => None,
    }
}

fn name(trace: &StatementTrace) -> String {
    match &trace.sid {
        Some(sid) => format!("statement `{sid}`"),
        None => format!("statement {}", trace.id.0 + 1),
    }
}
