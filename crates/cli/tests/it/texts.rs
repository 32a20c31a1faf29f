//! `rolecall rules`, `completions`, `man`, `--help` and `--version`.

use crate::program::rolecall;
use rolecall_fixtures::root;
use std::collections::BTreeSet;

/// The codes of the gate's rules and of the lints; some are both.
fn codes() -> BTreeSet<&'static str> {
    let lints = rolecall_core::lint::all().map(|lint| lint.rule.code);
    rolecall_core::rules::ALL.iter().map(|rule| rule.code).chain(lints).collect()
}

#[test]
fn all_rules_are_listed_and_each_is_explained() {
    let listed = rolecall(root(), &["rules"]);
    assert_eq!(listed.code, 0);
    assert_eq!(listed.stdout.lines().count(), codes().len());
    for code in codes() {
        assert!(listed.stdout.contains(code));
    }
    let one = rolecall(root(), &["rules", "external-id-missing"]);
    assert!(one.stdout.starts_with("external-id-missing (error)"), "{}", one.stdout);
    assert!(one.stdout.contains("What to do") && one.stdout.contains("References"), "{}", one.stdout);
    let json = rolecall(root(), &["rules", "--format", "json"]).json();
    assert_eq!(json.as_array().unwrap().len(), codes().len());
    let markdown = rolecall(root(), &["rules", "--format", "markdown"]).stdout;
    assert_eq!(markdown.matches("\n## `").count() + 1, codes().len());
}

#[test]
fn an_unknown_rule_names_the_nearest() {
    let ran = rolecall(root(), &["rules", "external-id-mising"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("did you mean `external-id-missing`?"), "{}", ran.stderr);
}

#[test]
fn completions_and_manual_page_name_every_command() {
    let commands =
        ["gate", "check", "evaluate", "prove", "only-principals", "render", "init", "rules", "completions", "man"];
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ran = rolecall(root(), &["completions", shell]);
        assert_eq!(ran.code, 0);
        assert!(commands.iter().all(|command| ran.stdout.contains(command)), "{shell}");
    }
    // roff writes hyphens so that they stay hyphens.
    let page = rolecall(root(), &["man"]).stdout.replace("\\-", "-");
    assert!(page.contains(".TH rolecall"), "{page}");
    assert!(commands.iter().all(|command| page.contains(command)));
    assert!(page.contains("write-baseline"), "the options of the commands stand in it");
}

#[test]
fn help_says_the_exit_codes() {
    let ran = rolecall(root(), &["--help"]);
    assert_eq!(ran.code, 0);
    assert!(ran.stdout.contains("Exit codes"), "{}", ran.stdout);
    assert_eq!(rolecall(root(), &["--version"]).stdout, concat!("rolecall ", env!("CARGO_PKG_VERSION"), "\n"));
}

#[test]
fn the_documentation_pages_are_those_of_the_rule_files() {
    let page = std::fs::read_to_string(root().join("../docs/rules.md")).unwrap();
    let written = rolecall(root(), &["rules", "--format", "markdown"]).stdout;
    assert!(page.ends_with(&written), "write docs/rules.md again: its head, then `rolecall rules --format markdown`");
}
