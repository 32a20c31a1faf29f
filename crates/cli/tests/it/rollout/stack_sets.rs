//! Rollouts by stack sets, by the program itself.

use super::expect_valid;
use super::operator::{actions_of, give, give_in, of_operator};
use super::served::{MANAGEMENT, Served, account, member};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const STACK_SETS: &str = "engine = \"stack-sets\"\nunlock = \"reading\"";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stack_set_is_planned_rolled_out_verified_and_given_back() {
    let served = Served::new(12, STACK_SETS).await;
    let plan = served.rollout(&["plan", "--format", "json"]);
    assert_eq!(plan.code, 0, "{plan:?}");
    expect_valid(&plan);
    let document = plan.json();
    let steps = document["steps"].to_string();
    assert!(steps.contains("create the stack `") && steps.contains("create the stack set `"), "{steps}");
    assert_eq!((&document["refused"], &document["operatorPolicy"]["noWider"]), (&Value::Null, &json!(true)));
    assert_eq!(document["accounts"].as_array().map(Vec::len), Some(13));
    let dry = served.rollout(&["apply", "--dry-run"]);
    assert_eq!(dry.code, 0, "{dry:?}");
    assert!(dry.stdout.contains("by stack sets"), "{}", dry.stdout);
    assert_eq!(served.writes(), [""; 0]);
    let unasked = served.rollout(&["apply"]);
    assert!(unasked.code == 2 && unasked.stderr.contains("add `--yes`"), "{unasked:?}");
    assert_eq!(served.writes(), [""; 0]);

    let applied = served.rollout(&["apply", "--yes", "--format", "json"]);
    assert_eq!(applied.code, 0, "{applied:?}");
    expect_valid(&applied);
    let document = applied.json();
    assert_eq!((&document["state"], &document["counts"]["verified"]), (&json!("complete"), &json!(12)));
    assert_eq!((&document["counts"]["created"], &document["journal"]), (&json!(1), &Value::Null));
    assert!(!served.journal().exists());
    // Nothing is begun again.
    let writes = served.writes().len();
    assert_eq!(served.rollout(&["apply", "--yes"]).code, 0);
    assert_eq!(served.writes().len(), writes);
    let status = served.rollout(&["status", "--format", "json"]);
    assert_eq!(
        (status.code, &status.json()["state"], &status.json()["counts"]["unread"]),
        (0, &json!("unread"), &json!(12))
    );
    assert_eq!(served.rollout(&["verify"]).code, 0);

    let all = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;
    served.inside(member(7)).put_role_policy("ProsperOps", "More", all).await.unwrap();
    let drifted = served.rollout(&["verify", "--format", "json"]);
    assert_eq!(drifted.code, 1, "{drifted:?}");
    expect_valid(&drifted);
    let causes = drifted.json()["causes"].clone();
    assert_eq!(
        (&causes[0]["accounts"], &causes[0]["code"]),
        (&json!([member(7).to_string()]), &json!("CurrentAndDifferent"))
    );
    served.inside(member(7)).delete_role_policy("ProsperOps", "More").await.unwrap();

    let removed = served.rollout(&["remove", "--yes", "--format", "json"]);
    assert_eq!((removed.code, &removed.json()["counts"]["removed"]), (0, &json!(13)), "{removed:?}");
    expect_valid(&removed);
    for number in (0..=12).map(|place| account(MANAGEMENT + place)) {
        assert_eq!(served.inside(number).get_role("ProsperOps").await.unwrap(), None);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_read_is_not_complete_and_one_role_in_the_way_is_one_cause() {
    let served = Served::new(6, STACK_SETS).await;
    served.close_way_in(member(2)).await;
    let other = rolecall_aws::NewRole {
        name: "ProsperOps".to_owned(),
        assume_role_policy: format!(
            r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Principal":{{"AWS":"arn:aws:iam::{MANAGEMENT}:root"}},"Action":"sts:AssumeRole"}}}}"#
        ),
        ..rolecall_aws::NewRole::default()
    };
    served.inside(member(3)).create_role(&other).await.unwrap();
    let plan = served.rollout(&["plan", "--format", "json"]);
    // Not judged outranks stopped.
    assert_eq!(plan.code, 2, "{plan:?}");
    expect_valid(&plan);
    let of = |place: usize, field: &str| plan.json()["accounts"][place][field].clone();
    // Without a way in nothing stops the stack set.
    assert_eq!((of(2, "blocks"), &of(2, "open")[0]["code"]), (json!([]), &json!("no-way-in")));
    assert_eq!(of(3, "intent"), json!("collision"));

    let failed = served.rollout(&["apply", "--yes", "--tolerance", "1", "--format", "json"]);
    assert_eq!((failed.code, &failed.json()["state"]), (2, &json!("with-failures")), "{failed:?}");
    assert_eq!(served.rollout(&["status"]).code, 1);
    let causes = failed.json()["causes"].clone();
    assert_eq!((&causes[0]["code"], &causes[0]["accounts"]), (&json!("RoleExists"), &json!([member(3).to_string()])));
    assert_eq!(causes[1], Value::Null);
    assert_eq!(causes[0]["diagnosis"][0]["cause"], json!("role-exists-already"), "{causes}");

    served.inside(member(3)).delete_role("ProsperOps").await.unwrap();
    let mended = served.rollout(&["apply", "--yes", "--repair", "--format", "json"]);
    assert_eq!((mended.code, &mended.json()["state"]), (2, &json!("unread")), "{mended:?}");
    assert_eq!(mended.json()["counts"]["unread"], 1);
    expect_valid(&mended);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_delegated_administrator_plans_and_its_policy_is_enough() {
    let choices = "engine = \"stack-sets\"\nunlock = \"confirm\"\n[rollout.stack_set]\ncall_as = \"delegated-admin\"";
    let served = Served::new(2, choices).await;
    served.register_delegated(member(1));
    let config = format!(
        "[profile admin]\naws_access_key_id = {0}\naws_secret_access_key = x\n\
         [profile operator]\nsource_profile = admin\nrole_arn = arn:aws:iam::{0}:role/Operator\n",
        member(1)
    );
    let plan = served.rollout_as("admin", &config, &["plan", "--format", "json", "--operator-policy", "policies.json"]);
    // Nobody looks into the management account, and member(2) lets the management account in alone.
    assert_eq!(plan.code, 2, "{plan:?}");
    expect_valid(&plan);
    let document = plan.json();
    assert!(document["steps"].to_string().contains("create the stack set"), "{document}");
    let of = |place: usize, field: &str| document["accounts"][place][field].clone();
    assert_eq!((&of(0, "open")[0]["code"], of(0, "blocks")), (&json!("no-way-in"), json!([])), "{document}");
    assert_eq!((of(1, "intent"), &of(2, "open")[0]["code"]), (json!("create"), &json!("no-way-in")), "{document}");
    assert_eq!(document["operatorPolicy"]["noWider"], json!(true));
    let text = std::fs::read_to_string(served.folder.path().join("policies.json")).unwrap();
    let policies: Value = serde_json::from_str(&text).unwrap();
    give_in(&served, member(1), &policies).await;
    let before = served.server.calls().len();
    let ran = served.rollout_as("operator", &config, &["apply", "--yes", "--confirmed", "--format", "json"]);
    let counts = ran.json()["counts"].clone();
    // The management account is not read.
    assert_eq!((ran.code, &counts["verified"], &counts["unread"]), (2, &json!(2), &json!(1)), "{ran:?}");
    let planned = served.rollout_as("operator", &config, &["plan", "--format", "json"]).json();
    // Of the management account alone something is not known.
    let open: Vec<bool> =
        planned["accounts"].as_array().unwrap().iter().map(|account| account["open"] != json!([])).collect();
    assert_eq!((open, &planned["steps"]), (vec![true, false, false], &json!([])), "{planned}");
    assert!(planned["notes"].to_string().contains("is inferred"), "{planned}");
    let removed = served.rollout_as("operator", &config, &["remove", "--yes", "--format", "json"]).json();
    assert_eq!(removed["counts"]["removed"], json!(2), "{removed}");
    for number in [member(1), member(2)] {
        assert_eq!(served.inside(number).get_role("ProsperOps").await.unwrap(), None);
    }
    let calls = served.server.calls();
    let used: BTreeSet<String> = calls[before..].iter().map(|call| call.operation.clone()).collect();
    let unlisted: BTreeSet<String> = used.difference(&actions_of(&policies)).cloned().collect();
    assert_eq!(unlisted, BTreeSet::from(["sts:GetCallerIdentity".to_owned()]));
    // The management account's credentials are not those of a delegated administrator.
    let refused = served.rollout(&["plan"]);
    assert!(refused.code == 2 && refused.stderr.contains("`call_as` is `delegated-admin`"), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_may_come_behind_a_refusal_is_asked_about() {
    let served = Served::new(2, STACK_SETS).await;
    let other = rolecall_aws::NewRole {
        name: "ProsperOps".to_owned(),
        assume_role_policy: format!(
            r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Principal":{{"AWS":"arn:aws:iam::{MANAGEMENT}:root"}},"Action":"sts:AssumeRole"}}}}"#
        ),
        ..rolecall_aws::NewRole::default()
    };
    served.inside(account(MANAGEMENT)).create_role(&other).await.unwrap();
    let unasked = served.rollout(&["apply"]);
    assert!(unasked.code == 2 && unasked.stderr.contains("add `--yes`"), "{unasked:?}");
    let refused = served.rollout(&["apply", "--yes", "--format", "json"]);
    assert_eq!((refused.code, &refused.json()["state"]), (1, &json!("refused")), "{refused:?}");
    assert_eq!(served.writes(), ["iam:CreateRole"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn options_of_the_other_engine_are_refused() {
    let served = Served::new(2, STACK_SETS).await;
    let refused = |arguments: &[&str], part: &str| {
        let ran = served.rollout(arguments);
        assert!(ran.code == 2 && ran.stderr.contains(part), "{ran:?}");
    };
    refused(&["apply", "--yes", "--bake", "1m"], "`--bake` has no meaning");
    refused(&["remove", "--yes", "--adopted"], "`--adopted` has no meaning");
    refused(&["apply", "--yes", "--collision", "overwrite"], "takes no role over");
    served.configure(&format!("{STACK_SETS}\n[[rollout.exclude]]\naccounts = [\"{}\"]\nreason = \"x\"", member(1)));
    let ran = served.rollout(&["plan"]);
    assert!(ran.code == 2 && ran.stdout.contains("`exclude` has no meaning"), "{ran:?}");
    served.configure("engine = \"role\"");
    refused(&["apply", "--yes", "--repair"], "`--repair` is for");
    assert_eq!(served.writes(), [""; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_printed_policies_are_enough_for_a_stack_set() {
    let served = Served::new(2, STACK_SETS).await;
    let planned = served.rollout(&["plan", "--operator-policy", "policies.json"]);
    assert_eq!(planned.code, 0, "{planned:?}");
    let text = std::fs::read_to_string(served.folder.path().join("policies.json")).unwrap();
    let policies: Value = serde_json::from_str(&text).unwrap();
    give(&served, &policies).await;
    let before = served.server.calls().len();
    for arguments in [&["plan"][..], &["apply", "--yes"], &["verify"], &["remove", "--yes"]] {
        let ran = of_operator(&served, arguments);
        assert_eq!(ran.code, 0, "{arguments:?}: {ran:?}");
    }
    let used: BTreeSet<String> = served.server.calls()[before..].iter().map(|call| call.operation.clone()).collect();
    let granted = actions_of(&policies);
    let unlisted: BTreeSet<String> = used.difference(&granted).cloned().collect();
    assert_eq!(unlisted, BTreeSet::from(["sts:GetCallerIdentity".to_owned()]));
}
