//! Reading `rolecall.toml`: what it takes, and every kind of problem with its place and its advice.

use super::{PolicyFiles, read};
use crate::inputs::Purpose;
use rolecall_core::contract::{Forbidden, Origin, Scope};
use rolecall_core::rule::Severity;

const SOUND: &str = r#"version = 1
[role]
name = "VendorRole"
vendor_account = "222222222222"
[policy]
uniform = "policy.json"
[[organization]]
id = "o-exampleorgid"
management_account = "111111111111"
external_id = "abc-123"
"#;

/// All problems of a text as `line:column code message | help`.
fn problems(text: &str) -> Vec<String> {
    let read = read("rolecall.toml", text);
    assert_eq!(read.config.is_some(), read.problems.is_empty(), "a configuration comes without problems only");
    let show = |problem: &rolecall_core::finding::NotJudged| {
        let at = read.sources.locate(problem.span);
        format!("{} {} {} | {}", at.trim_start_matches("rolecall.toml:"), problem.code, problem.message, problem.help)
    };
    read.problems.iter().map(show).collect()
}

/// `SOUND` with one line exchanged or, when `from` is empty, with `to` put behind it.
fn changed(from: &str, to: &str) -> String {
    if from.is_empty() {
        return format!("{SOUND}{to}\n");
    }
    assert!(SOUND.contains(from), "{from}");
    SOUND.replace(from, to)
}

#[track_caller]
fn check(from: &str, to: &str, expected: &[&str]) {
    let found = problems(&changed(from, to));
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for (found, expected) in found.iter().zip(expected) {
        assert!(found.contains(expected), "found    {found}\nexpected {expected}");
    }
}

#[test]
fn the_smallest_sound_configuration() {
    let read = read("rolecall.toml", SOUND);
    assert!(read.problems.is_empty(), "{:?}", read.problems);
    let config = read.config.unwrap();
    assert_eq!(config.fail_on, Severity::Warning);
    assert_eq!(config.role.name.value, "VendorRole");
    assert!(matches!(&config.policy, PolicyFiles::Uniform(path) if path.value == "policy.json"));
    let inputs: Vec<_> = config.inputs().into_iter().map(|input| (input.path, input.purpose)).collect();
    assert_eq!(inputs, [("policy.json".to_owned(), Purpose::Policy)]);
}

#[test]
fn everything_that_can_be_written_is_read() {
    let text = changed(
        "",
        r#"legacy_ids = "./ids.csv"
migration = { from = 2026-11-01, until = "2027-01-31" }
mode = "lagging"
partition = "aws-us-gov"
[[contract.allow]]
capability = "cost"
why = "reads it"
origin = "filled-in"
actions = "ce:*"
context = { "aws:RequestedRegion" = "us-east-1" }
accounts = "management"
[[contract.never]]
class = "customer-data"
except = ["s3:GetObject"]
why = "the report bucket"
[[role_code]]
path = "code/role.yaml"
kind = "stack-set"
parameters = { ExternalId = "abc-123", Count = 3, On = true }
[[suppress]]
rule = "permission-not-needed"
path = "./policy.json"
reason = "agreed"
until = 2027-01-01
[baseline]
path = "baseline.json"
[severity]
permission-not-needed = "note"
"#,
    );
    let read = read("rolecall.toml", &text);
    assert!(read.problems.is_empty(), "{:?}", read.problems);
    let config = read.config.unwrap();
    let organization = &config.organizations[0];
    assert_eq!(organization.partition.as_str(), "aws-us-gov");
    assert_eq!(organization.migration.unwrap().until, jiff::civil::date(2027, 1, 31));
    let capability = &config.contract.allow[0];
    assert_eq!((capability.origin, capability.scope), (Origin::FilledIn, Scope::ManagementAccount));
    assert_eq!(capability.resources[0].value, "*");
    assert_eq!(capability.context, [("aws:RequestedRegion".to_owned(), vec!["us-east-1".to_owned()])]);
    assert!(matches!(&config.contract.never[0].what, Forbidden::Class(class) if class.value == "customer-data"));
    assert_eq!(config.role_code[0].parameters["Count"], "3");
    assert_eq!(config.suppressions[0].path.as_deref(), Some("policy.json"));
    assert_eq!(config.severities[0].1, Severity::Note);
    let paths: Vec<_> = config.inputs().into_iter().map(|input| input.path).collect();
    assert_eq!(paths, ["baseline.json", "code/role.yaml", "ids.csv", "policy.json"]);
}

#[test]
fn unknown_keys_name_the_nearest_known_one() {
    check(
        "name = ",
        "nmae = ",
        &[
            "2:1 config-missing-key `[role]` has no key `name`",
            "3:1 config-unknown-key `[role]` has no key `nmae` | did you mean `name`?",
        ],
    );
    check(
        "",
        "legacy_id = \"x.csv\"",
        &["11:1 config-unknown-key `[[organization]]` has no key `legacy_id` | did you mean `legacy_ids`?"],
    );
    check(
        "",
        "[refrence]",
        &["11:2 config-unknown-key `rolecall.toml` has no key `refrence` | did you mean `reference`?"],
    );
    check(
        "",
        "[something]",
        &["11:2 config-unknown-key `rolecall.toml` has no key `something` | known here: `version`, "],
    );
}

#[test]
fn wrong_types_and_missing_tables_are_told() {
    check(
        "name = \"VendorRole\"",
        "name = 3",
        &["3:8 config-wrong-type `name` in `[role]` is a whole number | a string in quotes"],
    );
    check("[policy]\nuniform = \"policy.json\"\n", "", &["config-missing-key `rolecall.toml` has no key `policy`"]);
    check(
        "uniform = \"policy.json\"",
        "management = \"a.json\"",
        &["5:1 config-missing-key `[policy]` has no key `member`"],
    );
    check(
        "uniform = \"policy.json\"",
        "uniform = \"p.json\"\nmember = \"a.json\"",
        &["7:10 config-bad-value `[policy]` has both `uniform` and `member`"],
    );
    check("version = 1", "version = 2", &["1:11 config-version `version` is 2"]);
    check("version = 1", "fail_on = \"eror\"", &["config-missing-key", "1:11 config-bad-value `fail_on` is `eror`"]);
}

#[test]
fn ids_are_checked_and_white_space_is_shown() {
    check(
        "\"111111111111\"",
        "\"1111-1111-1111\"",
        &["9:22 bad-account-id `management_account` is `1111-1111-1111`, with 12 digits"],
    );
    check(
        "o-exampleorgid",
        "r-exampleorgid",
        &["8:6 config-bad-organization-id `r-exampleorgid` is no organization ID | an organization ID is `o-`"],
    );
    check(
        "\"abc-123\"",
        "\"abc-123\\n\"",
        &[
            "10:15 external-id-white-space `abc-123\\n` is no external ID: character '\\n' at position 8 cannot stand in an external ID: letters, digits and `_+=,.@:/-` can | white space was copied along (1 behind it): write `abc-123`",
        ],
    );
    check(
        "abc-123",
        "",
        &[
            "10:15 bad-external-id `` is no external ID: an external ID has at least 2 characters, this one has 0 | an unset variable",
        ],
    );
    check(
        "abc-123",
        "x",
        &["10:15 bad-external-id `x` is no external ID: an external ID has at least 2 characters, this one has 1"],
    );
}

#[test]
fn organizations_are_told_apart() {
    let second =
        "[[organization]]\nid = \"o-exampleorgid\"\nmanagement_account = \"333333333333\"\nexternal_id = \"def\"";
    check("", second, &["12:6 config-duplicate the organization `o-exampleorgid` is written twice"]);
    let second = second.replace("o-exampleorgid", "o-otherorg1234");
    let code = format!("{second}\n[[role_code]]\npath = \"a.yaml\"");
    check(
        "",
        &code,
        &["16:8 config-missing-key there are several organizations, and `organization` does not say which one"],
    );
    let code = format!("{second}\n[[role_code]]\npath = \"a.yaml\"\norganization = \"o-otherorg1235\"");
    check(
        "",
        &code,
        &[
            "17:16 config-unknown-organization no `[[organization]]` has the ID `o-otherorg1235` | did you mean `o-otherorg1234`?",
        ],
    );
    assert!(
        problems("version = 1\n[role]\nname = \"a\"\nvendor_account = \"222222222222\"\n[policy]\nuniform = \"p\"\n")
            [0]
        .contains("there is no `[[organization]]`")
    );
}

#[test]
fn contracts_are_checked() {
    let allow = "[[contract.allow]]\ncapability = \"a\"\nwhy = \"w\"\nactions = [\"ec2\", \"ec2:De[a-z]*\"]\nresources = [\"bucket\"]";
    check(
        "",
        allow,
        &[
            "14:12 config-bad-action `ec2` is no action pattern",
            "14:19 config-bad-action `ec2:De[a-z]*` is no action pattern",
            "15:14 config-bad-resource `bucket` is no resource",
        ],
    );
    check(
        "",
        "[[contract.never]]\nclass = \"custmer-data\"",
        &["12:9 config-unknown-class there is no class `custmer-data` | did you mean `customer-data`?"],
    );
    check("", "[[contract.never]]\nwhy = \"w\"", &["config-missing-key `[[contract.never]]` has no key `class`"]);
    check(
        "",
        "[[contract.never]]\nclass = \"customer-data\"\nexcept = [\"s3:GetObject\"]",
        &["has `except` but no `why`"],
    );
    let twice = "[[contract.allow]]\ncapability = \"a\"\nwhy = \"w\"\nactions = [\"ce:*\"]\n".repeat(2);
    check("", &twice, &["16:14 config-duplicate the capability `a` is written twice"]);
}

#[test]
fn suppressions_need_rule_reason_and_end() {
    check(
        "",
        "[[suppress]]\nrule = \"permission-not-neded\"",
        &[
            "config-missing-key `[[suppress]]` has no key `reason`",
            "config-missing-key `[[suppress]]` has no key `until`",
            "12:8 config-unknown-rule there is no rule `permission-not-neded` | did you mean `permission-not-needed`?",
        ],
    );
    let entry = "[[suppress]]\nrule = \"permission-not-needed\"\nreason = \" \"\nuntil = \"soon\"";
    check(
        "",
        entry,
        &["13:10 config-bad-value `reason` is empty", "14:9 config-bad-value `until` is `soon`, which is no date"],
    );
    check(
        "",
        "[severity]\npermission-not-needed = \"off\"",
        &["12:25 config-bad-value `permission-not-needed` is `off` | a rule cannot be switched off"],
    );
}

#[test]
fn a_migration_ends_after_it_begins() {
    check(
        "",
        "migration = { from = 2027-01-31, until = 2026-11-01 }",
        &["11:42 config-bad-value the migration ends on 2026-11-01 and begins on 2027-01-31"],
    );
}

#[test]
fn broken_toml_is_told_with_its_place() {
    let found = problems("version = 1\n[role\nname = \"a\"\n");
    assert!(found[0].starts_with("2:6 config-syntax") || found[0].starts_with("2:1 config-syntax"), "{found:#?}");
    let found = problems("version = 1\nversion = 1\n");
    assert!(found[0].starts_with("2:1 config-syntax the file is no valid TOML: duplicate key"), "{found:#?}");
    assert!(problems(" \n")[0].starts_with("1:1 empty-document"));
}

#[test]
fn a_reference_is_a_revision_or_files() {
    let inputs = |text: &str| {
        let read = read("rolecall.toml", &changed("", text));
        let config = read.config.unwrap_or_else(|| panic!("{:?}", read.problems));
        config.inputs().into_iter().map(|input| input.path).collect::<Vec<_>>()
    };
    assert_eq!(inputs("[reference]\ngit = \"origin/main\""), ["policy.json"]);
    assert_eq!(inputs("[reference]\nuniform = \"old.json\""), ["old.json", "policy.json"]);
    assert_eq!(
        inputs("[reference]\nmanagement = \"m.json\"\nmember = \"n.json\""),
        ["m.json", "n.json", "policy.json"]
    );
    check("", "[reference]", &["11:1 config-missing-key `[reference]` has no key `git`"]);
    check("", "[reference]\ngit = \"\"", &["12:7 config-bad-value `git` is ``, which names no revision"]);
    check("", "[reference]\ngit = \"-x\"", &["12:7 config-bad-value `git` is `-x`, which names no revision"]);
    check("", "[reference]\ngit = \"a:b\"", &["12:7 config-bad-value `git` is `a:b`, which names no revision"]);
    check(
        "",
        "[reference]\ngit = \"a\"\nuniform = \"b\"",
        &["config-bad-value `[reference]` has both `git` and `uniform`"],
    );
    check(
        "",
        "[reference]\ntrust = \"t.json\"",
        &["12:9 config-missing-key `[reference]` has `trust`, and `[role]` has none"],
    );
    check("", "[reference]\nmember = \"t.json\"", &["11:1 config-missing-key `[reference]` has no key `management`"]);
}
