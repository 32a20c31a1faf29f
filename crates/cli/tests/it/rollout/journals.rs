//! What a journal binds a run to: one role, the choices that it began with, every account that it made a role in.

use super::expect_valid;
use super::served::{MANAGEMENT, Served, VENDOR, account, member};
use crate::program::Ran;
use rolecall_iam::arn::AccountId;
use rolecall_simulator::caller::Caller;
use serde_json::json;

/// Replaces text in `rolecall.toml`.
fn edit(served: &Served, from: &str, to: &str) {
    let file = served.folder.path().join("rolecall.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.contains(from), "{text}");
    std::fs::write(file, text.replacen(from, to, 1)).unwrap();
}

#[track_caller]
fn refused(ran: &Ran, part: &str) {
    assert!(ran.code == 2 && ran.stderr.contains(part), "{ran:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_journal_of_another_role_touches_nobody() {
    let served = Served::new(2, "unlock = \"reading\"").await;
    assert_eq!(served.rollout(&["apply", "--yes"]).code, 0);
    edit(&served, "name = \"ProsperOps\"", "name = \"Deployer\"");
    let writes = served.writes().len();
    for arguments in [&["remove", "--yes"][..], &["apply", "--yes"], &["status"], &["plan"]] {
        refused(&served.rollout(arguments), "is about the role `ProsperOps`, and rolecall.toml about `Deployer`");
    }
    assert_eq!(served.writes().len(), writes);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_removal_reaches_accounts_that_were_excluded_since_and_tells_of_those_it_cannot() {
    let served = Served::new(4, "unlock = \"reading\"").await;
    assert_eq!(served.rollout(&["apply", "--yes"]).code, 0);
    let exclusion =
        format!("unlock = \"reading\"\n[[rollout.exclude]]\naccounts = [\"{}\"]\nreason = \"sold\"", member(2));
    edit(&served, "unlock = \"reading\"", &exclusion);
    assert_eq!(served.rollout(&["apply", "--yes"]).code, 0);
    served.server.with_world(|world| {
        let key = |number| world.account_key(AccountId::from(number)).unwrap();
        let (owner, closed) = (Caller::Administrator(key(account(MANAGEMENT))), key(member(3)));
        world.close_account(&owner, closed).unwrap();
    });
    let removed = served.rollout(&["remove", "--yes", "--format", "json"]);
    expect_valid(&removed);
    assert_eq!((removed.code, &removed.json()["state"]), (1, &json!("with-failures")), "{removed:?}");
    assert_eq!(removed.json()["counts"]["removed"], 4);
    assert!(removed.json()["notes"][0].as_str().unwrap().contains("1 account(s) keep the role"), "{removed:?}");
    assert_eq!(served.inside(member(2)).get_role("ProsperOps").await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_profile_is_only_taken_for_brought_when_every_role_was_read() {
    let served = Served::new(3, "unlock = \"reading\"").await;
    assert_eq!(served.rollout(&["apply", "--yes"]).code, 0);
    let policy = served.folder.path().join("policy.json");
    let text = std::fs::read_to_string(&policy).unwrap();
    std::fs::write(&policy, text.replacen("\"ce:*\"", "\"ce:Get*\"", 1)).unwrap();
    // The role to go in by may do nothing.
    served.set_way_in_policy(member(2), None).await;
    let unread = served.rollout(&["apply", "--yes", "--format", "json"]);
    assert_eq!(unread.code, 2, "{unread:?}");
    expect_valid(&unread);
    let causes = unread.json()["causes"].clone();
    let unread = causes.as_array().unwrap().iter().find(|cause| cause["failure"] == "access-denied").unwrap();
    assert_eq!(unread["accounts"], json!([member(2).to_string()]));
    assert_eq!(served.rollout(&["apply", "--yes"]).code, 2);
    let all = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;
    served.set_way_in_policy(member(2), Some(all)).await;
    let brought = served.rollout(&["apply", "--yes"]);
    assert_eq!(brought.code, 0, "{brought:?}");
    assert_eq!(served.rollout(&["verify"]).code, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_that_goes_on_refuses_choices_that_would_not_count() {
    let served = Served::new(3, "unlock = \"confirm\"").await;
    // Nobody is there to confirm: it is stopped.
    assert_eq!(served.rollout(&["apply", "--yes"]).code, 1);
    let refused_by = |arguments: &[&str], part: &str| refused(&served.rollout(arguments), part);
    refused_by(
        &["apply", "--yes", "--confirmed", "--collision", "skip"],
        "its `collision` is `fail`, and now it is `skip`",
    );
    let exclusion =
        format!("unlock = \"confirm\"\n[[rollout.exclude]]\naccounts = [\"{}\"]\nreason = \"sold\"", member(2));
    edit(&served, "unlock = \"confirm\"", &exclusion);
    refused_by(&["apply", "--yes", "--confirmed"], &format!("account {} is in it, and now it is excluded", member(2)));
    edit(&served, &exclusion, "unlock = \"confirm\"");
    assert_eq!(served.rollout(&["apply", "--yes", "--confirmed"]).code, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plan_knows_the_journal_and_refuses_what_apply_refuses() {
    let served = Served::new(3, "unlock = \"reading\"").await;
    assert_eq!(served.rollout(&["apply", "--yes"]).code, 0);
    let all = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;
    served.inside(member(1)).put_role_policy("ProsperOps", "More", all).await.unwrap();
    let plan = served.rollout(&["apply", "--dry-run", "--format", "json"]);
    assert_eq!((plan.code, &plan.json()["accounts"][1]["intent"]), (0, &json!("overwrite")), "{plan:?}");
    assert!(plan.json()["operatorPolicy"].to_string().contains("iam:UpdateAssumeRolePolicy"));
    // The vendor's account is in no organization.
    let unknown = format!("unlock = \"reading\"\n[[rollout.exclude]]\naccounts = [\"{VENDOR}\"]\nreason = \"sold\"");
    edit(&served, "unlock = \"reading\"", &unknown);
    let plan = served.rollout(&["plan"]);
    assert!(plan.code == 1 && plan.stdout.contains(&format!("does not have: {VENDOR}")), "{plan:?}");
    refused(&served.rollout(&["apply", "--yes"]), "names what the organization does not have");
}
