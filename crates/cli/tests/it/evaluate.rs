//! `rolecall evaluate`: decisions, explanations and exit codes.

use crate::program::{Ran, rolecall};

const ID: &str = "sts:ExternalId=f0a4c1d2-6c0b-4f27-9d3e-2b8a5e7c9146";

fn evaluate(arguments: &[&str]) -> Ran {
    let mut all = vec!["evaluate"];
    all.extend(arguments);
    rolecall(&rolecall_fixtures::path("prosperops"), &all)
}

/// The vendor assumes the role, with its own right to do so.
fn assume(extra: &[&str]) -> Ran {
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().join("own.json");
    let text = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"*"}]}"#;
    std::fs::write(&own, text).unwrap();
    let mut all = vec!["--trust", "trust.json", "--policy", own.to_str().unwrap()];
    all.extend(["--principal", "arn:aws:iam::205499583182:role/collector", "--action", "sts:AssumeRole"]);
    all.extend(["--resource", "arn:aws:iam::123456789012:role/ProsperOps"]);
    all.extend(extra);
    evaluate(&all)
}

#[test]
fn the_exit_code_is_zero_whatever_the_decision() {
    let (right, none) = (assume(&["--context", ID]), assume(&[]));
    assert_eq!((right.code, none.code), (0, 0), "{right:?} {none:?}");
    assert!(right.stdout.starts_with("allowed"), "{}", right.stdout);
    assert!(none.stdout.starts_with("implicitDeny"), "{}", none.stdout);
}

#[test]
fn expect_decides_the_exit_code() {
    assert_eq!(assume(&["--context", ID, "--expect", "allowed"]).code, 0);
    assert_eq!(assume(&["--context", ID, "--expect", "implicitDeny"]).code, 1);
    assert_eq!(assume(&["--expect", "allowed"]).code, 1);
    assert_eq!(assume(&["--expect", "yes"]).code, 2);
}

#[test]
fn explanations_name_statement_and_place() {
    let ran = assume(&["--context", "sts:ExternalId=other", "--explain"]);
    assert!(ran.stdout.contains("trust.json:4:5"), "{}", ran.stdout);
    assert!(ran.stdout.contains("the request has `other`"), "{}", ran.stdout);
    let ran = evaluate(&[
        "--policy",
        "policy.json",
        "--principal",
        "arn:aws:iam::123456789012:role/ProsperOps",
        "--action",
        "ec2:DescribeInstances",
        "--explain",
        "--format",
        "json",
    ]);
    let answer = ran.json();
    assert_eq!(answer["decision"], "allowed");
    assert_eq!(answer["policies"][0]["statements"].as_array().unwrap().len(), 16);
    assert!(answer["by"].as_str().unwrap().starts_with("policy.json:"), "{answer}");
}

#[test]
fn several_values_make_a_key_multi_valued() {
    let folder = tempfile::tempdir().unwrap();
    let policy = folder.path().join("p.json");
    let text = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ec2:CreateTags","Resource":"*",
        "Condition":{"ForAllValues:StringEquals":{"aws:TagKeys":["a","b"]}}}]}"#;
    std::fs::write(&policy, text).unwrap();
    let decide = |context: &[&str]| {
        let mut all =
            vec!["--policy", policy.to_str().unwrap(), "--principal", "123456789012", "--action", "ec2:CreateTags"];
        all[3] = "arn:aws:iam::123456789012:user/u";
        for value in context {
            all.extend(["--context", value]);
        }
        evaluate(&all).stdout.split(':').next().unwrap().to_owned()
    };
    assert_eq!(decide(&["aws:TagKeys=a", "aws:TagKeys=b"]), "allowed");
    assert_eq!(decide(&["aws:TagKeys=[\"a\"]"]), "allowed");
    assert_eq!(decide(&["aws:TagKeys=a", "aws:TagKeys=c"]), "implicitDeny");
}

#[test]
fn bad_requests_and_policies_give_two() {
    let principal = "arn:aws:iam::123456789012:role/R";
    let policy = ["--policy", "policy.json"];
    for (arguments, said) in [
        (vec!["--principal", principal, "--action", "ec2:RunInstances"], "nothing to decide by"),
        ([&policy[..], &["--principal", principal, "--action", "ec2"]].concat(), "is no action"),
        ([&policy[..], &["--principal", "me", "--action", "ec2:RunInstances"]].concat(), "cannot make a request"),
        ([&policy[..], &["--principal", principal, "--action", "a:b", "--context", "x=[1]"]].concat(), "no JSON list"),
        (vec!["--policy", "gone.json", "--principal", principal, "--action", "a:b"], "does not exist"),
        (vec!["--policy", "legacy-ids.csv", "--principal", principal, "--action", "a:b"], "legacy-ids.csv:1:1"),
    ] {
        let ran = evaluate(&arguments);
        assert_eq!(ran.code, 2, "{arguments:?} {ran:?}");
        assert!(ran.stderr.contains(said), "{arguments:?} {}", ran.stderr);
    }
}
