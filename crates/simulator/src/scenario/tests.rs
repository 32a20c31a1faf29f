//! The format: what is read, what is refused with which place, and that every case that comes with the program can be put
//! on the stage with and without its fault.

use super::cases::CASES;
use super::stage::Stage;
use super::{Reading, read};
use crate::random::Seed;
use crate::time::{SimSpan, SimTime};
use crate::world::World;

/// Runs the customer's side of a scenario without the vendor's service.
pub(crate) fn staged(text: &str, reading: Reading) -> (World, Stage) {
    let read = read("case.toml", text, reading);
    let scenario = read.scenario.unwrap_or_else(|| panic!("{:#?}", read.problems));
    let (mut world, mut stage) = Stage::build(&scenario, Seed(1)).unwrap();
    while let Some(wake) = world.run_until(scenario.until) {
        let _ = stage.step(&mut world, wake);
    }
    (world, stage)
}

#[test]
fn every_case_can_be_staged_and_its_refusals_come_with_the_fault_alone() {
    for case in CASES {
        for reading in [Reading::Case, Reading::Twin] {
            let (world, stage) = staged(case.text, reading);
            assert_eq!(world.steps().undecided, 0, "{} {reading:?}", case.file);
            for expect in &stage.scenario().expect {
                let codes: Vec<_> =
                    stage.refusals(&world, expect.account).iter().map(|refusal| refusal.code.as_str()).collect();
                for code in &expect.refused {
                    let here = codes.contains(&code.as_str());
                    assert_eq!(here, reading == Reading::Case, "{} {reading:?}: {code} in {codes:?}", case.file);
                }
            }
        }
    }
}

#[test]
fn the_cases_are_those_of_the_folder_in_order() {
    let files: Vec<String> = rolecall_fixtures::list("scenarios", "toml")
        .iter()
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    assert_eq!(files, CASES.map(|case| case.file.to_owned()));
    for (number, case) in (1..).zip(CASES) {
        let scenario = read(case.file, case.text, Reading::Case).scenario.unwrap();
        assert_eq!(scenario.case, Some(number), "{}", case.file);
        assert!(!scenario.sources.is_empty() && !scenario.question.is_empty(), "{}", case.file);
        assert_eq!(case.number(), format!("{number:02}"));
    }
}

const SOUND: &str = r#"version = 1
title = "An account without the role"

[[organization]]
units = ["Workloads/Production"]

[[account]]
name = "payments"
unit = "Workloads/Production"

[[at]]
time = "+2h"
do = "move"
account = "payments"
to = "Workloads"
fault = true

[[expect]]
account = "payments"
cause = "role-missing"
"#;

/// The problems of the sound scenario after one replacement: `line:column code: message | help`.
fn problems(from: &str, to: &str) -> Vec<String> {
    assert!(SOUND.contains(from), "{from}");
    let read = read("case.toml", &SOUND.replacen(from, to, 1), Reading::Case);
    assert_eq!(read.scenario.is_none(), !read.problems.is_empty());
    let file = read.sources.iter().next().unwrap().1;
    let shown = read.problems.iter().map(|problem| {
        let place = file.line_column(problem.span.start);
        format!("{}:{} {}: {} | {}", place.line, place.column, problem.code, problem.message, problem.help)
    });
    shown.collect()
}

#[test]
fn what_is_wrong_is_told_with_its_place_and_the_nearest_known_word() {
    for (from, to, expected) in [
        ("version = 1", "version = 2", "1:11 scenario-version: `version` is 2 | this program reads version 1"),
        (
            "version = 1\n",
            "",
            "1:1 scenario-missing-key: the scenario has no key `version` | add it, such as `version = 1`",
        ),
        ("title = ", "titel = ", "2:1 scenario-unknown-key: the scenario has no key `titel` | did you mean `title`?"),
        (
            "unit = \"Workloads/P",
            "unit = \"Workload/P",
            "9:8 scenario-bad-value: `Workload/Production` is no unit of the organization | did you mean `Workloads/Production`?",
        ),
        (
            "time = \"+2h\"",
            "time = \"2 hours\"",
            "12:8 scenario-bad-value: `time` is `2 hours`, which is no time | a number with `d`, `h`, `m`, `s` or `ms`, or several such as `+1h30m`, was expected",
        ),
        (
            "time = \"+2h\"",
            "time = 2",
            "12:8 scenario-wrong-type: `time` in `[[at]]` is a whole number | a string in quotes was expected",
        ),
        ("do = \"move\"", "do = \"mvoe\"", "13:6 scenario-bad-value: `mvoe` is no action | did you mean `move`?"),
        (
            "to = \"Workloads\"",
            "state = \"CLOSED\"",
            "15:1 scenario-unknown-key: `do = \"move\"` has no key `state` | known here: `time`, `do`, `as`, `account`, `to`, `fault`, `twin`",
        ),
        (
            "account = \"payments\"\nto",
            "account = \"payment\"\nto",
            "14:11 scenario-bad-value: `payment` is no account of this scenario | did you mean `payments`?",
        ),
        (
            "cause = \"role-missing\"",
            "cause = \"role-mising\"",
            "20:9 scenario-bad-value: `role-mising` is no cause | did you mean `role-missing`?",
        ),
        (
            "fault = true",
            "fault = 1",
            "16:9 scenario-wrong-type: `fault` in `[[at]]` is a whole number | `true` or `false` was expected",
        ),
        (
            "fault = true",
            "twin = { too = \"root\" }",
            "16:10 scenario-unknown-key: twin of `[[at]]` has no key `too` | did you mean `to`?",
        ),
        (
            "units = [",
            "id = \"o-short\"\nunits = [",
            "5:6 scenario-bad-value: an organization ID is `o-` and 10 to 32 lower-case letters or digits | leave `id` out",
        ),
        (
            "units = [\"Workloads/Production\"]\n",
            "id = \"o-exampleorg1\"\nunits = [\"Workloads/Production\"]\n[[organization]]\nid = \"o-exampleorg1\"\n",
            "8:6 scenario-bad-value: `main` and `organization-2` have the same ID `o-exampleorg1` | give one of them another `id`",
        ),
        (
            "unit = \"Workloads/Production\"\n",
            "joins = \"never\"\n",
            "9:9 scenario-bad-value: `payments` never joins, and would be created when it does | write `origin = \"invited\"`",
        ),
        (
            "units = [",
            "[world]\ndelays = \"measured\"\nstack = \"1s\"\n[vendor]\npaced = false\nprobes_per_second = 5\n[[organization]]\nunits = [",
            "7:9 scenario-bad-value: `stack` stands beside `delays = \"measured\"`, which draws it | leave one of both out",
        ),
        (
            "[[organization]]",
            "[vendor]\npaced = false\nprobes_per_second = 5\n[[organization]]",
            "6:21 scenario-bad-value: `probes_per_second` allows nothing, or stands beside `paced = false`",
        ),
        (
            "[[organization]]",
            "[vendor]\nlatency = \"2s\"\nlatency_max = \"1s\"\n[[organization]]",
            "6:15 scenario-bad-value: `latency_max` is less than `latency`",
        ),
        (
            "do = \"move\"\naccount = \"payments\"\nto = \"Workloads\"",
            "do = \"faults\"\napi = \"ListAccounts\"\ntimed_out = 0.12345",
            "15:13 scenario-wrong-type: `timed_out` in `[[at]]` is a decimal number | per cent from 0 to 100, with at most four decimals, was expected",
        ),
        (
            "do = \"move\"\naccount = \"payments\"\nto = \"Workloads\"",
            "do = \"rollout\"",
            "11:1 scenario-missing-key: `main` has no rollout | write `[[rollout]]`",
        ),
        (
            "[[at]]",
            "[[pipeline]]\nrole = { boundary = \"{}\" }\n[[at]]",
            "12:8 scenario-bad-value: a pipeline cannot bring this role",
        ),
        (
            "[[at]]",
            "[[account]]\nname = \"new\"\nevery = \"1h\"\n[[at]]",
            "13:9 scenario-bad-value: `every` without `count` and a time in `joins`",
        ),
        (
            "do = \"move\"\naccount = \"payments\"\nto = \"Workloads\"",
            "do = \"crash-rollout\"\norganization = \"mian\"\nentries = -1",
            "14:16 scenario-bad-value: `mian` is no organization of this scenario | did you mean `main`?",
        ),
        (
            "[[at]]",
            "[[organization]]\nname = \"other\"\n[[rollout]]\n[[at]]\ntime = \"+1h\"\ndo = \"remove-rollout\"\norganization = \"other\"\n[[at]]",
            "17:16 scenario-missing-key: `other` has no rollout | write `[[rollout]]` with `organization = \"other\"`",
        ),
        (
            "[[at]]",
            "[[rollout]]\n[[rollout]]\norganization = \"main\"\n[[at]]",
            "13:16 scenario-bad-value: `main` has a rollout already | leave one of both out",
        ),
        (
            "[[at]]",
            "[[rollout]]\nunlock = \"probe\"\n[[at]]",
            "12:10 scenario-bad-value: `probe` is no `unlock` | did you mean `probes`?",
        ),
        (
            "[[at]]",
            "[[rollout]]\nconfirms_after = \"5m\"\n[[at]]",
            "12:18 scenario-bad-value: `confirms_after`, but nobody is asked to confirm | write `unlock = \"confirm\"`",
        ),
        (
            "[[at]]",
            "[[rollout]]\nwave_accounts = 0\n[[at]]",
            "12:17 scenario-bad-value: a wave of no account | leave `wave_accounts` out",
        ),
        (
            "[[at]]",
            "[[rollout]]\nlatency_max = \"999ms\"\n[[at]]",
            "12:15 scenario-bad-value: `latency_max` is less than `latency`",
        ),
        (
            "[[at]]",
            "[[rollout]]\nrole = \"absent\"\n[[at]]",
            "12:8 scenario-bad-value: a rollout cannot bring this role",
        ),
        (
            "[[at]]",
            "[[rollout]]\nrole = { boundary = \"{}\" }\n[[at]]",
            "12:8 scenario-bad-value: a rollout cannot bring this role",
        ),
        (
            "do = \"move\"\naccount = \"payments\"\nto = \"Workloads\"",
            "do = \"crash-rollout\"\nentries = -1\n[[rollout]]",
            "14:11 scenario-wrong-type: `entries` in `[[at]]` is a whole number | a whole number from 0 to 100000 was expected",
        ),
        ("title = \"An", "title = An", "2:9 scenario-syntax"),
    ] {
        let found = problems(from, to);
        assert!(found.iter().any(|problem| problem.starts_with(expected)), "{to}: {found:#?}");
    }
    assert_eq!(problems("version = 1", "version = 1"), Vec::<String>::new());
}

#[test]
fn an_account_factory_makes_one_account_after_another() {
    let text =
        SOUND.replace("[[at]]", "[[account]]\nname = \"new\"\ncount = 3\njoins = \"+1h\"\nevery = \"40m\"\n[[at]]");
    let (world, stage) = staged(&text, Reading::Case);
    let accounts = &stage.scenario().accounts;
    let joins: Vec<_> = accounts.iter().map(|account| (account.name.as_str(), account.joins)).collect();
    let at = |minutes| Some(SimTime::START + SimSpan::minutes(minutes));
    assert_eq!(joins, [("payments", None), ("new-1", at(60)), ("new-2", at(100)), ("new-3", at(140))]);
    let members = &world.organization(stage.organizations[0].key).members;
    assert_eq!(members.len(), 5, "the management account and four others");
}

#[test]
fn several_problems_are_told_in_one_run() {
    let text =
        SOUND.replace("do = \"move\"", "do = \"fly\"").replace("role-missing", "nothing").replace("title", "tilte");
    let read = read("case.toml", &text, Reading::Case);
    assert_eq!(read.problems.len(), 4, "{:#?}", read.problems);
}

#[test]
fn the_twin_leaves_faults_out_and_replaces_what_it_names() {
    let text = SOUND.replace(
        "unit = \"Workloads/Production\"\n\n[[at]]",
        "unit = \"Workloads/Production\"\ntwin = { unit = \"Workloads\" }\n\n[[at]]",
    );
    let case = read("case.toml", &text, Reading::Case).scenario.unwrap();
    let twin = read("case.toml", &text, Reading::Twin).scenario.unwrap();
    assert_eq!((case.actions.len(), twin.actions.len()), (1, 0));
    let unit = |scenario: &super::Scenario| scenario.accounts[0].unit.clone().unwrap();
    assert_eq!((unit(&case).as_str(), unit(&twin).as_str()), ("Workloads/Production", "Workloads"));
    assert!(case.expect[0].cause.is_some() && twin.expect[0].cause.is_none());
}

#[test]
fn a_reference_to_what_the_twin_leaves_out_is_told() {
    let text = SOUND
        .replace("name = \"payments\"\n", "name = \"payments\"\nfault = true\n")
        .replace("fault = true\n\n[[expect]]", "\n[[expect]]");
    assert!(read("case.toml", &text, Reading::Case).problems.is_empty());
    let problems = read("case.toml", &text, Reading::Twin).problems;
    assert!(
        problems.iter().any(|problem| problem.message == "`payments` is no account of this scenario"),
        "{problems:#?}"
    );
}

#[test]
fn a_new_account_is_not_ready_for_as_long_as_the_world_says() {
    let text = SOUND
        .replace("[[organization]]", "[world]\naccount_readiness = \"10m\"\n\n[[organization]]")
        .replace("unit = \"Workloads/Production\"\n", "unit = \"Workloads/Production\"\njoins = \"+1h\"\n")
        .replace("do = \"move\"", "do = \"create-role\"")
        .replace("to = \"Workloads\"\n", "");
    for (time, refused) in [("+1h9m", true), ("+1h10m", false)] {
        let (world, stage) = staged(&text.replace("+2h", time), Reading::Case);
        let account = stage.scenario().expect[0].account;
        let codes: Vec<_> = stage.refusals(&world, account).iter().map(|refusal| refusal.code.as_str()).collect();
        assert_eq!(!codes.is_empty(), refused, "{time}: {codes:?}");
    }
}

/// Every word of the format stands in its documentation, as code.
#[test]
fn the_documentation_names_every_key_and_action() {
    let documentation = include_str!("../../../../docs/repro.md");
    let tables: [&[&str]; 12] = [
        &super::KEYS,
        &super::organization::WORLD_KEYS,
        &super::organization::VENDOR_KEYS,
        &super::organization::ORGANIZATION_KEYS,
        &super::organization::ACCOUNT_KEYS,
        &super::role::ROLE_KEYS,
        &super::automation::POLICY_KEYS,
        &super::automation::STACK_SET_KEYS,
        &super::automation::PIPELINE_KEYS,
        &super::rollout::ROLLOUT_KEYS,
        &super::expect::KEYS,
        &super::expect::STANDINGS,
    ];
    let actions = super::action::ACTIONS.iter();
    let words = tables
        .into_iter()
        .flatten()
        .copied()
        .chain(actions.flat_map(|(name, keys)| [*name].into_iter().chain(keys.iter().copied())));
    let named = |word: &str| {
        [format!("`{word}`"), format!("`[{word}]`"), format!("`[[{word}]]`")]
            .iter()
            .any(|form| documentation.contains(form))
    };
    let missing: Vec<&str> = words.filter(|word| !named(word)).collect();
    assert_eq!(missing, Vec::<&str>::new());
}
