//! Policies that limit each other: boundary, session policies, SCP and RCP levels; both verdicts, every witness replayed.

use super::support::{identity, is_none, policy, replayed};
use rolecall_iam::document::{Policy, PolicyType};
use rolecall_iam::evaluate::PolicyKind;
use rolecall_iam_prove::{Options, PolicySide, UnknownReason, Verdict, no_new_access};

fn allow(actions: &str, more: &str) -> Policy {
    identity(&format!(
        r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Action":{actions},"Resource":"*"{more}}}}}"#
    ))
}

fn deny(actions: &str, more: &str) -> Policy {
    let text = format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"*","Resource":"*"}},{{"Effect":"Deny","Action":{actions},"Resource":"*"{more}}}]}}"#
    );
    identity(&text)
}

fn judge(reference: &PolicySide<'_>, candidate: &PolicySide<'_>) -> Verdict {
    let verdict = no_new_access(reference, candidate, Options::default());
    if matches!(verdict, Verdict::NewAccess(_)) {
        replayed(&verdict, Some(reference), candidate);
    }
    assert!(!matches!(verdict, Verdict::Unknown { .. }), "{verdict:?}");
    verdict
}

#[test]
fn a_boundary_limits() {
    let (wide, narrow) = (allow(r#""*""#, ""), allow(r#"["s3:*","ec2:Describe*"]"#, ""));
    let reference = PolicySide::identity([&narrow]);
    let mut candidate = PolicySide::identity([&wide]);
    assert!(!is_none(&judge(&reference, &candidate)));
    candidate.permissions_boundary = Some(&narrow);
    assert!(is_none(&judge(&reference, &candidate)));
    assert!(is_none(&judge(&candidate, &reference)));
}

#[test]
fn session_policies_are_one_limit() {
    let (wide, first, second) = (allow(r#""*""#, ""), allow(r#""s3:*""#, ""), allow(r#""sqs:*""#, ""));
    let both = allow(r#"["s3:*","sqs:*"]"#, "");
    let mut candidate = PolicySide::identity([&wide]);
    candidate.session = vec![&first, &second];
    assert!(is_none(&judge(&PolicySide::identity([&both]), &candidate)));
    assert!(!is_none(&judge(&PolicySide::identity([&first]), &candidate)));
}

#[test]
fn every_level_of_scps_must_allow() {
    let (wide, s3, ec2) = (allow(r#""*""#, ""), allow(r#""s3:*""#, ""), allow(r#"["ec2:*","s3:GetObject"]"#, ""));
    let get = allow(r#""s3:GetObject""#, "");
    let mut candidate = PolicySide::identity([&wide]);
    candidate.service_control = Some(vec![vec![&wide], vec![&s3], vec![&ec2]]);
    assert!(is_none(&judge(&PolicySide::identity([&get]), &candidate)));
    let nothing = PolicySide::identity([]);
    let verdict = judge(&nothing, &candidate);
    let found = replayed(&verdict, None, &candidate);
    assert_eq!(found.witness.action, "s3:GetObject");
    assert_eq!(found.statement.kind, PolicyKind::Identity);
    // A level that allows nothing lets nothing through.
    candidate.service_control = Some(vec![vec![]]);
    assert!(is_none(&judge(&nothing, &candidate)));
}

#[test]
fn a_deny_of_an_scp_counts_on_both_sides() {
    let wide = allow(r#""*""#, "");
    let region = r#","Condition":{"StringNotEquals":{"aws:RequestedRegion":"us-east-1"}}"#;
    let fenced = deny(r#""ec2:*""#, region);
    let mut candidate = PolicySide::identity([&wide]);
    let mut reference = PolicySide::identity([&wide]);
    reference.service_control = Some(vec![vec![&fenced]]);
    let verdict = judge(&reference, &candidate);
    let found = replayed(&verdict, Some(&reference), &candidate);
    assert!(found.witness.action.starts_with("ec2:"), "{:?}", found.witness);
    candidate.service_control = Some(vec![vec![&fenced]]);
    assert!(is_none(&judge(&reference, &candidate)));
    assert!(is_none(&judge(&PolicySide::identity([&wide]), &candidate)));
}

#[test]
fn rcps_deny_where_they_apply() {
    let wide = allow(r#"["s3:GetObject","ec2:StartInstances"]"#, "");
    let text = r#"{"Version":"2012-10-17","Statement":{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}}"#;
    let nothing_goes = policy(text, PolicyType::ResourceControl);
    let mut candidate = PolicySide::identity([&wide]);
    candidate.resource_control = Some(vec![vec![&nothing_goes]]);
    let verdict = judge(&PolicySide::identity([]), &candidate);
    // RCPs do not apply to Amazon EC2.
    assert_eq!(replayed(&verdict, None, &candidate).witness.action, "ec2:StartInstances");
    let ec2 = allow(r#""ec2:StartInstances""#, "");
    assert!(is_none(&judge(&PolicySide::identity([&ec2]), &candidate)));
}

#[test]
fn several_identity_policies_are_a_union() {
    let (a, b) = (allow(r#""s3:GetObject""#, ""), allow(r#""s3:PutObject""#, ""));
    let both = allow(r#"["s3:PutObject","s3:GetObject"]"#, "");
    assert!(is_none(&judge(&PolicySide::identity([&a, &b]), &PolicySide::identity([&both]))));
    let verdict = judge(&PolicySide::identity([&a]), &PolicySide::identity([&a, &b]));
    let candidate = PolicySide::identity([&a, &b]);
    let found = replayed(&verdict, Some(&PolicySide::identity([&a])), &candidate);
    assert_eq!((found.statement.policy, found.statement.statement.0), (1, 0));
    assert_eq!(found.witness.action, "s3:PutObject");
}

#[test]
fn different_bases_are_not_compared() {
    let own = allow(r#""*""#, "");
    let text = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}}"#;
    let resource = policy(text, PolicyType::Resource);
    let verdict = no_new_access(&PolicySide::identity([&own]), &PolicySide::resource(&resource), Options::default());
    assert_eq!(verdict.unknown_reason(), Some(&UnknownReason::DifferentBases));
}
