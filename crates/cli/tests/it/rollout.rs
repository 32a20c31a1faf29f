//! Rollouts by the program itself, against an organization that is served in this process.

mod journals;
mod operator;
mod served;
mod stack_sets;

use crate::program::Ran;
use served::{MANAGEMENT, SECRET, Served, account, finished, member};
use std::process::Child;
use std::time::Duration;

/// The pages in JSON are valid by their schemas.
#[track_caller]
fn expect_valid(ran: &Ran) {
    let document = ran.json();
    let schema = match document["format"].as_str().unwrap() {
        "rolecall-rollout-plan" => include_str!("../../../report/schema/rollout-plan.schema.json"),
        "rolecall-stack-set-plan" => include_str!("../../../report/schema/stack-set-plan.schema.json"),
        "rolecall-rollout-outcome" => include_str!("../../../report/schema/rollout-outcome.schema.json"),
        other => panic!("{other}"),
    };
    let validator = jsonschema::validator_for(&serde_json::from_str(schema).unwrap()).unwrap();
    let errors: Vec<String> = validator.iter_errors(&document).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}\n{document:#}");
}

/// Waits for so many more calls, or until the program has ended.
fn wait_for_calls(served: &Served, process: &mut Child, calls: u64) -> bool {
    let until = served.server.call_count() + calls;
    while served.server.call_count() < until {
        if process.try_wait().unwrap().is_some() {
            return false;
        }
        std::thread::sleep(Duration::from_micros(500));
    }
    true
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixty_accounts_are_planned_rolled_out_over_kills_verified_and_given_back() {
    let served = Served::new(60, "unlock = \"reading\"").await;
    let plan = served.rollout(&["plan", "--format", "json"]);
    assert_eq!(plan.code, 0, "{plan:?}");
    expect_valid(&plan);
    let document = plan.json();
    assert_eq!((&document["summary"]["ready"], &document["operatorPolicy"]["noWider"]), (&61.into(), &true.into()));
    assert_eq!(document["accounts"][0]["account"], MANAGEMENT.to_string());
    assert_eq!(document["accounts"][0]["wave"], serde_json::Value::Null);
    let text = served.rollout(&["plan"]).stdout;
    assert!(text.contains("61 accounts ready") && text.contains("and 57 more"), "{text}");

    let dry = served.rollout(&["apply", "--dry-run", "--yes"]);
    assert_eq!(dry.code, 0, "{dry:?}");
    assert_eq!(served.writes(), [""; 0]);
    assert!(!served.journal().exists());
    let unasked = served.rollout(&["apply"]);
    assert_eq!(unasked.code, 2);
    assert!(unasked.stderr.contains("add `--yes`"), "{}", unasked.stderr);
    assert_eq!(served.writes(), [""; 0]);

    // Killed three times, at whatever point that is.
    let mut kills = 0;
    for calls in [40, 170, 260] {
        let mut process = served.start(&["apply", "--yes"]);
        if wait_for_calls(&served, &mut process, calls) {
            process.kill().unwrap();
            kills += 1;
        }
        process.wait().unwrap();
        if served.journal().exists() {
            let status = served.rollout(&["status", "--format", "json"]);
            expect_valid(&status);
            assert_eq!(status.json()["command"], "status");
        }
    }
    assert_eq!(kills, 3);
    let refused = served.rollout(&["remove", "--yes"]);
    assert_eq!(refused.code, 2);
    assert!(refused.stderr.contains("`apply` is under way"), "{}", refused.stderr);
    let applied = served.rollout(&["apply", "--yes", "--format", "json"]);
    assert_eq!(applied.code, 0, "{applied:?}");
    expect_valid(&applied);
    assert_eq!(applied.json()["state"], "complete");
    let made = served.server.created_roles();
    assert!(made.len() == 61 && made.values().all(|made| *made == 1), "{made:?}");
    let status = served.rollout(&["status", "--format", "json"]);
    assert_eq!((status.code, &status.json()["counts"]["created"]), (0, &61.into()));

    let verified = served.rollout(&["verify", "--format", "json"]);
    assert_eq!((verified.code, &verified.json()["counts"]["verified"]), (0, &61.into()));
    let inside = served.inside(member(17));
    inside.put_role_policy("ProsperOps", "More", ALL).await.unwrap();
    let drifted = served.rollout(&["verify", "--format", "json"]);
    assert_eq!(drifted.code, 1, "{drifted:?}");
    expect_valid(&drifted);
    let differences = drifted.json()["differences"].clone();
    assert_eq!((&differences[0]["account"], differences[1].is_null()), (&member(17).to_string().into(), true));
    assert!(differences[0]["message"].as_str().unwrap().contains("`More`"), "{differences}");
    let mended = served.rollout(&["apply", "--yes"]);
    assert_eq!(mended.code, 0, "{mended:?}");
    assert_eq!(served.rollout(&["verify"]).code, 0);

    let removed = served.rollout(&["remove", "--yes", "--format", "json"]);
    assert_eq!((removed.code, &removed.json()["counts"]["removed"]), (0, &61.into()), "{removed:?}");
    for number in (0..=60).map(|place| account(MANAGEMENT + place)) {
        assert_eq!(served.inside(number).get_role("ProsperOps").await.unwrap(), None);
    }
    assert_eq!(served.rollout(&["verify"]).code, 1);
}

const ALL: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_account_that_fails_is_one_cause_and_stops_nobody() {
    let served = Served::new(12, "unlock = \"reading\"\ntolerance = 1").await;
    served.close_way_in(member(5)).await;
    let plan = served.rollout(&["plan", "--format", "json"]);
    assert_eq!(plan.code, 1);
    expect_valid(&plan);
    assert_eq!(plan.json()["summary"]["stopped"], 1);
    assert_eq!(plan.json()["accounts"][5]["blocks"][0]["code"], "no-way-in");
    let applied = served.rollout(&["apply", "--yes"]);
    assert_eq!(applied.code, 1, "{applied:?}");
    assert!(applied.stdout.contains("12 created, 1 failed"), "{}", applied.stdout);
    assert!(applied.stdout.contains("1 account: access-denied (sts:AssumeRole: AccessDenied)"), "{}", applied.stdout);
    assert!(applied.stdout.contains(&format!("accounts: {}", member(5))), "{}", applied.stdout);
    // A role that is missing and one that admits others are denied in the same words.
    assert!(!applied.stdout.contains("certain cause"), "{}", applied.stdout);
    assert_eq!(served.rollout(&["status"]).code, 1);
    let verified = served.rollout(&["verify", "--format", "json"]);
    assert_eq!(verified.code, 2);
    assert_eq!(verified.json()["differences"][0]["state"], "not-judged");
    // None may fail.
    let served = Served::new(12, "unlock = \"reading\"\nconcurrency = 1").await;
    served.close_way_in(member(5)).await;
    let halted = served.rollout(&["apply", "--yes", "--tolerance", "0", "--format", "json"]);
    assert_eq!((halted.code, &halted.json()["state"]), (1, &"halted-tolerance-exceeded".into()));
    assert_eq!(halted.json()["counts"]["created"], 5);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_aws_refuses_is_diagnosed() {
    let served = Served::new(4, "unlock = \"reading\"\ntolerance = 4").await;
    let deny = r#"{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"iam:CreateRole","Resource":"*"}}"#;
    for place in [2, 3] {
        served.attach_scp(member(place), deny);
    }
    let applied = served.rollout(&["apply", "--yes", "--format", "json"]);
    assert_eq!(applied.code, 1, "{applied:?}");
    expect_valid(&applied);
    let cause = applied.json()["causes"][0].clone();
    assert_eq!(cause["accounts"].as_array().map(Vec::len), Some(2), "{cause}");
    let first = &cause["diagnosis"][0];
    assert_eq!((&first["cause"], &first["weight"]), (&"scp-denies-role-creation".into(), &"certain".into()), "{cause}");
    let told = served.rollout(&["status"]);
    assert!(told.stdout.contains("certain cause: ") && told.stdout.contains("remedy ("), "{}", told.stdout);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plan_tells_what_would_stop_it_and_why_accounts_are_left_out() {
    let excluded = format!("[[rollout.exclude]]\naccounts = [\"{}\"]\nreason = \"sold in March\"", member(6));
    let served = Served::new(6, &excluded).await;
    let deny = r#"{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"iam:CreateRole","Resource":"*"}}"#;
    served.attach_scp(member(2), deny);
    let other = |name: &str| rolecall_aws::NewRole {
        name: name.to_owned(),
        assume_role_policy: format!(
            r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Principal":{{"AWS":"arn:aws:iam::{MANAGEMENT}:root"}},"Action":"sts:AssumeRole"}}}}"#
        ),
        ..rolecall_aws::NewRole::default()
    };
    served.inside(member(3)).create_role(&other("ProsperOps")).await.unwrap();
    served.inside(member(4)).create_role(&other("prosperops")).await.unwrap();
    let plan = served.rollout(&["plan", "--format", "json"]);
    assert_eq!(plan.code, 1, "{plan:?}");
    expect_valid(&plan);
    let document = plan.json();
    let found: Vec<(&str, &str)> = document["accounts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|account| (account["intent"].as_str().unwrap(), account["standing"].as_str().unwrap()))
        .collect();
    let expected = [
        ("create", "ready"),
        ("create", "ready"),
        ("create", "stopped"),
        ("collision", "stopped"),
        ("name-taken", "stopped"),
        ("create", "ready"),
        ("left-out", "left-out"),
    ];
    assert_eq!(found, expected);
    assert_eq!(document["accounts"][2]["blocks"][0]["code"], "scp-denies");
    let text = served.rollout(&["plan"]).stdout;
    for part in ["scp-denies", "iam:CreateRole", "sold in March", "collision", "name taken", "3 will fail"] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    let overwriting = served.rollout(&["plan", "--collision", "overwrite", "--format", "json"]).json();
    assert_eq!(
        (&overwriting["accounts"][3]["intent"], &overwriting["accounts"][4]["intent"]),
        (&"overwrite".into(), &"name-taken".into())
    );
    // What was planned comes about.
    let applied = served.rollout(&["apply", "--yes", "--unlock", "reading", "--tolerance", "9", "--format", "json"]);
    assert_eq!(applied.code, 1);
    let counts = applied.json()["counts"].clone();
    assert_eq!((&counts["created"], &counts["failed"]), (&3.into(), &3.into()), "{counts}");
    assert_eq!(served.inside(member(6)).get_role("ProsperOps").await.unwrap(), None);
    // Without the policies nobody is said to be ready.
    let skipped = served.rollout(&["plan", "--skip-policies", "--format", "json"]);
    assert_eq!(skipped.code, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn waves_wait_for_the_customers_word_and_go_in_their_order() {
    let wave = format!("[[rollout.wave]]\naccounts = [\"{}\", \"{}\"]", member(5), member(4));
    let served = Served::new(6, &wave).await;
    let waiting = served.rollout(&["apply", "--yes", "--format", "json"]);
    assert_eq!((waiting.code, &waiting.json()["state"]), (1, &"stopped".into()), "{waiting:?}");
    assert_eq!(waiting.json()["counts"]["created"], 1);
    assert!(waiting.json()["notes"][0].as_str().unwrap().contains("--confirmed"));
    let done = served.rollout(&["apply", "--yes", "--confirmed", "--format", "json"]);
    assert_eq!((done.code, &done.json()["counts"]["created"]), (0, &7.into()), "{done:?}");
    let made = served.server.calls().into_iter().filter(|call| call.operation == "iam:CreateRole");
    let first: Vec<_> = made.map(|call| call.account.unwrap().get() - MANAGEMENT).take(3).collect();
    assert!(first[0] == 0 && first[1..].iter().all(|place| [4, 5].contains(place)), "{first:?}");
    // An account that came since is rolled out by the same command; nothing else is made again.
    served.server.with_world(|world| {
        let key = |number| world.account_key(rolecall_iam::arn::AccountId::from(account(number))).unwrap();
        let organization = world.account(key(MANAGEMENT)).organization().unwrap();
        let id = rolecall_iam::arn::AccountId::from(member(7));
        let origin = rolecall_simulator::account::Origin::Created;
        world.add_member(organization, rolecall_simulator::organizations::NodeId::ROOT, id, origin).unwrap();
    });
    assert_eq!(served.rollout(&["verify"]).code, 1);
    let more = served.rollout(&["apply", "--yes", "--format", "json"]);
    assert_eq!((more.code, &more.json()["counts"]["created"]), (0, &1.into()), "{more:?}");
    assert!(served.server.created_roles().values().all(|made| *made == 1));
    assert_eq!(served.rollout(&["verify"]).code, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_profile_is_brought_to_what_this_rollout_made() {
    let served = Served::new(4, "unlock = \"reading\"").await;
    assert_eq!(served.rollout(&["apply", "--yes"]).code, 0);
    let policy = served.folder.path().join("policy.json");
    let text = std::fs::read_to_string(&policy).unwrap();
    std::fs::write(&policy, text.replacen("\"ce:*\"", "\"ce:Get*\"", 1)).unwrap();
    assert_eq!(served.rollout(&["verify"]).code, 1);
    let updated = served.rollout(&["apply", "--yes"]);
    assert_eq!(updated.code, 0, "{updated:?}");
    assert_eq!(served.rollout(&["verify"]).code, 0);
    assert!(served.server.created_roles().values().all(|made| *made == 1));
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ctrl_c_stops_cleanly_and_the_same_command_goes_on() {
    let served = Served::new(40, "unlock = \"reading\"\nconcurrency = 3").await;
    let mut process = served.start(&["apply", "--yes"]);
    assert!(wait_for_calls(&served, &mut process, 60));
    let interrupted = std::process::Command::new("kill").args(["-INT", &process.id().to_string()]).status().unwrap();
    assert!(interrupted.success());
    let stopped = finished(process.wait_with_output().unwrap());
    assert_eq!(stopped.code, 1, "{stopped:?}");
    assert!(stopped.stderr.contains("`rolecall rollout apply` goes on later"), "{}", stopped.stderr);
    assert!(stopped.stdout.contains("stopped: the same command goes on"), "{}", stopped.stdout);
    let status = served.rollout(&["status", "--format", "json"]);
    assert_eq!(status.json()["counts"]["underWay"], 0);
    assert!(status.json()["counts"]["created"].as_u64().unwrap() < 41);
    let done = served.rollout(&["apply", "--yes"]);
    assert_eq!(done.code, 0, "{done:?}");
    assert!(served.server.created_roles().values().all(|made| *made == 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_secret_is_ever_shown() {
    let served = Served::new(3, "unlock = \"reading\"\ntolerance = 9").await;
    served.close_way_in(member(2)).await;
    let mut seen = String::new();
    for arguments in [
        &["plan", "-v"][..],
        &["plan", "--format", "json"],
        &["apply", "--yes", "-v"],
        &["status", "-v"],
        &["verify", "-v"],
        &["remove", "--yes", "-v"],
        &["apply", "--yes", "--endpoint-url", "http://127.0.0.1:1"],
    ] {
        let ran = served.rollout(arguments);
        seen.push_str(&ran.stdout);
        seen.push_str(&ran.stderr);
    }
    let mut bytes = seen.into_bytes();
    for entry in std::fs::read_dir(served.folder.path()).unwrap() {
        bytes.extend(std::fs::read(entry.unwrap().path()).unwrap());
    }
    let text = String::from_utf8_lossy(&bytes);
    assert!(text.contains("ProsperOps"));
    for secret in [SECRET, "FakeSessionToken", "fake0", "ASIA"] {
        assert!(!text.contains(secret), "{secret}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_begun_is_said_with_the_next_step() {
    let served = Served::new(1, "unlock = \"probes\"").await;
    let refuses = |arguments: &[&str], expected: &str| {
        let ran = served.rollout(arguments);
        assert_eq!(ran.code, 2, "{ran:?}");
        assert!(ran.stderr.contains(expected), "{}", ran.stderr);
    };
    refuses(&["apply", "--yes"], "add `--vendor-profile`");
    assert!(served.writes().is_empty());
    refuses(&["status", "--journal", "none"], "there is no such file");
    refuses(&["remove", "--yes", "--journal", "none"], "there is no such file");
    served.configure(&format!("[[rollout.wave]]\naccounts = [\"{}\"]", member(77)));
    refuses(&["apply", "--yes", "--journal", "other"], "names what the organization does not have");
    served.configure("");
    let text = std::fs::read_to_string(served.folder.path().join("rolecall.toml")).unwrap();
    let other = text.replace("o-tests00001", "o-another001");
    std::fs::write(served.folder.path().join("rolecall.toml"), other).unwrap();
    refuses(&["plan"], "rolecall.toml is about the organization o-another001");
    let foreign = format!("[profile other]\naws_access_key_id = {}\naws_secret_access_key = x\n", member(1));
    std::fs::write(served.folder.path().join("rolecall.toml"), text).unwrap();
    let ran = served.rollout_as("other", &foreign, &["apply", "--yes"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("the management account is"), "{}", ran.stderr);
}
