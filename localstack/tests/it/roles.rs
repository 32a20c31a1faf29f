//! The role over several accounts through the adapters: made, read back, found different when it is, deleted.

use crate::place::{fresh_account, place};
use crate::role::{assert_stands, create, organization, profile};
use rolecall_aws::{NewRole, RoleUpdate};

#[tokio::test]
async fn roles_stand_in_each_account_as_they_were_made_and_go_again() {
    let Some(place) = place() else { return };
    let accounts: Vec<_> = (0..6).map(|_| fresh_account()).collect();
    let (profile, organization) = (profile(), organization("o-exampleorgid", accounts[0], accounts[1]));
    for account in &accounts {
        let connection = place.connect(*account);
        assert_eq!(connection.caller_identity().await.unwrap().account, *account);
        assert_eq!(connection.get_role(&profile.name).await.unwrap(), None, "{account}");
        create(&connection, *account, &profile, &organization).await;
    }
    for account in &accounts {
        let connection = place.connect(*account);
        assert_stands(&connection, *account, &profile, &organization).await;
        let listed = connection.list_roles(Some(&profile.path)).all().await.unwrap();
        assert_eq!(listed.iter().map(|role| role.name.as_str()).collect::<Vec<_>>(), [profile.name.as_str()]);
    }
    for account in &accounts {
        let connection = place.connect(*account);
        let inline = &profile.permissions.of(organization.kind_of(*account)).name;
        let conflict = connection.delete_role(&profile.name).await.unwrap_err();
        assert_eq!(conflict.code, "DeleteConflict", "{conflict}");
        connection.delete_role_policy(&profile.name, inline).await.unwrap();
        connection.delete_role(&profile.name).await.unwrap();
        assert_eq!(connection.get_role(&profile.name).await.unwrap(), None, "{account}");
        assert_eq!(connection.get_role_policy(&profile.name, inline).await.unwrap(), None, "{account}");
        assert!(connection.delete_role(&profile.name).await.unwrap_err().is_not_found());
    }
}

#[tokio::test]
async fn what_was_changed_reads_back_changed() {
    let Some(place) = place() else { return };
    let (account, other) = (fresh_account(), fresh_account());
    let (profile, organization) = (profile(), organization("o-exampleorgid", other, other));
    let connection = place.connect(account);
    create(&connection, account, &profile, &organization).await;
    let twice = NewRole { name: profile.name.clone(), assume_role_policy: "{}".to_owned(), ..NewRole::default() };
    assert_eq!(connection.create_role(&twice).await.unwrap_err().code, "EntityAlreadyExists");
    let text = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"sts:AssumeRole"}]}"#;
    connection.update_assume_role_policy(&profile.name, text).await.unwrap();
    let update = RoleUpdate {
        name: profile.name.clone(),
        description: Some("ä % +".into()),
        max_session_duration_s: Some(3_600),
    };
    connection.update_role(&update).await.unwrap();
    connection.tag_role(&profile.name, &[("a".into(), "b".into())]).await.unwrap();
    connection.untag_role(&profile.name, &["team".into()]).await.unwrap();
    let role = connection.get_role(&profile.name).await.unwrap().unwrap();
    assert_eq!(role.assume_role_policy.as_deref(), Some(text));
    assert_eq!((role.description.as_deref(), role.max_session_duration_s), (Some("ä % +"), Some(3_600)));
    assert_eq!(role.tags, [("a".to_owned(), "b".to_owned())]);
}
