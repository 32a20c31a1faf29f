//! The statements against three arms: the fake organization always, LocalStack where `ROLECALL_LOCALSTACK_ENDPOINT` names
//! one, AWS itself only with credentials and `ROLECALL_REAL_AWS=1`. Differences that are known are listed with their
//! reason, and one that is gone is a failure too: the list stays true.

use crate::arm::Clients;
use crate::organization::{member, world};
use crate::statements::{Arm, all};
use aws_credential_types::Credentials;
use rolecall_fake_aws::{Server, ServerOptions};
use rolecall_simulator::settings::Settings;
use std::time::{SystemTime, UNIX_EPOCH};

/// What LocalStack 4.14 does otherwise, and why (measured with the one that `cargo xtask e2e` starts).
const LOCALSTACK: &[(&str, &str)] = &[
    ("role names are unique ignoring case", "names are compared with their case"),
    ("roles come in pages", "MaxItems of ListRoles is not heeded"),
    ("accounts are listed by the management account alone", "moto, by the plugin, lists for everybody; without it 501"),
    ("a trust without a statement is malformed", "policies are not checked beyond being JSON"),
    ("a trust of more than 2,048 characters exceeds a limit", "sizes of policies are not checked"),
    ("inline policies of more than 10,240 characters exceed a limit", "sizes of policies are not checked"),
    ("the external ID decides", "AssumeRole does not read the trust"),
    ("a role that there is not is denied like any other", "AssumeRole does not look for the role"),
    ("a session has the rights of its role", "policies are not enforced"),
    ("the simulator tells allowed, implicitly and explicitly denied", "SimulateCustomPolicy is not there (501)"),
    ("the simulator names the context keys that it was not told", "SimulateCustomPolicy is not there (501)"),
    ("a stack with a named role needs a capability", "capabilities are not checked"),
];

/// What it does otherwise besides, where our plugin does not hand stack sets over to moto.
const LOCALSTACK_ALONE: (&str, &str) =
    ("a stack set that there is not is StackSetNotFoundException", "LocalStack answers ResourceNotFoundException");

/// Part of a name that no other run has.
fn run() -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    format!("{}-{}", now.as_secs() % 1_000_000, std::process::id())
}

/// Asks all statements; those that are known to differ must.
async fn ask(arm: &Arm, known: &[(&str, &str)]) {
    let mut wrong = Vec::new();
    for statement in all() {
        let verdict = (statement.run)(arm.clone()).await;
        let reason = known.iter().find(|(name, _)| *name == statement.name).map(|(_, reason)| *reason);
        match (verdict, reason) {
            (Ok(()), None) => {}
            (Err(seen), Some(reason)) => println!("known: {} ({reason}): {seen}", statement.name),
            (Err(seen), None) => wrong.push(format!("{}: {seen}", statement.name)),
            (Ok(()), Some(_)) => wrong.push(format!("{}: holds now, take it off the list", statement.name)),
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_fake_organization() {
    let server = Server::start(world(Settings::default(), 2), ServerOptions::default()).await.unwrap();
    let account = member(1);
    let clients = Clients::administrator(&server, &account);
    ask(&Arm { clients, account, run: run(), patience: 0 }, &[]).await;
}

/// AssumeRole is seen to open late where roles take their time: the same statements hold, after a while.
#[tokio::test(flavor = "multi_thread")]
async fn the_fake_organization_with_delays() {
    let settings = Settings { rates: true, ..Settings::realistic() };
    let options = ServerOptions { clock_factor: 60, ..ServerOptions::default() };
    let server = Server::start(world(settings, 2), options).await.unwrap();
    let account = member(1);
    let clients = Clients::administrator(&server, &account);
    ask(&Arm { clients, account, run: run(), patience: 5 }, &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn localstack() {
    let Ok(url) = std::env::var("ROLECALL_LOCALSTACK_ENDPOINT") else {
        let required = std::env::var("ROLECALL_REQUIRE").unwrap_or_default();
        assert!(!required.split(',').any(|tool| tool.trim() == "localstack"), "ROLECALL_REQUIRE names localstack");
        println!("not run: no LocalStack");
        return;
    };
    // There is no reset of its state: an account that no other run has.
    let account = format!("7{:011}", SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs());
    let clients = Clients::new(Some(url), Credentials::from_keys(&account, "any", None), 3);
    let mut known = LOCALSTACK.to_vec();
    if std::env::var("ROLECALL_LOCALSTACK_ARM").as_deref() != Ok("host") {
        known.push(LOCALSTACK_ALONE);
    }
    ask(&Arm { clients, account, run: run(), patience: 2 }, &known).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn real_aws() {
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let keys = (variable("AWS_ACCESS_KEY_ID"), variable("AWS_SECRET_ACCESS_KEY"));
    let ((Some(key), Some(secret)), Some("1")) = (keys, variable("ROLECALL_REAL_AWS").as_deref()) else {
        println!("not run: no AWS account (ROLECALL_REAL_AWS=1 with keys in the environment)");
        return;
    };
    let credentials = Credentials::from_keys(key, secret, variable("AWS_SESSION_TOKEN"));
    let clients = Clients::new(None, credentials, 5);
    let identity = clients.sts.get_caller_identity().send().await.unwrap();
    let account = identity.account().unwrap().to_owned();
    ask(&Arm { clients, account, run: run(), patience: 45 }, &[]).await;
}
