//! A served organization with a project about it, and the program run with the keys of one of its accounts.

use crate::program::Ran;
use rolecall_aws::{ConnectOptions, Connection, Keys, NewRole};
use rolecall_fake_aws::{Server, ServerOptions};
use rolecall_iam::arn::AccountId;
use rolecall_iam::document::PolicyType;
use rolecall_lifecycle::{AccountNumber, AccountState};
use rolecall_simulator::World;
use rolecall_simulator::account::Origin;
use rolecall_simulator::caller::Caller;
use rolecall_simulator::organizations::{Attachment, FeatureSet, NodeId};
use rolecall_simulator::random::Seed;
use rolecall_simulator::settings::Settings;
use std::fs;
use std::future::Future;
use std::path::Path;
use std::process::Command;
use tokio::runtime::Runtime;

pub(crate) const MANAGEMENT: &str = "100000000000";
pub(crate) const VENDOR: &str = "900000000009";
pub(crate) const ROLE: &str = "Vendor";
pub(crate) const EXTERNAL_ID: &str = "f0a4c1d2-6c0b-4f27-9d3e-2b8a5e7c9146";
/// The secret access key of every call: nobody may ever see it.
pub(crate) const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYNOTTOBESHOWN";

const CONFIG: &str = r#"version = 1

[role]
name = "Vendor"
vendor_account = "900000000009"

[policy]
uniform = "policy.json"

[[organization]]
id = "o-tests00001"
management_account = "100000000000"
external_id = "f0a4c1d2-6c0b-4f27-9d3e-2b8a5e7c9146"

[[contract.allow]]
capability = "inventory"
why = "reads what is there and what it costs"
actions = ["ce:GetCostAndUsage", "ec2:DescribeInstances", "organizations:ListAccounts"]

[[contract.allow]]
capability = "self-check"
why = "checks its own permissions"
actions = ["iam:GetRole", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies", "iam:SimulatePrincipalPolicy"]
resources = ["arn:aws:iam::*:role/Vendor"]

[[contract.never]]
actions = ["ec2:TerminateInstances"]
why = "the vendor never ends compute"
"#;

const ACTIONS: [&str; 3] = ["ce:GetCostAndUsage", "ec2:DescribeInstances", "organizations:ListAccounts"];
const SELF_CHECK: [&str; 5] = [
    "iam:GetRole",
    "iam:GetRolePolicy",
    "iam:ListAttachedRolePolicies",
    "iam:ListRolePolicies",
    "iam:SimulatePrincipalPolicy",
];

/// The role's policy, less these actions.
pub(crate) fn policy(without: &[&str]) -> String {
    let left = |actions: &[&str]| -> Vec<String> {
        actions.iter().filter(|action| !without.contains(action)).map(|action| (*action).to_owned()).collect()
    };
    let statement = |actions: &[&str], resource: &str| serde_json::json!({"Effect": "Allow", "Action": left(actions), "Resource": resource});
    let statements = [statement(&ACTIONS, "*"), statement(&SELF_CHECK, "arn:aws:iam::*:role/Vendor")];
    serde_json::json!({"Version": "2012-10-17", "Statement": statements}).to_string()
}

/// The role's trust with this external ID.
pub(crate) fn trust(external_id: &str) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"AWS":"arn:aws:iam::{VENDOR}:root"}},"Action":"sts:AssumeRole","Condition":{{"StringEquals":{{"sts:ExternalId":"{external_id}"}}}}}}]}}"#
    )
}

/// The n-th member, from 1.
pub(crate) fn member(place: u64) -> String {
    format!("{:012}", 100_000_000_000 + place)
}

fn id(text: &str) -> AccountId {
    AccountId::parse(text).unwrap()
}

/// The organization and its project.
pub(crate) struct Served {
    server: Server,
    runtime: Runtime,
    folder: tempfile::TempDir,
}

impl Served {
    pub(crate) fn new(members: u64) -> Self {
        let mut world = World::new(Seed(7), Settings::default());
        let management = world.add_account(id(MANAGEMENT)).unwrap();
        world.add_account(id(VENDOR)).unwrap();
        let organization = world.add_organization("o-tests00001", management, FeatureSet::All).unwrap();
        for place in 1..=members {
            world.add_member(organization, NodeId::ROOT, id(&member(place)), Origin::Created).unwrap();
        }
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let server = runtime.block_on(Server::start(world, ServerOptions::default())).unwrap();
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("rolecall.toml"), CONFIG).unwrap();
        fs::write(folder.path().join("policy.json"), policy(&[])).unwrap();
        Self { server, runtime, folder }
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Runs the program with the keys of an account.
    pub(crate) fn run(&self, key: &str, arguments: &[&str]) -> Ran {
        let output = Command::new(env!("CARGO_BIN_EXE_rolecall"))
            .args(arguments)
            .args(["--endpoint-url", &self.server.url(), "--region", "us-east-1"])
            .current_dir(self.folder())
            .env_clear()
            .env("AWS_ACCESS_KEY_ID", key)
            .env("AWS_SECRET_ACCESS_KEY", SECRET)
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .output()
            .unwrap();
        Ran {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    pub(crate) fn validate(&self, key: &str, arguments: &[&str]) -> Ran {
        self.run(key, &[&["validate", "."][..], arguments].concat())
    }

    /// What `rolecall diagnose` says of a bundle.
    pub(crate) fn diagnose(&self, bundle: &str) -> serde_json::Value {
        crate::program::rolecall(self.folder(), &["diagnose", bundle, "--format", "json"]).json()
    }

    /// Calls so far that count for an account.
    pub(crate) fn calls_of(&self, account: &str) -> usize {
        let account = AccountNumber::from(id(account));
        self.server.calls().iter().filter(|call| call.caller == Some(account)).count()
    }

    /// The role in the management account and in so many members.
    pub(crate) fn put_roles(&self, members: u64) {
        for place in 0..=members {
            self.put_role(place, ROLE, &trust(EXTERNAL_ID), &policy(&[]));
        }
    }

    pub(crate) fn put_role(&self, place: u64, name: &str, trust: &str, policy: &str) {
        let role = NewRole { name: name.to_owned(), assume_role_policy: trust.to_owned(), ..NewRole::default() };
        self.inside(place, |inside| async move {
            inside.create_role(&role).await.unwrap();
        });
        let (name, policy) = (name.to_owned(), policy.to_owned());
        self.inside(place, |inside| async move { inside.put_role_policy(&name, ROLE, &policy).await.unwrap() });
    }

    pub(crate) fn put_trust(&self, place: u64, trust: &str) {
        let trust = trust.to_owned();
        self.inside(place, |inside| async move { inside.update_assume_role_policy(ROLE, &trust).await.unwrap() });
    }

    pub(crate) fn put_policy(&self, place: u64, policy: &str) {
        let policy = policy.to_owned();
        self.inside(place, |inside| async move { inside.put_role_policy(ROLE, ROLE, &policy).await.unwrap() });
    }

    pub(crate) fn remove_role(&self, place: u64) {
        self.inside(place, |inside| async move {
            inside.delete_role_policy(ROLE, ROLE).await.unwrap();
            inside.delete_role(ROLE).await.unwrap();
        });
    }

    /// The way into a member is shut.
    pub(crate) fn forbid_entry(&self, place: u64) {
        let shut = trust("nobody-knows-this-id");
        self.inside(place, |inside| async move {
            inside.update_assume_role_policy("OrganizationAccountAccessRole", &shut).await.unwrap();
        });
    }

    pub(crate) fn suspend(&self, place: u64) {
        self.server.with_world(|world| {
            let account = world.account_key(id(&member(place))).unwrap();
            world.set_state(account, AccountState::Suspended);
        });
    }

    /// Attaches a control policy of one statement to the root.
    pub(crate) fn attach(&self, kind: &str, statement: &str) {
        let policy_type = if kind == "service" { PolicyType::ServiceControl } else { PolicyType::ResourceControl };
        let text = format!(r#"{{"Version":"2012-10-17","Statement":[{statement}]}}"#);
        self.server.with_world(|world| {
            let management = Caller::Administrator(world.account_key(id(MANAGEMENT)).unwrap());
            let policy = world.policy(&text, policy_type);
            world.attach_policy(&management, policy, Attachment::Node(NodeId::ROOT)).unwrap();
        });
    }

    /// The project is about another organization.
    pub(crate) fn rename_organization(&self, to: &str) {
        fs::write(self.folder().join("rolecall.toml"), CONFIG.replace("o-tests00001", to)).unwrap();
    }

    /// Does something as the administrator of an account: 0 is the management account.
    fn inside<F: Future<Output = ()>>(&self, place: u64, work: impl FnOnce(Connection) -> F) {
        let options = ConnectOptions { endpoint_url: Some(self.server.url()), ..ConnectOptions::default() };
        let keys = Keys::new(member(place), "any");
        self.runtime.block_on(work(Connection::with_keys(&options, &keys)));
    }
}
