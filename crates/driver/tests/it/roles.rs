//! Single roles, read and overwritten: what is equal by meaning, what is not, and what no call can change.

use crate::organization::{self, member};
use crate::served::Served;
use rolecall_aws::NewRole;
use rolecall_core::role::expected::ExpectedRole;
use rolecall_driver::role_calls::{Reading, Removed, create, overwrite, read, remove};
use rolecall_iam::document::print::{to_json_compact, to_json_pretty};
use rolecall_lifecycle::rollout::Existing;

struct One {
    served: Served,
    connection: rolecall_aws::Connection,
    wanted: ExpectedRole,
}

impl One {
    async fn new() -> Self {
        let served = Served::new(1).await;
        let connection = served.inside(member(1));
        Self { served, connection, wanted: organization::wanted().role(member(1)) }
    }

    async fn read(&self) -> Reading {
        read(&self.connection, &self.wanted, false).await.unwrap()
    }

    async fn expect_different(&self, expected: &str) {
        let reading = self.read().await;
        assert_eq!(reading.existing, Existing::Different);
        let message = reading.trouble.unwrap().message;
        assert!(message.contains(expected), "{message}");
    }

    /// Overwrites, and then it is the wanted one.
    async fn mend(&self) {
        overwrite(&self.connection, &self.wanted).await.unwrap();
        assert_eq!(self.read().await, Reading { existing: Existing::Equal, trouble: None, differences: Vec::new() });
    }
}

#[tokio::test]
async fn documents_are_equal_by_what_they_mean() {
    let one = One::new().await;
    assert_eq!(one.read().await.existing, Existing::Absent);
    create(&one.connection, &one.wanted).await.unwrap();
    assert_eq!(one.read().await.existing, Existing::Equal);
    // Other texts of the same meaning: white space, the account's number for its root.
    let trust = to_json_pretty(&one.wanted.trust).replace("arn:aws:iam::205499583182:root", "205499583182");
    one.connection.update_assume_role_policy("ProsperOps", &trust).await.unwrap();
    let policy = to_json_pretty(&one.wanted.policy.document);
    one.connection.put_role_policy("ProsperOps", "ProsperOps", &policy).await.unwrap();
    assert_eq!(one.read().await.existing, Existing::Equal);
    let wider = to_json_compact(&one.wanted.policy.document).replacen("\"ce:*\"", "[\"ce:*\",\"s3:GetObject\"]", 1);
    one.connection.put_role_policy("ProsperOps", "ProsperOps", &wider).await.unwrap();
    one.expect_different("inline policy").await;
    one.mend().await;
}

#[tokio::test]
async fn each_part_that_differs_is_found_and_mended() {
    let one = One::new().await;
    create(&one.connection, &one.wanted).await.unwrap();
    let open = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"205499583182"},"Action":"sts:AssumeRole"}]}"#;
    one.connection.update_assume_role_policy("ProsperOps", open).await.unwrap();
    one.expect_different("trust").await;
    one.mend().await;
    let update = rolecall_aws::RoleUpdate {
        name: String::from("ProsperOps"),
        description: Some(String::from("something else")),
        max_session_duration_s: Some(7_200),
    };
    one.connection.update_role(&update).await.unwrap();
    one.expect_different("description").await;
    one.mend().await;
    let all = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;
    one.connection.put_role_policy("ProsperOps", "More", all).await.unwrap();
    one.expect_different("`More`").await;
    one.mend().await;
    one.connection.attach_role_policy("ProsperOps", "arn:aws:iam::aws:policy/AdministratorAccess").await.unwrap();
    one.expect_different("AdministratorAccess").await;
    one.mend().await;
    one.connection.tag_role("ProsperOps", &[("extra".to_owned(), "1".to_owned())]).await.unwrap();
    one.expect_different("`extra`").await;
    one.mend().await;
    assert_eq!(one.served.server.created_roles().values().copied().collect::<Vec<_>>(), [1]);
}

#[tokio::test]
async fn a_role_below_another_path_is_made_anew() {
    let one = One::new().await;
    let role = NewRole {
        name: String::from("ProsperOps"),
        path: Some(String::from("/vendors/")),
        assume_role_policy: to_json_compact(&one.wanted.trust),
        ..NewRole::default()
    };
    one.connection.create_role(&role).await.unwrap();
    one.expect_different("path").await;
    one.mend().await;
    assert_eq!(remove(&one.connection, &one.wanted).await.unwrap(), Removed::Now);
    assert_eq!(remove(&one.connection, &one.wanted).await.unwrap(), Removed::Before);
}

#[tokio::test]
async fn a_role_of_another_case_is_neither_overwritten_nor_removed() {
    let one = One::new().await;
    let role = NewRole {
        name: String::from("PROSPEROPS"),
        assume_role_policy: to_json_compact(&one.wanted.trust),
        ..NewRole::default()
    };
    one.connection.create_role(&role).await.unwrap();
    let reading = read(&one.connection, &one.wanted, true).await.unwrap();
    assert_eq!(reading.existing, Existing::OtherCase);
    assert!(reading.trouble.unwrap().message.contains("`PROSPEROPS`"));
    assert_eq!(remove(&one.connection, &one.wanted).await.unwrap(), Removed::Before);
    let failure = overwrite(&one.connection, &one.wanted).await.unwrap_err();
    assert_eq!(failure.code, "EntityAlreadyExists");
    assert_eq!(one.served.server.created_roles().values().copied().collect::<Vec<_>>(), [1]);
}
