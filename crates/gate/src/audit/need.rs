//! The contract against what is granted: needed and granted, needed and not granted, granted and not needed. What is
//! needed is evaluated as the gate does it; what is granted comes from the prover.

use super::Contracted;
use crate::access::{Access, base_policies};
use rolecall_core::contract::check::{GrantedPolicies, needed};
use rolecall_iam_catalog::Action;
use rolecall_iam_prove::PolicySide;
use std::collections::BTreeSet;

/// The contract against what is granted.
#[derive(Clone, Debug, Default)]
pub struct Need {
    /// Capability by capability, in the order of the contract.
    pub capabilities: Vec<CapabilityNeed>,
    /// Granted with effect, and no capability needs it.
    pub not_needed: Vec<Action>,
    /// Names or patterns of which it is unknown whether they are granted, with the reason.
    pub undecided: Vec<(String, String)>,
}

/// What a capability needs.
#[derive(Clone, Debug)]
pub struct CapabilityNeed {
    /// Its name.
    pub name: String,
    /// Why it is needed.
    pub why: String,
    /// Needed and granted.
    pub granted: Vec<String>,
    /// Needed and not granted, each with the reason.
    pub missing: Vec<(String, String)>,
}

/// Holds the contract against the policies of one kind of account.
pub fn need(side: &PolicySide<'_>, access: &Access, contracted: &Contracted<'_>) -> Need {
    let Contracted { contract, kind, role_arn } = *contracted;
    let policies = base_policies(side);
    let granted = GrantedPolicies { kind, role_arn, policies, unknown_policies: &[], unknown_boundary: None };
    let mut need = Need::default();
    let Some(all) = needed(contract, &granted) else {
        need.undecided.push((role_arn.to_owned(), String::from("it is no role ARN")));
        return need;
    };
    for judged in all {
        let mut own = CapabilityNeed {
            name: judged.capability.name.value.clone(),
            why: judged.capability.why.clone(),
            granted: judged.granted,
            missing: judged.missing,
        };
        own.granted.dedup();
        need.undecided.extend(judged.undecided);
        need.capabilities.push(own);
    }
    let capabilities = || contract.allow.iter().filter(|capability| capability.scope.covers(kind));
    let is_needed = |action: &Action| {
        let name = action.to_string();
        capabilities().flat_map(|capability| &capability.actions).any(|pattern| pattern.value.matches(&name))
    };
    let with_effect = access.groups.iter().filter(|group| group.resource_fits);
    let all: BTreeSet<Action> = with_effect.flat_map(|group| group.actions.iter().copied()).collect();
    need.not_needed = all.into_iter().filter(|action| !is_needed(action)).collect();
    need
}
