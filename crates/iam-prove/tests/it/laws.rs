//! Laws that hold for all policies, on random ones; and every verdict against the evaluator.

use super::generate::{document, resource_statement, resource_statements, statement, statements};
use super::sampling::{Numbers, counterexample};
use super::support::{identity, is_none, policy, replayed};
use rolecall_iam::document::{Policy, PolicyType};
use rolecall_iam_prove::{Options, PolicySide, Verdict, no_new_access};

fn judge(reference: &Policy, candidate: &Policy) -> Verdict {
    no_new_access(&PolicySide::identity([reference]), &PolicySide::identity([candidate]), Options::default())
}

#[test]
fn random_pairs_against_the_evaluator() {
    let mut numbers = Numbers(20_261_124);
    let (mut none, mut found, mut unknown, mut allowed) = (0, 0, Vec::new(), 0);
    for seed in 0..1500 {
        let mut candidate = statements(&mut numbers);
        let mut reference = statements(&mut numbers);
        if numbers.chance(50) {
            // The same with something changed: closer to the border.
            reference.clone_from(&candidate);
            let at = numbers.below(reference.len());
            let changed = if numbers.chance(50) { &mut reference } else { &mut candidate };
            changed[at] = statement(&mut numbers, if at == 0 { "Allow" } else { "Deny" });
        }
        let (candidate, reference) = (document(&candidate), document(&reference));
        let (p, q) = (identity(&candidate), identity(&reference));
        let verdict = judge(&q, &p);
        match &verdict {
            Verdict::NewAccess(_) => {
                found += 1;
                replayed(&verdict, Some(&PolicySide::identity([&q])), &PolicySide::identity([&p]));
            }
            Verdict::None { .. } => {
                none += 1;
                let (counter, seen) = counterexample(&[&q], &[&p], false, 200, seed);
                assert_eq!(counter, None, "candidate {candidate}\nreference {reference}");
                allowed += seen;
            }
            Verdict::Unknown { reason, .. } => unknown.push(format!("{reason}\n  {candidate}\n  {reference}")),
        }
    }
    assert!(none > 200 && found > 500 && allowed > 1000, "{none} none, {found} found, {allowed} allowed requests");
    println!("{none} none, {found} found, {} unknown", unknown.len());
    assert!(unknown.len() <= 15, "{} unknown:\n{}", unknown.len(), unknown.join("\n"));
}

#[test]
fn a_policy_grants_nothing_that_itself_does_not() {
    let mut numbers = Numbers(1);
    for _ in 0..400 {
        let own = statements(&mut numbers);
        let mut turned = own.clone();
        turned.reverse();
        let (policy, turned) = (identity(&document(&own)), identity(&document(&turned)));
        assert!(is_none(&judge(&policy, &policy)), "{own:?}");
        assert!(is_none(&judge(&turned, &policy)), "{own:?}");
    }
}

#[test]
fn adding_a_deny_grants_nothing_and_adding_an_allow_takes_nothing_away() {
    let mut numbers = Numbers(2);
    for _ in 0..400 {
        let own = statements(&mut numbers);
        let policy = identity(&document(&own));
        let mut denied = own.clone();
        denied.push(statement(&mut numbers, "Deny"));
        assert!(is_none(&judge(&policy, &identity(&document(&denied)))), "{denied:?}");
        let mut allowed = own.clone();
        allowed.push(statement(&mut numbers, "Allow"));
        assert!(is_none(&judge(&identity(&document(&allowed)), &policy)), "{allowed:?}");
    }
}

#[test]
fn containment_is_transitive() {
    let mut numbers = Numbers(3);
    let mut chains = 0;
    for _ in 0..150 {
        let mut policies = Vec::new();
        let base = statements(&mut numbers);
        for _ in 0..3 {
            let mut own = base.clone();
            let effect = if numbers.chance(50) { "Allow" } else { "Deny" };
            own.push(statement(&mut numbers, effect));
            policies.push(identity(&document(&own)));
        }
        let within = |inner: usize, outer: usize| is_none(&judge(&policies[outer], &policies[inner]));
        for (a, b, c) in [(0, 1, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)] {
            if within(a, b) && within(b, c) {
                chains += 1;
                assert!(within(a, c), "{a} {b} {c} of {policies:?}");
            }
        }
    }
    assert!(chains > 50, "{chains}");
}

#[test]
fn random_resource_policies_against_the_evaluator() {
    let mut numbers = Numbers(7);
    let (mut none, mut found, mut allowed) = (0, 0, 0);
    for seed in 0..1500 {
        let mut candidate = resource_statements(&mut numbers);
        let mut reference = resource_statements(&mut numbers);
        if numbers.chance(50) {
            reference.clone_from(&candidate);
            let at = numbers.below(reference.len());
            let changed = if numbers.chance(50) { &mut reference } else { &mut candidate };
            changed[at] = resource_statement(&mut numbers, if at == 0 { "Allow" } else { "Deny" });
        }
        let (candidate, reference) = (document(&candidate), document(&reference));
        let (p, q) = (policy(&candidate, PolicyType::Resource), policy(&reference, PolicyType::Resource));
        let (left, right) = (PolicySide::resource(&p), PolicySide::resource(&q));
        let verdict = no_new_access(&right, &left, Options::default());
        match &verdict {
            Verdict::NewAccess(_) => {
                found += 1;
                replayed(&verdict, Some(&right), &left);
            }
            Verdict::None { .. } => {
                none += 1;
                let (counter, seen) = counterexample(&[&q], &[&p], true, 300, seed);
                assert_eq!(counter, None, "candidate {candidate}\nreference {reference}");
                allowed += seen;
            }
            Verdict::Unknown { reason, .. } => panic!("{reason}\ncandidate {candidate}\nreference {reference}"),
        }
    }
    println!("{none} none, {found} found, {allowed} allowed");
    assert!(none > 300 && found > 400 && allowed > 1000, "{none} none, {found} found, {allowed} allowed requests");
}
