//! The script of `rolecall render aws-cli`, executed by bash and the real AWS CLI.

use crate::place::{fresh_account, has, place, succeed};
use crate::role::{assert_stands, organization, profile, put_down};
use rolecall_render::write::Format;

#[tokio::test]
async fn the_script_makes_the_role_and_brings_it_back() {
    let Some(place) = place() else { return };
    if !has("bash") || !has("aws") {
        return;
    }
    let accounts = [fresh_account(), fresh_account(), fresh_account()];
    let (profile, organization) = (profile(), organization("o-exampleorgid", accounts[0], accounts[1]));
    let folder = tempfile::tempdir().unwrap();
    let script = put_down(Format::AwsCli, &profile, &organization, folder.path()).remove(0);
    let run = |account, options: &[&str]| {
        let arguments = [&[script.as_str(), "--skip-organization-check"], options].concat();
        succeed(folder.path(), &place.variables(account), "bash", &arguments)
    };
    run(accounts[2], &["--dry-run"]);
    let connection = place.connect(accounts[2]);
    assert_eq!(connection.get_role(&profile.name).await.unwrap(), None, "a dry run makes nothing");
    for account in accounts {
        let connection = place.connect(account);
        let said = run(account, &[]);
        assert!(said.contains("does not exist and is created"), "{said}");
        assert_stands(&connection, account, &profile, &organization).await;
    }
    // Drift in everything that the script sets, in the account with an ID of its own.
    let account = accounts[1];
    let connection = place.connect(account);
    let nobody =
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"sts:AssumeRole"}]}"#;
    connection.update_assume_role_policy(&profile.name, nobody).await.unwrap();
    let inline = &profile.permissions.of(organization.kind_of(account)).name;
    connection.delete_role_policy(&profile.name, inline).await.unwrap();
    let said = run(account, &[]);
    assert!(said.contains("is brought back to the profile"), "{said}");
    assert_stands(&connection, account, &profile, &organization).await;
}
