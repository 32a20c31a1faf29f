//! The `aws` program against the server: it signs, serialises and parses by botocore's models, so it accepts only what AWS
//! answers.

use crate::organization::{MANAGEMENT, VENDOR, member, world};
use rolecall_fake_aws::{Server, ServerOptions};
use rolecall_simulator::settings::Settings;
use serde_json::Value;
use std::process::Command;

/// Whether the program is there; where not, says so, or fails when `ROLECALL_REQUIRE` names it.
fn has_aws() -> bool {
    let there = Command::new("aws").arg("--version").output().is_ok_and(|output| output.status.success());
    if !there {
        let required = std::env::var("ROLECALL_REQUIRE").unwrap_or_default();
        assert!(!required.split(',').any(|tool| tool.trim() == "aws"), "ROLECALL_REQUIRE names aws, which is missing");
        println!("not run: no aws");
    }
    there
}

/// The program with the credentials of an account, or of a session.
pub(crate) struct Aws {
    url: String,
    keys: (String, String, Option<String>),
}

impl Aws {
    pub(crate) fn of(server: &Server, account: &str) -> Self {
        Self { url: server.url(), keys: (account.to_owned(), "any".to_owned(), None) }
    }

    fn session(&self, answer: &Value) -> Self {
        let text = |name: &str| answer["Credentials"][name].as_str().unwrap().to_owned();
        Self { url: self.url.clone(), keys: (text("AccessKeyId"), text("SecretAccessKey"), Some(text("SessionToken"))) }
    }

    /// Runs a command; its answer, or the error that it prints.
    pub(crate) fn run(&self, arguments: &[&str]) -> Result<Value, String> {
        let mut command = Command::new("aws");
        command.args(arguments).args(["--endpoint-url", &self.url, "--output", "json"]);
        let arguments = arguments.join(" ");
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("AWS_")) {
            command.env_remove(name);
        }
        command
            .env("AWS_ACCESS_KEY_ID", &self.keys.0)
            .env("AWS_SECRET_ACCESS_KEY", &self.keys.1)
            .envs(self.keys.2.iter().map(|token| ("AWS_SESSION_TOKEN", token)))
            .env("AWS_DEFAULT_REGION", "eu-central-1")
            .env("AWS_CONFIG_FILE", "/dev/null")
            .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env("AWS_PAGER", "")
            .env("AWS_MAX_ATTEMPTS", "1");
        let output = command.output().unwrap();
        let (out, error) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
        if !output.status.success() {
            return Err(format!("{arguments}: {error}"));
        }
        if out.trim().is_empty() { Ok(Value::Null) } else { Ok(serde_json::from_str(&out).unwrap()) }
    }
}

async fn serve(settings: Settings, members: u64) -> Server {
    Server::start(world(settings, members), ServerOptions::default()).await.unwrap()
}

const POLICY: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ec2:Describe*","Resource":"*"}]}"#;

fn trust(external_id: &str) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"AWS":"arn:aws:iam::{VENDOR}:root"}},"Action":"sts:AssumeRole","Condition":{{"StringEquals":{{"sts:ExternalId":"{external_id}"}}}}}}]}}"#
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_is_made_opened_and_removed() {
    if !has_aws() {
        return;
    }
    let server = serve(Settings::default(), 2).await;
    let account = member(1);
    let (customer, vendor) = (Aws::of(&server, &account), Aws::of(&server, VENDOR));
    let (name, document) = (["--role-name", "Vendor"], trust("abc-123"));
    let call = |aws: &Aws, head: &[&str], tail: &[&str]| aws.run(&[head, &name[..], tail].concat());
    let tags = ["--assume-role-policy-document", &document, "--tags", "Key=team,Value=a b&<c>"];
    let created = call(&customer, &["iam", "create-role"], &tags).unwrap();
    assert_eq!(created["Role"]["Arn"], format!("arn:aws:iam::{account}:role/Vendor"));
    call(&customer, &["iam", "put-role-policy"], &["--policy-name", "Inline", "--policy-document", POLICY]).unwrap();
    // The program decodes policy documents; what was put comes back.
    let read = call(&customer, &["iam", "get-role-policy"], &["--policy-name", "Inline"]).unwrap();
    assert_eq!(read["PolicyDocument"], serde_json::from_str::<Value>(POLICY).unwrap());
    let read = call(&customer, &["iam", "get-role"], &[]).unwrap();
    assert_eq!(read["Role"]["AssumeRolePolicyDocument"], serde_json::from_str::<Value>(&document).unwrap());
    assert_eq!(read["Role"]["Tags"][0]["Value"], "a b&<c>");
    assert_eq!(call(&customer, &["iam", "list-role-policies"], &[]).unwrap()["PolicyNames"][0], "Inline");

    let arn = format!("arn:aws:iam::{account}:role/Vendor");
    let assume = |tail: &[&str]| {
        let head = ["sts", "assume-role", "--role-arn", &arn, "--role-session-name", "probe"];
        vendor.run(&[&head[..], tail].concat())
    };
    let session = vendor.session(&assume(&["--external-id", "abc-123"]).unwrap());
    let identity = session.run(&["sts", "get-caller-identity"]).unwrap();
    assert_eq!(identity["Arn"], format!("arn:aws:sts::{account}:assumed-role/Vendor/probe"));
    for wrong in [&[][..], &["--external-id", "abc-124"]] {
        let error = assume(wrong).unwrap_err();
        assert!(error.contains("(AccessDenied)") && error.contains(&arn), "{error}");
    }
    // The session has ec2:Describe* and nothing else.
    let error = session.run(&["iam", "list-roles"]).unwrap_err();
    assert!(error.contains("(AccessDenied)") && error.contains("no identity-based policy allows"), "{error}");

    assert!(call(&customer, &["iam", "delete-role"], &[]).unwrap_err().contains("(DeleteConflict)"));
    call(&customer, &["iam", "delete-role-policy"], &["--policy-name", "Inline"]).unwrap();
    call(&customer, &["iam", "delete-role"], &[]).unwrap();
    assert!(call(&customer, &["iam", "get-role"], &[]).unwrap_err().contains("(NoSuchEntity)"));
    assert!(session.run(&["sts", "get-caller-identity"]).unwrap_err().contains("(InvalidClientTokenId)"));
    let created: u64 = server.created_roles().values().sum();
    assert_eq!(created, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn all_accounts_are_listed() {
    if !has_aws() {
        return;
    }
    let server = serve(Settings { empty_pages: 300_000, ..Settings::default() }, 63).await;
    let listed = Aws::of(&server, MANAGEMENT).run(&["organizations", "list-accounts"]).unwrap();
    let ids: Vec<_> =
        listed["Accounts"].as_array().unwrap().iter().map(|account| account["Id"].as_str().unwrap()).collect();
    let expected: Vec<_> = (0..=63).map(member).collect();
    assert_eq!(ids, expected);
    let error = Aws::of(&server, &member(5)).run(&["organizations", "list-accounts"]).unwrap_err();
    assert!(error.contains("(AccessDeniedException)"), "{error}");
    let error = Aws::of(&server, VENDOR).run(&["organizations", "list-accounts"]).unwrap_err();
    assert!(error.contains("(AWSOrganizationsNotInUseException)"), "{error}");
}
