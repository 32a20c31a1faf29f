//! SCPs and RCPs above an account, judged for single requests. Whoever asks knows some condition keys of a request and not
//! others; a policy is decided twice, once as if every condition on a key that is not known let its `Deny` through, once as if
//! none did, and an answer counts when both agree.

use rolecall_iam::document::{Effect, Policy, PolicyType, Statement};
use rolecall_iam::evaluate::{CompiledPolicy, Decision, PolicySet, Request, decide};
use std::sync::Arc;

/// One SCP or RCP.
#[derive(Clone, Debug)]
pub struct LimitDocument {
    /// `p-…`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its document.
    pub policy: Policy,
}

/// The policies above an account, a list for each level, root first, the account itself last. Nothing: policies of this type
/// are not enabled.
#[derive(Clone, Debug, Default)]
pub struct Levels {
    /// Service control policies.
    pub service: Option<Vec<Vec<Arc<LimitDocument>>>>,
    /// Resource control policies.
    pub resource: Option<Vec<Vec<Arc<LimitDocument>>>>,
}

/// What is known of the policies above an account.
#[derive(Clone, Debug)]
pub enum Limits {
    /// They do not bind it: the management account (Organizations user guide, `orgs_manage_policies_scps`), or an organization
    /// without such policies.
    None,
    /// Read.
    Known(Arc<Levels>),
    /// Not read, and why.
    Unknown(String),
}

/// The answer about one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Allowed,
    /// The policy that denies, or that nothing allows it at a level.
    Denied(String),
    /// Why it cannot be told.
    Open(String),
}

/// Whether a condition of a policy can be told for a request.
pub(super) type IsKnown<'k> = &'k dyn Fn(&rolecall_iam::document::Condition) -> bool;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Assuming {
    TheWorst,
    TheBest,
}

pub(super) fn by_service_control(levels: &Levels, request: &Request, is_known: IsKnown<'_>) -> Verdict {
    let Some(service) = &levels.service else { return Verdict::Allowed };
    judge(service, PolicyType::ServiceControl, request, is_known, &|compiled| PolicySet {
        service_control: Some(compiled),
        ..PolicySet::default()
    })
}

/// `trust`: the policy that lets the caller in, but for RCPs.
pub(super) fn by_resource_control(
    levels: &Levels,
    trust: &Policy,
    request: &Request,
    is_known: IsKnown<'_>,
) -> Verdict {
    let Some(resource) = &levels.resource else { return Verdict::Allowed };
    let trust = CompiledPolicy::compile(trust, PolicyType::Trust);
    judge(resource, PolicyType::ResourceControl, request, is_known, &|compiled| PolicySet {
        resource_control: Some(compiled),
        resource: Some(trust.clone()),
        ..PolicySet::default()
    })
}

fn judge(
    levels: &[Vec<Arc<LimitDocument>>],
    kind: PolicyType,
    request: &Request,
    is_known: IsKnown<'_>,
    set_of: &dyn Fn(Vec<Vec<CompiledPolicy>>) -> PolicySet,
) -> Verdict {
    let answer = |assuming| {
        let compiled =
            |document: &Arc<LimitDocument>| CompiledPolicy::new(assumed(&document.policy, assuming, is_known), kind);
        let compiled = levels.iter().map(|level| level.iter().map(compiled).collect()).collect();
        let mut set = set_of(compiled);
        set.identity = vec![everything()];
        let answer = decide(&set, request);
        let named = answer.by.and_then(|by| levels.get(by.level as usize)?.get(by.policy as usize));
        let who = match (named, answer.decision) {
            (Some(document), Decision::ExplicitDeny) => format!("`{}` ({}) denies it", document.name, document.id),
            _ => answer.reason.to_string(),
        };
        (answer.decision, who)
    };
    match (answer(Assuming::TheWorst), answer(Assuming::TheBest)) {
        ((Decision::Allowed, _), (Decision::Allowed, _)) => Verdict::Allowed,
        ((Decision::CannotDecide, why), _) | (_, (Decision::CannotDecide, why)) => Verdict::Open(why),
        ((worst, why), (Decision::Allowed, _)) if worst != Decision::Allowed => Verdict::Open(format!(
            "{why}, unless a condition on something that cannot be known beforehand lets it through"
        )),
        (_, (_, why)) => Verdict::Denied(why),
    }
}

/// An identity policy that allows everything: only limits are asked about.
fn everything() -> CompiledPolicy {
    use rolecall_iam::action::ActionPattern;
    use rolecall_iam::document::{Element, Version};
    use rolecall_iam::span::{Span, Spanned};
    let (span, placeless) = (Span::default(), |value| Spanned::new(value, Span::default()));
    let statement = Statement {
        span,
        sid: None,
        effect: Spanned::new(Effect::Allow, span),
        principals: None,
        actions: Element {
            span,
            negated: false,
            values: ActionPattern::parse("*").into_iter().map(|pattern| Spanned::new(pattern, span)).collect(),
        },
        resources: Some(Element { span, negated: false, values: vec![placeless("*".to_owned())] }),
        conditions: Vec::new(),
        undecidable: Vec::new(),
    };
    let policy =
        Policy { span, version: Some(Spanned::new(Version::V2012, span)), id: None, statements: vec![statement] };
    CompiledPolicy::new(policy, PolicyType::Identity)
}

/// A statement with conditions that cannot be told: against us (the worst) it denies whatever they say, and allows nothing; in
/// our favour it does not deny, and allows. A statement keeps its place, since answers name statements by it.
fn assumed(policy: &Policy, assuming: Assuming, is_known: IsKnown<'_>) -> Policy {
    let mut policy = policy.clone();
    for statement in &mut policy.statements {
        if statement.conditions.iter().all(is_known) {
            continue;
        }
        let applies = (statement.effect.value == Effect::Deny) == (assuming == Assuming::TheWorst);
        if applies {
            statement.conditions.retain(is_known);
        } else {
            statement.actions.negated = false;
            statement.actions.values.clear();
        }
    }
    policy
}
