//! What a validation comes to: nothing that was not judged passes.

use super::*;
use crate::access_check::{DeniedBecause, IdOf, Probe, TimeMs, UnknownBecause};
use crate::diagnosis::Subject;
use crate::organization::ServiceMode;
use crate::profile::VendorPrincipal;
use rolecall_iam::arn::Partition;

fn validation(word: Word) -> Validation {
    let account = AccountId::parse("111122223333").unwrap();
    let subject = Subject {
        account,
        kind: AccountKind::Member,
        organization: OrganizationId::parse("o-aaaaaaaaaa").unwrap(),
        partition: Partition::Aws,
        mode: ServiceMode::RealTime,
        role_name: String::from("Vendor"),
        role_path: String::from("/"),
        vendor: VendorPrincipal { account, principal_arns: Vec::new() },
    };
    Validation {
        account,
        kind: AccountKind::Member,
        word,
        faults: Vec::new(),
        not_judged: Vec::new(),
        simulator: Simulator::NotAsked,
        evidence: Evidence::new(Viewpoint::Vendor, TimeMs(0), subject),
        diagnosis: Diagnosis::default(),
    }
}

fn run(accounts: Vec<Validation>) -> Run {
    Run {
        viewpoint: Viewpoint::Vendor,
        organization: OrganizationId::parse("o-aaaaaaaaaa").unwrap(),
        role: String::from("Vendor"),
        accounts,
        left_out: Vec::new(),
        not_judged: Vec::new(),
    }
}

#[test]
fn only_what_was_judged_whole_is_good() {
    for word in Word::ALL {
        let expected = match word {
            Word::Validated | Word::VerifiedByReading => Standing::Good,
            Word::Unknown => Standing::NotJudged,
            _ => Standing::Faulty,
        };
        assert_eq!(validation(word).standing(), expected, "{word:?}");
        let mut open = validation(word);
        open.not_judged.push(Note::new("simulator-not-run", "AccessDenied"));
        assert_eq!(open.standing(), Standing::NotJudged, "{word:?}");
    }
    let mut faulty = validation(Word::Validated);
    faulty.faults.push(Note::new("simulator-contradicts-contract", "denied"));
    assert_eq!(faulty.standing(), Standing::Faulty);
}

#[test]
fn the_worst_account_is_what_a_run_comes_to() {
    assert_eq!(run(vec![]).standing(), Standing::NotJudged, "nothing was judged");
    let (good, denied, unknown) = (validation(Word::Validated), validation(Word::Denied), validation(Word::Unknown));
    assert_eq!(run(vec![good.clone()]).standing(), Standing::Good);
    assert_eq!(run(vec![good.clone(), denied.clone()]).standing(), Standing::Faulty);
    assert_eq!(run(vec![denied, unknown, good.clone()]).standing(), Standing::NotJudged);
    let mut open = run(vec![good]);
    open.not_judged.push(Note::new("listing", "refused"));
    assert_eq!(open.standing(), Standing::NotJudged);
}

#[test]
fn a_judgement_has_its_word_and_its_fault() {
    let cases = [
        (Judgement::Validated(IdOf::Organization), Word::Validated, None),
        (Judgement::Denied(DeniedBecause::RightIdDenied), Word::Denied, Some("right-id-denied")),
        (Judgement::Denied(DeniedBecause::OtherAccount), Word::Denied, Some("other-account")),
        (Judgement::Denied(DeniedBecause::NotListed), Word::Denied, Some("not-listed")),
        (Judgement::Insecure(Probe::NoId), Word::Insecure, Some("insecure")),
        (Judgement::Unknown(UnknownBecause::Throttled), Word::Unknown, None),
    ];
    for (judgement, word, code) in cases {
        assert_eq!(Word::of_judgement(judgement), word);
        assert_eq!(fault_of(judgement).map(|note| note.code).as_deref(), code);
    }
}

#[test]
fn a_preflight_that_cannot_be_told_is_not_judged_unless_the_simulator_did() {
    let preflight =
        Preflight { service_control: Limited::Unknown, boundary: Limited::Unknown, resource_control: Limited::Unknown };
    let (faults, open) = of_preflight(&preflight, false, false);
    assert_eq!((faults.len(), open.len()), (0, 3));
    let (_, open) = of_preflight(&preflight, true, true);
    // AWS's simulator has no resource control policies.
    assert_eq!(open.len(), 1);
    assert!(open[0].message.contains("resource control policies"));
    // A role that is not there has no boundary; service control policies bind whoever makes it.
    let (_, open) = of_preflight(&preflight, false, true);
    assert_eq!(open.len(), 2);
    assert!(open[0].message.contains("service control policies"));
}
