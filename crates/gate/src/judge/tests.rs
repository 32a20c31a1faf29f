//! The gate on the sound fixture and on changes of it, in memory.

use super::{Options, judge, judge_and_count};
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

/// What the fixture takes of the prover, counted: claims of the contract for two kinds of account, and trusts. Role code with
/// the profile's texts asks nothing new, however many accounts and pieces there are.
#[test]
fn proofs_are_shared_and_bounded() {
    let read = config::read("rolecall.toml", &fixture());
    let files = load(&read.config.as_ref().unwrap().inputs());
    let options = Options { as_of: DAY, fail_on: None, without_baseline: false };
    let (outcome, work) = judge_and_count(read, &files, (None, None), options);
    assert_eq!(outcome.verdict(), Verdict::Clean);
    // Three granting patterns are in a forbidden class, in two kinds of account; each trust is asked two questions.
    // There are four: of the two organizations, and of two accounts with older IDs.
    let trusts = 2 * 4;
    assert_eq!(work.asked, 2 * 3 + trusts, "{work:?}");
    assert!(work.reused >= 3 * work.asked, "{work:?}");
    assert!(work.steps <= 1_000, "{work:?}");
}

/// A project whose reference is given as a caller of git gives it.
fn against(old: impl FnOnce(&mut String, &mut Files)) -> Outcome {
    let text = fixture().replace("[policy]\n", "[reference]\ngit = \"agreed\"\n\n[policy]\n");
    let read = config::read("rolecall.toml", &text);
    let files = load(&read.config.as_ref().unwrap().inputs());
    let mut before = fixture();
    let mut old_files = files.clone();
    old(&mut before, &mut old_files);
    let reference = super::GivenReference::Project(Box::new(config::read("rolecall.toml", &before)), old_files);
    let options = Options { as_of: DAY, fail_on: None, without_baseline: false };
    super::judge_against(read, &files, Some(reference), &options)
}

fn codes(outcome: &Outcome) -> Vec<&'static str> {
    outcome.findings.iter().map(|judged| judged.finding.rule.code).collect()
}

#[test]
fn nothing_beyond_the_reference() {
    let same = against(|_, _| {});
    assert_eq!((same.verdict(), codes(&same)), (Verdict::Clean, vec![]));
    // A `Deny` less, a condition less, a resource more: each is new access, however the text looks.
    let replaced = |from: &'static str, to: &'static str| {
        against(move |_, files| {
            let Some(Loaded::Text(text)) = files.get_mut("policy.json") else { panic!() };
            assert!(text.contains(from), "{from}");
            *text = text.replace(from, to);
        })
    };
    let denied = r#""Statement": [{"Effect": "Deny", "Action": "ec2:DescribeI*", "Resource": "*"},"#;
    for (from, to) in [
        (r#""Statement": ["#, denied),
        ("definition/prosperops-*", "definition/prosperops-?"),
        (r#""ce:*""#, r#"["ce:Get*", "ce:List*"]"#),
    ] {
        let outcome = replaced(from, to);
        assert_eq!((outcome.verdict(), codes(&outcome)), (Verdict::Findings, vec!["reference-new-access"]), "{to}");
        assert!(outcome.findings[0].finding.witness.is_some());
    }
    for (from, to) in [("definition/prosperops-*", "definition/*"), ("\"ce:*\"", "[\"ce:*\", \"ec2:*\"]")] {
        assert_eq!(replaced(from, to).verdict(), Verdict::Clean, "{to}");
    }
    // An organization that is new has no role that could be gone beyond; managed policies and boundaries are not known.
    let fewer = against(|text, _| {
        let second = text.split("[[organization]]").nth(2).unwrap().split("# The code").next().unwrap().to_owned();
        *text = text.replace(&format!("[[organization]]{second}"), "");
        *text = text.split("[[role_code]]").next().unwrap().to_owned();
    });
    assert_eq!(fewer.verdict(), Verdict::Clean, "{:#?}", fewer.not_judged);
    let boundary = "path = \"/\"\npermissions_boundary = \"arn:aws:iam::aws:policy/ReadOnlyAccess\"\n";
    let lost = against(|text, _| *text = text.replace("path = \"/\"\n", boundary));
    assert_eq!(lost.verdict(), Verdict::CouldNotJudge);
    assert!(lost.not_judged[0].message.contains("is not set any more"), "{:?}", lost.not_judged);
}

#[test]
fn a_reference_that_nobody_loaded_is_not_judged() {
    let outcome = run(&fixture().replace("[policy]\n", "[reference]\ngit = \"agreed\"\n\n[policy]\n"), |_| {});
    assert_eq!(outcome.verdict(), Verdict::CouldNotJudge);
    assert_eq!(outcome.not_judged[0].code, "reference-unreadable");
}

/// Answers to all calls of a configuration, by our evaluator's words: what must be allowed is, the rest is not.
fn answers(read: &config::ReadConfig, files: &Files) -> super::LiveAnswers {
    use rolecall_core::simulation::{EvaluationResult, Expected, ResourceSpecificResult, SimulationAnswer};
    let calls = super::plan(read, files).into_iter();
    let answer = |live: super::LiveCall| {
        let decision = if live.call.expected == Expected::Allowed { "allowed" } else { "implicitDeny" };
        let specific = |arn: &String| ResourceSpecificResult {
            eval_resource_name: arn.clone(),
            eval_resource_decision: decision.to_owned(),
            ..ResourceSpecificResult::default()
        };
        let result = |action: &String| EvaluationResult {
            eval_action_name: action.clone(),
            eval_decision: decision.to_owned(),
            resource_specific_results: live.call.resource_arns.iter().map(specific).collect(),
            ..EvaluationResult::default()
        };
        let evaluation_results = live.call.action_names.iter().map(result).collect();
        (live.clone(), Ok(SimulationAnswer { evaluation_results, ..SimulationAnswer::default() }))
    };
    calls.map(answer).collect()
}

fn live(change: impl FnOnce(&mut super::LiveAnswers)) -> Outcome {
    let read = config::read("rolecall.toml", &fixture());
    let files = load(&read.config.as_ref().unwrap().inputs());
    let mut given = answers(&read, &files);
    change(&mut given);
    let options = Options { as_of: DAY, fail_on: None, without_baseline: false };
    super::judge_live(read, &files, None, given, &options)
}

#[test]
fn the_contract_is_judged_by_aws_as_well() {
    let outcome = live(|_| {});
    assert_eq!(outcome.verdict(), Verdict::Clean, "{:#?} {:#?}", outcome.findings, outcome.not_judged);
    let made = outcome.checks.iter().filter(|run| run.check == "contract-live").count();
    assert_eq!(made, 2);
    // AWS denies what is needed: against the contract, and against our evaluator.
    let outcome = live(|answers| {
        let (_, Ok(answer)) = &mut answers[0] else { panic!() };
        let result = &mut answer.evaluation_results[0];
        result.eval_decision = String::from("explicitDeny");
        result.resource_specific_results[0].eval_resource_decision = String::from("explicitDeny");
    });
    let expected = vec!["simulator-contradicts-contract", "simulator-contradicts-evaluator"];
    assert_eq!((outcome.verdict(), codes(&outcome)), (Verdict::Findings, expected));
    let finding = &outcome.findings[1].finding;
    assert!(finding.message.contains("is explicitDeny to AWS, allowed by statement"), "{}", finding.message);
    assert!(outcome.sources.locate(finding.span).starts_with("rolecall.toml:"), "the entry of the contract");
}

#[test]
fn a_call_that_failed_or_was_not_made_is_not_judged() {
    let failed = live(|answers| answers[1].1 = Err(String::from("iam:SimulateCustomPolicy failed: AccessDenied")));
    assert_eq!(failed.verdict(), Verdict::CouldNotJudge);
    assert!(failed.not_judged.iter().any(|entry| entry.message.contains("AccessDenied")));
    for change in [Vec::clear as fn(&mut super::LiveAnswers), |answers| _ = answers.pop()] {
        let outcome = live(change);
        assert_eq!(outcome.verdict(), Verdict::CouldNotJudge);
        assert!(outcome.not_judged.iter().all(|entry| entry.code == "simulator-not-judged"));
    }
    let missing = live(|answers| {
        let (_, Ok(answer)) = &mut answers[0] else { panic!() };
        answer.evaluation_results[0].missing_context_values = vec![String::from("aws:RequestedRegion")];
    });
    assert_eq!(missing.verdict(), Verdict::CouldNotJudge);
    assert!(missing.not_judged[0].message.contains("aws:RequestedRegion"));
}
