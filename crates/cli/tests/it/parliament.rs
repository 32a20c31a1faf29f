//! The table of parliament's checks in `docs/parliament.md`: complete, with codes that there are, and true: an example of each
//! check is found by a lint of its row.

use crate::program::rolecall;
use rolecall_fixtures::root;
use std::collections::BTreeSet;
use std::fs;

/// A check of parliament 1.6.4 with the type and the document of an example that it reports; no example where there is none.
type Check = (&'static str, &'static str, &'static str);

const CHECKS: [Check; 30] = [
    ("EXCEPTION", "", ""),
    ("MALFORMED_JSON", "identity", r#"{"Version":"2012-10-17","Statement":[],}"#),
    ("MALFORMED", "identity", r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Resource":"*"}]}"#),
    (
        "DUPLICATE_SID",
        "identity",
        r#"{"Version":"2012-10-17","Statement":[{"Sid":"A","Effect":"Allow","Action":"s3:ListAllMyBuckets","Resource":"*"},{"Sid":"A","Effect":"Allow","Action":"ec2:DescribeInstances","Resource":"*"}]}"#,
    ),
    ("RESOURCE_POLICY_PRIVILEGE_ESCALATION", "identity", "s3:PutBucketPolicy on arn:aws:s3:::reports"),
    (
        "UNKNOWN_PRINCIPAL",
        "resource",
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"somebody"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}]}"#,
    ),
    (
        "UNKNOWN_FEDERATION_SOURCE",
        "trust",
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"somewhere"},"Action":"sts:AssumeRoleWithSAML"}]}"#,
    ),
    (
        "MISMATCHED_TYPE_OPERATION_TO_NULL",
        "identity",
        r#"s3:GetObject on arn:aws:s3:::b/* if {"Bool":{"aws:SecureTransport":"perhaps"}}"#,
    ),
    (
        "MISMATCHED_TYPE_BUT_USABLE",
        "identity",
        r#"s3:GetObject on arn:aws:s3:::b/* if {"StringLike":{"aws:SourceArn":"arn:aws:iam::*:role/x"}}"#,
    ),
    (
        "MISMATCHED_TYPE",
        "identity",
        r#"s3:GetObject on arn:aws:s3:::b/* if {"NumericLessThan":{"aws:MultiFactorAuthAge":"an hour"}}"#,
    ),
    ("UNKNOWN_ACTION", "identity", "s3:GetObjekt on arn:aws:s3:::b/*"),
    ("UNKNOWN_PREFIX", "identity", "s3x:GetObject on arn:aws:s3:::b/*"),
    (
        "UNKNOWN_CONDITION_FOR_ACTION",
        "identity",
        r#"s3:GetObject on arn:aws:s3:::b/* if {"StringEquals":{"s3:prefix":"a"}}"#,
    ),
    (
        "BAD_PATTERN_FOR_MFA",
        "identity",
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"false"}}}]}"#,
    ),
    (
        "INVALID_SID",
        "identity",
        r#"{"Version":"2012-10-17","Statement":[{"Sid":"With blanks","Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}]}"#,
    ),
    ("INVALID_ARN", "identity", "s3:GetObject on arn:aws:s3:b"),
    (
        "NO_VERSION",
        "identity",
        r#"{"Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}]}"#,
    ),
    (
        "INVALID_VERSION",
        "identity",
        r#"{"Version":"2012-10-18","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}]}"#,
    ),
    (
        "OLD_VERSION",
        "identity",
        r#"{"Version":"2008-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}]}"#,
    ),
    ("RESOURCE_MISMATCH", "identity", "s3:GetObject on arn:aws:s3:::reports"),
    ("RESOURCE_STAR", "identity", "s3:PutObject on *"),
    ("RESOURCE_EFFECTIVELY_STAR", "identity", "s3:CreateBucket on arn:aws:s3:::*"),
    ("UNKNOWN_OPERATOR", "identity", r#"s3:GetObject on arn:aws:s3:::b/* if {"StringIs":{"aws:userid":"a"}}"#),
    ("PERMISSIONS_MANAGEMENT_ACTIONS", "identity", "iam:PutRolePolicy on arn:aws:iam::111122223333:role/x"),
    ("PRIVILEGE_ESCALATION", "identity", "iam:CreateAccessKey on arn:aws:iam::111122223333:user/*"),
    ("CREDENTIALS_EXPOSURE", "identity", "redshift:GetClusterCredentials on *"),
    ("SENSITIVE_ACCESS", "identity", "s3:GetObject on arn:aws:s3:::secret/*"),
    (
        "NOTPRINCIPAL_WITH_ALLOW",
        "resource",
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","NotPrincipal":{"AWS":"111122223333"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}]}"#,
    ),
    (
        "NOTRESOURCE_WITH_ALLOW",
        "identity",
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","NotResource":"arn:aws:s3:::b/*"}]}"#,
    ),
    (
        "SINGLE_VALUE_CONDITION_TOO_PERMISSIVE",
        "identity",
        r#"s3:GetObject on arn:aws:s3:::b/* if {"ForAllValues:StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}"#,
    ),
];

/// The document of an example: itself, or `ACTION on RESOURCE if CONDITION`.
fn document(example: &str) -> String {
    let Some((action, rest)) = example.split_once(" on ").filter(|_| !example.starts_with('{')) else {
        return example.to_owned();
    };
    let (resource, condition) = rest.split_once(" if ").unwrap_or((rest, "{}"));
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"{action}","Resource":"{resource}","Condition":{condition}}}]}}"#
    )
}

/// The rows of the table: parliament's name, our codes, what differs.
fn rows() -> Vec<(String, Vec<String>, String)> {
    let page = fs::read_to_string(root().join("../docs/parliament.md")).unwrap();
    let lines = page.lines().filter(|line| line.starts_with("| `"));
    let row = |line: &str| {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let codes = cells[1].split('`').skip(1).step_by(2).map(str::to_owned).collect();
        (cells[0].trim_matches('`').to_owned(), codes, cells[2].to_owned())
    };
    lines.map(row).collect()
}

#[test]
fn every_check_has_a_row_and_every_code_is_one() {
    let codes: BTreeSet<&str> = rolecall_core::lint::all().map(|lint| lint.rule.code).collect();
    let rows = rows();
    let named: Vec<&str> = rows.iter().map(|(name, ..)| name.as_str()).collect();
    assert_eq!(named, CHECKS.map(|(name, ..)| name));
    for (name, own, differs) in &rows {
        assert!(own.iter().all(|code| codes.contains(code.as_str())), "{name}: {own:?}");
        assert!(!own.is_empty() || !differs.is_empty(), "{name}: no counterpart, and no reason");
    }
}

#[test]
fn what_parliament_reports_a_lint_of_its_row_finds() {
    let folder = tempfile::tempdir().unwrap();
    for ((name, policy_type, example), (_, codes, _)) in CHECKS.into_iter().zip(rows()) {
        if example.is_empty() {
            continue;
        }
        fs::write(folder.path().join("policy.json"), document(example)).unwrap();
        let ran = rolecall(folder.path(), &["check", "policy.json", "--type", policy_type, "--format", "json"]);
        if codes == ["json-syntax"] {
            assert_eq!(ran.code, 2, "{name}: {}", ran.stdout);
            continue;
        }
        let report = ran.json();
        let found: Vec<&str> =
            report["findings"].as_array().unwrap().iter().map(|finding| finding["code"].as_str().unwrap()).collect();
        assert!(codes.iter().any(|code| found.contains(&code.as_str())), "{name}: {codes:?}, found {found:?}");
    }
}
