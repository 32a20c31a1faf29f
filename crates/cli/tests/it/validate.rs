//! `rolecall validate` and `rolecall gate --live` with the real program against a served organization: verdicts, causes from
//! collected bundles, outputs by their schema, and no secret anywhere.

use crate::program::Ran;
use crate::served::{EXTERNAL_ID, MANAGEMENT, ROLE, SECRET, Served, VENDOR, member, policy, trust};
use serde_json::Value;
use std::fs;

const SCHEMA: &str = include_str!("../../../report/schema/validation.schema.json");
const DIAGNOSIS: &str = include_str!("../../../report/schema/diagnosis.schema.json");

fn valid(schema: &str, document: &Value) {
    let validator = jsonschema::validator_for(&serde_json::from_str(schema).unwrap()).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(document).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert_eq!(errors, Vec::<String>::new());
}

/// The accounts of a report by their IDs; the report keeps to its schema.
fn accounts(ran: &Ran) -> Vec<(String, String, Value)> {
    let document = ran.json();
    valid(SCHEMA, &document);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let read = |account: &Value| {
        if !account["diagnosis"].is_null() {
            valid(DIAGNOSIS, &account["diagnosis"]);
        }
        (text(&account["account"]), text(&account["verdict"]), account.clone())
    };
    document["accounts"].as_array().unwrap().iter().map(read).collect()
}

fn codes(account: &Value, list: &str) -> Vec<String> {
    account[list].as_array().unwrap().iter().map(|note| note["code"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn the_vendor_validates_every_account_that_is_listed() {
    let served = Served::new(3);
    served.put_roles(3);
    let ran = served.validate(VENDOR, &["--as", "vendor", "--all", "--format", "json"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let found = accounts(&ran);
    let ids: Vec<&str> = found.iter().map(|(id, _, _)| id.as_str()).collect();
    assert_eq!(ids, [MANAGEMENT, &member(1), &member(2), &member(3)]);
    for (id, verdict, account) in &found {
        assert_eq!(verdict, "validated", "{id}");
        let simulator = &account["simulator"];
        assert_eq!(
            (simulator["ran"].as_bool(), simulator["under"].as_str()),
            (Some(true), Some("live")),
            "{simulator}"
        );
        // Three reads of the contract, five of the self-check, one that must not be possible.
        assert_eq!((simulator["decisions"].as_u64(), simulator["agreed"].as_u64()), (Some(9), Some(9)), "{simulator}");
    }
    // Five calls of AssumeRole for each account count for the vendor, and nothing else.
    assert_eq!(served.calls_of(VENDOR), 4 * 5);

    let ran = served.validate(VENDOR, &["--as", "vendor", "--all"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    for line in ["4 of 4 accounts validated", "validated: 4 accounts", "agree on 36 decisions"] {
        assert!(ran.stdout.contains(line), "{line}: {}", ran.stdout);
    }
    let ran = served.validate(VENDOR, &["--as", "vendor", "--all", "--format", "junit"]);
    assert!(ran.stdout.contains("tests=\"4\" failures=\"0\" errors=\"0\""), "{}", ran.stdout);
}

#[test]
fn the_customer_reads_and_never_validates() {
    let served = Served::new(2);
    served.put_roles(2);
    let ran = served.validate(MANAGEMENT, &["--as", "customer", "--all", "--format", "json"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    for (id, verdict, account) in accounts(&ran) {
        assert_eq!(verdict, "verified-by-reading", "{id}");
        assert_eq!(account["simulator"]["agreed"], 9, "{account}");
    }
    assert!(!ran.stdout.contains("\"validated\""));
}

#[test]
fn a_grant_on_one_resource_is_found_by_proof_where_the_simulator_sees_none() {
    let served = Served::new(2);
    served.put_roles(2);
    let config = served.folder().join("rolecall.toml");
    let text = fs::read_to_string(&config).unwrap();
    let never = "[[contract.never]]\nactions = [\"iam:PassRole\"]\nwhy = \"no role is handed on\"\n";
    fs::write(&config, format!("{text}\n{never}")).unwrap();
    assert_eq!(served.validate(VENDOR, &["--as", "vendor", "--all"]).code, 0);
    let more = r#"{"Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::*:role/admin"}]}"#;
    served.put_policy(1, &format!("{},{more}", policy(&[]).strip_suffix("]}").unwrap()));
    for (key, side) in [(VENDOR, "vendor"), (MANAGEMENT, "customer")] {
        let ran = served.validate(key, &["--as", side, "--account", &member(1), "--format", "json"]);
        assert_eq!(ran.code, 1, "{ran:?}");
        let (_, _, account) = accounts(&ran).remove(0);
        assert!(codes(&account, "faults").contains(&"permission-forbidden".to_owned()), "{side}: {account}");
        assert_eq!(account["simulator"]["agreed"], account["simulator"]["decisions"], "{account}");
    }
    // Without the simulator the customer has the texts, and proves as well.
    let ran = served.validate(MANAGEMENT, &["--as", "customer", "--account", &member(1), "--no-simulator"]);
    assert!(ran.stdout.contains("permission-forbidden"), "{}", ran.stdout);
}

#[test]
fn a_contract_that_asks_for_nothing_that_is_there_is_not_judged() {
    let served = Served::new(1);
    served.put_roles(1);
    let config = served.folder().join("rolecall.toml");
    let text = fs::read_to_string(&config).unwrap();
    let (before, _) = text.split_once("[[contract.allow]]").unwrap();
    let never = "[[contract.never]]\nactions = [\"ec2:DestroyEverything*\"]\nwhy = \"never\"\n";
    fs::write(&config, format!("{before}{never}")).unwrap();
    for (key, side) in [(VENDOR, "vendor"), (MANAGEMENT, "customer")] {
        let ran = served.validate(key, &["--as", side, "--all", "--format", "json"]);
        assert_eq!(ran.code, 2, "{ran:?}");
        let (_, _, account) = accounts(&ran).remove(0);
        assert_eq!(codes(&account, "notJudged"), ["simulator-not-run"], "{account}");
    }
}

#[test]
fn members_of_an_organization_in_lagging_mode_are_named_and_not_looked_at() {
    let served = Served::new(2);
    served.put_roles(2);
    let config = served.folder().join("rolecall.toml");
    let text = fs::read_to_string(&config).unwrap();
    fs::write(&config, text.replace("id = \"o-tests00001\"", "id = \"o-tests00001\"\nmode = \"lagging\"")).unwrap();
    for (key, side) in [(VENDOR, "vendor"), (MANAGEMENT, "customer")] {
        let ran = served.validate(key, &["--as", side, "--all", "--format", "json"]);
        assert_eq!(accounts(&ran).len(), 1, "{ran:?}");
        let left = ran.json()["leftOut"].clone();
        assert_eq!((left.as_array().unwrap().len(), &left[0]["state"]), (2, &"lagging-mode".into()), "{left}");
    }
}

/// What was planted in the account of a member, the customer's verdict and first cause, and what the vendor's verdict is with the
/// same cause among those that it cannot tell apart.
type Planted = (&'static str, fn(&Served), (&'static str, &'static str), (&'static str, bool));

const PLANTED: [Planted; 8] = [
    ("role-missing", |served| served.remove_role(1), ("absent", "role-missing"), ("denied", true)),
    (
        "external-id-unknown",
        |served| served.put_trust(1, &trust("another-id-of-nobody")),
        ("different", "external-id-unknown"),
        ("denied", true),
    ),
    (
        "no-external-id-condition",
        |served| served.put_trust(1, &trust("").replace(r#","Condition":{"StringEquals":{"sts:ExternalId":""}}"#, "")),
        ("different", "no-external-id-condition"),
        ("insecure", true),
    ),
    // The vendor's probes pass: that the session is bound, it sees when it acts.
    (
        "scp-denies-actions",
        |served| served.attach("service", r#"{"Effect":"Deny","Action":"ec2:*","Resource":"*"}"#),
        ("limited", "scp-denies-actions"),
        ("validated", false),
    ),
    (
        "rcp-denies-assume-role",
        |served| {
            served.attach(
                "resource",
                r#"{"Effect":"Deny","Principal":"*","Action":"sts:AssumeRole","Resource":"*",
                    "Condition":{"StringNotEqualsIfExists":{"aws:PrincipalOrgID":"o-tests00001"}}}"#,
            );
        },
        ("limited", "rcp-denies-assume-role"),
        ("denied", true),
    ),
    ("account-not-active", |served| served.suspend(1), ("limited", "account-not-active"), ("denied", true)),
    (
        "role-name-case",
        |served| {
            served.remove_role(1);
            served.put_role(1, &ROLE.to_lowercase(), &trust(EXTERNAL_ID), &policy(&[]));
        },
        ("different", "role-name-case"),
        ("denied", true),
    ),
    (
        "policy-outdated",
        |served| served.put_policy(1, &policy(&["ec2:DescribeInstances"])),
        ("different", "policy-outdated"),
        ("validated", false),
    ),
];

fn named(diagnosis: &Value) -> Vec<String> {
    let causes = diagnosis["causes"].as_array().unwrap().iter();
    causes.map(|entry| entry["cause"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_planted_cause_is_named_from_the_collected_bundle() {
    for (cause, plant, (customers_word, first), (vendors_word, vendor_knows)) in PLANTED {
        let served = Served::new(2);
        served.put_roles(2);
        plant(&served);
        fs::write(served.folder().join("older.json"), policy(&["ec2:DescribeInstances"])).unwrap();
        let id = member(1);
        let one = ["--account", &id, "--older-policy", "older.json", "--format", "json", "--collect"];
        let asked = |side, bundle| [&["--as", side][..], &one, &[bundle]].concat();

        let ran = served.validate(MANAGEMENT, &asked("customer", "customer.json"));
        let found = accounts(&ran);
        assert_eq!(found[0].1, customers_word, "{cause}: {ran:?}");
        assert!(ran.code == 1 || ran.code == 2, "{cause}: {ran:?}");
        let diagnosed = served.diagnose("customer.json");
        assert_eq!(diagnosed["causes"][0]["cause"], first, "{cause}: {diagnosed:#}");
        assert!(named(&diagnosed).iter().any(|known| known == cause), "{cause}: {diagnosed:#}");
        // Whether the role was ever there, or a stack set failed, was not looked at.
        let weight = if cause == "role-missing" { "likely" } else { "certain" };
        assert_eq!(diagnosed["causes"][0]["weight"], weight, "{cause}: {diagnosed:#}");
        assert_eq!(found[0].2["diagnosis"]["causes"][0]["cause"], first, "{cause}");

        let ran = served.validate(VENDOR, &asked("vendor", "vendor.json"));
        assert_eq!(accounts(&ran)[0].1, vendors_word, "{cause}: {ran:?}");
        assert_ne!(ran.code, 0, "{cause}: {ran:?}");
        let diagnosed = served.diagnose("vendor.json");
        let named = named(&diagnosed);
        assert_eq!(named.iter().any(|known| known == cause), vendor_knows, "{cause}: {named:?}");
    }
}

#[test]
fn what_differs_is_told_whole() {
    let served = Served::new(1);
    served.put_roles(1);
    served.put_trust(1, &trust("another-id-of-nobody"));
    served.put_policy(1, &policy(&["ec2:DescribeInstances"]));
    let ran = served.validate(MANAGEMENT, &["--as", "customer", "--account", &member(1), "--format", "json"]);
    let found = accounts(&ran);
    let faults = codes(&found[0].2, "faults");
    for code in ["role-code-trust", "role-code-policy", "simulator-contradicts-contract"] {
        assert!(faults.iter().any(|fault| fault == code), "{code} in {faults:?}");
    }
    assert_eq!(ran.code, 1, "{ran:?}");
}

#[test]
fn several_accounts_give_a_bundle_for_each_that_fails_and_are_told_together() {
    let served = Served::new(5);
    served.put_roles(2);
    let ran = served.validate(VENDOR, &["--as", "vendor", "--all", "--collect", "evidence"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    let mut names: Vec<_> = fs::read_dir(served.folder().join("evidence"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let expected: Vec<String> = [3, 4, 5].map(|place| format!("{}.json", member(place))).to_vec();
    assert_eq!(names, expected);
    let together = format!("denied: 3 accounts: {}, {}, {}", member(3), member(4), member(5));
    for line in ["3 of 6 accounts validated, 3 not as they should be", "validated: 3 accounts", together.as_str()] {
        assert!(ran.stdout.contains(line), "{line}: {}", ran.stdout);
    }
    assert!(ran.stdout.contains("next step (customer)"), "{}", ran.stdout);
    assert!(ran.stderr.contains("wrote 3 evidence bundles"), "{}", ran.stderr);
    let junit = served.validate(VENDOR, &["--as", "vendor", "--all", "--format", "junit"]);
    assert!(junit.stdout.contains("tests=\"6\" failures=\"3\" errors=\"0\""), "{}", junit.stdout);
}

#[test]
fn what_was_not_judged_is_exit_code_2() {
    let served = Served::new(2);
    served.put_roles(1);
    // The session may not ask the simulator.
    served.put_policy(1, &policy(&["iam:SimulatePrincipalPolicy"]));
    let id = member(1);
    let ran = served.validate(VENDOR, &["--as", "vendor", "--account", &id, "--format", "json"]);
    let found = accounts(&ran);
    assert_eq!((ran.code, found[0].1.as_str()), (2, "validated"), "{ran:?}");
    assert_eq!(codes(&found[0].2, "notJudged"), ["simulator-not-run"]);
    let ran = served.validate(VENDOR, &["--as", "vendor", "--account", &id, "--no-simulator", "--format", "json"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    // Nobody lists the accounts where the management account's role does not open.
    served.remove_role(0);
    let ran = served.validate(VENDOR, &["--as", "vendor", "--account", &id, "--no-simulator", "--format", "json"]);
    assert_eq!((ran.code, accounts(&ran)[0].1.as_str()), (2, "unknown"), "{ran:?}");
    let ran = served.validate(VENDOR, &["--as", "vendor", "--all", "--no-simulator", "--format", "json"]);
    assert_eq!((ran.code, accounts(&ran).len()), (2, 1), "{ran:?}");
    assert_eq!(codes(&ran.json(), "notJudged"), ["accounts-not-listed"]);
    // The customer's word stands in for the listing.
    fs::write(served.folder().join("accounts.txt"), format!("# members\n{id} # first\n\n")).unwrap();
    let ran = served
        .validate(VENDOR, &["--as", "vendor", "--accounts", "accounts.txt", "--no-simulator", "--format", "json"]);
    assert_eq!((ran.code, accounts(&ran)[0].1.as_str()), (0, "validated"), "{ran:?}");
}

#[test]
fn accounts_that_cannot_be_entered_are_not_judged_and_those_not_active_are_left_out() {
    let served = Served::new(3);
    served.put_roles(3);
    served.suspend(2);
    served.forbid_entry(3);
    let ran = served.validate(MANAGEMENT, &["--as", "customer", "--all", "--format", "json"]);
    assert_eq!(ran.code, 2, "{ran:?}");
    let found = accounts(&ran);
    let words: Vec<&str> = found.iter().map(|(_, verdict, _)| verdict.as_str()).collect();
    assert_eq!(words, ["verified-by-reading", "verified-by-reading", "unknown"]);
    assert!(codes(&found[2].2, "notJudged").contains(&String::from("account-not-entered")), "{}", found[2].2);
    assert_eq!(ran.json()["leftOut"][0], serde_json::json!({"account": member(2), "state": "SUSPENDED"}));
}

#[test]
fn credentials_of_another_organization_look_at_nothing() {
    let served = Served::new(1);
    served.put_roles(1);
    served.rename_organization("o-another0001");
    let ran = served.validate(MANAGEMENT, &["--as", "customer", "--all", "--format", "json"]);
    assert_eq!((ran.code, accounts(&ran).len()), (2, 0), "{ran:?}");
    assert_eq!(codes(&ran.json(), "notJudged"), ["other-organization"]);
}

#[test]
fn no_secret_is_printed_or_written() {
    let served = Served::new(2);
    served.put_roles(1);
    let mut texts = Vec::new();
    for (key, side) in [(VENDOR, "vendor"), (MANAGEMENT, "customer")] {
        for format in ["human", "json", "junit"] {
            let asked = ["--as", side, "--all", "--format", format, "--verbose", "--collect", side];
            let ran = served.validate(key, &asked);
            texts.extend([ran.stdout, ran.stderr]);
        }
        // Credentials that are refused are echoed by many an error.
        let ran = served.validate("AKIAIOSFODNN7EXAMPLE", &["--as", side, "--all"]);
        assert_eq!(ran.code, 2, "{ran:?}");
        texts.extend([ran.stdout, ran.stderr]);
        for entry in fs::read_dir(served.folder().join(side)).unwrap() {
            texts.push(fs::read_to_string(entry.unwrap().path()).unwrap());
        }
    }
    assert!(texts.len() > 16, "bundles were written");
    for text in texts {
        for secret in [SECRET, "FakeSessionToken", "ASIA", "AKIAIOSFODNN7EXAMPLE"] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    }
}

#[test]
fn whom_to_look_at_must_be_said() {
    let served = Served::new(1);
    let ran = served.validate(VENDOR, &["--as", "vendor"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("--account") && ran.stderr.contains("--all"), "{}", ran.stderr);
    fs::write(served.folder().join("accounts.txt"), "12345\n").unwrap();
    let ran = served.validate(VENDOR, &["--as", "vendor", "--accounts", "accounts.txt"]);
    assert!(ran.stderr.contains("accounts.txt:1: `12345` is no account ID"), "{}", ran.stderr);
}

#[test]
fn the_gate_asks_aws_as_well() {
    let served = Served::new(0);
    let clean = served.run(MANAGEMENT, &["gate", ".", "--as-of", "2026-11-27", "--format", "json", "--live"]);
    assert_eq!(clean.code, 0, "{clean:?}");
    let live = |ran: &Ran| -> Vec<String> {
        let checks = ran.json()["checks"].as_array().unwrap().clone();
        let live = checks.iter().filter(|check| check["check"] == "contract-live");
        live.map(|check| check["outcome"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(live(&clean), ["passed", "passed"], "{}", clean.stdout);
    // Without the option nothing is called, and nothing changes.
    let before = served.calls_of(MANAGEMENT);
    let without = served.run(MANAGEMENT, &["gate", ".", "--as-of", "2026-11-27", "--format", "json"]);
    assert_eq!((without.code, live(&without).len(), served.calls_of(MANAGEMENT)), (0, 0, before));
    // A policy that does not grant what is needed: AWS says so, too.
    fs::write(served.folder().join("policy.json"), policy(&["ec2:DescribeInstances"])).unwrap();
    let found = served.run(MANAGEMENT, &["gate", ".", "--as-of", "2026-11-27", "--live"]);
    assert_eq!(found.code, 1, "{found:?}");
    assert!(found.stdout.contains("simulator-contradicts-contract"), "{}", found.stdout);
    assert!(!found.stdout.contains("error[simulator-contradicts-evaluator]"), "{}", found.stdout);
    // Calls that fail judge nothing.
    let refused = served.run("AKIAIOSFODNN7EXAMPLE", &["gate", ".", "--as-of", "2026-11-27", "--live"]);
    assert_eq!(refused.code, 2, "{refused:?}");
    assert!(refused.stdout.contains("simulator-not-judged"), "{}", refused.stdout);
}
