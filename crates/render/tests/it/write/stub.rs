//! A stand-in for the AWS CLI: records every call with its exact arguments and answers from files.

use super::tool::{Said, bytes, run, write};
use std::path::Path;
use tempfile::TempDir;

/// Looks an answer up as `service.operation.query.N`, `service.operation.query`, `service.operation.N`,
/// `service.operation` (N counts the calls of that operation from 1), first among failures, then among answers.
const STUB: &str = r#"#!/usr/bin/env bash
here="$(dirname -- "${BASH_SOURCE[0]}")"
printf '%s\0' "$#" "$@" >>"$here/calls"
query=''
previous=''
for argument in "$@"; do
  if [ "$previous" = --query ]; then query="${argument//[^A-Za-z]/}"; fi
  previous="$argument"
done
name="$1.$2"
count_file="$here/count.$name"
count=$(($(cat "$count_file" 2>/dev/null || echo 0) + 1))
echo "$count" >"$count_file"
for candidate in "$name.$query.$count" "$name.$query" "$name.$count" "$name"; do
  if [ -e "$here/fail.$candidate" ]; then cat "$here/fail.$candidate" >&2; exit 254; fi
  if [ -e "$here/answer.$candidate" ]; then cat "$here/answer.$candidate"; exit 0; fi
done
exit 0
"#;

/// A folder with the stand-in in it.
pub(crate) struct Stub {
    folder: TempDir,
}

impl Stub {
    /// A stand-in that answers nothing yet.
    pub(crate) fn new() -> Self {
        let folder = super::tool::folder();
        write(&folder.path().join("aws"), STUB, true);
        Self { folder }
    }

    /// The stand-in of an account of the sample organization in which no role exists.
    pub(crate) fn of_account(account: &str, partition: &str) -> Self {
        Self::new()
            .answers("sts.get-caller-identity.Account", account)
            .answers("sts.get-caller-identity.Arn", &format!("arn:{partition}:sts::{account}:assumed-role/admin/me"))
            .answers("organizations.describe-organization", super::sample::ORGANIZATION)
            .fails(
                "iam.get-role.RoleRoleNamePath",
                "An error occurred (NoSuchEntity) when calling the GetRole operation",
            )
            .answers("iam.get-role.RoleArn", "arn:of:the:role")
    }

    /// What a call prints.
    pub(crate) fn answers(self, call: &str, text: &str) -> Self {
        write(&self.folder.path().join(format!("answer.{call}")), &format!("{text}\n"), false);
        self
    }

    /// What a call fails with.
    pub(crate) fn fails(self, call: &str, text: &str) -> Self {
        write(&self.folder.path().join(format!("fail.{call}")), &format!("{text}\n"), false);
        self
    }

    /// Runs a script with this stand-in as `aws`.
    pub(crate) fn run(&self, script: &Path, arguments: &[&str]) -> Said {
        let path = format!("{}:{}", self.folder.path().display(), super::tool::search_path());
        let environment = [("PATH", path.as_str()), ("POLL_S", "0"), ("LC_ALL", "C")];
        let mut all = vec![script.to_str().unwrap()];
        all.extend(arguments);
        run(script.parent().unwrap(), &environment, "bash", &all)
    }

    /// Every call that was made, with its exact arguments.
    pub(crate) fn calls(&self) -> Vec<Vec<String>> {
        let text = String::from_utf8(bytes(&self.folder.path().join("calls"))).unwrap();
        let mut words = text.split_terminator('\0');
        let mut calls = Vec::new();
        while let Some(count) = words.next() {
            calls.push(words.by_ref().take(count.parse().unwrap()).map(str::to_owned).collect());
        }
        calls
    }

    /// The options of the only call of `service operation`; `--name=value` and `--name value` alike.
    pub(crate) fn options_of(&self, service: &str, operation: &str) -> Vec<(String, String)> {
        let calls = self.calls();
        let mut found = calls.iter().filter(|call| call[0] == service && call[1] == operation);
        let call = found.next().unwrap_or_else(|| panic!("no call of {service} {operation}: {calls:#?}"));
        assert!(found.next().is_none(), "{service} {operation} was called twice");
        let mut options = Vec::new();
        let mut words = call[2..].iter().peekable();
        while let Some(word) = words.next() {
            let option = word.strip_prefix("--").unwrap_or_else(|| panic!("stray word {word:?} in {call:?}"));
            if let Some((name, value)) = option.split_once('=') {
                options.push((name.to_owned(), value.to_owned()));
            } else {
                let value = words.next_if(|next| !next.starts_with("--")).cloned().unwrap_or_default();
                options.push((option.to_owned(), value));
            }
        }
        options
    }

    /// The operations that were called, in order: `service operation`.
    pub(crate) fn operations(&self) -> Vec<String> {
        self.calls().iter().map(|call| format!("{} {}", call[0], call[1])).collect()
    }
}

/// The value of an option.
pub(crate) fn option<'o>(options: &'o [(String, String)], name: &str) -> &'o str {
    &options.iter().find(|(option, _)| option == name).unwrap_or_else(|| panic!("no --{name} in {options:?}")).1
}

/// Whether the real AWS CLI takes every call that was recorded: it reads the options and holds the parameters against
/// its service model before it connects, and the endpoint here is closed.
pub(crate) fn assert_cli_accepts(stub: &Stub) {
    let folder = super::tool::folder();
    write(&folder.path().join("template.yaml"), "Resources: {}\n", false);
    let environment = [("AWS_DEFAULT_REGION", "us-east-1"), ("AWS_PAGER", ""), ("AWS_MAX_ATTEMPTS", "1")];
    let mut seen = Vec::new();
    for call in stub.calls() {
        // `deploy` and `wait` are made of other calls and try again for long; the CLI takes a second to start, so the
        // plain reads are left out.
        let plain = call[0] != "cloudformation" && ["get-", "list-"].iter().any(|verb| call[1].starts_with(verb));
        if plain || ["deploy", "wait"].contains(&call[1].as_str()) || seen.contains(&call[1]) {
            continue;
        }
        let mut arguments: Vec<&str> = call.iter().map(String::as_str).collect();
        arguments.extend(["--endpoint-url", "http://127.0.0.1:9", "--no-sign-request"]);
        let said = run(folder.path(), &environment, "aws", &arguments);
        assert!(said.err.contains("Could not connect to the endpoint URL"), "{call:?}: {}", said.all());
        seen.push(call[1].clone());
    }
    assert!(seen.len() >= 3, "{seen:?}");
}
