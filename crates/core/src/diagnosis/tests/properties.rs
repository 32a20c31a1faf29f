//! What is not looked at is never absence: taking evidence away never takes the true cause out of the set, as long as
//! something is still seen that it explains.

use super::causes::all;
use crate::diagnosis::evidence::{Listing, Neighbours, Readings, Seen};
use crate::diagnosis::{Cause, Evidence, diagnose};
use std::collections::BTreeSet;

type Removal = (&'static str, fn(&mut Evidence));

/// Everything that can be taken away, one by one.
const REMOVALS: &[Removal] = &[
    ("bindings.own_id", |e| e.bindings.own_id = Seen::NotLooked),
    ("bindings.others", |e| e.bindings.others = Seen::NotLooked),
    ("bindings.policy", |e| e.bindings.policy = Seen::NotLooked),
    ("bindings.older_policies", |e| e.bindings.older_policies = Seen::NotLooked),
    ("bindings.other_kind_policy", |e| e.bindings.other_kind_policy = Seen::NotLooked),
    ("bindings.actions", |e| e.bindings.actions = Seen::NotLooked),
    ("listing", |e| e.listing = Listing::default()),
    ("listing.features", |e| e.listing.features = Seen::NotLooked),
    ("listing.earlier_organization", |e| e.listing.earlier_organization = Seen::NotLooked),
    ("checks", |e| e.checks = Seen::NotLooked),
    ("validated", |e| e.validated = Seen::NotLooked),
    ("emails", |e| e.emails = Seen::NotLooked),
    ("actions", |e| e.actions = Seen::NotLooked),
    ("neighbours", |e| e.neighbours = Neighbours::default()),
    ("readings", |e| e.readings = Readings::default()),
    ("readings.role", |e| e.readings.role = Seen::NotLooked),
    ("readings.units", |e| e.readings.units = Seen::NotLooked),
    ("readings.moved", |e| e.readings.moved = Seen::NotLooked),
    ("readings.service_control", |e| e.readings.service_control = Seen::NotLooked),
    ("readings.resource_control", |e| e.readings.resource_control = Seen::NotLooked),
    ("readings.role.changed", |e| with_role(e, |role| role.changed = Seen::NotLooked)),
    ("readings.role.trust", |e| with_role(e, |role| role.trust = Seen::NotLooked)),
    ("readings.role.inline", |e| with_role(e, |role| role.inline = Seen::NotLooked)),
    ("readings.role.boundary", |e| with_role(e, |role| role.boundary = Seen::NotLooked)),
    ("stack_sets", |e| e.stack_sets = Seen::NotLooked),
    ("stack_sets.units", |e| with_sets(e, |set| set.units = Seen::NotLooked)),
    ("stack_sets.regions", |e| with_sets(e, |set| set.regions = Seen::NotLooked)),
    ("stack_sets.template", |e| with_sets(e, |set| set.template = Seen::NotLooked)),
    ("stack_sets.instances", |e| with_sets(e, |set| set.instances = Seen::NotLooked)),
    ("stack_sets.operations", |e| with_sets(e, |set| set.operations = Seen::NotLooked)),
    ("steps", |e| e.steps = Seen::NotLooked),
];

fn with_role(evidence: &mut Evidence, change: impl FnOnce(&mut crate::diagnosis::evidence::ReadRole)) {
    if let Seen::Present(role) = &mut evidence.readings.role {
        change(role);
    }
}

fn with_sets(evidence: &mut Evidence, change: impl Fn(&mut crate::diagnosis::evidence::SeenSet)) {
    if let Seen::Present(sets) = &mut evidence.stack_sets {
        sets.iter_mut().for_each(change);
    }
}

fn set(evidence: &Evidence) -> BTreeSet<Cause> {
    diagnose(evidence).causes.iter().map(|ranked| ranked.cause).collect()
}

#[test]
fn taking_evidence_away_keeps_the_true_cause() {
    let mut lost = Vec::new();
    let mut kept = 0;
    for (index, (cause, evidence)) in all().enumerate() {
        for (first, (name, remove)) in REMOVALS.iter().enumerate() {
            // Alone, and with one other, another one in each case.
            let other = REMOVALS[(first + 1 + index) % REMOVALS.len()];
            for (other, remove_other) in [("", (|_| {}) as fn(&mut Evidence)), other] {
                let mut less = evidence.clone();
                remove(&mut less);
                remove_other(&mut less);
                if less == evidence {
                    continue;
                }
                let diagnosis = diagnose(&less);
                if diagnosis.symptoms.is_empty() {
                    continue;
                }
                let excluded = diagnosis.excluded.iter().find(|excluded| excluded.cause == cause);
                if let Some(excluded) = excluded.filter(|_| lost.len() < 20) {
                    lost.push(format!("{index}: {cause:?} without {name} {other}: {:?}", excluded.by));
                }
                kept += usize::from(diagnosis.causes.iter().any(|ranked| ranked.cause == cause));
            }
        }
    }
    assert!(lost.is_empty(), "{}", lost.join("\n"));
    assert!(kept > 1_500, "{kept}");
}

#[test]
fn the_vendor_loses_nothing_with_what_it_never_had() {
    // From the customer's evidence to the vendor's: the set grows, it never loses the cause.
    for (index, (cause, mut evidence)) in all().enumerate() {
        evidence.readings = Readings::default();
        evidence.stack_sets = Seen::NotLooked;
        evidence.steps = Seen::NotLooked;
        evidence.listing.features = Seen::NotLooked;
        let seen = !diagnose(&evidence).symptoms.is_empty();
        let hidden = [Cause::StackRetainedAfterMove, Cause::TwoRegions, Cause::NoEchoImport];
        if seen && !hidden.contains(&cause) {
            assert!(set(&evidence).contains(&cause), "{index}: {cause:?}");
        }
    }
}

#[test]
fn what_does_not_matter_changes_nothing() {
    for (cause, evidence) in all() {
        let before = set(&evidence);
        let mut more = evidence.clone();
        if let Seen::Present(others) = &mut more.bindings.others {
            others.reverse();
            others.push(crate::diagnosis::evidence::KnownId {
                id: crate::external_id::ExternalId::parse("nobody-asks-for-this-one").unwrap(),
                of: String::from("organization o-dddddddddd"),
            });
        }
        if let Seen::Present(actions) = &mut more.actions {
            actions.reverse();
        }
        if let Seen::Present(sets) = &mut more.stack_sets {
            sets.reverse();
        }
        more.at = crate::access_check::TimeMs(more.at.0 + 1);
        assert_eq!(set(&more), before, "{cause:?}");
    }
}
