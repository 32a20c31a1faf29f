//! `rolecall repro`: cases by number, name and file, what is wrong with a scenario, exit codes.

use crate::program::rolecall;
use std::path::Path;

/// A fifty-first case, as somebody in support would write it.
const OWN: &str = r#"version = 1
title = "The role was deleted by a clean-up job"

[[organization]]
units = ["Workloads"]

[[account]]
name = "payments"
unit = "Workloads"
role = "right"

[[at]]
time = "+2h30m"
do = "delete-role"
account = "payments"
fault = true

[[expect]]
account = "payments"
cause = "role-deleted"
standing = "failing"
twin = { standing = "active", mails = 0 }
"#;

fn with_file(text: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("own.toml"), text).unwrap();
    folder
}

fn here() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn the_list_has_fifty_lines_of_number_and_name() {
    let ran = rolecall(here(), &["repro", "--list"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    let lines: Vec<&str> = ran.stdout.lines().collect();
    assert_eq!(lines.len(), 50);
    assert_eq!((lines[0], lines[49]), ("01 management-outside-stack-set", "50 duplicate-notification"));
    for (number, line) in (1..).zip(lines) {
        let (before, name) = line.split_once(' ').unwrap();
        assert_eq!(before, format!("{number:02}"));
        assert!(name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{line}");
    }
}

#[test]
fn all_cases_are_right() {
    let ran = rolecall(here(), &["repro", "--all", "--brief"]);
    assert_eq!(ran.code, 0, "{}", ran.stdout);
    assert!(ran.stdout.ends_with("50 of 50 cases as expected, with the fault and without it\n"), "{}", ran.stdout);
}

#[test]
fn a_case_is_found_by_number_and_by_name() {
    let expected = rolecall(here(), &["repro", "04-target-gap"]);
    assert_eq!(expected.code, 0);
    assert!(expected.stdout.starts_with("04-target-gap: "), "{}", expected.stdout);
    for name in ["4", "04", "target-gap"] {
        assert_eq!(rolecall(here(), &["repro", name]).stdout, expected.stdout, "{name}");
    }
    let two = rolecall(here(), &["repro", "4", "5", "--format", "json"]).json();
    assert_eq!(two["cases"].as_array().unwrap().len(), 2);
}

#[test]
fn the_same_seed_gives_the_same_run_and_another_one_draws_otherwise() {
    let run = |seed| rolecall(here(), &["repro", "43", "--format", "json", "--seed", seed]).json();
    assert_eq!(run("7"), run("7"));
    // Empty pages of ListAccounts are drawn.
    assert_ne!(run("7")["cases"][0]["trace"], run("8")["cases"][0]["trace"]);
    for seed in ["1", "7", "8", "1234567"] {
        assert_eq!(run(seed)["exitCode"], 0, "{seed}");
    }
}

#[test]
fn a_case_of_ones_own_is_a_few_lines_in_a_file() {
    let folder = with_file(OWN);
    let ran = rolecall(folder.path(), &["repro", "own.toml"]);
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains("1. role-deleted, certain"), "{}", ran.stdout);
    assert!(ran.stdout.contains("Access still missing: AWS account 222222222201 (message 2)"), "{}", ran.stdout);
}

#[test]
fn a_wrong_diagnosis_is_exit_code_1_and_told() {
    let folder = with_file(&OWN.replace("\"role-deleted\"", "\"target-gap\""));
    let ran = rolecall(folder.path(), &["repro", "own.toml"]);
    assert_eq!(ran.code, 1);
    assert!(ran.stdout.contains("target-gap was expected first, found were: role-deleted"), "{}", ran.stdout);
    assert!(ran.stdout.ends_with("  wrong: own.toml\n"), "{}", ran.stdout);
    // Neither is a twin with a cause: the fault is no longer left out.
    let folder = with_file(&OWN.replace("fault = true\n", ""));
    let ran = rolecall(folder.path(), &["repro", "own.toml", "--brief"]);
    assert_eq!(ran.code, 1);
    assert!(ran.stdout.contains("without the fault, payments: nothing is wrong here, found were: role-deleted"));
    let folder = with_file(&OWN.replace("standing = \"failing\"", "standing = \"active\""));
    assert_eq!(rolecall(folder.path(), &["repro", "own.toml"]).code, 1);
}

#[test]
fn a_scenario_with_mistakes_is_exit_code_2_with_every_place() {
    let text = OWN
        .replace("do = \"delete-role\"", "do = \"delete-rule\"")
        .replace("unit = \"Workloads\"", "unit = \"Workload\"");
    let folder = with_file(&text);
    let ran = rolecall(folder.path(), &["repro", "own.toml"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
    for needle in [
        "`Workload` is no unit of the organization",
        "own.toml:9:8",
        "did you mean `Workloads`?",
        "`delete-rule` is no action",
        "own.toml:14:6",
        "did you mean `delete-role`?",
    ] {
        assert!(ran.stderr.contains(needle), "{needle}\n{}", ran.stderr);
    }
}

#[test]
fn what_cannot_be_run_is_exit_code_2() {
    let folder = with_file(&OWN.replace("role = \"right\"", "role = { name = \"a b\" }"));
    let ran = rolecall(folder.path(), &["repro", "own.toml"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("`own.toml` cannot be run"), "{}", ran.stderr);
    let ran = rolecall(here(), &["repro", "target-gab"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("did you mean `target-gap`?"), "{}", ran.stderr);
    assert_eq!(rolecall(here(), &["repro"]).code, 2);
    assert_eq!(rolecall(here(), &["repro", "src"]).code, 2);
}

#[test]
fn a_case_can_be_shown_changed_and_run_again() {
    let shown = rolecall(here(), &["repro", "target-gap", "--show"]);
    assert_eq!(shown.code, 0);
    let folder = with_file(&shown.stdout);
    let ran = rolecall(folder.path(), &["repro", "own.toml", "--brief"]);
    assert_eq!((ran.code, ran.stdout.lines().next()), (0, Some("right own.toml: target-gap")));
}

#[test]
fn a_page_goes_to_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let ran = rolecall(folder.path(), &["repro", "5", "--format", "html", "--output", "page.html"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, ""));
    let page = std::fs::read_to_string(folder.path().join("page.html")).unwrap();
    assert!(page.starts_with("<!doctype html>") && page.contains("<svg class=\"timeline\""));
}

/// The blocks between ``` of the documentation, by the line behind the first ticks.
fn blocks(text: &str) -> Vec<(String, String)> {
    let mut blocks = Vec::new();
    let mut rest = text;
    while let Some((_, from)) = rest.split_once("\n```") {
        let (kind, after) = from.split_once('\n').unwrap();
        let (block, behind) = after.split_once("\n```\n").unwrap();
        blocks.push((kind.to_owned(), format!("{block}\n")));
        rest = behind;
    }
    blocks
}

#[test]
fn the_documentation_shows_what_the_program_writes() {
    let documentation = std::fs::read_to_string(here().join("../../docs/repro.md")).unwrap();
    let blocks = blocks(&documentation);
    let scenario = blocks.iter().find(|(kind, _)| kind == "toml").map(|(_, block)| block.clone()).unwrap();
    let shown: Vec<&str> =
        blocks.iter().filter_map(|(_, block)| block.strip_prefix("$ rolecall repro clean-up.toml\n")).collect();
    let run = |text: &str| {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("clean-up.toml"), text).unwrap();
        rolecall(folder.path(), &["repro", "clean-up.toml"])
    };
    assert_eq!(run(&scenario).stdout, shown[0]);
    let wrong = scenario.replace("delete-role\"", "delete-rol\"").replace("unit = \"Workloads", "unit = \"Workload");
    assert_eq!(run(&wrong).stderr.trim_end(), shown[1].trim_end());
}
