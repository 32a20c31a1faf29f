//! Every case of `fixtures/broken`: a small change to the sound fixture, and exactly the findings, the places and the
//! exit code that must come of it. Each place says which words stand on its line, so that a wrong line cannot be
//! written down by mistake.

use crate::program::{files_below, gate, project, replace};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// One row of a list in a case, or of a report: code, `path:line`, and the line.
type Row = (String, String, String);

/// What the names of the cases begin with; a test each, so that they run side by side.
const GROUPS: [&str; 9] = [
    "aws-cli-",
    "cloudformation-",
    "config-",
    "legacy-ids-",
    "policy-",
    "reference-",
    "suppression-",
    "terraform-",
    "trust-",
];

fn folders() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(rolecall_fixtures::path("broken")).unwrap();
    let mut folders: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

fn name(folder: &Path) -> &str {
    folder.file_name().unwrap().to_str().unwrap()
}

/// Every case of a group gives exactly its findings.
#[track_caller]
fn group(prefix: &str) {
    assert!(GROUPS.contains(&prefix));
    let folders: Vec<PathBuf> = folders().into_iter().filter(|folder| name(folder).starts_with(prefix)).collect();
    assert!(!folders.is_empty(), "no case begins with `{prefix}`");
    let failures: Vec<String> = folders
        .iter()
        .filter_map(|folder| check(folder).err().map(|failure| format!("{}: {failure}", name(folder))))
        .collect();
    assert!(failures.is_empty(), "{} of {} cases:\n{}", failures.len(), folders.len(), failures.join("\n\n"));
}

#[test]
fn every_case_is_in_a_group() {
    let folders = folders();
    let outside: Vec<&str> = folders
        .iter()
        .map(|folder| name(folder))
        .filter(|name| !GROUPS.iter().any(|group| name.starts_with(group)))
        .collect();
    assert_eq!(outside, Vec::<&str>::new());
    assert!(folders.len() >= 80, "only {} cases were found", folders.len());
}

#[test]
fn broken_aws_cli_scripts() {
    group("aws-cli-");
}

#[test]
fn broken_cloudformation_templates() {
    group("cloudformation-");
}

#[test]
fn broken_configurations() {
    group("config-");
}

#[test]
fn broken_legacy_ids() {
    group("legacy-ids-");
}

#[test]
fn broken_policies() {
    group("policy-");
}

#[test]
fn references_that_are_gone_beyond_or_missing() {
    group("reference-");
}

#[test]
fn suppressions_that_do_not_hold() {
    group("suppression-");
}

#[test]
fn broken_terraform_modules() {
    group("terraform-");
}

#[test]
fn broken_trust_policies() {
    group("trust-");
}

fn check(folder: &Path) -> Result<(), String> {
    let case: toml::Table = std::fs::read_to_string(folder.join("case.toml")).unwrap().parse().unwrap();
    assert_eq!(case["base"].as_str(), Some("../../prosperops"));
    let role_code: Vec<&str> =
        case["role_code"].as_array().unwrap().iter().map(|path| path.as_str().unwrap()).collect();
    let project = project(&role_code);
    apply(folder, &case, project.path());
    let ran = gate(project.path(), &["--format", "json"]);
    let report = ran.json();
    for (list, key) in [("findings", "findings"), ("not_judged", "notJudged")] {
        let expected = expected(&case[list]);
        let found = found(&report[key], project.path());
        let same = |(expected, found): (&Row, &Row)| {
            expected.0 == found.0 && expected.1 == found.1 && found.2.contains(&expected.2)
        };
        if expected.len() != found.len() || !expected.iter().zip(&found).all(same) {
            return Err(format!("{list}\nexpected {expected:#?}\nfound    {found:#?}\n{}", ran.stderr));
        }
    }
    let expected = case["exit_code"].as_integer().unwrap();
    if i64::from(ran.code) != expected {
        return Err(format!("exit code {} instead of {expected}", ran.code));
    }
    every_entry_says_what_to_do(&report)
}

/// Changes the copy of the base: removals, texts exchanged, whole files.
fn apply(folder: &Path, case: &toml::Table, project: &Path) {
    let list = |key: &str| case.get(key).and_then(toml::Value::as_array).cloned().unwrap_or_default();
    for file in list("remove") {
        std::fs::remove_file(project.join(file.as_str().unwrap())).unwrap();
    }
    for change in list("replace") {
        let text = |key: &str| change[key].as_str().unwrap().to_owned();
        replace(project, &text("file"), &text("from"), &text("to"));
    }
    for file in files_below(folder) {
        let path = file.strip_prefix(folder).unwrap();
        if path != Path::new("case.toml") {
            std::fs::copy(&file, project.join(path)).unwrap();
        }
    }
}

fn expected(list: &toml::Value) -> Vec<Row> {
    let text = |row: &toml::Value, key: &str| row[key].as_str().unwrap().to_owned();
    let mut rows: Vec<Row> =
        list.as_array().unwrap().iter().map(|row| (text(row, "code"), text(row, "at"), text(row, "text"))).collect();
    rows.sort();
    rows
}

fn found(list: &Value, project: &Path) -> Vec<Row> {
    let row = |entry: &Value| {
        let location = &entry["location"];
        let (path, line) = (location["path"].as_str().unwrap(), location["start"]["line"].as_u64().unwrap());
        let text = std::fs::read(project.join(path)).unwrap_or_default();
        let text = String::from_utf8_lossy(&text).into_owned();
        let on_line = text.lines().nth(usize::try_from(line).unwrap() - 1).unwrap_or("").to_owned();
        (entry["code"].as_str().unwrap().to_owned(), format!("{path}:{line}"), on_line)
    };
    let mut rows: Vec<Row> = list.as_array().unwrap().iter().map(row).collect();
    rows.sort();
    rows
}

/// What was found, what was expected and what to do stands in every entry.
fn every_entry_says_what_to_do(report: &Value) -> Result<(), String> {
    let entries = report["findings"].as_array().unwrap().iter().map(|entry| (entry, "remedy"));
    let not_judged = report["notJudged"].as_array().unwrap().iter().map(|entry| (entry, "help"));
    for (entry, advice) in entries.chain(not_judged) {
        for key in ["message", advice] {
            if entry[key].as_str().is_none_or(str::is_empty) {
                return Err(format!("an entry without `{key}`: {entry}"));
            }
        }
    }
    Ok(())
}
