//! From a case to its evidence and back: the scenario that comes out shows the same cause first.

use super::{NotRecast, Recast, recast};
use crate::random::Seed;
use crate::repro::run;
use crate::scenario::cases::CASES;
use crate::scenario::{AccountRef, Place, Reading, Scenario, read};
use rolecall_core::diagnosis::evidence::{ControlPolicies, Limits, NamedPolicy, ReadRole};
use rolecall_core::diagnosis::{Cause, Evidence, Seen, Viewpoint, diagnose};

fn scenario(name: &str, text: &str, reading: Reading) -> Scenario {
    let read = read(name, text, reading);
    read.scenario.unwrap_or_else(|| panic!("{:#?}\n{text}", read.problems))
}

/// What every expectation of every case could be answered from, from its own viewpoint and from the vendor's.
fn bundles() -> Vec<(String, Evidence)> {
    let mut all = Vec::new();
    for case in CASES {
        let case_scenario = scenario(case.file, case.text, Reading::Case);
        for answer in run(&case_scenario, Reading::Case, Seed(1)).unwrap().answers {
            let evidence = answer.evidence.unwrap();
            let name = |view: Viewpoint| format!("{} {} {}", case.file, answer.account, view.as_str());
            if evidence.viewpoint == Viewpoint::Customer {
                all.push((name(Viewpoint::Vendor), evidence.clone().of_vendor()));
            }
            all.push((name(answer.view), evidence));
        }
    }
    all
}

/// The scenario that a bundle gives is one that reads back, and shows the bundle's first cause from the bundle's viewpoint.
fn comes_back(name: &str, evidence: &Evidence) -> Result<(), String> {
    let Some(first) = diagnose(evidence).first().map(|first| first.cause) else {
        assert_eq!(recast(evidence, Seed(1)).unwrap_err(), NotRecast::Healthy, "{name}");
        return Ok(());
    };
    let recast = recast(evidence, Seed(1)).map_err(|error| format!("{name}, {}: {error}", first.as_str()))?;
    assert_eq!(scenario(name, &recast.text, Reading::Twin), recast.twin, "{name}");
    let report = run(&scenario(name, &recast.text, Reading::Case), Reading::Case, Seed(1)).unwrap();
    let [answer] = report.answers.as_slice() else { panic!("{name}: one question") };
    let found = answer.diagnosis.first().map(|first| first.cause);
    assert_eq!((answer.view, found), (evidence.viewpoint, Some(first)), "{name}\n{}", recast.text);
    assert_eq!((answer.id, report.is_right()), (evidence.subject.account, true), "{name}");
    Ok(())
}

#[test]
fn every_case_comes_back_from_its_evidence() {
    let bundles = bundles();
    // Fifty-six expectations, the customers' ones from the vendor's view as well.
    assert_eq!(bundles.len(), 101);
    let wrong: Vec<String> = bundles.iter().filter_map(|(name, evidence)| comes_back(name, evidence).err()).collect();
    assert_eq!(wrong, Vec::<String>::new());
}

/// The catalogue of faults has another vendor, role and policy than the cases have.
#[test]
fn planted_faults_come_back_from_their_evidence() {
    let mut wrong = Vec::new();
    for (cause, bundles) in crate::faults::bundles(5) {
        for evidence in bundles {
            let name = format!("{} {}", cause.as_str(), evidence.viewpoint.as_str());
            wrong.extend(comes_back(&name, &evidence).err());
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

/// What is left of a bundle when something was not looked at, with the word for it.
fn without(mut evidence: Evidence, what: usize) -> (Evidence, &'static str) {
    let word = match what % 5 {
        0 => {
            evidence.stack_sets = Seen::NotLooked;
            "stack sets"
        }
        1 => {
            evidence.steps = Seen::NotLooked;
            "the log of the automation"
        }
        2 => {
            evidence.readings.service_control = Seen::NotLooked;
            "service control policies"
        }
        3 => {
            evidence.readings.resource_control = Seen::NotLooked;
            "resource control policies"
        }
        _ => {
            evidence.bindings.policy = Seen::NotLooked;
            "the policy that was agreed"
        }
    };
    (evidence, word)
}

/// A bundle with less in it gives a scenario that says so.
#[test]
fn what_was_not_looked_at_is_assumed_right_and_said() {
    let bundles: Vec<_> = bundles().into_iter().filter(|(_, one)| one.viewpoint == Viewpoint::Customer).collect();
    let (mut back, mut open) = (0, Vec::new());
    for (number, (name, evidence)) in bundles.into_iter().enumerate() {
        let (evidence, word) = without(evidence, number);
        let cause = diagnose(&evidence).first().map(|first| first.cause);
        match recast(&evidence, Seed(1)) {
            Ok(recast) => {
                let mut lines = recast.text.lines();
                let line = lines.find(|line| line.contains("assumed right")).unwrap_or_default();
                assert!(line.contains(word), "{name} without {word}: {line}");
                back += 1;
            }
            Err(NotRecast::Different { wanted, .. }) => {
                assert_eq!(Some(wanted), cause.map(Cause::as_str), "{name}");
                open.push(format!("{name} without {word}: {wanted}"));
            }
            Err(NotRecast::Healthy) if cause.is_none() => {}
            Err(error) => panic!("{name} without {word}: {error}"),
        }
    }
    assert_eq!(open, Vec::<String>::new(), "{back}");
}

/// A part that is not looked at, with the word for it; `false` where the bundle had no such part.
type Forget = (&'static str, fn(&mut Evidence) -> bool);

const PARTS_OF_THE_ROLE: [Forget; 4] = [
    ("the trust", |evidence| forget_of_role(evidence, |role| role.trust = Seen::NotLooked)),
    ("inline policies", |evidence| forget_of_role(evidence, |role| role.inline = Seen::NotLooked)),
    ("managed policies", |evidence| forget_of_role(evidence, |role| role.managed = Seen::NotLooked)),
    ("the permissions boundary", |evidence| forget_of_role(evidence, |role| role.boundary = Seen::NotLooked)),
];

const OTHER_PARTS: [Forget; 5] = [
    ("quotas", |evidence| {
        evidence.readings.limits = Limits::default();
        true
    }),
    ("the account's unit", |evidence| {
        evidence.readings.units = Seen::NotLooked;
        true
    }),
    ("moves between units", |evidence| {
        evidence.readings.moved = Seen::NotLooked;
        true
    }),
    ("the listing of accounts", |evidence| {
        (evidence.listing.end, evidence.listing.entry) = (Seen::NotLooked, Seen::NotLooked);
        true
    }),
    ("the account's own external ID", |evidence| {
        evidence.bindings.own_id = Seen::NotLooked;
        true
    }),
];

fn forget_of_role(evidence: &mut Evidence, forget: fn(&mut ReadRole)) -> bool {
    let Seen::Present(role) = &mut evidence.readings.role else { return false };
    forget(role);
    true
}

/// Each part by itself, in every third bundle: what is written says that it was not there. Where the rest of the bundle has
/// another cause then, nothing is written.
#[test]
fn each_part_that_is_not_looked_at_is_said() {
    let bundles: Vec<_> = bundles().into_iter().filter(|(_, one)| one.viewpoint == Viewpoint::Customer).collect();
    let mut back = 0;
    for (number, (part, forget)) in PARTS_OF_THE_ROLE.into_iter().chain(OTHER_PARTS).enumerate() {
        for (name, evidence) in bundles.iter().skip(number % 3).step_by(3) {
            let mut evidence = evidence.clone();
            if !forget(&mut evidence) {
                continue;
            }
            let Ok(recast) = recast(&evidence, Seed(1)) else { continue };
            let line = recast.text.lines().find(|line| line.contains("assumed right")).unwrap_or_default();
            assert!(line.contains(part), "{name} without {part}: {line}");
            back += 1;
        }
    }
    assert!(back > 80, "{back}");
}

/// The customer's bundle of a case.
fn of_customer(case: &str) -> Evidence {
    let of_case = |(name, one): &(String, Evidence)| name.starts_with(case) && one.viewpoint == Viewpoint::Customer;
    bundles().into_iter().find(of_case).unwrap().1
}

/// A role of which one kind of policy was read has what was read.
#[test]
fn what_was_read_of_the_policies_is_in_the_scenario() {
    let mut evidence = of_customer("23-");
    let own = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}"#;
    let Seen::Present(role) = &mut evidence.readings.role else { panic!("case 23 has a role") };
    role.inline = Seen::Present(vec![NamedPolicy { name: "ProsperOps".to_owned(), text: own.to_owned() }]);
    role.managed = Seen::NotLooked;
    let text = recast(&evidence, Seed(1)).unwrap().text;
    assert!(text.contains("s3:GetObject") && text.contains("managed policies"), "{text}");
}

/// Whoever comes before the account in an operation takes none of its policies.
#[test]
fn a_policy_on_the_account_stays_on_it_when_another_comes_first() {
    let mut evidence = of_customer("35-");
    let own = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"s3:*","Resource":"*"}]}"#;
    let policies = vec![NamedPolicy { name: "NoS3".to_owned(), text: own.to_owned() }];
    let target = evidence.subject.account.to_string();
    evidence.readings.service_control = Seen::Present(vec![ControlPolicies { target, policies }]);
    let Recast { scenario, text, .. } = recast(&evidence, Seed(1)).unwrap();
    let own = scenario.accounts.iter().position(|account| account.id == evidence.subject.account).unwrap();
    assert!(own > 0, "{text}");
    assert_eq!(scenario.policies.first().unwrap().on, [Place::Account(AccountRef::Member(own))], "{text}");
}
