//! `rolecall audit` and `rolecall diff` from the command line: what a reviewer reads, JSON by its schema, witnesses that
//! `rolecall evaluate` allows.

use crate::program::rolecall;
use serde_json::Value;
use std::fs;
use std::path::Path;

const AUDIT: &str = include_str!("../../../report/schema/audit.schema.json");
const DIFFERENCE: &str = include_str!("../../../report/schema/difference.schema.json");

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

fn policy(statements: &str) -> String {
    format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#)
}

fn valid(schema: &str, document: &Value) {
    let validator = jsonschema::validator_for(&serde_json::from_str(schema).unwrap()).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(document).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert_eq!(errors, Vec::<String>::new(), "{document:#}");
}

/// Every object with a principal and policies in it, wherever it stands.
fn witnesses<'v>(value: &'v Value, found: &mut Vec<&'v Value>) {
    match value {
        Value::Object(members) if members.contains_key("principal") && members.contains_key("action") => {
            found.push(value);
        }
        Value::Object(members) => members.values().for_each(|value| witnesses(value, found)),
        Value::Array(values) => values.iter().for_each(|value| witnesses(value, found)),
        _ => {}
    }
}

/// Replays all witnesses of a document.
fn all_allowed(folder: &Path, document: &Value) -> usize {
    let mut found = Vec::new();
    witnesses(document, &mut found);
    let lines: Vec<String> = found.iter().map(ToString::to_string).collect();
    fs::write(folder.join("replay.jsonl"), lines.join("\n")).unwrap();
    let ran = rolecall(folder, &["evaluate", "--requests", "replay.jsonl"]);
    for (line, answer) in lines.iter().zip(ran.stdout.lines()) {
        let answer: Value = serde_json::from_str(answer).unwrap();
        assert_eq!(answer["decision"], "allowed", "{answer} for {line}");
    }
    assert_eq!(ran.stdout.lines().count(), lines.len());
    lines.len()
}

fn concern<'v>(document: &'v Value, name: &str) -> Option<&'v Value> {
    document["subjects"][0]["concerns"].as_array().unwrap().iter().find(|concern| concern["concern"] == name)
}

#[test]
fn the_project_is_audited_with_its_contract_and_trust() {
    let project = rolecall_fixtures::path("prosperops");
    let ran = rolecall(&project, &["audit", "--format", "json"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let audit = ran.json();
    valid(AUDIT, &audit);
    assert_eq!(audit["complete"], true);
    let subject = &audit["subjects"][0];
    // The three things that the vendor says it never does are not among the concerns, but for the report's own objects.
    assert_eq!(concern(&audit, "compute"), None);
    assert_eq!(concern(&audit, "data").unwrap()["actions"], serde_json::json!(["s3:GetObject"]));
    assert_eq!(subject["contract"]["grantedAndNotNeeded"], serde_json::json!([]));
    let missing = subject["contract"]["capabilities"].as_array().unwrap().iter();
    assert!(missing.clone().count() > 5);
    for capability in missing {
        assert_eq!(capability["neededAndNotGranted"], serde_json::json!([]), "{capability}");
    }
    assert_eq!(subject["tightened"]["outcome"], "proved-no-wider", "`ce:*` is written out");
    let claims = audit["trusts"][0]["claims"].as_array().unwrap();
    assert_eq!(claims.len(), 2);
    assert!(claims.iter().all(|claim| claim["outcome"] == "proved"), "{claims:?}");
    let scratch = tempfile::tempdir().unwrap();
    assert!(all_allowed(scratch.path(), &audit) > 20);
}

#[test]
fn the_worst_comes_first_with_its_path() {
    let folder = folder(&[(
        "policy.json",
        &policy(
            r#"{"Sid":"Read","Effect":"Allow","Action":"ec2:Describe*","Resource":"*"},
               {"Sid":"Pass","Effect":"Allow","Action":["iam:PassRole","lambda:CreateFunction"],"Resource":"*"},
               {"Sid":"Call","Effect":"Allow","Action":"lambda:InvokeFunction","Resource":"*",
                "Condition":{"StringEquals":{"aws:RequestedRegion":"eu-west-1"}}},
               {"Sid":"Data","Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::logs/*"},
               {"Sid":"NoDelete","Effect":"Deny","Action":"s3:Delete*","Resource":"*"}"#,
        ),
    )]);
    let ran = rolecall(folder.path(), &["audit", "policy.json", "--format", "json"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let audit = ran.json();
    valid(AUDIT, &audit);
    let names: Vec<&str> = audit["subjects"][0]["concerns"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["concern"].as_str().unwrap())
        .collect();
    assert_eq!(names.first(), Some(&"data"));
    let escalation = concern(&audit, "privilege escalation").unwrap();
    let paths = escalation["escalationPaths"].as_array().unwrap();
    let path = paths.iter().find(|path| path["actions"][2] == "lambda:InvokeFunction").unwrap();
    assert_eq!(path["witnesses"].as_array().unwrap().len(), 3);
    assert_eq!(path["witnesses"][2]["context"]["aws:RequestedRegion"], "eu-west-1");
    // What the deny takes away is not granted.
    let destruction = concern(&audit, "destruction").map_or_else(String::new, ToString::to_string);
    assert!(!destruction.contains("s3:DeleteObject"), "{destruction}");
    all_allowed(folder.path(), &audit);
    let ran = rolecall(folder.path(), &["audit", "policy.json"]);
    assert!(ran.stdout.contains("role for a new function"), "{}", ran.stdout);
    let needs = "iam:PassRole by `Pass` + lambda:CreateFunction by `Pass` + lambda:InvokeFunction by `Call`";
    let words = ran.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains(needs), "{}", ran.stdout);
}

#[test]
fn boundaries_and_scps_count() {
    let folder = folder(&[
        ("policy.json", &policy(r#"{"Effect":"Allow","Action":["ec2:*","s3:GetObject"],"Resource":"*"}"#)),
        ("boundary.json", &policy(r#"{"Effect":"Allow","Action":["ec2:Describe*","s3:*"],"Resource":"*"}"#)),
        (
            "scp.json",
            &policy(
                r#"{"Sid":"Regions","Effect":"Deny","Action":"s3:*","Resource":"*",
                   "Condition":{"StringNotEquals":{"aws:RequestedRegion":"eu-west-1"}}}"#,
            ),
        ),
    ]);
    let limits = ["--boundary", "boundary.json", "--scp", "FullAWSAccess,scp.json"];
    let ran = rolecall(folder.path(), &[&["audit", "policy.json", "--format", "json"], &limits[..]].concat());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let audit = ran.json();
    let groups = audit["subjects"][0]["granted"].as_array().unwrap();
    let actions: Vec<&str> = groups
        .iter()
        .flat_map(|group| group["actions"].as_array().unwrap())
        .map(|name| name.as_str().unwrap())
        .collect();
    assert!(actions.contains(&"ec2:DescribeInstances") && !actions.contains(&"ec2:RunInstances"), "{actions:?}");
    let s3 = groups.iter().find(|group| group["service"] == "s3").unwrap();
    assert_eq!(
        s3["limits"],
        serde_json::json!(["deny `Regions` of the service control policy (level 1 from the root)"])
    );
    assert_eq!(s3["witness"]["context"]["aws:RequestedRegion"], "eu-west-1");
    all_allowed(folder.path(), &audit);
}

#[test]
fn a_trust_is_audited_against_who_should_get_in() {
    let trust = |condition: &str| {
        policy(&format!(
            r#"{{"Effect":"Allow","Principal":{{"AWS":"arn:aws:iam::111122223333:root"}},"Action":"sts:AssumeRole"{condition}}}"#
        ))
    };
    let folder = folder(&[
        ("open.json", &trust("")),
        ("right.json", &trust(r#","Condition":{"StringEquals":{"sts:ExternalId":"abc-123"}}"#)),
    ]);
    let expected = ["--principal", "111122223333", "--external-id", "abc-123", "--format", "json"];
    let outcome = |file: &str| {
        let ran = rolecall(folder.path(), &[&["audit", file], &expected[..]].concat());
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        let audit = ran.json();
        valid(AUDIT, &audit);
        all_allowed(folder.path(), &audit);
        audit["trusts"][0]["claims"][1]["outcome"].as_str().unwrap().to_owned()
    };
    assert_eq!((outcome("open.json").as_str(), outcome("right.json").as_str()), ("false", "proved"));
    let ran = rolecall(folder.path(), &["audit", "open.json"]);
    assert!(ran.stdout.contains("not judged: nobody said who they are"), "{}", ran.stdout);
}

/// The actions of a subject with the statements that grant them, without their places.
fn granted(audit: &Value, subject: usize) -> Vec<String> {
    let groups = audit["subjects"][subject]["granted"].as_array().unwrap();
    let mut actions: Vec<String> = groups
        .iter()
        .flat_map(|group| group["actions"].as_array().unwrap())
        .map(|action| action.as_str().unwrap().to_owned())
        .collect();
    actions.sort();
    actions
}

#[test]
fn role_code_is_audited_like_the_policies_in_it() {
    let project = rolecall_fixtures::path("prosperops");
    let plain = rolecall(&project, &["audit", "policy.json", "--format", "json"]).json();
    assert!(granted(&plain, 0).len() > 100);
    let who = ["--principal", "205499583182", "--external-id", "f0a4c1d2-6c0b-4f27-9d3e-2b8a5e7c9146"];
    for code in [
        "role-code/cloudformation/prosperops-role.yaml",
        "role-code/cloudformation-json/prosperops-role.json",
        "role-code/terraform",
        "role-code/aws-cli/create-prosperops-role.sh",
    ] {
        // An account without an ID of its own gets that of its organization.
        let inputs = ["audit", code, "--format", "json", "--account", "999988887777"];
        let ran = rolecall(&project, &[&inputs[..], &who[..]].concat());
        assert_eq!(ran.code, 0, "{code}: {} {}", ran.stdout, ran.stderr);
        let audit = ran.json();
        valid(AUDIT, &audit);
        assert_eq!(granted(&audit, 0), granted(&plain, 0), "{code}");
        assert_eq!(audit["trusts"][0]["claims"][1]["outcome"], "proved", "{code}");
    }
}

#[test]
fn what_role_code_leaves_open_is_told() {
    let role = |more: &str| {
        let trust = policy(
            r#"{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"sts:AssumeRole"}"#,
        );
        format!(
            r#"{{"Type":"AWS::IAM::Role","Properties":{{"RoleName":"Vendor","AssumeRolePolicyDocument":{trust}{more}}}}}"#
        )
    };
    let own = format!(
        r#"{{"Type":"AWS::IAM::ManagedPolicy","Properties":{{"PolicyDocument":{}}}}}"#,
        policy(r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":{"Fn::Sub":"arn:aws:s3:::${Bucket}/*"}}"#)
    );
    let template = |more: &str| {
        format!(
            r#"{{"Parameters":{{"Bucket":{{"Type":"String"}}}},"Resources":{{"Role":{},"Own":{own}}}}}"#,
            role(more)
        )
    };
    let folder = folder(&[
        ("own.json", &template(r#","ManagedPolicyArns":[{"Ref":"Own"}]"#)),
        ("aws.json", &template(r#","ManagedPolicyArns":[{"Ref":"Own"},"arn:aws:iam::aws:policy/ReadOnlyAccess"]"#)),
        (
            "bounded.json",
            &template(
                r#","ManagedPolicyArns":[{"Ref":"Own"}],"PermissionsBoundary":"arn:aws:iam::999988887777:policy/B""#,
            ),
        ),
        ("bare.json", &template("")),
        ("none.yaml", "Resources: {}\n"),
        ("boundary.json", &policy(r#"{"Effect":"Allow","Action":"ec2:*","Resource":"*"}"#)),
    ]);
    let codes = |arguments: &[&str]| {
        let ran = rolecall(folder.path(), &[&["audit", "--format", "json"], arguments].concat());
        let audit = ran.json();
        valid(AUDIT, &audit);
        let told =
            audit["notAudited"].as_array().unwrap().iter().map(|entry| entry["code"].as_str().unwrap().to_owned());
        let told: Vec<String> = told.collect();
        assert_eq!(ran.code, if told.is_empty() { 0 } else { 2 }, "{told:?}");
        (told, if audit["subjects"].as_array().unwrap().is_empty() { Vec::new() } else { granted(&audit, 0) })
    };
    let bucket = ["--parameter", "Bucket=reports"];
    let read = vec![String::from("s3:GetObject")];
    assert_eq!(codes(&["own.json", bucket[0], bucket[1]]), (vec![], read.clone()));
    // The bucket is not known: neither is what the statement grants.
    assert_ne!(codes(&["own.json"]).0, Vec::<String>::new());
    assert_eq!(codes(&["aws.json", bucket[0], bucket[1]]), (vec!["managed-policy-not-read".to_owned()], read.clone()));
    assert_eq!(codes(&["bounded.json", bucket[0], bucket[1]]), (vec!["boundary-not-read".to_owned()], read));
    // Under the boundary that it has nothing of it is granted.
    let (told, granted) = codes(&["bounded.json", bucket[0], bucket[1], "--boundary", "boundary.json"]);
    assert_eq!((told, granted), (vec![], vec![]));
    assert_eq!(codes(&["bare.json"]), (vec!["no-policy".to_owned()], vec![]));
    assert_eq!(codes(&["none.yaml"]).0, ["no-role"]);
    // A folder is audited as a whole or not at all.
    let of_two_kinds = rolecall(folder.path(), &["audit", "."]);
    assert_eq!(of_two_kinds.stderr, "", "templates in JSON and YAML are one kind");
    fs::write(folder.path().join("main.tf"), "").unwrap();
    let of_two_kinds = rolecall(folder.path(), &["audit", "."]);
    assert_eq!(of_two_kinds.code, 2);
    assert!(of_two_kinds.stderr.contains("one kind at a time"), "{}", of_two_kinds.stderr);
    fs::write(folder.path().join("main.tf"), [0, 159, 146, 150]).unwrap();
    let unreadable = rolecall(folder.path(), &["audit", "."]);
    assert_eq!(unreadable.code, 2);
    assert!(unreadable.stderr.contains("cannot be read"), "{}", unreadable.stderr);
    let mixed = rolecall(folder.path(), &["audit", "own.json", "boundary.json"]);
    assert_eq!(mixed.code, 2);
    assert!(mixed.stderr.contains("audit policies by themselves"), "{}", mixed.stderr);
}

#[test]
fn what_cannot_be_read_is_not_audited() {
    let folder = folder(&[("broken.json", "{"), ("rolecall.toml", "version = 1\n")]);
    assert_eq!(rolecall(folder.path(), &["audit", "broken.json"]).code, 2);
    assert_eq!(rolecall(folder.path(), &["audit", "gone.json"]).code, 2);
    let ran = rolecall(folder.path(), &["audit", "."]);
    assert_eq!(ran.code, 2, "{}", ran.stdout);
    assert!(ran.stdout.contains("not audited"), "{}", ran.stdout);
    // Nothing to audit is not a clean audit.
    let empty = tempfile::tempdir().unwrap();
    assert_eq!(rolecall(empty.path(), &["audit"]).code, 2);
    let budget = policy(r#"{"Effect":"Allow","Action":"s3:Get*","Resource":"*"}"#);
    fs::write(folder.path().join("policy.json"), budget).unwrap();
    let ran = rolecall(folder.path(), &["audit", "policy.json", "--budget", "1"]);
    assert_eq!(ran.code, 2, "{}", ran.stdout);
    assert!(ran.stdout.contains("not decided") && ran.stdout.contains("budget"), "{}", ran.stdout);
}

#[test]
fn a_change_is_taken_apart_in_both_directions() {
    let folder = folder(&[
        (
            "old.json",
            &policy(r#"{"Sid":"A","Effect":"Allow","Action":["ec2:Describe*","s3:GetObject"],"Resource":"*"}"#),
        ),
        (
            "new.json",
            &policy(
                r#"{"Sid":"A","Effect":"Allow","Action":["ec2:DescribeInstances","s3:*Object"],"Resource":"*"},
                   {"Sid":"B","Effect":"Allow","Action":"sqs:SendMessage","Resource":"*",
                    "Condition":{"StringEquals":{"aws:ResourceTag/team":"a"}}}"#,
            ),
        ),
    ]);
    let ran = rolecall(folder.path(), &["diff", "old.json", "new.json", "--format", "json"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let diff = ran.json();
    valid(DIFFERENCE, &diff);
    assert_eq!(diff["kind"], "both");
    let actions = |direction: &str| {
        let groups = diff[direction]["groups"].as_array().unwrap().iter();
        groups
            .flat_map(|group| group["actions"].as_array().unwrap())
            .map(|name| name.as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert!(actions("granted").contains(&String::from("s3:PutObject")), "{:?}", actions("granted"));
    assert!(!actions("granted").contains(&String::from("s3:GetObject")));
    assert!(actions("takenAway").contains(&String::from("ec2:DescribeImages")));
    let sqs = diff["granted"]["groups"].as_array().unwrap().iter().find(|group| group["service"] == "sqs").unwrap();
    assert_eq!(sqs["conditions"], serde_json::json!(["StringEquals aws:ResourceTag/team a"]));
    all_allowed(folder.path(), &diff);
    for (what, code) in [("granted", 1), ("taken-away", 1), ("any", 1)] {
        assert_eq!(rolecall(folder.path(), &["diff", "old.json", "new.json", "--fail-on", what]).code, code);
    }
    let ran = rolecall(folder.path(), &["diff", "old.json", "new.json", "--format", "markdown"]);
    assert!(ran.stdout.contains("| service, level | actions | on | by | such as |"), "{}", ran.stdout);
}

#[test]
fn what_means_the_same_is_no_change() {
    let folder = folder(&[
        ("old.json", &policy(r#"{"Effect":"Allow","Action":["s3:GetObject","s3:Get*"],"Resource":"*"}"#)),
        ("new.json", &policy(r#"{"Effect":"Allow","Action":"S3:get*","Resource":["*","arn:aws:s3:::a"]}"#)),
        ("future.json", &policy(r#"{"Effect":"Allow","Action":["s3:get*","s3:Zap*"],"Resource":"*"}"#)),
    ]);
    let ran = rolecall(folder.path(), &["diff", "old.json", "new.json", "--fail-on", "any"]);
    assert_eq!(ran.code, 0, "{}", ran.stdout);
    assert!(ran.stdout.contains("equivalent"), "{}", ran.stdout);
    // No documented action begins with `Zap`: only what AWS may add.
    let ran = rolecall(folder.path(), &["diff", "new.json", "future.json", "--fail-on", "granted"]);
    assert_eq!(ran.code, 1, "{}", ran.stdout);
    assert!(ran.stdout.contains("no action that AWS documents"), "{}", ran.stdout);
}

#[test]
fn what_no_evaluation_can_tell_keeps_an_audit_from_being_complete() {
    let trust =
        policy(r#"{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::<vendor>:root"},"Action":"sts:AssumeRole"}"#);
    let folder = folder(&[("trust.json", &trust)]);
    let ran = rolecall(folder.path(), &["audit", "trust.json"]);
    assert_eq!(ran.code, 2, "{}", ran.stdout);
    assert!(ran.stdout.contains("not audited") && ran.stdout.contains("invalid-principal"), "{}", ran.stdout);
    assert!(ran.stdout.contains("unknown: no stranger gets in") && !ran.stdout.contains("proved:"), "{}", ran.stdout);
    assert_eq!(rolecall(folder.path(), &["diff", "trust.json", "trust.json"]).code, 2);
}

#[test]
fn the_readme_shows_what_the_program_says() {
    let root = rolecall_fixtures::root().join("..");
    let text = fs::read_to_string(root.join("README.md")).unwrap();
    let shown = |command: &str| {
        let (_, behind) = text.split_once(&format!("```console\n$ {command}\n")).expect(command);
        behind.split("\n```").next().unwrap().to_owned()
    };
    let diff = rolecall(&rolecall_fixtures::path("prove/documents"), &["diff", "old.json", "new.json"]);
    assert_eq!(diff.stdout.trim_end(), shown("rolecall diff old.json new.json"));
    let audit = rolecall(&root, &["audit", "fixtures/prosperops"]);
    let (begins, _) = audit.stdout.split_once("\n\nwhat is granted").unwrap();
    assert_eq!(begins, shown("rolecall audit fixtures/prosperops"));
}
