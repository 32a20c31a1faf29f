//! Validations as reports: a thousand accounts stay readable, JSON keeps to its schema with every kind of entry in it, JUnit has
//! failures and errors exactly where something is wrong or open.

use rolecall_core::access_check::{AccountState, TimeMs};
use rolecall_core::diagnosis::{Diagnosis, Evidence, Seen, Subject, Viewpoint, diagnose};
use rolecall_core::organization::{AccountKind, OrganizationId, ServiceMode};
use rolecall_core::profile::VendorPrincipal;
use rolecall_core::simulation::{
    Comparison, Evaluators, Expected, NotCompared, NotJudgedReason, Side, SimulationOutcome,
};
use rolecall_core::validation::{LeftOut, Note, Run, Simulation, Simulator, Under, Validation, Word};
use rolecall_iam::arn::{AccountId, Partition};
use rolecall_iam::evaluate::Decision;
use rolecall_report::Options;
use rolecall_report::validate::{Format, render};
use roxmltree::Document;

fn organization() -> OrganizationId {
    OrganizationId::parse("o-aaaaaaaaaa").unwrap()
}

fn account(number: u64) -> AccountId {
    AccountId::parse(&format!("{:012}", 100_000_000_000 + number)).unwrap()
}

fn validation(number: u64, word: Word) -> Validation {
    let subject = Subject {
        account: account(number),
        kind: AccountKind::Member,
        organization: organization(),
        partition: Partition::Aws,
        mode: ServiceMode::RealTime,
        role_name: String::from("Vendor"),
        role_path: String::from("/"),
        vendor: VendorPrincipal { account: account(999), principal_arns: Vec::new() },
    };
    Validation {
        account: account(number),
        kind: AccountKind::Member,
        word,
        faults: Vec::new(),
        not_judged: Vec::new(),
        simulator: Simulator::NotAsked,
        evidence: Evidence::new(Viewpoint::Customer, TimeMs(0), subject),
        diagnosis: Diagnosis::default(),
    }
}

fn absent(number: u64) -> Validation {
    let mut found = validation(number, Word::Absent);
    found.evidence.readings.role = Seen::Absent;
    found.faults.push(Note::new("role-absent", "the account has no role `Vendor`"));
    found.diagnosis = diagnose(&found.evidence);
    found
}

fn side(decision: Decision, statement: &str) -> Side {
    Side { decision, statements: vec![statement.to_owned()] }
}

/// A role that was simulated with every kind of outcome.
fn simulated(number: u64) -> Validation {
    let mut found = validation(number, Word::VerifiedByReading);
    let comparison = |contract, evaluators| Comparison {
        action: String::from("ce:GetCostAndUsage"),
        resource: String::from("*"),
        contract,
        evaluators,
    };
    let differs = SimulationOutcome::Differs {
        expected: Expected::Allowed,
        found: Decision::ExplicitDeny,
        by_boundary: false,
        matched: Vec::new(),
    };
    let missing = || NotJudgedReason::MissingContext(vec![String::from("aws:RequestedRegion")]);
    let aws = side(Decision::ExplicitDeny, "the statement at 3:5 of `Vendor`");
    let ours = side(Decision::Allowed, "statement `Cost` of `Vendor`");
    let mut simulation = Simulation::new("SimulatePrincipalPolicy", Under::Live);
    simulation.take(comparison(differs, Evaluators::Differ { aws, ours }));
    simulation.take(comparison(
        SimulationOutcome::NotJudged(missing()),
        Evaluators::NotJudged(NotCompared::Answer(missing())),
    ));
    simulation.take(comparison(SimulationOutcome::AsExpected, Evaluators::Agree(Decision::Allowed)));
    found.faults.push(Note::new("simulator-contradicts-evaluator", "they <differ> & \"both\" are shown"));
    found.not_judged.push(Note::new("simulator-not-judged", "lacked values"));
    found.simulator = Simulator::Run(simulation);
    found
}

fn run(accounts: Vec<Validation>) -> Run {
    Run {
        viewpoint: Viewpoint::Customer,
        organization: organization(),
        role: String::from("Vendor"),
        accounts,
        left_out: vec![(account(5_000), LeftOut::NotActive(AccountState::Closed))],
        not_judged: Vec::new(),
    }
}

fn mixed() -> Run {
    let good = (0..990).map(|number| validation(number, Word::VerifiedByReading));
    let absent = (990..999).map(absent);
    run(good.chain(absent).chain([simulated(999)]).collect())
}

#[test]
fn a_thousand_accounts_are_a_page() {
    let text = render(&mixed(), Format::Human, &Options::default());
    for line in [
        "990 of 1000 accounts verified by reading, 9 not as they should be, 1 not judged (exit code 2)",
        "verified-by-reading: 990 accounts",
        "absent: 9 accounts: 100000000990, 100000000991",
        "and 3 more",
        "not ACTIVE and not looked at: 1 account: 100000005000 (CLOSED)",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
    assert!(text.lines().count() < 60, "{text}");
    let good = run(vec![validation(1, Word::VerifiedByReading)]);
    let text = render(&good, Format::Human, &Options::default());
    assert!(text.contains("1 of 1 account verified by reading\n"), "{text}");
}

#[test]
fn what_opens_to_anybody_is_told_first() {
    let mut insecure = validation(1, Word::Insecure);
    insecure.faults.push(Note::new("opens-without-id", "the role opens without an external ID"));
    let text = render(&run(vec![absent(2), simulated(3), insecure]), Format::Human, &Options::default());
    let place = |part: &str| text.find(part).unwrap_or_else(|| panic!("{part}: {text}"));
    assert!(place("insecure: 1 account") < place(", not judged: 1 account"), "{text}");
    assert!(place(", not judged: 1 account") < place("absent: 1 account"), "{text}");
}

#[test]
fn the_json_keeps_to_its_schema_and_shows_both_sides() {
    let schema = include_str!("../../schema/validation.schema.json");
    let validator = jsonschema::validator_for(&serde_json::from_str(schema).unwrap()).unwrap();
    let mut refused = run(vec![]);
    refused.not_judged.push(Note::new("other-organization", "nothing was looked at"));
    for run in [mixed(), refused, run(vec![absent(1)])] {
        let document: serde_json::Value =
            serde_json::from_str(&render(&run, Format::Json, &Options::default())).unwrap();
        let errors: Vec<String> = validator.iter_errors(&document).map(|error| error.to_string()).collect();
        assert_eq!(errors, Vec::<String>::new());
    }
    let document: serde_json::Value =
        serde_json::from_str(&render(&mixed(), Format::Json, &Options::default())).unwrap();
    let last = &document["accounts"][999];
    let other = &last["simulator"]["others"][0];
    assert_eq!(other["evaluators"]["aws"]["statements"][0], "the statement at 3:5 of `Vendor`");
    assert_eq!(other["evaluators"]["rolecall"]["decision"], "allowed");
    assert_eq!((last["simulator"]["decisions"].as_u64(), last["simulator"]["agreed"].as_u64()), (Some(3), Some(1)));
    assert_eq!(document["counts"], serde_json::json!({"good": 990, "faulty": 9, "notJudged": 1}));
}

#[test]
fn junit_fails_exactly_where_something_is_wrong_or_open() {
    let text = render(&mixed(), Format::Junit, &Options::default());
    let document = Document::parse(&text).unwrap();
    let of = |tag: &str| document.descendants().filter(|node| node.has_tag_name(tag)).count();
    assert_eq!((of("testcase"), of("failure"), of("error"), of("skipped")), (1_001, 9, 1, 1));
    let root = document.root_element();
    assert_eq!((root.attribute("failures"), root.attribute("errors")), (Some("9"), Some("1")));
    // A run over no account is no pass.
    let text = render(&run(vec![]), Format::Junit, &Options::default());
    assert!(text.contains("errors=\"1\""), "{text}");
}
