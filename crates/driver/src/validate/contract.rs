//! The contract held against the policies that a role really has, by proof: the simulator asks about single requests, and a
//! grant on one resource is no answer about `*`.

use super::Agreed;
use rolecall_core::contract::check::{GrantedPolicies, check_contract_with};
use rolecall_core::contract::{Contract, check_contract_itself};
use rolecall_core::organization::AccountKind;
use rolecall_core::proof::Proofs;
use rolecall_core::rule::Severity;
use rolecall_core::simulation::{NamedDocument, Role};
use rolecall_core::validation::{Note, Validation};
use rolecall_iam::document::Policy;
use rolecall_iam::document::print::to_json_compact;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

/// What was shown of policies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Shown {
    /// What they do against the contract: the rule's code with the subject, and in words.
    against: BTreeMap<(String, String), String>,
    /// What was not judged, by its code.
    open: BTreeMap<String, String>,
}

/// What keeps the contract itself from being judged: a pattern that matches nothing forbids and needs nothing.
pub(super) fn itself(contract: &Contract) -> Vec<Note> {
    let (findings, not_judged) = check_contract_itself(contract);
    let wrong = findings.into_iter().filter(|finding| finding.severity == Severity::Error);
    let wrong = wrong.map(|finding| Note::new(finding.rule.code, finding.message));
    wrong.chain(not_judged.into_iter().map(|open| Note::new(open.code, open.message))).collect()
}

/// What was shown already: thousands of accounts have the same few texts.
#[derive(Debug, Default)]
pub(super) struct Known(Mutex<BTreeMap<(AccountKind, String), Arc<Shown>>>);

/// Holds policies against the contract.
pub(super) fn hold(contract: &Contract, kind: AccountKind, role_arn: &str, policies: &[&Policy]) -> Shown {
    let granted = GrantedPolicies { kind, role_arn, policies, unknown_policies: &[], unknown_boundary: None };
    let (findings, not_judged) = check_contract_with(contract, &granted, &mut Proofs::default());
    let against = findings.into_iter().filter(|finding| finding.severity == Severity::Error);
    Shown {
        against: against.map(|found| ((found.rule.code.to_owned(), found.subject), found.message)).collect(),
        open: not_judged.into_iter().map(|open| (open.code, open.message)).collect(),
    }
}

/// Proves the contract of a role's live policies. What the profile itself does against it is the gate's matter, by the severities
/// and suppressions of `rolecall.toml`: told here is what the live role does beyond that. A boundary only takes away, so that
/// what is found under one is not certain.
pub(super) fn prove(agreed: &Agreed, validation: &mut Validation, role: &Role) {
    let policies: Vec<&Policy> = role.identity.iter().map(|NamedDocument { policy, .. }| policy).collect();
    let key = (validation.kind, policies.iter().map(|policy| to_json_compact(policy)).collect::<Vec<_>>().join("\n"));
    let known = || agreed.known.0.lock().unwrap_or_else(PoisonError::into_inner);
    let found = known().get(&key).cloned();
    let shown = found.unwrap_or_else(|| {
        let shown = Arc::new(hold(&agreed.terms.contract, validation.kind, &role.arn, &policies));
        known().insert(key, Arc::clone(&shown));
        shown
    });
    let of_profile = &agreed.planned(validation.kind).shown;
    let accepted: BTreeSet<_> = of_profile.against.keys().collect();
    for ((code, subject), message) in &shown.against {
        if accepted.contains(&(code.clone(), subject.clone())) {
            continue;
        }
        let note = Note::new(code.clone(), format!("the live policies against the contract: {message}"));
        if role.boundary.is_some() { validation.not_judged.push(note) } else { validation.faults.push(note) }
    }
    for (code, message) in shown.open.iter().filter(|(code, _)| !of_profile.open.contains_key(*code)) {
        validation.not_judged.push(Note::new(code.clone(), format!("the contract of the live policies: {message}")));
    }
}

/// The live policies could not be read, so that nothing is proved of what they must never allow.
pub(super) fn not_proved(agreed: &Agreed, validation: &mut Validation, why: &str) {
    if !agreed.terms.contract.never.is_empty() {
        let text = format!("what the live policies must never allow was not proved: {why}");
        validation.not_judged.push(Note::new("contract-not-proved", text));
    }
}
