//! `rolecall gate`: outputs, several at once, suppressions, baseline, exit codes.

use crate::program::{DAY, Ran, gate, project, replace, rolecall};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const SECOND_ALLOW: (&str, &str, &str) = ("trust.json", "\"StringEquals\"", "\"StringLike\"");

#[test]
fn the_fixture_is_clean_in_both_variants() {
    let root = rolecall_fixtures::root();
    for path in ["prosperops", "prosperops/rolecall.toml", "prosperops/rolecall-split.toml"] {
        let ran = rolecall(root, &["gate", path, "--as-of", DAY]);
        assert_eq!(ran.code, 0, "{}", ran.stdout);
        assert!(ran.stdout.contains("clean"), "{}", ran.stdout);
        assert_eq!(ran.stderr, "");
    }
}

#[test]
fn paths_are_shown_from_the_working_directory() {
    let project = project(&[]);
    let (file, from, to) = SECOND_ALLOW;
    replace(project.path(), file, from, to);
    let name = project.path().file_name().unwrap().to_str().unwrap();
    let ran = rolecall(project.path().parent().unwrap(), &["gate", name, "--as-of", DAY]);
    assert_eq!(ran.code, 1);
    assert!(ran.stdout.contains(&format!("{name}/trust.json:11:9")), "{}", ran.stdout);
}

#[test]
fn several_outputs_at_once_tell_the_same() {
    let project = project(&[]);
    let (file, from, to) = SECOND_ALLOW;
    replace(project.path(), file, from, to);
    let reports = ["sarif=out/r.sarif", "junit=r.xml", "markdown=r.md", "json=r.json", "github=r.txt"];
    let arguments: Vec<&str> = reports.iter().flat_map(|report| ["--report", report]).collect();
    let ran = gate(project.path(), &arguments);
    assert_eq!(ran.code, 1);
    assert!(ran.stdout.contains("external-id-pattern"), "the text for people is on standard output");
    for file in ["out/r.sarif", "r.xml", "r.md", "r.json", "r.txt"] {
        let text = fs::read_to_string(project.path().join(file)).unwrap();
        assert!(text.contains("external-id-pattern"), "{file}: {text}");
        assert!(text.contains("trust.json"), "{file}: {text}");
    }
    let left: Vec<_> = fs::read_dir(project.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.contains("tmp"))
        .collect();
    assert_eq!(left, Vec::<String>::new(), "no temporary file is left");
}

#[test]
fn output_takes_the_report_off_standard_output() {
    let project = project(&[]);
    let ran = gate(project.path(), &["--format", "json", "--output", "r.json"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, ""));
    let report: Value = serde_json::from_str(&fs::read_to_string(project.path().join("r.json")).unwrap()).unwrap();
    assert_eq!(report["verdict"], "clean");
}

#[test]
fn a_report_that_cannot_be_written_leaves_none_of_them() {
    let project = project(&[]);
    fs::create_dir(project.path().join("taken")).unwrap();
    let ran = gate(project.path(), &["--report", "json=fine.json", "--report", "sarif=taken"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("cannot write `taken`"), "{}", ran.stderr);
    assert!(!project.path().join("fine.json").exists());
    let ran = gate(project.path(), &["--report", "json=same", "--report", "sarif=same"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("two reports go to `same`"), "{}", ran.stderr);
}

#[test]
fn quiet_says_nothing_and_the_exit_code_tells() {
    let project = project(&[]);
    let ran = gate(project.path(), &["-q"]);
    assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr.as_str()), (0, "", ""));
    let (file, from, to) = SECOND_ALLOW;
    replace(project.path(), file, from, to);
    assert_eq!(gate(project.path(), &["-q"]).code, 1);
}

#[test]
fn fail_on_decides_what_fails() {
    let project = project(&[]);
    let (file, from, to) = SECOND_ALLOW;
    replace(project.path(), file, from, to);
    let (warning, error) =
        (gate(project.path(), &["--fail-on", "warning"]), gate(project.path(), &["--fail-on", "error"]));
    assert_eq!((warning.code, error.code), (1, 0));
}

#[test]
fn colours_only_where_they_are_asked_for() {
    let project = project(&[]);
    assert!(!gate(project.path(), &[]).stdout.contains('\u{1b}'));
    assert!(gate(project.path(), &["--color", "always"]).stdout.contains('\u{1b}'));
    assert!(!gate(project.path(), &["--color", "always", "--format", "json"]).stdout.contains('\u{1b}'));
}

#[test]
fn a_suppression_accepts_until_its_day_and_then_no_more() {
    let project = project(&[]);
    let (file, from, to) = SECOND_ALLOW;
    replace(project.path(), file, from, to);
    let entry = "[[suppress]]\nrule = \"external-id-pattern\"\npath = \"./trust.json\"\nreason = \"ticket 7\"\nuntil = 2026-12-31\n\n[policy]\n";
    replace(project.path(), "rolecall.toml", "[policy]\n", entry);
    let before = rolecall(project.path(), &["gate", "--as-of", "2026-12-31", "--format", "json"]);
    assert_eq!(before.code, 0, "{}", before.stdout);
    assert_eq!(before.json()["findings"][0]["standing"], "suppressed");
    let after = rolecall(project.path(), &["gate", "--as-of", "2027-01-01", "--format", "json"]);
    assert_eq!(after.code, 1);
    let report = after.json();
    let codes: Vec<&str> =
        report["findings"].as_array().unwrap().iter().map(|entry| entry["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["suppression-expired", "external-id-pattern"]);
}

#[test]
fn a_baseline_adopts_what_is_there_and_only_that() {
    let project = project(&[]);
    let folder = project.path();
    let (file, from, to) = SECOND_ALLOW;
    replace(folder, file, from, to);
    let without = gate(folder, &["--write-baseline"]);
    assert_eq!(without.code, 2);
    assert!(without.stderr.contains("rolecall.toml names no baseline"), "{}", without.stderr);

    replace(folder, "rolecall.toml", "[policy]\n", "[baseline]\npath = \"accepted.json\"\n\n[policy]\n");
    assert_eq!(gate(folder, &[]).code, 2, "a baseline that is not there accepts nothing");
    let wrote = gate(folder, &["--write-baseline"]);
    assert_eq!(wrote.code, 0, "{}", wrote.stderr);
    assert!(wrote.stdout.contains("1 finding is accepted"), "{}", wrote.stdout);
    let text = fs::read_to_string(folder.join("accepted.json")).unwrap();
    let baseline: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(baseline["findings"][0]["rule"], "external-id-pattern");
    assert_eq!(baseline["findings"][0]["path"], "trust.json");
    assert_eq!(gate(folder, &[]).code, 0);

    // Lines move: still accepted. Something new: not accepted.
    let trust = fs::read_to_string(folder.join("trust.json")).unwrap();
    fs::write(folder.join("trust.json"), format!("\n\n{trust}")).unwrap();
    assert_eq!(gate(folder, &[]).code, 0);
    replace(folder, "trust.json", "205499583182", "205499583128");
    assert_eq!(gate(folder, &[]).code, 1);

    // Written anew, the file is the same for the same findings.
    fs::write(folder.join("trust.json"), &trust).unwrap();
    assert_eq!(gate(folder, &["--write-baseline"]).code, 0);
    assert_eq!(fs::read_to_string(folder.join("accepted.json")).unwrap(), text);

    // What is mended is told, as a note.
    replace(folder, file, to, from);
    let mended = gate(folder, &["--format", "json"]);
    assert_eq!(mended.code, 0);
    assert_eq!(mended.json()["findings"][0]["code"], "baseline-stale");
}

#[test]
fn no_baseline_is_written_when_something_was_not_judged() {
    let project = project(&[]);
    replace(project.path(), "rolecall.toml", "[policy]\n", "[baseline]\npath = \"accepted.json\"\n\n[policy]\n");
    fs::write(project.path().join("policy.json"), "{").unwrap();
    let ran = gate(project.path(), &["--write-baseline"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("the baseline is not written"), "{}", ran.stderr);
    assert!(!project.path().join("accepted.json").exists());
}

#[test]
fn sarif_fingerprints_survive_moved_lines() {
    let prints = |prefix: &str| -> BTreeSet<String> {
        let project = project(&["role-code/cloudformation/prosperops-role.yaml"]);
        let template = "role-code/cloudformation/prosperops-role.yaml";
        replace(project.path(), template, "              StringEquals:\n", "              StringEqualsIfExists:\n");
        let path = project.path().join(template);
        fs::write(&path, format!("{prefix}{}", fs::read_to_string(&path).unwrap())).unwrap();
        let report = gate(project.path(), &["--format", "sarif"]).json();
        let results = report["runs"][0]["results"].as_array().unwrap().clone();
        assert!(results.len() > 2);
        results.iter().map(|result| result["partialFingerprints"]["rolecall/v1"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(prints(""), prints("# a comment\n# and another\n"));
}

#[test]
fn a_folder_without_a_configuration_is_not_clean() {
    let folder = tempfile::tempdir().unwrap();
    let ran = rolecall(folder.path(), &["gate", "--as-of", DAY]);
    assert_eq!(ran.code, 2);
    assert!(ran.stdout.contains("missing-file") && ran.stdout.contains("rolecall init"), "{}", ran.stdout);
    assert_eq!(rolecall(folder.path(), &["gate", "nowhere/at/all"]).code, 2);
}

#[test]
fn a_configuration_that_is_a_folder_or_empty_is_not_clean() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("rolecall.toml"), "").unwrap();
    let ran = rolecall(folder.path(), &["gate"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stdout.contains("the configuration is empty"), "{}", ran.stdout);
    fs::remove_file(folder.path().join("rolecall.toml")).unwrap();
    fs::create_dir(folder.path().join("rolecall.toml")).unwrap();
    let ran = rolecall(folder.path(), &["gate"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stdout.contains("is a folder"), "{}", ran.stdout);
}

#[test]
fn wrong_options_are_told_and_give_two() {
    let project = project(&[]);
    for arguments in
        [&["gate", "--format", "pdf"][..], &["gate", "--as-of", "soon"], &["gate", "--report", "sarif"], &["gat"]]
    {
        let ran = rolecall(project.path(), arguments);
        assert_eq!(ran.code, 2, "{arguments:?}");
        assert!(ran.stderr.contains("error:"), "{}", ran.stderr);
    }
}

#[cfg(unix)]
#[test]
fn a_reader_that_goes_away_is_no_failure() {
    use std::process::{Command, Stdio};
    let mut child = Command::new(env!("CARGO_BIN_EXE_rolecall"))
        .args(["rules", "--format", "json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(output.status.code(), Some(0));
}

/// `git` in a folder, with a name for its commits; `None` where there is no git.
fn git(folder: &Path, arguments: &[&str]) -> Option<()> {
    let who = ["-c", "user.name=A Person", "-c", "user.email=person@example.com", "-c", "commit.gpgsign=false"];
    let mut command = Command::new("git");
    command.args(who).args(arguments).current_dir(folder).env("GIT_CONFIG_GLOBAL", "/dev/null");
    for own in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"] {
        command.env_remove(own);
    }
    match command.output() {
        Ok(output) => {
            assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
            Some(())
        }
        Err(error) => {
            let required = std::env::var("ROLECALL_REQUIRE").is_ok_and(|list| list.split(',').any(|one| one == "git"));
            assert!(!required, "ROLECALL_REQUIRE names git, which is missing: {error}");
            println!("not run: no git");
            None
        }
    }
}

/// A project in a folder of a repository, with one commit and `[reference] git` on it.
fn committed(revision: &str) -> Option<(tempfile::TempDir, PathBuf)> {
    let project = project(&[]);
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("vendor/prosperops");
    fs::create_dir_all(&folder).unwrap();
    for entry in fs::read_dir(project.path()).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            fs::copy(&path, folder.join(path.file_name().unwrap())).unwrap();
        }
    }
    replace(&folder, "rolecall.toml", "[policy]\n", &format!("[reference]\ngit = \"{revision}\"\n\n[policy]\n"));
    git(root.path(), &["init", "--quiet", "--initial-branch", "main"])?;
    git(root.path(), &["add", "."])?;
    git(root.path(), &["commit", "--quiet", "--message", "as agreed"])?;
    git(root.path(), &["tag", "agreed"])?;
    Some((root, folder))
}

fn codes(ran: &Ran, list: &str) -> Vec<String> {
    let report = ran.json();
    report[list].as_array().unwrap().iter().map(|entry| entry["code"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_revision_is_the_reference_of_policies_and_trust() {
    let Some((root, folder)) = committed("agreed") else { return };
    let json = ["--format", "json"];
    let ran = gate(&folder, &json);
    assert_eq!(ran.code, 0, "{}", ran.stdout);
    let checks = ran.json()["checks"].to_string();
    assert!(checks.contains("no-new-access") && checks.contains("no-new-trust"), "{checks}");
    // The policy by another name, in another form, with less.
    replace(&folder, "rolecall.toml", "uniform = \"policy.json\"", "uniform = \"role.json\"");
    fs::rename(folder.join("policy.json"), folder.join("role.json")).unwrap();
    assert_eq!(gate(&folder, &json).code, 0);
    // More of it.
    replace(&folder, "role.json", "\"ce:*\"", "[\"ce:*\", \"ec2:DescribeVolumes\"]");
    let contract = "actions = [\"ce:*\"]";
    replace(&folder, "rolecall.toml", contract, "actions = [\"ce:*\", \"ec2:DescribeVolumes\"]");
    let ran = gate(&folder, &json);
    assert_eq!((ran.code, codes(&ran, "findings")), (1, vec!["reference-new-access".to_owned()]), "{}", ran.stdout);
    let witness = &ran.json()["findings"][0]["witness"];
    assert_eq!(witness["action"], "ec2:DescribeVolumes");
    assert_eq!(witness["principal"], "arn:aws:iam::123456789012:role/ProsperOps");
    // What the report says is replayed by the program itself.
    fs::write(folder.join("request.jsonl"), format!("{}\n", witness["request"].as_str().unwrap())).unwrap();
    let replayed = rolecall(&folder, &["evaluate", "--requests", "request.jsonl"]);
    assert!(replayed.stdout.contains("\"allowed\""), "{}", replayed.stdout);
    // Agreed on.
    git(root.path(), &["commit", "--quiet", "--all", "--message", "more"]).unwrap();
    git(root.path(), &["add", "."]).unwrap();
    git(root.path(), &["commit", "--quiet", "--message", "renamed"]).unwrap();
    git(root.path(), &["tag", "--force", "agreed"]).unwrap();
    assert_eq!(gate(&folder, &json).code, 0);
}

#[test]
fn another_vendor_account_or_external_id_is_new_trust() {
    let Some((_root, folder)) = committed("HEAD") else { return };
    let change = |file: &str, from: &str, to: &str| {
        replace(&folder, file, from, to);
        let ran = gate(&folder, &["--format", "json"]);
        replace(&folder, file, to, from);
        let report = ran.json();
        let found = report["findings"].as_array().unwrap().clone();
        let new: Vec<_> = found.into_iter().filter(|entry| entry["code"] == "reference-new-trust").collect();
        (ran.code, new)
    };
    let (code, found) =
        change("rolecall.toml", "vendor_account = \"205499583182\"", "vendor_account = \"205499583183\"");
    assert_eq!((code, found.len()), (1, 2), "one for each organization: {found:#?}");
    assert!(found[0]["witness"]["principal"].as_str().unwrap().contains("205499583183"));
    let id = "3e9b7d50-18f4-4c6a-8a21-d07c4b96ef35";
    let (code, found) = change("rolecall.toml", id, "c81d4e2e-bcf2-11e6-869b-7df92533d2db");
    assert_eq!((code, found.len()), (1, 1), "{found:#?}");
    let line = found[0]["location"]["start"]["line"].as_u64().unwrap();
    let text = fs::read_to_string(folder.join("rolecall.toml")).unwrap();
    assert!(text.lines().nth(usize::try_from(line).unwrap() - 1).unwrap().contains("external_id"), "line {line}");
    // Narrower is nothing new.
    let account = "vendor_account = \"205499583182\"";
    let narrowed = format!("{account}\nvendor_principal_arns = [\"arn:aws:iam::205499583182:role/collector\"]");
    let (_, found) = change("rolecall.toml", account, &narrowed);
    assert_eq!(found.len(), 0, "{found:#?}");
}

#[test]
fn a_revision_that_cannot_be_read_is_not_judged() {
    let Some((root, folder)) = committed("no-such-branch") else { return };
    let told = |ran: &Ran| {
        assert_eq!((ran.code, codes(ran, "notJudged")), (2, vec!["reference-unreadable".to_owned()]), "{}", ran.stdout);
        ran.json()["notJudged"][0]["message"].as_str().unwrap().to_owned()
    };
    let json = ["--format", "json"];
    assert!(told(&gate(&folder, &json)).contains("has no such revision"));
    let from = |revision: &str| {
        let text = fs::read_to_string(folder.join("rolecall.toml")).unwrap();
        let line = text.lines().find(|line| line.starts_with("git = ")).unwrap().to_owned();
        replace(&folder, "rolecall.toml", &line, &format!("git = \"{revision}\""));
    };
    // A revision whose policy is broken, and one without any project.
    fs::write(folder.join("policy.json"), "{").unwrap();
    git(root.path(), &["commit", "--quiet", "--all", "--message", "broken"]).unwrap();
    fs::write(folder.join("policy.json"), rolecall_fixtures::text("prosperops/policy.json")).unwrap();
    from("HEAD");
    assert!(told(&gate(&folder, &json)).contains("policy.json:1:"));
    git(root.path(), &["rm", "--quiet", "-r", "--cached", "vendor"]).unwrap();
    git(root.path(), &["commit", "--quiet", "--message", "gone"]).unwrap();
    assert!(told(&gate(&folder, &json)).contains("`rolecall.toml` does not exist"));
    // What looks like an option or a range is refused by the configuration.
    from("--output=x");
    assert_eq!(codes(&gate(&folder, &json), "notJudged"), ["config-bad-value"]);
    from("main..agreed");
    assert_eq!(codes(&gate(&folder, &json), "notJudged"), ["config-bad-value"]);
}
