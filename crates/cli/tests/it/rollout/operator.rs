//! The policies that a plan prints are enough for the whole rollout, and without any one of the actions that it uses it fails.

use super::served::{MANAGEMENT, Served, account, member};
use crate::program::Ran;
use rolecall_lifecycle::AccountNumber;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Members of the organizations here.
const MEMBERS: u64 = 2;

/// The operator and the way in have these policies alone.
pub(crate) async fn give(served: &Served, policies: &Value) {
    give_in(served, account(MANAGEMENT), policies).await;
}

/// The same for an operator of this account, whom the ways in let in.
pub(crate) async fn give_in(served: &Served, operators: AccountNumber, policies: &Value) {
    let inside = served.inside(operators);
    let trust = format!(
        r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Principal":{{"AWS":"arn:aws:iam::{operators}:root"}},"Action":"sts:AssumeRole"}}}}"#
    );
    if inside.get_role("Operator").await.unwrap().is_none() {
        let role = rolecall_aws::NewRole {
            name: "Operator".to_owned(),
            assume_role_policy: trust.clone(),
            ..rolecall_aws::NewRole::default()
        };
        inside.create_role(&role).await.unwrap();
    }
    inside.put_role_policy("Operator", "Rollout", &policies["operator"].to_string()).await.unwrap();
    for member in (1..=MEMBERS).map(member) {
        served.set_way_in_policy(member, Some(&policies["wayIn"].to_string())).await;
        served.inside(member).update_assume_role_policy("OrganizationAccountAccessRole", &trust).await.unwrap();
    }
}

/// `rolecall rollout …` by the operator.
pub(crate) fn of_operator(served: &Served, arguments: &[&str]) -> Ran {
    let config = format!(
        "[profile admin]\naws_access_key_id = {MANAGEMENT}\naws_secret_access_key = x\n\
         [profile operator]\nsource_profile = admin\nrole_arn = arn:aws:iam::{MANAGEMENT}:role/Operator\n"
    );
    served.rollout_as("operator", &config, arguments)
}

/// A plan and a whole rollout by the operator; whether both went well.
fn roll_out(served: &Served, journal: &str) -> Result<(), String> {
    for arguments in [&["plan"][..], &["apply", "--yes", "--journal", journal], &["verify"]] {
        let ran = of_operator(served, arguments);
        if ran.code != 0 {
            return Err(format!("{arguments:?}: {}{}", ran.stdout, ran.stderr));
        }
    }
    Ok(())
}

/// The policies without an action; a statement that had only that one goes.
fn without(policies: &Value, action: &str) -> Value {
    let mut policies = policies.clone();
    for policy in ["operator", "wayIn"] {
        let statements = match policies[policy]["Statement"].take() {
            Value::Array(statements) => statements,
            one => vec![one],
        };
        let left: Vec<Value> = statements
            .into_iter()
            .filter_map(|mut statement| {
                let actions = match statement["Action"].take() {
                    Value::Array(actions) => actions,
                    one => vec![one],
                };
                let left: Vec<Value> = actions.into_iter().filter(|found| found != action).collect();
                statement["Action"] = json!(left);
                (!left.is_empty()).then_some(statement)
            })
            .collect();
        policies[policy]["Statement"] = json!(left);
    }
    policies
}

pub(crate) fn actions_of(policies: &Value) -> BTreeSet<String> {
    let mut actions = BTreeSet::new();
    for policy in ["operator", "wayIn"] {
        for statement in policies[policy]["Statement"].as_array().unwrap() {
            match &statement["Action"] {
                Value::Array(found) => actions.extend(found.iter().map(|action| action.as_str().unwrap().to_owned())),
                one => _ = actions.insert(one.as_str().unwrap().to_owned()),
            }
        }
    }
    actions
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_printed_policies_are_enough_and_every_action_of_them_is_needed() {
    let served = Served::new(MEMBERS, "unlock = \"reading\"").await;
    let planned = served.rollout(&["plan", "--operator-policy", "policies.json"]);
    assert_eq!(planned.code, 0, "{planned:?}");
    assert!(planned.stdout.contains("Proved: it allows all"), "{}", planned.stdout);
    let text = std::fs::read_to_string(served.folder.path().join("policies.json")).unwrap();
    let policies: Value = serde_json::from_str(&text).unwrap();
    give(&served, &policies).await;
    let before = served.server.calls().len();
    roll_out(&served, "first").unwrap();
    let used: BTreeSet<String> = served.server.calls()[before..].iter().map(|call| call.operation.clone()).collect();
    let granted = actions_of(&policies);
    // Needs no permission; and what is asked about accounts that do not open, which all do here.
    let free = BTreeSet::from(["sts:GetCallerIdentity".to_owned()]);
    let for_denials = BTreeSet::from(["organizations:DescribeAccount".to_owned()]);
    assert_eq!(used.difference(&granted).cloned().collect::<BTreeSet<_>>(), free);
    assert_eq!(granted.difference(&used).cloned().collect::<BTreeSet<_>>(), for_denials);
    for action in used.difference(&free) {
        let served = Served::new(MEMBERS, "unlock = \"reading\"").await;
        give(&served, &without(&policies, action)).await;
        let failed = roll_out(&served, "journal").expect_err(action);
        assert!(failed.contains(action.as_str()) || failed.contains("AccessDenied"), "{action}: {failed}");
    }
}
