//! The template of `rolecall render cloudformation`, deployed as a stack in each kind of account.

use crate::place::{fresh_account, place};
use crate::role::{assert_stands, organization, profile, put_down};
use rolecall_aws::{Connection, NewStack, Stack};
use rolecall_render::write::Format;
use std::time::Duration;

const POLLS_MAX: u32 = 300;

async fn settled(connection: &Connection, id: &str) -> Stack {
    for _ in 0..POLLS_MAX {
        let stack = connection.describe_stack(id).await.unwrap().unwrap();
        if stack.is_settled() {
            return stack;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    panic!("the stack {id} is not settled after {POLLS_MAX} looks");
}

#[tokio::test]
async fn the_template_makes_the_role_and_takes_it_away() {
    let Some(place) = place() else { return };
    let accounts = [fresh_account(), fresh_account(), fresh_account()];
    let (profile, organization) = (profile(), organization("o-exampleorgid", accounts[0], accounts[1]));
    let folder = tempfile::tempdir().unwrap();
    let template = put_down(Format::CloudFormation, &profile, &organization, folder.path()).remove(0);
    for account in accounts {
        let connection = place.connect(account);
        let stack = NewStack {
            name: "vendor-role".to_owned(),
            template_body: std::fs::read_to_string(folder.path().join(&template)).unwrap(),
            capabilities: vec!["CAPABILITY_NAMED_IAM".to_owned()],
            ..NewStack::default()
        };
        let id = connection.create_stack(&stack).await.unwrap();
        let made = settled(&connection, &id).await;
        assert_eq!(made.status, "CREATE_COMPLETE", "{:?}", made.status_reason);
        let arn = format!("arn:aws:iam::{account}:role{}{}", profile.path, profile.name);
        assert_eq!(made.outputs, [("RoleArn".to_owned(), arn)]);
        assert_stands(&connection, account, &profile, &organization).await;
        connection.delete_stack(&id, None).await.unwrap();
        assert_eq!(settled(&connection, &id).await.status, "DELETE_COMPLETE");
        assert_eq!(connection.get_role(&profile.name).await.unwrap(), None, "{account}");
    }
}
