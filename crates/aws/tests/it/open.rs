//! What the default chain finds: each case is this test's own program once more, in an environment that holds nothing else.

use crate::calls::constructed;
use crate::server::{action, serve};
use rolecall_aws::{ConnectOptions, Connection, Operation};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use wiremock::MockServer;

/// Set in the program that a case runs in: the profile that it connects with, or nothing.
const CHILD: &str = "ROLECALL_TEST_PROFILE";
const THIS_TEST: &str = "open::the_chain_finds_what_the_environment_and_the_files_say";

const CONFIG: &str = "[profile keys]
aws_access_key_id = AKIAPROFILEPROFILE01
aws_secret_access_key = secret-of-the-profile
region = eu-west-1

[profile chained]
role_arn = arn:aws:iam::123456789012:role/ProsperOps
source_profile = keys
region = eu-west-1

[profile process]
credential_process = printf '{\"Version\": 1, \"AccessKeyId\": \"AKIAPROCESSPROCESS01\", \"SecretAccessKey\": \"s\"}'
region = eu-west-1

[profile empty]
region = eu-west-1

[profile signed-out]
sso_session = corp
sso_account_id = 123456789012
sso_role_name = Operator
region = eu-west-1

[sso-session corp]
sso_region = eu-west-1
sso_start_url = https://example.awsapps.com/start
";

struct Case {
    profile: &'static str,
    env: &'static [(&'static str, &'static str)],
    /// What the program prints.
    says: &'static str,
    /// The actions that reach the server, each with the access key that signs it.
    calls: &'static [(&'static str, &'static str)],
}

const KEYS: [(&str, &str); 2] =
    [("AWS_ACCESS_KEY_ID", "AKIAENVIRONMENTENV01"), ("AWS_SECRET_ACCESS_KEY", "secret-of-the-environment")];
const REGION: (&str, &str) = ("AWS_REGION", "eu-west-1");

const CASES: [Case; 8] = [
    Case {
        profile: "",
        env: &[KEYS[0], KEYS[1], REGION],
        says: "caller 210987654321",
        calls: &[("GetCallerIdentity", "AKIAENVIRONMENTENV01")],
    },
    Case {
        profile: "keys",
        env: &[],
        says: "caller 210987654321",
        calls: &[("GetCallerIdentity", "AKIAPROFILEPROFILE01")],
    },
    Case {
        profile: "chained",
        env: &[],
        says: "caller 210987654321",
        calls: &[("AssumeRole", "AKIAPROFILEPROFILE01"), ("GetCallerIdentity", "ASIAIOSFODNN7EXAMPLE")],
    },
    Case {
        profile: "process",
        env: &[],
        says: "caller 210987654321",
        calls: &[("GetCallerIdentity", "AKIAPROCESSPROCESS01")],
    },
    Case { profile: "", env: &[KEYS[0], KEYS[1]], says: "no Region is set", calls: &[] },
    Case { profile: "empty", env: &[], says: "no AWS credentials were found", calls: &[] },
    Case { profile: "not-there", env: &[REGION], says: "no AWS credentials were found", calls: &[] },
    Case { profile: "signed-out", env: &[], says: "no AWS credentials were found", calls: &[] },
];

#[tokio::test]
async fn the_chain_finds_what_the_environment_and_the_files_say() {
    if let Ok(profile) = std::env::var(CHILD) {
        return child(&profile).await;
    }
    let config = Path::new(env!("CARGO_TARGET_TMPDIR")).join("aws-config-of-the-chain");
    std::fs::write(&config, CONFIG).unwrap();
    for case in CASES {
        let respond = |request: &wiremock::Request| {
            let operation = Operation::ALL.iter().find(|operation| operation.action() == action(request));
            constructed(*operation.unwrap())(request)
        };
        let server = serve(respond).await;
        let said = run(&case, &config, &server);
        assert!(said.contains(case.says), "{}: {said}", case.profile);
        assert!(!said.contains("secret-of"), "{said}");
        let requests = server.received_requests().await.unwrap();
        assert_eq!(requests.len(), case.calls.len(), "{}: {said}", case.profile);
        for (request, (expected, key)) in requests.iter().zip(case.calls) {
            assert_eq!(action(request), *expected);
            let signed = request.headers["authorization"].to_str().unwrap();
            assert!(signed.contains(&format!("Credential={key}/")) && signed.contains("/eu-west-1/sts/"), "{signed}");
        }
    }
}

/// Runs this test in an environment of the case's own; gives what it prints.
fn run(case: &Case, config: &PathBuf, server: &MockServer) -> String {
    let mut program = Command::new(std::env::current_exe().unwrap());
    program.args([THIS_TEST, "--exact", "--nocapture"]).env_clear().stdin(Stdio::null());
    program.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    program.env("HOME", env!("CARGO_TARGET_TMPDIR")).env("AWS_EC2_METADATA_DISABLED", "true");
    program.env("AWS_CONFIG_FILE", config).env("AWS_SHARED_CREDENTIALS_FILE", config.with_extension("none"));
    program.env("AWS_ENDPOINT_URL", server.uri()).env(CHILD, case.profile).envs(case.env.iter().copied());
    let output = program.output().unwrap();
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

async fn child(profile: &str) {
    let profile = Some(profile.to_owned()).filter(|profile| !profile.is_empty());
    let options = ConnectOptions { profile, attempts: 1, ..ConnectOptions::default() };
    match Connection::open(&options).await {
        Ok(connection) => match connection.caller_identity().await {
            Ok(identity) => println!("caller {}", identity.account),
            Err(failure) => println!("failure {failure}"),
        },
        Err(error) => println!("error {error}"),
    }
}
