//! The gate on the sound fixture and on changes of it, in memory.

use super::{Options, judge};
use crate::config;
use crate::inputs::{Files, Input, Loaded};
use crate::outcome::{Outcome, Verdict};
use rolecall_core::finding::CheckOutcome;
use std::collections::BTreeMap;

const DAY: jiff::civil::Date = jiff::civil::date(2026, 11, 23);

/// What a caller would load, from the fixture.
fn load(inputs: &[Input]) -> Files {
    let of = |path: &str| {
        let whole = rolecall_fixtures::path("prosperops").join(path);
        if !whole.exists() {
            return Loaded::Missing;
        }
        if !whole.is_dir() {
            return Loaded::Text(rolecall_fixtures::text(&format!("prosperops/{path}")));
        }
        let main = rolecall_fixtures::text(&format!("prosperops/{path}/main.tf"));
        Loaded::Folder(BTreeMap::from([("main.tf".to_owned(), Loaded::Text(main))]))
    };
    inputs.iter().map(|input| (input.path.clone(), of(&input.path))).collect()
}

fn run(config: &str, change: impl FnOnce(&mut Files)) -> Outcome {
    let read = config::read("rolecall.toml", config);
    let inputs = read.config.as_ref().map(config::Config::inputs).unwrap_or_default();
    let mut files = load(&inputs);
    change(&mut files);
    judge(read, &files, &Options { as_of: DAY, fail_on: None, without_baseline: false })
}

fn fixture() -> String {
    rolecall_fixtures::text("prosperops/rolecall.toml")
}

#[test]
fn both_variants_of_the_fixture_are_clean_and_everything_is_judged() {
    for name in ["rolecall.toml", "rolecall-split.toml"] {
        let outcome = run(&rolecall_fixtures::text(&format!("prosperops/{name}")), |_| {});
        assert_eq!(outcome.verdict(), Verdict::Clean, "{name} {:#?} {:#?}", outcome.findings, outcome.not_judged);
        assert!(outcome.findings.is_empty(), "{:#?}", outcome.findings);
        assert!(outcome.checks.iter().all(|run| matches!(run.outcome, CheckOutcome::Passed { .. })));
    }
}

#[test]
fn a_policy_that_is_not_sound_leaves_everything_that_needs_it_not_judged() {
    let outcome = run(&fixture(), |files| {
        files.insert("policy.json".to_owned(), Loaded::Text("{".to_owned()));
    });
    assert_eq!(outcome.verdict(), Verdict::CouldNotJudge);
    let not_judged: Vec<_> = outcome
        .checks
        .iter()
        .filter(|run| matches!(run.outcome, CheckOutcome::NotJudged(_)))
        .map(|run| run.check)
        .collect();
    for check in ["policy-syntax", "contract", "profile", "trust", "trust-asked-for", "role-code"] {
        assert!(not_judged.contains(&check), "{check} is not among {not_judged:?}");
    }
}

#[test]
fn what_nobody_loaded_is_missing_and_not_passed() {
    let outcome = run(&fixture(), BTreeMap::clear);
    assert_eq!(outcome.verdict(), Verdict::CouldNotJudge);
    assert!(
        outcome.not_judged.iter().any(|entry| entry.code == "missing-file" && entry.message.contains("policy.json"))
    );
}

#[test]
fn a_lagging_organization_needs_no_role_in_members() {
    let lagging = fixture().replace("legacy_ids = \"legacy-ids.csv\"", "mode = \"lagging\"");
    let outcome = run(&lagging, |_| {});
    let asked = outcome.checks.iter().find(|run| run.check == "trust-asked-for" && run.subject == "o-7xk2m9q4wz");
    let CheckOutcome::Passed { judged } = &asked.unwrap().outcome else { panic!("{asked:?}") };
    assert!(judged.starts_with("for 1 account:"), "{judged}");
}

#[test]
fn an_open_migration_window_lets_both_ids_in() {
    let line = "legacy_ids = \"legacy-ids.csv\"";
    let window = format!("{line}\nmigration = {{ from = 2026-11-01, until = 2027-01-31 }}");
    let outcome = run(&fixture().replace(line, &window), |_| {});
    // Role code that still has the older ID alone is right inside the window as well.
    assert_eq!(outcome.verdict(), Verdict::Clean, "{:#?}", outcome.findings);
}

#[test]
fn a_missing_baseline_is_not_an_empty_one() {
    let config = format!("{}\n[baseline]\npath = \"accepted.json\"\n", fixture());
    let outcome = run(&config, |_| {});
    assert_eq!(outcome.verdict(), Verdict::CouldNotJudge);
    assert_eq!(outcome.not_judged[0].help, "`rolecall gate --write-baseline` writes it");
}

#[test]
fn the_same_text_at_other_lines_keeps_its_fingerprints() {
    let prints = |prefix: &str| {
        let outcome = run(&fixture(), |files| {
            let Some(Loaded::Text(text)) = files.get_mut("trust.json") else { panic!() };
            *text = format!("{prefix}{}", text.replace("StringEquals", "StringLike"));
        });
        let prints: Vec<_> = outcome.findings.iter().map(|judged| judged.fingerprint.clone()).collect();
        let line = outcome.sources.locate(outcome.findings[0].finding.span);
        (prints, line)
    };
    let (before, line) = prints("");
    let (after, moved) = prints("\n\n\n");
    assert_eq!(before, after);
    assert_ne!(line, moved);
}

#[test]
fn the_same_code_twice_shows_its_faults_at_both_places() {
    let outcome = run(&fixture(), |files| {
        for (path, loaded) in files.iter_mut().filter(|(path, _)| path.ends_with("prosperops-role.yaml")) {
            let Loaded::Text(text) = loaded else { panic!("{path}") };
            *text = text.replace("RoleName: ProsperOps", "RoleName: prosperops");
        }
    });
    let paths: Vec<&str> =
        outcome.findings.iter().map(|judged| outcome.sources.path(judged.finding.span.file)).collect();
    assert_eq!(outcome.verdict(), Verdict::Findings);
    assert!(paths.contains(&"role-code/cloudformation/prosperops-role.yaml"), "{paths:?}");
    assert!(paths.contains(&"role-code/account-factory/org-formation/templates/prosperops-role.yaml"), "{paths:?}");
}

#[test]
fn the_same_clean_text_is_judged_once_and_that_is_said() {
    let outcome = run(&fixture(), |_| {});
    let said = |run: &&rolecall_core::finding::CheckRun| matches!(&run.outcome, CheckOutcome::Passed { judged } if judged.starts_with("the same text as `role-code/"));
    assert_eq!(outcome.checks.iter().filter(said).count(), 6);
}
