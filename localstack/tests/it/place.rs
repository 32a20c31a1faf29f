//! Where the suite runs: the LocalStack that the environment names, accounts that nobody used before, and outside programs.
//! What is missing is said as "not run", or fails when `ROLECALL_REQUIRE` names it.

use rolecall_aws::{ConnectOptions, Connection, Keys};
use rolecall_iam::arn::AccountId;
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::path::{Path, PathBuf};
use std::process::Command;

pub(crate) const REGION: &str = "us-east-1";

/// A LocalStack.
pub(crate) struct Place {
    pub(crate) endpoint: String,
    arm: Arm,
}

/// Who started it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Arm {
    /// `cargo xtask localstack up`, with the plugin of `localstack/plugin`.
    HostMode,
    /// `cargo xtask e2e --docker`: the official image, without the plugin.
    Docker,
    /// Somebody else.
    Given,
}

/// The LocalStack at hand; prints which one it is, or that there is none.
pub(crate) fn place() -> Option<Place> {
    let Ok(endpoint) = std::env::var("ROLECALL_LOCALSTACK_ENDPOINT") else {
        not_run("localstack", "LocalStack at hand (cargo xtask e2e brings one up)");
        return None;
    };
    let arm = match std::env::var("ROLECALL_LOCALSTACK_ARM").as_deref() {
        Ok("host") => Arm::HostMode,
        Ok("docker") => Arm::Docker,
        Ok(other) => panic!("ROLECALL_LOCALSTACK_ARM is `{other}`; `host` or `docker` was expected"),
        Err(_) => Arm::Given,
    };
    println!("LocalStack: {arm:?}, {endpoint}");
    Some(Place { endpoint, arm })
}

impl Place {
    /// As the root of an account: an access key ID of twelve digits is the account, to LocalStack.
    pub(crate) fn connect(&self, account: AccountId) -> Connection {
        let options = ConnectOptions {
            region: Some(REGION.to_owned()),
            endpoint_url: Some(self.endpoint.clone()),
            attempts: 1,
            attempt_timeout: std::time::Duration::from_mins(1),
            ..ConnectOptions::default()
        };
        Connection::with_keys(&options, &Keys::new(account.to_string(), "test"))
    }

    /// The variables with which the AWS CLI talks to this place as an account, and to nothing else.
    pub(crate) fn variables(&self, account: AccountId) -> Vec<(&'static str, String)> {
        vec![
            ("AWS_ENDPOINT_URL", self.endpoint.clone()),
            ("AWS_ACCESS_KEY_ID", account.to_string()),
            ("AWS_SECRET_ACCESS_KEY", "test".to_owned()),
            ("AWS_REGION", REGION.to_owned()),
            ("AWS_DEFAULT_REGION", REGION.to_owned()),
            ("AWS_CONFIG_FILE", "/dev/null".to_owned()),
            ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null".to_owned()),
            ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
        ]
    }

    /// Whether AWS Organizations is to be expected: the plugin brings it. Elsewhere its tests are not run.
    pub(crate) fn has_organizations(&self) -> bool {
        if self.arm != Arm::HostMode {
            println!(
                "not run: no Organizations in this LocalStack (the plugin of localstack/plugin brings it in host mode)"
            );
        }
        self.arm == Arm::HostMode
    }
}

/// An account that no other test uses: LocalStack cannot be set back.
pub(crate) fn fresh_account() -> AccountId {
    let drawn = RandomState::new().build_hasher().finish();
    AccountId::parse(&(100_000_000_000 + drawn % 900_000_000_000).to_string()).unwrap()
}

/// Whether a program can be started; says so where not.
pub(crate) fn has(tool: &str) -> bool {
    let there = Command::new(tool).arg("--version").output().is_ok_and(|output| output.status.success());
    if !there {
        not_run(tool, tool);
    }
    there
}

/// The folder of Terraform's providers (`terraform init -plugin-dir`), when the environment names one.
pub(crate) fn provider_mirror() -> Option<PathBuf> {
    let mirror = std::env::var_os("ROLECALL_TF_PLUGIN_DIR").map(PathBuf::from).filter(|path| path.is_dir());
    if mirror.is_none() {
        not_run("terraform-provider", "terraform-provider");
    }
    mirror
}

/// `rolecall`, which is built with the tests of the workspace: `cargo xtask e2e` sees to it.
pub(crate) fn program() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let found = test.parent().and_then(Path::parent).unwrap().join(format!("rolecall{}", std::env::consts::EXE_SUFFIX));
    assert!(found.is_file(), "there is no {}: `cargo build -p rolecall-cli` first", found.display());
    found
}

fn not_run(name: &str, what: &str) {
    let required = std::env::var("ROLECALL_REQUIRE").unwrap_or_default();
    assert!(!required.split(',').any(|named| named.trim() == name), "ROLECALL_REQUIRE names {name}: no {what}");
    println!("not run: no {what}");
}

/// Runs a program in a folder; gives what it printed, and its exit code.
pub(crate) fn run(folder: &Path, variables: &[(&str, String)], program: &str, arguments: &[&str]) -> (String, i32) {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .env_remove("AWS_PROFILE")
        .env_remove("AWS_SESSION_TOKEN")
        .env("TF_CLI_CONFIG_FILE", "/dev/null")
        .env("CHECKPOINT_DISABLE", "1")
        .envs(variables.iter().map(|(name, value)| (*name, value.as_str())))
        .output()
        .unwrap_or_else(|error| panic!("{program}: {error}"));
    let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).join("\n");
    (said, output.status.code().unwrap_or(-1))
}

/// The same, for what has to succeed.
pub(crate) fn succeed(folder: &Path, variables: &[(&str, String)], program: &str, arguments: &[&str]) -> String {
    let (said, code) = run(folder, variables, program, arguments);
    assert_eq!(code, 0, "{program} {}:\n{said}", arguments.join(" "));
    said
}
