//! `rolecall simulate` from the command line: figures that do not depend on threads or shards, traces that are run again,
//! and what is said about input that is wrong.

use crate::program::rolecall;
use serde_json::Value;

const SMALL: [&str; 6] = ["--set", "new-accounts=10", "--set", "horizon=1d", "--set", "settle=6h"];
const SCHEMA: &str = include_str!("../../../report/schema/sweep.schema.json");

fn with<'a>(command: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&["simulate", command][..], &SMALL, more].concat()
}

#[test]
fn the_number_of_threads_and_shards_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let common = ["--vary", "latency=20m,40m±15m", "--runs", "50", "--seed", "9", "--format", "json"];
    let whole = rolecall(folder.path(), &with("sweep", &[&common[..], &["--jobs", "1"]].concat()));
    assert_eq!(whole.code, 0, "{whole:?}");
    let other = rolecall(folder.path(), &with("sweep", &[&common[..], &["--jobs", "3"]].concat()));
    assert_eq!(whole.stdout, other.stdout);
    for index in ["1", "2", "3"] {
        let (shard, file) = (format!("{index}/3"), format!("{index}.json"));
        let more = [&common[..], &["--shard", &shard, "--output", &file]].concat();
        assert_eq!(rolecall(folder.path(), &with("sweep", &more)).code, 0);
    }
    let merge = |files: &[&str]| rolecall(folder.path(), &[&["simulate", "merge", "--format", "json"], files].concat());
    assert_eq!(merge(&["3.json", "1.json", "2.json"]).stdout, whole.stdout);

    let missing = merge(&["1.json", "3.json"]);
    assert!(missing.code == 2 && missing.stderr.contains("of 3 shards these are missing: 2"), "{missing:?}");
    let twice = merge(&["1.json", "2.json", "1.json", "3.json"]);
    assert!(twice.code == 2 && twice.stderr.contains("both shard 1 of 3"), "{twice:?}");
    let more = ["--vary", "latency=20m,41m±15m", "--runs", "50", "--seed", "9", "--format", "json", "--shard", "2/3"];
    std::fs::write(folder.path().join("other.json"), rolecall(folder.path(), &with("sweep", &more)).stdout).unwrap();
    let other = merge(&["1.json", "other.json", "3.json"]);
    assert!(other.code == 2 && other.stderr.contains("`other.json` belongs to another sweep"), "{other:?}");
    let text = std::fs::read_to_string(folder.path().join("2.json")).unwrap();
    std::fs::write(folder.path().join("2.json"), text.replacen("\"20m\"", "\"21m\"", 1)).unwrap();
    let changed = merge(&["1.json", "2.json", "3.json"]);
    assert!(changed.code == 2 && changed.stderr.contains("it was changed"), "{changed:?}");
}

#[test]
fn json_is_what_its_schema_says() {
    let folder = tempfile::tempdir().unwrap();
    let validator = jsonschema::validator_for(&serde_json::from_str(SCHEMA).unwrap()).unwrap();
    for more in [&["--runs", "1"][..], &["--runs", "20"], &["--runs", "3", "--set", "new-accounts=0"]] {
        let ran = rolecall(folder.path(), &with("sweep", &[more, &["--format", "json"]].concat()));
        let found: Vec<String> = validator.iter_errors(&ran.json()).map(|error| error.to_string()).collect();
        assert!(found.is_empty(), "{found:?}");
    }
    assert!(!validator.is_valid(&Value::Null));
}

#[test]
fn the_picture_is_svg_with_a_bar_for_each_share() {
    let folder = tempfile::tempdir().unwrap();
    let ran =
        rolecall(folder.path(), &with("sweep", &["--vary", "latency=20m,90m", "--runs", "20", "--format", "svg"]));
    assert!(ran.stdout.starts_with("<svg ") && ran.stdout.ends_with("</svg>\n"), "{ran:?}");
    // Two combinations with three shares each.
    assert_eq!(ran.stdout.matches(")</title></rect>").count(), 6);
    assert!(ran.stdout.contains("latency 1h30m"));
}

#[test]
fn a_trace_is_run_again_and_a_changed_one_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let ran = rolecall(folder.path(), &with("run", &["--seed", "4", "--trace", "t.jsonl", "--format", "json"]));
    let hash = ran.json()["traceHash"].as_str().unwrap().to_owned();
    let replay = |arguments: &[&str]| rolecall(folder.path(), &[&["simulate", "replay"], arguments].concat());
    let same = replay(&["t.jsonl"]);
    assert!(same.code == 0 && same.stdout.contains(&hash), "{same:?}");
    let by_hash = [&["--seed", "4", "--hash", &hash][..], &SMALL].concat();
    assert_eq!(replay(&by_hash).code, 0);
    let other_seed = [&["--seed", "5", "--hash", &hash][..], &SMALL].concat();
    assert!(replay(&other_seed).stdout.contains("instead of"));
    assert_eq!(replay(&other_seed).code, 1);
    let text = std::fs::read_to_string(folder.path().join("t.jsonl")).unwrap();
    assert!(text.lines().skip(1).all(|line| serde_json::from_str::<Value>(line).unwrap()["event"].is_string()));
    std::fs::write(folder.path().join("t.jsonl"), text.replacen("\"AccountCreated\"", "\"AccountClosed\"", 1)).unwrap();
    let changed = replay(&["t.jsonl"]);
    assert!(changed.code == 1 && changed.stdout.contains("t.jsonl:2: the trace has"), "{changed:?}");
}

#[test]
fn parameters_come_from_a_file_and_options_win() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("m.toml"),
        "version = 1\nnew-accounts = 3\nhorizon = \"1d\"\nlatency = \"90m\"\n",
    )
    .unwrap();
    let ran =
        rolecall(folder.path(), &["simulate", "run", "--model", "m.toml", "--set", "latency=0", "--format", "json"]);
    let json = ran.json();
    assert_eq!(
        (json["parameters"]["new-accounts"].as_str(), json["parameters"]["latency"].as_str()),
        (Some("3"), Some("0"))
    );
    assert_eq!(json["figures"]["withoutMail"], 3);
    for (text, part) in [
        ("new-accounts = 3\n", "there is no version"),
        ("version = 2\n", "version 2 is not known"),
        ("version = 1\nlatencies = \"3m\"\n", "line 2: there is no parameter `latencies` (did you mean `latency`?)"),
        ("version = 1\n\nlatency = \"3\"\n", "line 3: `3` is no value of `latency`: expected a length of time"),
        ("version = 1\nlatency = 3.5\n", "line 2: `latency` is neither a text nor a whole number"),
        ("version = 1\nhorizon = \"0\"\n", "`horizon` is zero"),
        ("version =\n", "line 1"),
    ] {
        std::fs::write(folder.path().join("m.toml"), text).unwrap();
        let ran = rolecall(folder.path(), &["simulate", "run", "--model", "m.toml"]);
        assert!(ran.code == 2 && ran.stderr.contains(part), "{part}: {ran:?}");
    }
    let ran = rolecall(folder.path(), &["simulate", "run", "--model", "none.toml"]);
    assert!(ran.code == 2 && ran.stderr.contains("none.toml: there is no such file"), "{ran:?}");
}

/// The vendor's outbox forgets a mail: what the checker objects to, and nothing without it.
#[test]
fn a_scenario_is_run_for_the_checker() {
    let folder = tempfile::tempdir().unwrap();
    let sound =
        "version = 1\ntitle = \"Nothing is expected\"\n\n[[organization]]\n\n[[account]]\nname = \"payments\"\n";
    let forgets = "\n[[at]]\ntime = \"+2h30m\"\ndo = \"forget-mail\"\naccount = \"payments\"\n";
    let run = |text: &str, more: &[&str]| {
        std::fs::write(folder.path().join("s.toml"), text).unwrap();
        rolecall(folder.path(), &[&["simulate", "run", "s.toml"], more].concat())
    };
    let held = run(sound, &[]);
    assert!(held.code == 0 && held.stdout.contains("\n0 violations; seed 1, trace "), "{held:?}");
    assert!(held.stdout.contains("1 right roles active by the next check, 1 wrong ones notified twice"), "{held:?}");
    let violated = run(&format!("{sound}{forgets}"), &["--seed", "2"]);
    assert!(violated.code == 1 && violated.stdout.contains("\nnotification-check at 0d 02:30:00.000"), "{violated:?}");
    assert!(violated.stdout.contains("; seed 2, trace "), "{violated:?}");
    let wrong = run(&sound.replace("[[account]]", "[[acount]]"), &[]);
    assert!(wrong.code == 2 && wrong.stderr.contains("did you mean `account`?"), "{wrong:?}");
    let both = run(sound, &["--set", "latency=0"]);
    assert!(both.code == 2 && both.stderr.contains("cannot be used with"), "{both:?}");
    // A customer who gave another account as the management account: nothing can come about.
    let unjudged = sound.replace("[[organization]]", "[[organization]]\nconnected_as = \"payments\"");
    for more in [&[][..], &["--quiet"]] {
        let ran = run(&unjudged, more);
        assert!(ran.code == 2 && ran.stderr.contains("`s.toml`: nothing was judged: "), "{ran:?}");
    }
    // Whoever asks for diagnoses has to expect some.
    let repro = rolecall(folder.path(), &["repro", "s.toml"]);
    assert!(repro.code == 2 && repro.stderr.contains("the scenario expects nothing"), "{repro:?}");
    let none = rolecall(folder.path(), &["simulate", "run", "none.toml"]);
    assert!(none.code == 2 && none.stderr.contains("a scenario in TOML was expected"), "{none:?}");
}

#[test]
fn worlds_that_hold_leave_no_scenario() {
    let folder = tempfile::tempdir().unwrap();
    let ran = rolecall(folder.path(), &["simulate", "soak", "--worlds", "2", "--seed", "1", "--minimised", "found"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(std::fs::read_dir(folder.path().join("found")).unwrap().count(), 0);
    assert!(ran.stdout.contains("\n0 worlds could not be built\n"), "{ran:?}");
}

#[test]
fn a_soak_of_nothing_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    for (option, said) in [
        ("--minutes=0", "above zero"),
        ("--minutes=-1", "above zero"),
        ("--minutes=NaN", "above zero"),
        ("--minutes=inf", "above zero"),
        ("--minutes=1e30", "above zero"),
        ("--worlds=0", "zero"),
    ] {
        let ran = rolecall(folder.path(), &["simulate", "soak", option]);
        assert!(ran.code == 2 && ran.stderr.contains(said), "{option}: {ran:?}");
    }
}
