//! Faults of the wire through the SDK: what the caller sees, what was done, what the log says of both.

use crate::arm::{Clients, code};
use crate::organization::{VENDOR, member, world};
use rolecall_fake_aws::{Server, ServerOptions, WireFaults};
use rolecall_simulator::api::Api;
use rolecall_simulator::rate::Rate;
use rolecall_simulator::settings::Settings;
use rolecall_simulator::time::SimSpan;
use std::time::{Duration, Instant};

const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::900000000009:root"},"Action":"sts:AssumeRole"}]}"#;
const ALWAYS: u32 = 1_000_000;

async fn create(clients: &Clients, name: &str) -> String {
    code(clients.iam.create_role().role_name(name).assume_role_policy_document(TRUST).send().await)
}

#[tokio::test(flavor = "multi_thread")]
async fn each_fault_is_seen_and_logged_as_what_it_is() {
    let server = Server::start(world(Settings::default(), 2), ServerOptions::default()).await.unwrap();
    let account = member(1);
    let clients = Clients::administrator(&server, &account);
    let only = || [Api::CreateRole].into();
    let quiet = WireFaults { only: only(), ..WireFaults::default() };
    let cases = [
        ("CutBefore", WireFaults { cut_before: ALWAYS, ..quiet.clone() }, "no answer", false),
        ("CutAfter", WireFaults { cut_after: ALWAYS, ..quiet.clone() }, "no answer", true),
        ("ErrorBefore", WireFaults { error_before: ALWAYS, ..quiet.clone() }, "ServiceFailure", false),
        ("ErrorAfter", WireFaults { error_after: ALWAYS, ..quiet.clone() }, "ServiceFailure", true),
        ("Quiet", quiet, "success", true),
    ];
    let mut created = 0;
    for (name, faults, seen, done) in cases {
        server.set_faults(faults);
        assert_eq!(create(&clients, name).await, seen, "{name}");
        let record = server.calls().pop().unwrap();
        assert_eq!((record.had_effect, record.role.as_deref()), (done, Some(name)), "{name}");
        assert_eq!(record.account.unwrap().to_string(), account);
        assert_eq!(record.http_status == 0, seen == "no answer", "{name}");
        let there = code(clients.iam.get_role().role_name(name).send().await);
        assert_eq!(there == "success", done, "{name}: {there}");
        created += u64::from(done);
    }
    assert_eq!(server.created_roles().values().copied().collect::<Vec<_>>(), [created]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_creation_meets_the_role_that_the_lost_one_made() {
    let server = Server::start(world(Settings::default(), 1), ServerOptions::default()).await.unwrap();
    let clients = Clients::patient(&server, &member(1), 3);
    server.set_faults(WireFaults { error_after: ALWAYS, only: [Api::CreateRole].into(), ..WireFaults::default() });
    // Every answer is an error, the first call had its effect: the SDK asks three times and ends with the last error.
    assert_eq!(create(&clients, "Vendor").await, "ServiceFailure");
    let calls = server.calls();
    let effects: Vec<_> = calls.iter().map(|record| record.had_effect).collect();
    assert_eq!(effects, [true, false, false]);
    server.set_faults(WireFaults::default());
    assert_eq!(create(&clients, "Vendor").await, "EntityAlreadyExists");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stalled_answer_comes_late_and_its_call_was_done_at_once() {
    let server = Server::start(world(Settings::default(), 1), ServerOptions::default()).await.unwrap();
    let clients = Clients::administrator(&server, &member(1));
    let stall = Duration::from_millis(300);
    server.set_faults(WireFaults { stalled: ALWAYS, stall, ..WireFaults::default() });
    let begun = Instant::now();
    assert_eq!(create(&clients, "Vendor").await, "success");
    assert!(begun.elapsed() >= stall);
}

#[tokio::test(flavor = "multi_thread")]
async fn rates_hold_in_the_time_of_the_world() {
    let options =
        ServerOptions { clock_factor: 0, iam_write_rate: Some(Rate::new(1_000, 2)), ..ServerOptions::default() };
    let server = Server::start(world(Settings::default(), 30), options).await.unwrap();
    let management = Clients::administrator(&server, crate::organization::MANAGEMENT);
    let list = || async { code(management.organizations.list_accounts().send().await) };
    // ListAccounts: a burst of 12, then 8 a second (AWS Organizations quotas page).
    for _ in 0..12 {
        assert_eq!(list().await, "success");
    }
    assert_eq!(list().await, "TooManyRequestsException");
    server.advance(SimSpan::seconds(1));
    for _ in 0..8 {
        assert_eq!(list().await, "success");
    }
    assert_eq!(list().await, "TooManyRequestsException");
    let customer = Clients::administrator(&server, &member(1));
    let codes = [create(&customer, "A").await, create(&customer, "B").await, create(&customer, "C").await];
    assert_eq!(codes, ["success", "success", "Throttling"]);
    assert_eq!(code(customer.iam.get_role().role_name("A").send().await), "success");
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_end_and_the_log_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let log_file = folder.path().join("calls.jsonl");
    let options = ServerOptions { log_file: Some(log_file.clone()), ..ServerOptions::default() };
    let server = Server::start(world(Settings::default(), 1), options).await.unwrap();
    let account = member(1);
    let (customer, vendor) = (Clients::administrator(&server, &account), Clients::administrator(&server, VENDOR));
    assert_eq!(create(&customer, "Vendor").await, "success");
    let arn = format!("arn:aws:iam::{account}:role/Vendor");
    let opened = vendor.sts.assume_role().role_arn(arn).role_session_name("probe").send().await.unwrap();
    let session = vendor.session(opened.credentials().unwrap());
    let identity = session.sts.get_caller_identity().send().await.unwrap();
    assert_eq!(identity.account(), Some(account.as_str()));
    server.advance(SimSpan::hours(1));
    assert_eq!(code(session.sts.get_caller_identity().send().await), "ExpiredToken");
    let text = std::fs::read_to_string(&log_file).unwrap();
    let lines: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let words: Vec<_> = lines.iter().map(|line| line["operation"].as_str().unwrap()).collect();
    assert_eq!(words, ["iam:CreateRole", "sts:AssumeRole", "sts:GetCallerIdentity", "sts:GetCallerIdentity"]);
    assert_eq!((&lines[1]["caller"], &lines[1]["account"]), (&VENDOR.into(), &account.as_str().into()));
    assert_eq!((&lines[1]["role"], &lines[3]["error"]), (&"Vendor".into(), &"ExpiredToken".into()));
    assert_eq!((&lines[0]["had_effect"], &lines[3]["had_effect"]), (&true.into(), &false.into()));
}
