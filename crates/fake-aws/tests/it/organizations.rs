//! Organizations through the SDK: the tree, accounts that come and go, control policies that bind who is below them.

use crate::arm::{Clients, code};
use crate::organization::{MANAGEMENT, member, world};
use aws_sdk_organizations::types::{CreateAccountState, PolicyType};
use aws_smithy_types::error::metadata::ProvideErrorMetadata as _;
use rolecall_fake_aws::{Server, ServerOptions};
use rolecall_simulator::settings::Settings;

const DENY_ROLES: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"iam:CreateRole","Resource":"*"}]}"#;
const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::900000000009:root"},"Action":"sts:AssumeRole"}]}"#;

async fn serve(members: u64) -> Server {
    let settings = Settings { rates: false, ..Settings::default() };
    Server::start(world(settings, members), ServerOptions::default()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_control_policy_binds_who_is_below_it() {
    let server = serve(3).await;
    let management = Clients::administrator(&server, MANAGEMENT).organizations;
    let customer = Clients::administrator(&server, &member(1));
    let root = management.list_roots().send().await.unwrap().roots()[0].id().unwrap().to_owned();
    let unit = management.create_organizational_unit().parent_id(&root).name("Sandbox").send().await.unwrap();
    let unit = unit.organizational_unit().unwrap().id().unwrap().to_owned();
    assert!(unit.starts_with("ou-"));
    let moved = management.move_account().account_id(member(1)).source_parent_id(&root).destination_parent_id(&unit);
    moved.send().await.unwrap();
    let parents = management.list_parents().child_id(member(1)).send().await.unwrap();
    assert_eq!(parents.parents()[0].id(), Some(unit.as_str()));
    let below = management.list_accounts_for_parent().parent_id(&unit).send().await.unwrap();
    assert_eq!(below.accounts()[0].id(), Some(member(1).as_str()));
    let units = management.list_organizational_units_for_parent().parent_id(&root).send().await.unwrap();
    assert_eq!(units.organizational_units()[0].name(), Some("Sandbox"));

    let policy = management.create_policy().name("NoRoles").description("d").content(DENY_ROLES);
    let made = policy.clone().r#type(PolicyType::ServiceControlPolicy).send().await.unwrap();
    let id = made.policy().unwrap().policy_summary().unwrap().id().unwrap().to_owned();
    // Another policy of the same text is another policy.
    let twin = policy.name("Twin").r#type(PolicyType::ServiceControlPolicy).send().await.unwrap();
    assert_ne!(twin.policy().unwrap().policy_summary().unwrap().id(), Some(id.as_str()));
    management.attach_policy().policy_id(&id).target_id(&unit).send().await.unwrap();
    let filter = PolicyType::ServiceControlPolicy;
    let listed = management.list_policies_for_target().target_id(&unit).filter(filter.clone()).send().await.unwrap();
    let names: Vec<_> = listed.policies().iter().map(|policy| policy.name().unwrap()).collect();
    assert_eq!(names, ["FullAWSAccess", "NoRoles"]);
    let own = management.list_policies_for_target().target_id(member(1)).filter(filter).send().await.unwrap();
    assert_eq!(own.policies()[0].name(), Some("FullAWSAccess"));
    // The same from the other side, which leaves no target out.
    let all = management.list_policies().filter(PolicyType::ServiceControlPolicy).send().await.unwrap();
    let names: Vec<_> = all.policies().iter().map(|policy| policy.name().unwrap()).collect();
    assert_eq!(names, ["FullAWSAccess", "NoRoles", "Twin"]);
    let targets = management.list_targets_for_policy().policy_id(&id).send().await.unwrap();
    let target = &targets.targets()[0];
    assert_eq!((target.target_id(), target.r#type().unwrap().as_str()), (Some(unit.as_str()), "ORGANIZATIONAL_UNIT"));
    let full = management.list_targets_for_policy().policy_id("p-FullAWSAccess").max_results(2);
    let pages = full.into_paginator().send().collect::<Result<Vec<_>, _>>().await.unwrap();
    assert_eq!(pages.len(), 3);
    let mut ids = Vec::new();
    for page in &pages {
        ids.extend(page.targets().iter().map(|target| target.target_id().unwrap()));
    }
    assert_eq!(ids, [&root, &unit, MANAGEMENT, &member(1), &member(2), &member(3)]);
    let read = management.describe_policy().policy_id(&id).send().await.unwrap();
    assert_eq!(read.policy().unwrap().content(), Some(DENY_ROLES));

    let create = customer.iam.create_role().role_name("Vendor").assume_role_policy_document(TRUST);
    let refused = create.clone().send().await.unwrap_err();
    let text = refused.message().unwrap();
    assert!(text.contains("explicit deny in a service control policy"), "{text}");
    // The simulator says the same of a role that is there.
    let role = format!("arn:aws:iam::{}:role/OrganizationAccountAccessRole", member(1));
    let asked = customer.iam.simulate_principal_policy().policy_source_arn(role);
    let simulated = asked.action_names("iam:CreateRole").action_names("iam:GetRole").send().await.unwrap();
    let results: Vec<_> = simulated
        .evaluation_results()
        .iter()
        .map(|result| {
            let organizations = result.organizations_decision_detail().unwrap().allowed_by_organizations();
            (result.eval_decision().as_str(), organizations)
        })
        .collect();
    assert_eq!(results, [("explicitDeny", false), ("allowed", true)]);
    management.detach_policy().policy_id(&id).target_id(&unit).send().await.unwrap();
    assert_eq!(code(create.send().await), "success");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_created_under_its_name_and_closed() {
    let server = serve(12).await;
    let management = Clients::administrator(&server, MANAGEMENT).organizations;
    let asked = management.create_account().account_name("data lake").email("lake@example.com");
    let status = asked.send().await.unwrap().create_account_status().unwrap().clone();
    let id = status.id().unwrap();
    let status = management.describe_create_account_status().create_account_request_id(id).send().await.unwrap();
    let status = status.create_account_status().unwrap();
    assert_eq!(status.state(), Some(&CreateAccountState::Succeeded));
    let account = status.account_id().unwrap().to_owned();
    let described = management.describe_account().account_id(&account).send().await.unwrap();
    let described = described.account().unwrap().clone();
    assert_eq!((described.name(), described.email()), (Some("data lake"), Some("lake@example.com")));
    management.close_account().account_id(&account).send().await.unwrap();
    server.advance(rolecall_simulator::time::SimSpan::minutes(1));
    let described = management.describe_account().account_id(&account).send().await.unwrap();
    assert_eq!(described.account().unwrap().state().unwrap().as_str(), "CLOSED");
    assert_eq!(code(management.describe_account().account_id("123456789012").send().await), "AccountNotFoundException");
    assert_eq!(code(management.list_children().send().await), "UnknownOperationException");
}
