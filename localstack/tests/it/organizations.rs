//! An organization with member accounts: its pages through the adapters, the way into a member through the role that
//! Organizations makes there, and the rendered script with its question for the organization. Answered by moto (plugin).

use crate::place::{fresh_account, has, place, succeed};
use crate::role::{assert_stands, create, organization, profile, put_down};
use rolecall_aws::AssumeRole;
use rolecall_iam::arn::AccountId;
use rolecall_render::write::Format;

const MEMBERS: usize = 5;

#[tokio::test]
async fn the_role_is_made_in_members_from_the_management_account() {
    let Some(place) = place() else { return };
    if !place.has_organizations() || !has("aws") || !has("bash") {
        return;
    }
    let management = fresh_account();
    let folder = tempfile::tempdir().unwrap();
    let variables = place.variables(management);
    let aws = |arguments: &[&str]| succeed(folder.path(), &variables, "aws", arguments);
    aws(&["organizations", "create-organization", "--feature-set", "ALL"]);
    for member in 0..MEMBERS {
        let email = format!("member{member}@example.com");
        aws(&["organizations", "create-account", "--account-name", &format!("m{member}"), "--email", &email]);
    }
    let connection = place.connect(management);
    let found = connection.describe_organization().await.unwrap();
    assert_eq!(found.management_account, management);
    assert_eq!(connection.list_roots().all().await.unwrap().len(), 1);
    let listed: Vec<AccountId> =
        connection.list_accounts().all().await.unwrap().into_iter().map(|account| account.id).collect();
    let members: Vec<AccountId> = listed.iter().copied().filter(|account| *account != management).collect();
    assert_eq!((listed.len(), members.len()), (MEMBERS + 1, MEMBERS));

    let (profile, organization) = (profile(), organization(found.id.as_str(), management, members[0]));
    for account in &members[1..] {
        let into = AssumeRole {
            role_arn: format!("arn:aws:iam::{account}:role/OrganizationAccountAccessRole"),
            role_session_name: "rolecall-e2e".to_owned(),
            ..AssumeRole::default()
        };
        let session = connection.assume_role(&into).await.unwrap();
        assert_eq!(session.account, *account);
        let inside = connection.with_session(&session);
        assert_eq!(inside.caller_identity().await.unwrap().account, *account);
        create(&inside, *account, &profile, &organization).await;
        assert_stands(&place.connect(*account), *account, &profile, &organization).await;
    }
    let script = put_down(Format::AwsCli, &profile, &organization, folder.path()).remove(0);
    for account in [management, members[0]] {
        succeed(folder.path(), &place.variables(account), "bash", &[&script]);
        assert_stands(&place.connect(account), account, &profile, &organization).await;
    }
    // The script is for this organization only.
    let (said, code) = crate::place::run(folder.path(), &place.variables(fresh_account()), "bash", &[&script]);
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("nothing was changed"), "{said}");
}
