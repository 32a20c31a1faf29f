//! `rolecall check`: single policies from the command line.

use crate::program::rolecall;
use std::fs;

#[test]
fn policies_are_linted_with_their_paths() {
    let folder = rolecall_fixtures::path("prosperops");
    // `ce:*` is what the vendor publishes; without the contract it is a wildcard like any other.
    let ran = rolecall(&folder, &["check", "policy.json", "trust.json", "--format", "json"]);
    assert_eq!(ran.code, 1, "{}", ran.stdout);
    let report = ran.json();
    let findings = report["findings"].as_array().unwrap();
    let wildcard =
        findings.iter().find(|finding| finding["code"] == "service-wildcard").expect("the wildcard is found");
    assert_eq!(wildcard["location"]["path"], "policy.json");
    assert_eq!(wildcard["location"]["start"]["line"], 7);
}

#[test]
fn what_cannot_be_read_is_not_clean() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("binary.json"), [0xff, 0xfe, 0x00]).unwrap();
    fs::write(folder.path().join("twice.json"), "{\"Version\": \"2012-10-17\", \"Version\": \"2012-10-17\"}").unwrap();
    for (file, code) in [
        ("binary.json", "binary-file"),
        ("twice.json", "duplicate-key"),
        ("gone.json", "missing-file"),
        (".", "unreadable-file"),
    ] {
        let ran = rolecall(folder.path(), &["check", file]);
        assert_eq!(ran.code, 2, "{file}: {}", ran.stdout);
        assert!(ran.stdout.contains(code), "{file}: {}", ran.stdout);
    }
    assert_eq!(rolecall(folder.path(), &["check"]).code, 2);
}

#[test]
fn the_type_can_be_told() {
    let folder = rolecall_fixtures::path("prosperops");
    let ran = rolecall(&folder, &["check", "trust.json", "--type", "identity"]);
    assert_eq!(ran.code, 1, "{}", ran.stdout);
    assert!(ran.stdout.contains("unsupported-principal"), "a principal where none belongs: {}", ran.stdout);
    assert_eq!(rolecall(&folder, &["check", "trust.json", "--type", "trust"]).code, 0);
}

#[test]
fn what_is_mechanical_is_mended_and_shown() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("policy.json");
    let text = r#"{
  "Statement": [
    {"Effect": "allow", "Action": ["ec2:DescribeInstances", "ec2:Describe*"], "Resource": "*"}
  ]
}
"#;
    fs::write(&path, text).unwrap();
    let ran = rolecall(folder.path(), &["check", "policy.json", "--fix", "--fail-on", "error"]);
    assert!(ran.stdout.contains("--- policy.json"), "{}", ran.stdout);
    let mended = fs::read_to_string(&path).unwrap();
    assert!(mended.contains("\"Allow\"") && mended.contains("2012-10-17"), "{mended}");
    // Mending once more changes nothing but what became readable by the first time.
    let _ = rolecall(folder.path(), &["check", "policy.json", "--fix"]);
    let settled = fs::read_to_string(&path).unwrap();
    assert!(!settled.contains("ec2:DescribeInstances"), "covered by `ec2:Describe*`: {settled}");
    let last = rolecall(folder.path(), &["check", "policy.json", "--fix"]);
    assert!(!last.stdout.contains("--- policy.json"), "{}", last.stdout);
    assert_eq!(fs::read_to_string(&path).unwrap(), settled);
}

/// A file with what can be mended and what cannot, beside one that is no JSON: reports for programs stay whole.
#[test]
fn reports_for_programs_stay_whole_when_mended() {
    let text = r#"{"Version": "2012-10-17", "Statement": [
  {"Sid": "", "Effect": "allow", "Action": ["s3:GetObject", "s3:Get*"], "Resource": "*"},
  {"Effect": "Allow", "Action": "s3:PutObjectt", "Resource": "*"}
]}
"#;
    for format in ["human", "json", "sarif", "junit", "markdown", "github"] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("policy.json");
        fs::write(&path, text).unwrap();
        fs::write(folder.path().join("broken.json"), "{").unwrap();
        let run = |more: &[&str]| {
            let arguments =
                [&["check", "policy.json", "broken.json", "--as-of", "2026-11-23", "--format", format], more];
            rolecall(folder.path(), &arguments.concat())
        };
        let ran = run(&["--fix"]);
        // What is left to a person is told, and what could not be judged is no pass.
        assert_eq!(ran.code, 2, "{format}: {}", ran.stdout);
        assert!(ran.stdout.contains("PutObjectt") && ran.stdout.contains("broken.json"), "{format}: {}", ran.stdout);
        let for_people = matches!(format, "human" | "markdown");
        let (with, without) = if for_people { (&ran.stdout, &ran.stderr) } else { (&ran.stderr, &ran.stdout) };
        assert!(with.contains("--- policy.json") && !without.contains("--- policy.json"), "{format}: {ran:?}");
        if matches!(format, "json" | "sarif") {
            ran.json();
        }
        let mended = fs::read_to_string(&path).unwrap();
        assert!(
            mended.contains("\"Allow\"") && !mended.contains("\"Sid\"") && !mended.contains("s3:GetObject"),
            "{mended}"
        );
        assert!(mended.contains("s3:PutObjectt"), "{mended}");
        assert_eq!(fs::read_to_string(folder.path().join("broken.json")).unwrap(), "{");
        // Once more: nothing is left to mend, and the report is that of a check without mending.
        let again = run(&["--fix"]);
        assert_eq!((&again.stdout, again.stderr.as_str(), again.code), (&run(&[]).stdout, "", 2), "{format}");
        assert_eq!(fs::read_to_string(&path).unwrap(), mended);
    }
}

#[test]
fn what_covers_is_not_mended_away_with_what_it_covers() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("policy.json");
    let text = r#"{"Version": "2012-10-17", "Statement": [
  {"Effect": "Deny", "Action": "s3:Get*", "Resource": "*"},
  {"Effect": "Deny", "Action": ["s3:Get*", "s3:PutObject"], "Resource": "*"}
]}
"#;
    fs::write(&path, text).unwrap();
    assert_eq!(rolecall(folder.path(), &["check", "policy.json", "--fix"]).code, 0);
    let mended = fs::read_to_string(&path).unwrap();
    assert!(mended.contains("s3:Get*") && mended.contains("s3:PutObject"), "{mended}");
    assert_eq!(mended.matches("Effect").count(), 1, "{mended}");
}

#[cfg(unix)]
#[test]
fn mending_writes_all_or_nothing_and_keeps_permissions_and_links() {
    use std::os::unix::fs::PermissionsExt;
    let text = "{\"Version\": \"2012-10-17\",\r\n\"Statement\": [{\"Effect\": \"allow\",\r\n\
        \"Action\": \"ec2:DescribeInstances\", \"Resource\": \"*\"}]}\r\n";
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let mode = |name: &str, mode: u32| fs::set_permissions(path(name), fs::Permissions::from_mode(mode)).unwrap();
    for name in ["a.json", "b.json"] {
        fs::write(path(name), text).unwrap();
    }
    mode("a.json", 0o600);
    mode("b.json", 0o444);
    let ran = rolecall(folder.path(), &["check", "a.json", "b.json", "--fix"]);
    assert!(ran.code == 2 && ran.stderr.contains("`b.json` is read-only"), "{} {}", ran.code, ran.stderr);
    assert_eq!(fs::read_to_string(path("a.json")).unwrap(), text, "one of them was written");
    mode("b.json", 0o640);
    std::os::unix::fs::symlink("b.json", path("link.json")).unwrap();
    let ran = rolecall(folder.path(), &["check", "a.json", "./link.json", "a.json", "--fix"]);
    assert_eq!(ran.code, 0, "{}", ran.stdout);
    assert!(fs::symlink_metadata(path("link.json")).unwrap().is_symlink());
    for (name, wanted) in [("a.json", 0o600), ("b.json", 0o640)] {
        assert_eq!(fs::read_to_string(path(name)).unwrap(), text.replace("allow", "Allow"), "{name}");
        assert_eq!(fs::metadata(path(name)).unwrap().permissions().mode() & 0o777, wanted, "{name}");
    }
    let left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 3, "{left:?}");
}
