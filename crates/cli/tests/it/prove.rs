//! `rolecall prove`: verdicts and exit codes, witnesses that replay from the command that is printed, composed sides, bulk.

use crate::program::{Ran, rolecall};
use rolecall_fixtures::root;
use serde_json::Value;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

const VENDOR: [&str; 2] = ["--principal", "205499583182"];

fn documents() -> std::path::PathBuf {
    rolecall_fixtures::path("prove/documents")
}

/// Runs `rolecall prove` with words in the folder of the documents.
fn prove(words: &str) -> Ran {
    let mut all = vec!["prove"];
    all.extend(words.split(' '));
    rolecall(&documents(), &all)
}

/// Runs a line of shell, with this build of the program as `rolecall`.
fn shell(folder: &Path, line: &str, input: &str) -> String {
    let program = Path::new(env!("CARGO_BIN_EXE_rolecall"));
    let path = std::env::join_paths(
        std::iter::once(program.parent().unwrap().to_owned())
            .chain(std::env::split_paths(&std::env::var_os("PATH").unwrap())),
    );
    let mut child = Command::new("sh")
        .args(["-c", line])
        .current_dir(folder)
        .env("PATH", path.unwrap())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap()
}

/// The commands that a text for people gives for replaying its witnesses.
fn replays(text: &str) -> Vec<String> {
    let behind = text.split("to replay it:\n\n").skip(1);
    behind.map(|text| text.split("\n\n").next().unwrap().to_owned()).collect()
}

#[test]
fn verdicts_and_exit_codes() {
    for (words, code, verdict) in [
        ("no-new-access old.json old.json", 0, "proved"),
        ("no-new-access old.json new.json", 1, "false"),
        ("no-new-access new.json old.json", 1, "false"),
        ("no-new-access old.json new.json --budget 3", 2, "unknown"),
        ("no-new-access old.json undecidable.json", 2, "unknown"),
        ("no-new-access undecidable.json undecidable.json", 2, "unknown"),
        ("no-new-access undecidable.json old.json", 1, "false"),
        ("no-new-access undecidable.json new.json", 1, "false"),
        ("equivalent old.json old.json", 0, "proved"),
        ("equivalent old.json new.json", 1, "false"),
        ("not-granted old.json --action s3:Put* --resource *", 0, "proved"),
        ("not-granted old.json --action s3:Get* --resource arn:aws:s3:::reports/*", 1, "false"),
        ("not-granted old.json --action s3:Get* iam:* --resource arn:aws:s3:::other/*", 0, "proved"),
        ("not-granted old.json --class s3:Write", 0, "proved"),
        ("not-granted old.json --class s3:Read", 1, "false"),
        ("not-granted old.json --class *:permissions-management privilege-escalation", 0, "proved"),
        ("not-granted old.json --class s3:Write --action s3:List*", 1, "false"),
        ("not-public bucket.json", 1, "false"),
        ("not-public trust.json", 0, "proved"),
        ("only-principals trust.json --principal 205499583182", 0, "proved"),
        ("only-principals trust.json --principal 205499583182 --external-id f0a4c1d2-6c0b", 1, "false"),
        ("only-principals trust.json --principal arn:aws:iam::205499583182:role/x", 1, "false"),
        ("only-principals trust.json --principal * ec2.amazonaws.com", 0, "proved"),
    ] {
        let ran = prove(words);
        assert_eq!(ran.code, code, "{words}: {ran:?}");
        assert!(ran.stdout.starts_with(&format!("{verdict} (exit code {code}): ")), "{words}: {}", ran.stdout);
        assert_eq!(ran.stdout.contains("witness: a request "), code == 1, "{words}: {}", ran.stdout);
    }
}

#[test]
fn the_command_that_is_printed_replays_the_witness() {
    let id = "only-principals trust.json --principal 205499583182 --external-id f0a4c1d2-6c0b";
    for (words, count) in [
        ("no-new-access old.json new.json", 1),
        ("no-new-access new.json old.json", 1),
        ("equivalent old.json new.json", 2),
        ("not-granted new.json --scp FullAWSAccess,scp.json --boundary old.json --action s3:*", 1),
        ("not-granted old.json --class s3:Read", 1),
        ("not-public bucket.json", 1),
        (id, 1),
    ] {
        let ran = prove(words);
        let commands = replays(&ran.stdout);
        assert_eq!(commands.len(), count, "{words}: {}", ran.stdout);
        for command in commands {
            let answer: Value = serde_json::from_str(&shell(root(), &command, "")).unwrap();
            assert_eq!(answer["decision"], "allowed", "{words}: {command}");
        }
    }
}

#[test]
fn a_witness_in_a_file_replays_under_both_sides() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("it's a witness.jsonl");
    let file = file.to_str().unwrap();
    for (pair, decisions) in [
        (["equivalent", "old.json", "new.json"], vec!["allowed", "implicitDeny", "allowed", "implicitDeny"]),
        (["no-new-access", "old.json", "new.json"], vec!["allowed", "implicitDeny"]),
    ] {
        let ran = rolecall(&documents(), &[&["prove"], &pair[..], &["--witness", file]].concat());
        let answers = shell(&documents(), replays(&ran.stdout).last().unwrap(), "");
        let answers: Vec<Value> = answers.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let found: Vec<&str> = answers.iter().map(|answer| answer["decision"].as_str().unwrap()).collect();
        assert_eq!(found, decisions, "{pair:?}");
        assert!(answers[0]["id"].as_str().unwrap().contains("-beyond-"), "{answers:?}");
    }
    let ran = rolecall(&documents(), &["prove", "no-new-access", "old.json", "old.json", "--witness", file]);
    assert_eq!(
        (ran.code, std::fs::read_to_string(file).unwrap().as_str()),
        (0, ""),
        "no witness of an earlier run stays"
    );
}

#[test]
fn the_excerpt_points_at_what_grants_and_at_what_falls_short() {
    let text = prove("no-new-access old.json new.json").stdout;
    for expected in [
        "--> new.json:7:34\n",
        "^^^^^^^^^^^^^^^ `s3:ListBucket` is covered",
        "---------------- absent from the request",
        "::: old.json:8:19\n",
        "statement 1 (`ReadReports`) comes",
    ] {
        assert!(text.contains(expected), "{expected}\n{text}");
    }
    let denied = prove("no-new-access new.json new.json --reference-scp FullAWSAccess,scp.json").stdout;
    for expected in ["explicitDeny: statement 1 of the service\n    control policy denies it", "::: scp.json:5:17"] {
        assert!(denied.contains(expected), "{expected}\n{denied}");
    }
}

#[test]
fn limits_stand_on_the_sides_that_they_are_given_for() {
    for (words, code) in [
        // Outside of `reports` and `reports/*` the SCP denies, so that nothing is left of what is new.
        ("no-new-access old.json new.json --scp FullAWSAccess,scp.json", 0),
        ("no-new-access old.json new.json --candidate-scp FullAWSAccess --candidate-scp FullAWSAccess,scp.json", 0),
        ("no-new-access old.json new.json --reference-scp FullAWSAccess,scp.json", 1),
        ("no-new-access old.json new.json --boundary old.json", 0),
        ("no-new-access old.json new.json --candidate-session-policy old.json", 0),
        ("no-new-access old.json new.json --candidate-boundary new.json", 1),
        ("no-new-access old.json new.json --candidate-boundary new.json --boundary old.json", 1),
        ("no-new-access old.json old.json --reference-boundary new.json", 1),
        ("no-new-access old.json --reference new.json --candidate new.json", 2),
        ("no-new-access old.json old.json --reference new.json --candidate new.json", 0),
        ("no-new-access --reference old.json --reference new.json --candidate new.json", 0),
        ("equivalent old.json new.json --left-boundary old.json --right-boundary new.json", 1),
        ("equivalent old.json old.json --left-boundary old.json", 0),
        ("not-public bucket.json --rcp RCPFullAWSAccess", 1),
    ] {
        let ran = prove(words);
        assert_eq!(ran.code, code, "{words}: {ran:?}");
    }
    let ran = prove("no-new-access old.json new.json --boundary old.json");
    assert!(ran.stdout.contains("within the boundary `old.json`"), "{}", ran.stdout);
}

#[test]
fn what_would_prove_nothing_is_refused_or_told() {
    for (words, said) in [
        ("no-new-access old.json new.json --scp scp.json", "`--scp FullAWSAccess,scp.json`"),
        ("not-granted old.json --action s3:Gett --mode catalogue", "there is no request for `s3:Gett`"),
        ("not-granted old.json --action s3:* --resource s3:::b", "`--resource s3:::b` matches no resource"),
        ("not-granted old.json --action s3:* --resource arn:aws:s3:::${aws:username}", "variables"),
        ("not-granted old.json --class s3:Rite", "expected List, Read, Write"),
        ("not-granted old.json --class ec3:Write", "is the prefix of no service"),
        ("not-granted old.json --class privilege", "did you mean `privilege-escalation`?"),
        ("not-granted old.json --action s3:* new.json", "policies stand in front of `--action`"),
        ("not-public old.json", "which lets nobody in by itself"),
        ("only-principals trust.json --principal me", "`--principal me`: expected an ARN"),
        ("no-new-access old.json bucket.json", "`bucket.json` like a resource policy"),
        ("no-new-access trust.json bucket.json", "`--type` overrules this"),
        ("no-new-access - -", "`-` stands for standard input once"),
        ("no-new-access gone.json also-gone.json", "`gone.json` does not exist; `also-gone.json` does not exist"),
        ("no-new-access bucket.json bucket.json --candidate bucket.json", "a resource has one"),
        ("no-new-access --candidate old.json", "there are two sides"),
    ] {
        let ran = prove(words);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{words}: {ran:?}");
        assert!(ran.stderr.contains(said), "{words}: {}", ran.stderr);
    }
    let ran = prove("not-granted old.json --action s3:PutObjet");
    assert!(ran.stdout.contains("did you mean `s3:PutObject`?"), "{}", ran.stdout);
    let ran = prove("not-granted old.json --boundary scp.json --action s3:*");
    assert_eq!(ran.code, 0);
    assert!(ran.stdout.contains("allows no request at all: is that meant?"), "{}", ran.stdout);
}

#[test]
fn damaged_documents_are_refused_with_all_problems() {
    let ran = prove("no-new-access damaged.json undecidable.json");
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
    for expected in
        ["damaged.json:5:17", "`Alow` is no effect", "damaged.json:6:17", "`s3` is no action", "undecidable.json:9:9"]
    {
        assert!(ran.stderr.contains(expected), "{expected}\n{}", ran.stderr);
    }
    let ran = prove("no-new-access old.json undecidable.json");
    assert!(ran.stdout.contains("undecidable.json:9:9: `StringEquls` is no condition"), "{}", ran.stdout);
}

#[test]
fn a_document_comes_from_standard_input() {
    let new = rolecall_fixtures::text("prove/documents/new.json");
    let text = shell(&documents(), "rolecall prove no-new-access old.json -", &new);
    assert!(text.contains("--> (standard input):7:34"), "{text}");
}

#[test]
fn json_is_what_its_schema_says() {
    let schema = std::fs::read_to_string(root().join("../crates/report/schema/proof.schema.json")).unwrap();
    let validator = jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap();
    for words in [
        "no-new-access old.json new.json",
        "no-new-access old.json new.json --budget 3",
        "no-new-access new.json new.json --reference-scp FullAWSAccess,scp.json",
        "equivalent old.json new.json",
        "not-granted old.json --class s3:Read --action s3:List* s3:Nothing",
        "not-public bucket.json",
        "only-principals trust.json --principal 205499583182 --external-id x",
    ] {
        let ran = prove(&format!("{words} --format json"));
        let proof = ran.json();
        let errors: Vec<String> = validator.iter_errors(&proof).map(|error| error.to_string()).collect();
        assert_eq!(errors, Vec::<String>::new(), "{words}");
        assert_eq!(proof["exitCode"], ran.code, "{words}");
        for answer in proof["answers"].as_array().unwrap() {
            for replay in answer["replays"].as_array().unwrap_or(&Vec::new()) {
                let line = replay["request"].to_string() + "\n";
                let told: Value =
                    serde_json::from_str(&shell(root(), "rolecall evaluate --requests -", &line)).unwrap();
                assert_eq!(told["decision"], replay["decision"], "{words}: {line}");
            }
        }
    }
}

#[test]
fn outputs_go_where_they_are_sent() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("proof.md");
    let arguments = ["prove", "not-public", "bucket.json", "--format", "markdown", "-o", file.to_str().unwrap()];
    let ran = rolecall(&documents(), &arguments);
    assert_eq!((ran.code, ran.stdout.as_str()), (1, ""));
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.starts_with("### ❌ false: "), "{text}");
    assert!(text.contains("| action | <code>s3&#58;GetObject</code> |"), "{text}");
    assert_eq!(prove("not-public bucket.json --quiet").stdout, "");
}

/// Runs `--pairs` on lines.
fn pairs(lines: &[&str], extra: &[&str]) -> (i32, Vec<Value>) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("pairs.jsonl"), lines.join("\n")).unwrap();
    let ran = rolecall(folder.path(), &[&["prove", "no-new-access", "--pairs", "pairs.jsonl"], extra].concat());
    (ran.code, ran.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

const SAME: &str = r#"{"id":1,"reference":{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}},"candidate":{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:Get*","Resource":"*"}}}"#;
const MORE: &str = r#"{"id":"two","reference":[],"candidate":{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:Get*","Resource":"*"}}}"#;
/// In 2008-10-17 the variable is text, so that the two resources are different ones.
const VARIABLE: &str = r#"{"id":3,"reference":{"Statement":{"Effect":"Allow","Action":"s3:Get*","Resource":"arn:aws:s3:::b/*"}},"candidate":{"Statement":{"Effect":"Allow","Action":"s3:Get*","Resource":"arn:aws:s3:::${aws:username}"}}}"#;

#[test]
fn pairs_keep_their_order_and_set_the_exit_code() {
    assert_eq!(pairs(&[SAME, SAME], &[]).0, 0);
    let (code, answers) = pairs(&[SAME, MORE], &[]);
    assert_eq!(
        (code, answers[0]["verdict"].as_str(), answers[1]["verdict"].as_str()),
        (1, Some("none"), Some("new-access"))
    );
    let (code, answers) = pairs(&[MORE, r#"{"id":7,"reference":1,"candidate":[]}"#, "{", SAME], &[]);
    assert_eq!(code, 2);
    let ids: Vec<&Value> = answers.iter().map(|answer| &answer["id"]).collect();
    assert_eq!(ids, [&Value::from("two"), &Value::from(7), &Value::Null, &Value::from(1)]);
    assert!(answers[1]["error"].is_string() && answers[2]["error"].is_string(), "{answers:?}");
    assert_eq!(pairs(&[SAME, MORE], &["--budget", "2"]).0, 2);
    assert_eq!(pairs(&["", " "], &[]), (2, Vec::new()));
    let many: Vec<&str> = [SAME, MORE, VARIABLE, "?"].into_iter().cycle().take(400).collect();
    let (_, one) = pairs(&many, &["--jobs", "1"]);
    assert_eq!(one.len(), 400);
    for jobs in ["2", "3", "16"] {
        assert_eq!(pairs(&many, &["--jobs", jobs]).1, one, "{jobs} jobs");
    }
}

#[test]
fn options_of_pairs_say_how_lines_are_read() {
    let witness = |extra: &[&str]| pairs(&[VARIABLE], extra).1[0]["witness"]["resource"].clone();
    assert_eq!(witness(&[]), "arn:aws:s3:::${aws:username}");
    assert_ne!(witness(&["--missing-version", "2012-10-17"]), "arn:aws:s3:::${aws:username}");
    assert_eq!(witness(&["--missing-version", "2008-10-17"]), "arn:aws:s3:::${aws:username}");
    let undocumented = r#"{"reference":[],"candidate":{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:Nothing","Resource":"*"}}}"#;
    assert_eq!((pairs(&[undocumented], &[]).0, pairs(&[undocumented], &["--mode", "catalogue"]).0), (1, 0));
    let ran =
        rolecall(&documents(), &["prove", "no-new-access", "old.json", "new.json", "--missing-version", "2012-10-17"]);
    assert_eq!(ran.code, 2, "AWS's rule is no option for single documents: {ran:?}");
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("p.jsonl"), SAME).unwrap();
    let ran = rolecall(folder.path(), &["prove", "no-new-access", "--pairs", "p.jsonl", "-o", "answers.jsonl"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, ""));
    let answers = std::fs::read_to_string(folder.path().join("answers.jsonl")).unwrap();
    assert_eq!(answers, "{\"id\":1,\"verdict\":\"none\"}\n");
}

#[test]
fn every_labelled_pair_comes_out_as_labelled() {
    for file in rolecall_fixtures::list("prove", "jsonl") {
        let ran = rolecall(root(), &["prove", "no-new-access", "--pairs", file.to_str().unwrap()]);
        let text = std::fs::read_to_string(&file).unwrap();
        let labels: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let answers: Vec<Value> = ran.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(labels.len(), answers.len(), "{}", file.display());
        for (label, answer) in labels.iter().zip(&answers) {
            assert_eq!((&label["id"], &label["expect"]), (&answer["id"], &answer["verdict"]), "{answer}");
        }
    }
}

#[test]
fn help_says_modes_and_exit_codes() {
    for (words, said) in [
        ("--help", "every action name there could be"),
        ("no-new-access --help", "2 when any line is an error or unknown"),
        ("no-new-access --help", "AWS does not: to AWS they are of 2008-10-17"),
        ("not-granted --help", "also one that AWS adds tomorrow"),
        ("not-granted -h", "Exit codes: 0 the claim is proved"),
        ("only-principals -h", VENDOR[0]),
    ] {
        let ran = prove(words);
        let text = ran.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(ran.code == 0 && text.contains(said), "{words}: {}", ran.stdout);
    }
}

/// Numbers that change with the catalogue and with the prover's work are not compared.
fn without_counts(text: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    for line in text.lines() {
        let mut line: Vec<String> = line.split(' ').map(str::to_owned).collect();
        for at in 1..line.len() {
            if matches!(line[at].as_str(), "steps" | "actions") && line[at - 1].parse::<u64>().is_ok() {
                line[at - 1] = String::from("N");
            }
        }
        words.push(line.join(" "));
    }
    words.join("\n")
}

#[test]
fn the_documentation_shows_what_the_program_says() {
    let mut examples = 0;
    for page in ["../docs/prove.md", "../README.md"] {
        let text = std::fs::read_to_string(root().join(page)).unwrap();
        for block in text.split("```console\n$ ").skip(1) {
            let (command, shown) = block.split("```").next().unwrap().split_once('\n').unwrap();
            if !command.starts_with("rolecall prove") {
                continue;
            }
            let told = shell(&documents(), command, "");
            assert_eq!(without_counts(&told), without_counts(shown), "{page}: write what `{command}` says:\n{told}");
            examples += 1;
        }
    }
    assert!(examples >= 7, "{examples} examples");
}
