//! The judge of every witness: the evaluator decides it under the policies of each side.

use crate::side::{Base, PolicySide};
use crate::witness::{Witness, WitnessPrincipal, WitnessValue, companions};
use rolecall_iam::action::ActionPattern;
use rolecall_iam::arn::AccountId;
use rolecall_iam::document::{Element, Policy, PolicyType, Statement};
use rolecall_iam::evaluate::{
    ActionFacts, CompiledPolicy, Context, Decision, PolicySet, Request, RequestPrincipal, decide,
};
use rolecall_iam::span::Spanned;

/// A witness, ready to be judged.
pub(crate) struct Replay<'w> {
    witness: &'w Witness,
    request: Request,
    action: ActionPattern,
}

impl<'w> Replay<'w> {
    /// `None` when the witness is no request at all.
    pub(crate) fn of(witness: &'w Witness) -> Option<Self> {
        let action = ActionPattern::parse(&witness.action).ok()?;
        Some(Self { witness, request: request(witness)?, action })
    }

    /// What the evaluator says under the policies of a side.
    ///
    /// Statements that do not speak of the witness's action are left out before the policies are compiled: the evaluator
    /// asks for the action first, so that they could not say anything (`narrowing_changes_no_decision` holds it against
    /// the whole).
    pub(crate) fn under(&self, side: &PolicySide<'_>) -> Decision {
        self.with(side, &|policy, policy_type| CompiledPolicy::new(narrowed(policy, &self.action), policy_type))
    }

    fn with(&self, side: &PolicySide<'_>, compile: &impl Fn(&Policy, PolicyType) -> CompiledPolicy) -> Decision {
        let set = policies(side, self.witness, compile);
        if side.permissions_boundary.is_some() {
            return decide(&set, &self.request.clone().with_permissions_boundary()).decision;
        }
        decide(&set, &self.request).decision
    }
}

/// The policies of a side with what has to stand beside them.
fn policies(
    side: &PolicySide<'_>,
    witness: &Witness,
    compile: &impl Fn(&Policy, PolicyType) -> CompiledPolicy,
) -> PolicySet {
    let companions = companions(side, witness);
    let levels = |levels: &Option<Vec<Vec<&Policy>>>, policy_type| {
        let level = |policies: &Vec<&Policy>| policies.iter().map(|policy| compile(policy, policy_type)).collect();
        levels.as_ref().map(|levels| levels.iter().map(level).collect::<Vec<Vec<_>>>())
    };
    let mut set = PolicySet {
        permissions_boundary: side.permissions_boundary.map(|policy| compile(policy, PolicyType::Identity)),
        session: side.session.iter().map(|policy| compile(policy, PolicyType::Identity)).collect(),
        service_control: levels(&side.service_control, PolicyType::ServiceControl),
        resource_control: levels(&side.resource_control, PolicyType::ResourceControl),
        ..PolicySet::default()
    };
    match &side.base {
        Base::Identity(policies) => {
            set.identity = policies.iter().map(|policy| compile(policy, PolicyType::Identity)).collect();
        }
        Base::Resource(policy) => set.resource = Some(compile(policy, PolicyType::Resource)),
        Base::Trust(policy) => set.resource = Some(compile(policy, PolicyType::Trust)),
    }
    if let Some(policy) = companions.identity {
        set.identity = vec![CompiledPolicy::new(policy, PolicyType::Identity)];
    }
    if let Some(policy) = companions.session {
        set.session = vec![CompiledPolicy::new(policy, PolicyType::Identity)];
    }
    if let Some((policy, policy_type)) = companions.delegation {
        set.resource = Some(CompiledPolicy::new(policy, policy_type));
    }
    set
}

/// The policy as far as it speaks of an action: the statements whose `Action` or `NotAction` covers it, on it alone.
fn narrowed(policy: &Policy, action: &ActionPattern) -> Policy {
    let speaks = |statement: &&Statement| {
        let listed = statement.actions.values.iter().any(|pattern| pattern.value.matches(action.as_str()));
        listed != statement.actions.negated
    };
    let one = |statement: &Statement| Statement {
        span: statement.span,
        sid: None,
        effect: statement.effect.clone(),
        principals: statement.principals.clone(),
        actions: Element {
            span: statement.actions.span,
            negated: false,
            values: vec![Spanned::new(action.clone(), statement.actions.span)],
        },
        resources: statement.resources.clone(),
        conditions: statement.conditions.clone(),
        undecidable: statement.undecidable.clone(),
    };
    let statements = policy.statements.iter().filter(speaks).map(one).collect();
    Policy { span: policy.span, version: policy.version.clone(), id: None, statements }
}

fn request(witness: &Witness) -> Option<Request> {
    let principal = match &witness.principal {
        WitnessPrincipal::Anonymous => RequestPrincipal::Anonymous,
        WitnessPrincipal::Arn(arn) => RequestPrincipal::parse(arn).ok()?,
        WitnessPrincipal::Service(name) => RequestPrincipal::Service(name.clone()),
        WitnessPrincipal::Federated(name) => RequestPrincipal::Federated(name.clone()),
        WitnessPrincipal::CanonicalUser(id) => RequestPrincipal::CanonicalUser(id.clone()),
    };
    let mut context = Context::new();
    for (key, value) in &witness.context {
        match value {
            WitnessValue::One(one) => context.set(key, one.clone()),
            WitnessValue::Several(several) => context.set_multi(key, several.clone()),
        }
    }
    let facts = ActionFacts { takes_resource: witness.takes_resource, rcp_applies: witness.rcp_applies };
    let mut request = Request::new(principal, &witness.action, &witness.resource, context).ok()?.with_facts(facts);
    if let Some(id) = &witness.principal_id {
        request = request.with_principal_id(id);
    }
    if let Some(role) = &witness.principal_role {
        request = request.with_principal_role(role).ok()?;
    }
    if let Some(account) = &witness.resource_account {
        request = request.with_resource_account(AccountId::parse(account).ok()?);
    }
    Some(request)
}

#[cfg(test)]
mod tests;
