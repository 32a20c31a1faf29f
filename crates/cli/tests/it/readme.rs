//! What the README shows of rollouts and cases is what the program says; `review` and `prove` hold the other excerpts.

use crate::program::{at_endpoint, rolecall};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

const PROJECT: &str = r#"version = 1

[role]
name = "ProsperOps"
vendor_account = "205499583182"

[policy]
uniform = "policy.json"

[[organization]]
id = "o-fake000000"
management_account = "100000000000"
external_id = "f0a4c1d2-6c0b-4f27-9d3e-2b8a5e7c9146"
"#;

fn readme() -> String {
    std::fs::read_to_string(rolecall_fixtures::root().join("../README.md")).unwrap()
}

/// Each part between `…` stands in `output`, and in this order.
fn expect_parts(output: &str, excerpt: &str) {
    let mut rest = output;
    for part in excerpt.split("…\n") {
        let (_, behind) = rest.split_once(part.trim_end()).unwrap_or_else(|| panic!("{part}\nis not in\n{rest}"));
        rest = behind;
    }
}

#[test]
fn the_case_is_told_as_the_readme_has_it() {
    let text = readme();
    let (_, behind) = text.split_once("A part of `rolecall repro 7`:\n\n```console\n").unwrap();
    let played = rolecall(Path::new("."), &["repro", "7"]);
    expect_parts(&played.stdout, behind.split("```").next().unwrap());
}

/// A server that goes with its owner.
struct Served(Child);

impl Drop for Served {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn the_rollout_goes_as_the_readme_has_it() {
    let arguments = ["fake-aws", "--accounts", "40", "--outside-account", "205499583182"];
    let mut child =
        Command::new(env!("CARGO_BIN_EXE_rolecall")).args(arguments).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let _served = Served(child);
    let first = lines.next().unwrap().unwrap();
    let (_, url) = first.split_once("answers at ").unwrap();
    let url = url.split(' ').next().unwrap();
    let folder = tempfile::tempdir().unwrap();
    std::fs::copy(rolecall_fixtures::path("prosperops/policy.json"), folder.path().join("policy.json")).unwrap();
    std::fs::write(folder.path().join("rolecall.toml"), PROJECT).unwrap();
    let said = |words: &str, key: &str| {
        let ran = at_endpoint(folder.path(), url, [key, "any"]).args(words.split(' ')).output().unwrap();
        assert!(ran.status.success(), "{words}: {}", String::from_utf8_lossy(&ran.stderr));
        String::from_utf8(ran.stdout).unwrap()
    };
    let text = readme();
    let (_, behind) = text.split_once("```console\n$ rolecall rollout plan\n").unwrap();
    let shown = behind.split("```").next().unwrap();
    let (plan, rest) = shown.split_once("$ rolecall rollout apply --yes --confirmed\n").unwrap();
    let (apply, validate) =
        rest.split_once("$ AWS_ACCESS_KEY_ID=205499583182 rolecall validate --as vendor --all\n").unwrap();
    expect_parts(&said("rollout plan", "100000000000"), plan);
    assert_eq!(said("rollout apply --yes --confirmed", "100000000000").trim(), apply.trim());
    assert_eq!(said("validate --as vendor --all", "205499583182").trim(), validate.trim());
}
