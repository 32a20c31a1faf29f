//! `[rollout]`: what it takes, what is usual, and every kind of problem.

use super::super::read;
use super::*;
use rolecall_render::write::CallAs;

const BEFORE: &str = r#"version = 1
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

fn entry(text: &str) -> RolloutEntry {
    let read = read("rolecall.toml", &format!("{BEFORE}{text}"));
    assert!(read.problems.is_empty(), "{:?}", read.problems);
    read.config.unwrap().rollout
}

#[test]
fn everything_that_can_be_written_is_read() {
    assert_eq!(entry(""), RolloutEntry::default());
    let found = entry(
        r#"[rollout]
engine = "role"
unlock = "probes"
concurrency = "25%"
tolerance = 3
mode = "strict"
collision = "overwrite"
bake = "10m"
remove_adopted = true
way_in = "/ops/Deployer"
way_in_external_id = "way-in-1"
[[rollout.wave]]
accounts = ["333333333333", "444444444444"]
[[rollout.wave]]
organizational_units = ["ou-abcd-11111111", "r-abcd"]
[[rollout.exclude]]
accounts = ["555555555555"]
reason = "sold, leaves in March"
"#,
    );
    assert_eq!((found.engine, found.unlock, found.mode), (Engine::Role, Unlock::Probes, ConcurrencyMode::Strict));
    assert_eq!((found.concurrency, found.tolerance), (Amount::Percentage(25), Amount::Count(3)));
    assert_eq!((found.collision, found.bake, found.remove_adopted), (Collision::Overwrite, DurationMs(600_000), true));
    assert_eq!(found.way_in, "ops/Deployer");
    assert_eq!(found.way_in_external_id.as_ref().map(ExternalId::as_str), Some("way-in-1"));
    let named: Vec<usize> = found.waves.iter().map(|wave| wave.accounts.len()).collect();
    assert_eq!((named, found.waves[1].organizational_units.len()), (vec![2, 0], 2));
    assert_eq!(found.excluded[0].reason, "sold, leaves in March");
    assert_eq!(found.settings().bake, DurationMs(600_000));
}

#[test]
fn a_stack_set_has_a_table_of_its_own() {
    let found = entry(
        r#"[rollout]
engine = "stack-sets"
[rollout.stack_set]
region = "eu-west-1"
organizational_units = ["ou-abcd-11111111"]
call_as = "delegated-admin"
retain_stacks = true
name = "vendor-role"
"#,
    );
    assert_eq!(found.engine, Engine::StackSets);
    let Options { region, organizational_units, call_as, retain_stacks_on_account_removal, stack_name, .. } =
        found.stack_set;
    assert_eq!((region.as_deref(), stack_name.as_deref()), (Some("eu-west-1"), Some("vendor-role")));
    assert_eq!((organizational_units, call_as), (vec!["ou-abcd-11111111".to_owned()], CallAs::DelegatedAdministrator));
    assert!(retain_stacks_on_account_removal);
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    let cases: &[(&str, &[&str])] = &[
        ("tolerence = 3", &["`[rollout]` has no key `tolerence`", "tolerance"]),
        ("engine = \"terraform\"", &["`engine` is `terraform`", "`role` or `stack-sets`"]),
        ("unlock = \"hope\"", &["`unlock` is `hope`", "`probes` or `reading` or `confirm`"]),
        ("concurrency = 0", &["`concurrency` is `0`", "a number of accounts from 1"]),
        ("concurrency = \"0%\"", &["`concurrency` is `0%`"]),
        ("tolerance = \"101%\"", &["`tolerance` is `101%`"]),
        ("tolerance = true", &["`tolerance` in `[rollout]` is a boolean"]),
        ("bake = \"10\"", &["`bake` is `10`", "\"10m\""]),
        ("bake = \"8d\"", &["at most a week"]),
        (
            "engine = \"stack-sets\"\nbake = \"8m\"",
            &["`bake` has no meaning with `engine = \"stack-sets\"`", "no waves"],
        ),
        ("engine = \"stack-sets\"\nremove_adopted = false", &["`remove_adopted` has no meaning"]),
        ("engine = \"stack-sets\"\ncollision = \"overwrite\"", &["`collision` has no meaning", "takes no role over"]),
        ("[rollout.stack_set]\nregion = \"us-east-1\"", &["`stack_set` has no meaning with `engine = \"role\"`"]),
        ("engine = \"stack-sets\"\n[rollout.stack_set]\ncall_as = \"me\"", &["`call_as` is `me`", "`delegated-admin`"]),
        ("engine = \"stack-sets\"\n[rollout.stack_set]\norganizational_units = [\"x\"]", &["no ID of"]),
        ("remove_adopted = \"yes\"", &["`remove_adopted` in `[rollout]` is a string", "true or false"]),
        ("way_in = \"arn:aws:iam::333333333333:role/X\"", &["no name of a role", "no ARN"]),
        ("way_in = \"ops//X\"", &["no name of a role"]),
        ("way_in_external_id = \" x\"", &["external ID"]),
        ("[[rollout.wave]]", &["has no key `accounts`"]),
        ("[[rollout.wave]]\naccounts = [\"1\"]", &["with 1 digits"]),
        ("[[rollout.wave]]\nacounts = []\naccounts = []", &["`[[rollout.wave]]` has no key `acounts`", "`accounts`"]),
        ("[[rollout.wave]]\norganizational_units = [\"Sandbox\"]", &["no ID of an organizational unit"]),
        ("[[rollout.exclude]]\naccounts = [\"333333333333\"]", &["has no key `reason`"]),
        ("[[rollout.exclude]]\naccounts = [\"111111111111\"]\nreason = \"x\"", &["is the management account"]),
        (
            "[[rollout.wave]]\naccounts = [\"333333333333\"]\n[[rollout.exclude]]\naccounts = [\"333333333333\"]\nreason = \"x\"",
            &["is named twice in `[rollout]`"],
        ),
    ];
    for (text, expected) in cases {
        let read = read("rolecall.toml", &format!("{BEFORE}[rollout]\n{text}\n"));
        let [problem] = read.problems.as_slice() else { panic!("{text}: {:?}", read.problems) };
        let told = format!("{} | {}", problem.message, problem.help);
        for part in *expected {
            assert!(told.contains(part), "{text}: {told}");
        }
        let line = read.sources.locate(problem.span).clone();
        assert!(!line.starts_with("rolecall.toml:1:"), "{text}: {line}");
    }
}
