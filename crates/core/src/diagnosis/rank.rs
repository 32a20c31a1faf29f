//! Puts every rule to a case and ranks what is left. The order of the rules ranks causes of the same weight: what brings
//! something about stands before what it brings about.

use super::case::Case;
use super::cause::Cause;
use super::clue::{Ask, Clue, Rule};
use super::evidence::Evidence;
use super::look::Look;
use super::outcome::{Diagnosis, Excluded, Fact, NextLook, Ranked, Weight};
use super::rules;
use super::symptom::{Symptom, symptoms};
use crate::proof::Proofs;
use std::collections::BTreeMap;

/// Why it is so, from what one viewpoint obtained.
pub fn diagnose(evidence: &Evidence) -> Diagnosis {
    diagnose_with(evidence, &mut Proofs::default())
}

/// The same as part of a run: what it proved of the same texts before is not proved again.
pub fn diagnose_with(evidence: &Evidence, proofs: &mut Proofs) -> Diagnosis {
    let case = Case::new(evidence, proofs);
    let symptoms = symptoms(&case);
    let seen: Vec<Symptom> = symptoms.iter().map(|(symptom, _)| *symptom).collect();
    let mut diagnosis = Diagnosis { symptoms, looked: looked(evidence), ..Diagnosis::default() };
    for rule in rules::all() {
        match judge(rule, &case, &seen) {
            Judged::Idle => {}
            Judged::Excluded(by) => diagnosis.excluded.push(Excluded { cause: rule.cause, by }),
            Judged::Ranked(ranked) => diagnosis.causes.push(ranked),
        }
    }
    diagnosis.causes.sort_by_key(|ranked| ranked.weight);
    diagnosis.next = next_look(&diagnosis.causes);
    diagnosis
}

/// Whether anything was obtained that shows whether the account is served.
const fn looked(evidence: &Evidence) -> bool {
    evidence.checks.is_looked() || evidence.readings.role.is_looked() || evidence.emails.is_looked()
}

enum Judged {
    Idle,
    Excluded(Fact),
    Ranked(Ranked),
}

fn judge(rule: &Rule, case: &Case<'_>, seen: &[Symptom]) -> Judged {
    let explains = rule.explains.iter().any(|symptom| seen.contains(symptom));
    let ask = |asks: &[Ask]| -> Vec<Clue> { asks.iter().map(|ask| ask(case)).collect() };
    let (needs, proofs) = (ask(rule.needs), ask(rule.proofs));
    let failed = needs.iter().chain(&proofs).find_map(|clue| match clue {
        Clue::Fails(fact) => Some(fact.clone()),
        _ => None,
    });
    if let Some(by) = failed {
        return if explains { Judged::Excluded(by) } else { Judged::Idle };
    }
    let shown = !proofs.is_empty() && proofs.iter().all(|clue| matches!(clue, Clue::Holds(_)));
    if !explains && !shown {
        return Judged::Idle;
    }
    let hints = ask(rule.hints);
    let (mut supporting, mut contradicting, mut open) = (Vec::new(), Vec::new(), Vec::new());
    for clue in proofs.iter().chain(&hints).chain(&needs) {
        match clue {
            Clue::Holds(fact) => supporting.push(fact.clone()),
            Clue::Fails(fact) => contradicting.push(fact.clone()),
            Clue::Open(look) if !open.contains(look) => open.push(*look),
            Clue::Open(_) | Clue::Idle => {}
        }
    }
    let hinted = proofs.iter().chain(&hints).any(|clue| matches!(clue, Clue::Holds(_)));
    let weight = match (shown, hinted) {
        (true, _) => Weight::Certain,
        (false, true) => Weight::Likely,
        (false, false) => Weight::Possible,
    };
    Judged::Ranked(Ranked { cause: rule.cause, weight, supporting, contradicting, open })
}

/// The look that tells of the most causes that are not certain; nothing when the first cause is.
fn next_look(causes: &[Ranked]) -> Option<NextLook> {
    if causes.first()?.weight == Weight::Certain {
        return None;
    }
    let mut by_look: BTreeMap<Look, Vec<Cause>> = BTreeMap::new();
    for ranked in causes {
        for look in &ranked.open {
            by_look.entry(*look).or_default().push(ranked.cause);
        }
    }
    let best = by_look.into_iter().max_by_key(|(look, causes)| (causes.len(), std::cmp::Reverse(*look)));
    best.map(|(look, tells_of)| NextLook { look, tells_of })
}
