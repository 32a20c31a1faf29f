//! An organization that is served in this process, and the program run against it.

use crate::program::{Ran, at_endpoint};
use rolecall_aws::{ConnectOptions, Connection, Keys};
use rolecall_fake_aws::{Server, ServerOptions};
use rolecall_iam::arn::AccountId;
use rolecall_lifecycle::AccountNumber;
use rolecall_simulator::World;
use rolecall_simulator::account::Origin;
use rolecall_simulator::caller::Caller;
use rolecall_simulator::organizations::{Attachment, FeatureSet, NodeId, OrganizationKey};
use rolecall_simulator::random::Seed;
use rolecall_simulator::settings::Settings;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

pub(crate) const MANAGEMENT: u64 = 100_000_000_000;
pub(crate) const VENDOR: u64 = 205_499_583_182;
pub(crate) const ORGANIZATION: &str = "o-tests00001";
pub(crate) const EXTERNAL_ID: &str = "f0a4c1d2-6c0b-4f27-9d3e-2b8a5e7c9146";
/// A secret that must never be seen anywhere.
pub(crate) const SECRET: &str = "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY0";

pub(crate) fn account(number: u64) -> AccountNumber {
    AccountNumber::of_last_digits(number)
}

pub(crate) fn member(place: u64) -> AccountNumber {
    account(MANAGEMENT + place)
}

pub(crate) struct Served {
    pub(crate) server: Server,
    pub(crate) folder: tempfile::TempDir,
    organization: OrganizationKey,
}

impl Served {
    /// An organization with so many members; `rollout` is what stands behind `[rollout]`.
    pub(crate) async fn new(members: u64, rollout: &str) -> Self {
        let mut world = World::new(Seed(7), Settings::default());
        let management = world.add_account(AccountId::from(account(MANAGEMENT))).unwrap();
        world.add_account(AccountId::from(account(VENDOR))).unwrap();
        let organization = world.add_organization(ORGANIZATION, management, FeatureSet::All).unwrap();
        assert!(world.enable_trusted_access(organization));
        for place in 1..=members {
            let id = AccountId::from(member(place));
            world.add_member(organization, NodeId::ROOT, id, Origin::Created).unwrap();
        }
        let server = Server::start(world, ServerOptions::default()).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        std::fs::copy(rolecall_fixtures::path("prosperops/policy.json"), folder.path().join("policy.json")).unwrap();
        let served = Self { server, folder, organization };
        served.configure(rollout);
        served
    }

    /// Writes rolecall.toml.
    pub(crate) fn configure(&self, rollout: &str) {
        let text = format!(
            r#"version = 1
[role]
name = "ProsperOps"
description = "Used by ProsperOps"
vendor_account = "{VENDOR}"
[policy]
uniform = "policy.json"
[[organization]]
id = "{ORGANIZATION}"
management_account = "{MANAGEMENT}"
external_id = "{EXTERNAL_ID}"
[rollout]
{rollout}
"#
        );
        std::fs::write(self.folder.path().join("rolecall.toml"), text).unwrap();
    }

    pub(crate) fn journal(&self) -> PathBuf {
        self.folder.path().join(format!("rolecall-rollout-{ORGANIZATION}.journal"))
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let keys = [&account(MANAGEMENT).to_string(), SECRET];
        let mut command = at_endpoint(self.folder.path(), &self.server.url(), keys);
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// `rolecall rollout …` with the credentials of the management account.
    pub(crate) fn rollout(&self, arguments: &[&str]) -> Ran {
        let mut all = vec!["rollout"];
        all.extend(arguments);
        finished(self.command(&all).output().unwrap())
    }

    /// The same as a profile of a file of AWS, and without keys in the environment.
    pub(crate) fn rollout_as(&self, profile: &str, config: &str, arguments: &[&str]) -> Ran {
        let file = self.folder.path().join("aws-config");
        std::fs::write(&file, config).unwrap();
        let mut all = vec!["rollout"];
        all.extend(arguments);
        all.extend(["--profile", profile]);
        let mut command = self.command(&all);
        command.env("AWS_CONFIG_FILE", &file).env_remove("AWS_ACCESS_KEY_ID").env_remove("AWS_SECRET_ACCESS_KEY");
        finished(command.output().unwrap())
    }

    /// Starts it and does not wait.
    pub(crate) fn start(&self, arguments: &[&str]) -> Child {
        let mut all = vec!["rollout"];
        all.extend(arguments);
        self.command(&all).spawn().unwrap()
    }

    /// A connection as the administrator of an account.
    pub(crate) fn inside(&self, account: AccountNumber) -> Connection {
        let options = ConnectOptions { endpoint_url: Some(self.server.url()), ..ConnectOptions::default() };
        Connection::with_keys(&options, &Keys::new(account.to_string(), "any"))
    }

    /// Takes the way in out of an account.
    pub(crate) async fn close_way_in(&self, account: AccountNumber) {
        self.set_way_in_policy(account, None).await;
        self.inside(account).delete_role("OrganizationAccountAccessRole").await.unwrap();
    }

    /// Lets the way in of an account do what this policy says, and nothing else.
    pub(crate) async fn set_way_in_policy(&self, account: AccountNumber, policy: Option<&str>) {
        let (inside, role) = (self.inside(account), "OrganizationAccountAccessRole");
        for attached in inside.list_attached_role_policies(role).all().await.unwrap() {
            inside.detach_role_policy(role, &attached.arn).await.unwrap();
        }
        for inline in inside.list_role_policies(role).all().await.unwrap() {
            inside.delete_role_policy(role, &inline).await.unwrap();
        }
        if let Some(policy) = policy {
            inside.put_role_policy(role, "Rollout", policy).await.unwrap();
        }
    }

    /// Makes a member a delegated administrator of stack sets.
    pub(crate) fn register_delegated(&self, member: AccountNumber) {
        self.server.with_world(|world| {
            let key = world.account_key(AccountId::from(member)).unwrap();
            world.register_delegated_administrator(self.organization, key).unwrap();
        });
    }

    /// Attaches an SCP to a member.
    pub(crate) fn attach_scp(&self, to: AccountNumber, document: &str) {
        use rolecall_iam::document::PolicyType;
        self.server.with_world(|world| {
            let key = |number: AccountNumber| world.account_key(AccountId::from(number)).unwrap();
            let (owner, target) = (Caller::Administrator(key(account(MANAGEMENT))), key(to));
            let policy = world.policy(document, PolicyType::ServiceControl);
            world.attach_policy(&owner, policy, Attachment::Account(target)).unwrap();
        });
    }

    /// Calls of the log that change something, by whomever.
    pub(crate) fn writes(&self) -> Vec<String> {
        let calls = self.server.calls();
        let reads = |name: &str| {
            let action = name.split_once(':').map_or(name, |(_, action)| action);
            ["Get", "List", "Describe", "Simulate"].iter().any(|prefix| action.starts_with(prefix))
                || action == "AssumeRole"
        };
        calls.into_iter().map(|call| call.operation).filter(|operation| !reads(operation)).collect()
    }
}

pub(crate) fn finished(output: std::process::Output) -> Ran {
    Ran {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}
