//! Profiles against AWS's limits, bindings, and role trees compared with the expected role, as data.

use super::compare::compare;
use super::expected::{ExpectedRole, Meant, expected_role, meant_roles};
use super::profile_rules::{ProfilePlaces, check_profile, check_trust_size};
use super::*;
use crate::external_id::ExternalId;
use crate::finding::{Finding, NotJudged};
use crate::organization::bindings::{PlacedOrganization, check_bindings};
use crate::organization::{MigrationWindow, Organization, OrganizationId, ServiceMode};
use crate::profile::{InlinePolicy, Permissions, RoleProfile, Tag, VendorPrincipal};
use crate::rule::Severity;
use jiff::civil::date;
use rolecall_iam::arn::{AccountId, Partition};
use rolecall_iam::document::parse::parse;
use rolecall_iam::document::{Policy, PolicyType};
use rolecall_iam::json;
use rolecall_iam::source::SourceMap;
use rolecall_iam::span::FileId;
use std::collections::BTreeMap;

const RIGHT: &str = "9f2c4b7e-31d8-4a65-8c0f-d7e6a1b25c43";
const LEGACY: &str = "c41e9d36-a805-4f7b-92c8-6b3d5e0f1a74";

fn account(text: &str) -> AccountId {
    AccountId::parse(text).unwrap()
}

fn organization(name: &str, management: &str, external_id: &str) -> Organization {
    Organization {
        id: OrganizationId::parse(name).unwrap(),
        partition: Partition::Aws,
        management_account: account(management),
        external_id: ExternalId::parse(external_id).unwrap(),
        legacy_ids: BTreeMap::new(),
        migration: None,
        mode: ServiceMode::RealTime,
    }
}

fn policy(text: &str) -> Policy {
    parse(&json::read(FileId(0), text).node.unwrap(), PolicyType::Identity).policy.unwrap()
}

const POLICY: &str = r#"{"Version":"2012-10-17","Statement":[{"Sid":"Cost","Effect":"Allow","Action":["ce:*","ec2:DescribeInstances"],"Resource":"*"}]}"#;

fn profile() -> RoleProfile {
    RoleProfile {
        name: String::from("VendorRole"),
        path: String::from("/"),
        description: Some(String::from("Used by the vendor. Do not remove.")),
        max_session_duration_s: 3_600,
        tags: vec![Tag { key: String::from("owner"), value: String::from("platform") }],
        vendor: VendorPrincipal { account: account("999988887777"), principal_arns: vec![] },
        permissions: Permissions::Uniform(InlinePolicy { name: String::from("Vendor"), document: policy(POLICY) }),
        managed_policy_arns: vec![],
        permissions_boundary: None,
    }
}

fn expected() -> ExpectedRole {
    let organization = organization("o-exampleorgid1", "111122223333", RIGHT);
    expected_role(&profile(), &organization, account("222233334444"), date(2026, 11, 23))
}

/// A role tree out of JSON with CloudFormation's property names; `{"?": "why"}` is unresolved.
fn tree(sources: &mut SourceMap, text: &str) -> RoleTree {
    let file = sources.add("role.json", text);
    let mut node = json::read(file, text).node.unwrap_or_else(|| panic!("{text}"));
    resolve(&mut node);
    let mut role = RoleTree::new(node.span, "VendorRole");
    for member in node.as_object().unwrap() {
        let value = member.value.clone();
        match member.key.value.as_str() {
            "RoleName" => role.name = Some(value),
            "Path" => role.path = Some(value),
            "Description" => role.description = Some(value),
            "MaxSessionDuration" => role.max_session_duration_s = Some(value),
            "Trust" => role.trust = Some(value),
            "PermissionsBoundary" => role.permissions_boundary = Some(value),
            "ManagedPolicyArns" => role.managed_policy_arns = value.as_array().unwrap().to_vec(),
            "Tags" => role.tags = pairs(&value, "Key", "Value"),
            "Policies" => role.inline_policies = pairs(&value, "PolicyName", "PolicyDocument"),
            other => panic!("{other}"),
        }
    }
    role
}

fn pairs(node: &Node, left: &str, right: &str) -> Vec<(Node, Node)> {
    node.as_array()
        .unwrap()
        .iter()
        .map(|item| (item.get(left).unwrap().clone(), item.get(right).unwrap().clone()))
        .collect()
}

fn resolve(node: &mut Node) {
    if let Some(why) = node.get("?").and_then(Node::as_str).map(str::to_owned) {
        node.value = Value::Unresolved(why);
        return;
    }
    match &mut node.value {
        Value::Array(items) => items.iter_mut().for_each(resolve),
        Value::Object(members) => members.iter_mut().for_each(|member| resolve(&mut member.value)),
        _ => {}
    }
}

const TRUST: &str = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"999988887777"},"Action":["sts:AssumeRole"],"Condition":{"StringEquals":{"sts:externalid":["9f2c4b7e-31d8-4a65-8c0f-d7e6a1b25c43"]}}}}"#;

/// The right role, with one property replaced (`None`: left out).
fn role_with(property: &str, value: Option<&str>) -> String {
    let policies = format!(r#"[{{"PolicyName":"Vendor","PolicyDocument":{POLICY}}}]"#);
    let right: [(&str, &str); 6] = [
        ("RoleName", r#""VendorRole""#),
        ("Description", r#""Used by the vendor. Do not remove.""#),
        ("MaxSessionDuration", "3600"),
        ("Tags", r#"[{"Key":"owner","Value":"platform"}]"#),
        ("Trust", TRUST),
        ("Policies", &policies),
    ];
    let kept = right.iter().filter(|(name, _)| *name != property).map(|(name, value)| format!(r#""{name}":{value}"#));
    let replaced = value.map(|value| format!(r#""{property}":{value}"#));
    format!("{{{}}}", kept.chain(replaced).collect::<Vec<_>>().join(","))
}

fn judge(text: &str) -> (SourceMap, Vec<Finding>, Vec<NotJudged>) {
    let mut sources = SourceMap::new();
    let role = tree(&mut sources, text);
    let (findings, not_judged) = compare(&expected(), &role, &ProfilePlaces::default());
    (sources, findings, not_judged)
}

#[test]
fn the_right_role_has_no_finding() {
    for text in [
        role_with("", None),
        role_with("MaxSessionDuration", None),
        role_with("MaxSessionDuration", Some("\"3600\"")),
        role_with("Path", Some("\"/\"")),
        role_with("PermissionsBoundary", Some("null")),
    ] {
        let (_, findings, not_judged) = judge(&text);
        assert_eq!((findings, not_judged), (vec![], vec![]), "{text}");
    }
}

#[test]
fn every_property_that_differs_is_told_at_its_place() {
    let inline = |document: &str| format!(r#"[{{"PolicyName":"Vendor","PolicyDocument":{document}}}]"#);
    let policy = |actions: &str| {
        inline(&format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Sid":"Cost","Effect":"Allow","Action":{actions},"Resource":"*"}}]}}"#
        ))
    };
    let other_id = TRUST.replace(RIGHT, "5b8d20c1-7fe4-49a3-b6d2-0c9e8f7a6b15");
    let newline = TRUST.replace(RIGHT, &format!("{RIGHT}\\n"));
    let cases: Vec<(&str, Option<String>, &[&str], &str)> = vec![
        ("RoleName", Some("\"vendorrole\"".into()), &["role-name-case"], "\"vendorrole\""),
        ("RoleName", Some("\"Other\"".into()), &["role-code-name"], "\"Other\""),
        ("RoleName", None, &["role-code-name"], "{"),
        ("Path", Some("\"/vendors/\"".into()), &["role-code-path"], "\"/vendors/\""),
        ("Description", Some("\"Test\"".into()), &["role-code-description"], "\"Test\""),
        ("Description", None, &["role-code-description"], "{"),
        ("MaxSessionDuration", Some("43200".into()), &["role-code-session-duration"], "43200"),
        ("Tags", Some("[]".into()), &["role-code-tags"], "{"),
        (
            "Tags",
            Some(r#"[{"Key":"owner","Value":"Platform"},{"Key":"x","Value":"y"}]"#.into()),
            &["role-code-tags", "role-code-tags"],
            "\"owner\"",
        ),
        ("Trust", None, &["role-code-trust"], "{"),
        ("Trust", Some(other_id), &["role-code-trust"], "\"5b8d20c1"),
        ("Trust", Some(newline), &["role-code-trust"], "\"9f2c4b7e"),
        (
            "Trust",
            Some(TRUST.replace("999988887777", "111122223333")),
            &["role-code-trust", "role-code-trust"],
            "{\"AWS\"",
        ),
        ("Policies", Some("[]".into()), &["role-code-policy"], "{"),
        (
            "Policies",
            Some(policy(r#"["ce:*","ec2:DescribeInstances","ec2:StopInstances"]"#)),
            &["role-code-policy"],
            "\"ec2:StopInstances\"",
        ),
        ("Policies", Some(policy(r#"["ce:*"]"#)), &["role-code-policy"], "[\"ce:*\"]"),
        (
            "Policies",
            Some(inline(POLICY).replace("PolicyName\":\"Vendor", "PolicyName\":\"vendor")),
            &["role-code-policy"],
            "\"vendor\"",
        ),
        (
            "ManagedPolicyArns",
            Some(r#"["arn:aws:iam::aws:policy/ReadOnlyAccess"]"#.into()),
            &["role-code-managed-policies"],
            "\"arn:aws:iam::aws:policy/ReadOnlyAccess\"",
        ),
        (
            "PermissionsBoundary",
            Some(r#""arn:aws:iam::1:policy/b""#.into()),
            &["role-code-boundary"],
            "\"arn:aws:iam::1:policy/b\"",
        ),
    ];
    for (property, value, codes, place) in cases {
        let text = role_with(property, value.as_deref());
        let (sources, findings, not_judged) = judge(&text);
        let found: Vec<_> = findings.iter().map(|finding| finding.rule.code).collect();
        assert_eq!((found.as_slice(), not_judged.len()), (codes, 0), "{text}");
        assert!(
            sources.snippet(findings[0].span).starts_with(place),
            "{property}: {}",
            sources.snippet(findings[0].span)
        );
    }
}

#[test]
fn what_is_not_resolved_is_not_judged() {
    let unresolved = r#"{"?":"parameter `X` has no default"}"#;
    let in_trust = TRUST.replace(&format!("[\"{RIGHT}\"]"), unresolved);
    let cases: Vec<(&str, String)> = vec![
        ("RoleName", unresolved.into()),
        ("Path", unresolved.into()),
        ("Description", unresolved.into()),
        ("MaxSessionDuration", unresolved.into()),
        ("MaxSessionDuration", "\"an hour\"".into()),
        ("Trust", unresolved.into()),
        ("Trust", in_trust),
        ("Trust", r#"{"Version":"2012-10-17","Statement":{"Effect":"allow"}}"#.into()),
        ("Policies", format!(r#"[{{"PolicyName":"Vendor","PolicyDocument":{unresolved}}}]"#)),
        ("Policies", format!(r#"[{{"PolicyName":{unresolved},"PolicyDocument":{POLICY}}}]"#)),
        ("ManagedPolicyArns", format!("[{unresolved}]")),
        ("PermissionsBoundary", unresolved.into()),
        ("Description", "[1]".into()),
    ];
    for (property, value) in cases {
        let (_, findings, not_judged) = judge(&role_with(property, Some(&value)));
        assert!(findings.is_empty() && !not_judged.is_empty(), "{property} {value}: {findings:#?}");
    }
}

#[test]
fn both_ids_are_right_while_the_migration_window_is_open() {
    let mut organization = organization("o-exampleorgid1", "111122223333", RIGHT);
    organization.legacy_ids.insert(account("444455556666"), ExternalId::parse(LEGACY).unwrap());
    organization.migration = Some(MigrationWindow { from: date(2026, 11, 1), until: date(2027, 1, 31) });
    let trust = |ids: &str| role_with("Trust", Some(&TRUST.replace(&format!("\"{RIGHT}\""), ids)));
    let (both, legacy, new) = (format!("\"{LEGACY}\",\"{RIGHT}\""), format!("\"{LEGACY}\""), format!("\"{RIGHT}\""));
    for (day, ids, clean) in [
        (date(2026, 11, 23), &both, true),
        (date(2026, 11, 23), &legacy, true),
        (date(2026, 11, 23), &new, false),
        (date(2027, 2, 1), &both, false),
        (date(2027, 2, 1), &legacy, true),
    ] {
        let mut sources = SourceMap::new();
        let role = tree(&mut sources, &trust(ids));
        let expected = expected_role(&profile(), &organization, account("444455556666"), day);
        let (findings, _) = compare(&expected, &role, &ProfilePlaces::default());
        assert_eq!(findings.is_empty(), clean, "{day} {ids}: {findings:#?}");
    }
}

#[test]
fn the_meant_role_is_found_by_its_name() {
    let named = |name: &str| {
        let mut role = RoleTree::new(Span::default(), name);
        role.name = Some(Node::string(name, Span::default()));
        role
    };
    let mut open = RoleTree::new(Span::default(), "open");
    open.name = Some(Node::new(Value::Unresolved(String::from("why")), Span::default()));
    let two = [named("Other"), named("VendorRole")];
    assert_eq!(meant_roles(&two, "VendorRole"), Meant::Roles(vec![&two[1]]));
    let case = [named("Other"), named("vendorrole")];
    assert_eq!(meant_roles(&case, "VendorRole"), Meant::Roles(vec![&case[1]]));
    let only = [named("Other")];
    assert_eq!(meant_roles(&only, "VendorRole"), Meant::Roles(vec![&only[0]]));
    let neither = [named("A"), named("B")];
    assert_eq!(meant_roles(&neither, "VendorRole"), Meant::None);
    let unresolved = [named("A"), open];
    assert_eq!(meant_roles(&unresolved, "VendorRole"), Meant::Unresolved(vec![&unresolved[1]]));
    assert_eq!(meant_roles(&[], "VendorRole"), Meant::None);
}

#[test]
fn the_expected_role_has_the_arn_that_the_vendor_calls() {
    assert_eq!(expected().arn(), "arn:aws:iam::222233334444:role/VendorRole");
}

#[test]
fn profiles_are_held_against_the_limits() {
    type Change = Box<dyn Fn(&mut RoleProfile)>;
    let name = |text: &'static str| -> Change { Box::new(move |profile| profile.name = text.to_owned()) };
    let path = |text: &'static str| -> Change { Box::new(move |profile| profile.path = text.to_owned()) };
    let described = |text: String| -> Change { Box::new(move |profile| profile.description = Some(text.clone())) };
    let seconds = |value: u32| -> Change { Box::new(move |profile| profile.max_session_duration_s = value) };
    let tag = |key: String, value: String| -> Change {
        Box::new(move |profile| profile.tags.push(Tag { key: key.clone(), value: value.clone() }))
    };
    let tags = |count: usize| -> Change {
        Box::new(move |profile| {
            profile.tags = (0..count).map(|index| Tag { key: format!("k{index}"), value: String::new() }).collect();
        })
    };
    let sized = |actions: usize| -> Change {
        let list: Vec<String> = (0..actions).map(|index| format!("\"ec2:Describe{index:06}\"")).collect();
        let text = format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":[{}],"Resource":"*"}}]}}"#,
            list.join(",")
        );
        let document = policy(&text);
        Box::new(move |profile| {
            profile.permissions =
                Permissions::Uniform(InlinePolicy { name: String::from("p"), document: document.clone() });
        })
    };
    let error = Severity::Error;
    let cases: Vec<(Change, Option<(&str, Severity)>)> = vec![
        (Box::new(|_| {}), None),
        (name(""), Some(("role-name-invalid", error))),
        (name("Vendor Role"), Some(("role-name-invalid", error))),
        (name("Vendor+=,.@-_Role"), None),
        (Box::new(|profile| profile.name = "a".repeat(64)), None),
        (Box::new(|profile| profile.name = "a".repeat(65)), Some(("role-name-invalid", error))),
        (path("/vendors/"), Some(("role-path", Severity::Note))),
        (path("vendors"), Some(("role-path", error))),
        (path("/vendors"), Some(("role-path", error))),
        (path(""), Some(("role-path", error))),
        (path("//"), Some(("role-path", error))),
        (path("/a b/"), Some(("role-path", error))),
        (Box::new(|profile| profile.path = format!("/{}/", "a".repeat(511))), Some(("role-path", error))),
        (described("a".repeat(1_000)), None),
        (described("ü".repeat(1_000)), None),
        (described("a".repeat(1_001)), Some(("description-too-long", error))),
        (described("a – b".into()), Some(("description-invalid", error))),
        (seconds(3_599), Some(("session-duration", error))),
        (seconds(43_200), None),
        (seconds(43_201), Some(("session-duration", error))),
        (tags(50), None),
        (tags(51), Some(("too-many-tags", error))),
        (tag(String::new(), String::new()), Some(("tag-invalid", error))),
        (tag("a".repeat(129), String::new()), Some(("tag-invalid", error))),
        (tag("a".into(), "b".repeat(257)), Some(("tag-invalid", error))),
        (tag("aws:x".into(), String::new()), Some(("tag-invalid", error))),
        (tag("Owner".into(), String::new()), Some(("tag-invalid", error))),
        (tag("a;b".into(), String::new()), Some(("tag-invalid", error))),
        (tag("Kostenstelle Größe".into(), "日本".into()), None),
        // 84 characters around the list, 20 for each action and a comma between: 10,226 and 10,247.
        (sized(483), None),
        (sized(484), Some(("inline-policies-too-long", error))),
    ];
    for (index, (change, expected)) in cases.iter().enumerate() {
        let mut profile = profile();
        change(&mut profile);
        let findings = check_profile(&profile, &ProfilePlaces::default());
        let found: Vec<_> = findings.iter().map(|finding| (finding.rule.code, finding.severity)).collect();
        assert_eq!(found, expected.iter().copied().collect::<Vec<_>>(), "case {index}: {findings:#?}");
    }
}

#[test]
fn the_trust_of_every_organization_is_measured() {
    let day = date(2026, 11, 23);
    let size = |length: usize| {
        let organization = organization("o-exampleorgid1", "111122223333", &"a".repeat(length));
        check_trust_size(&profile(), &organization, &ProfilePlaces::default(), day).map(|finding| finding.severity)
    };
    assert_eq!((size(36), size(1_224)), (None, None));
    let mut narrowed = profile();
    narrowed.vendor.principal_arns =
        (0..40).map(|index| format!("arn:aws:iam::999988887777:role/Integration{index:02}")).collect();
    let organization = organization("o-exampleorgid1", "111122223333", RIGHT);
    let found = |profile: &RoleProfile| {
        check_trust_size(profile, &organization, &ProfilePlaces::default(), day).map(|finding| finding.severity)
    };
    assert_eq!(found(&narrowed), Some(Severity::Warning));
    narrowed
        .vendor
        .principal_arns
        .extend((40..100).map(|index| format!("arn:aws:iam::999988887777:role/Integration{index:02}")));
    assert_eq!(found(&narrowed), Some(Severity::Error));
}

#[test]
fn bindings_that_mix_tenants_are_found() {
    let mut first = organization("o-exampleorgid1", "111122223333", RIGHT);
    let mut second = organization("o-exampleorgid2", "222233334444", "5b8d20c1-7fe4-49a3-b6d2-0c9e8f7a6b15");
    let codes = |organizations: &[&Organization]| -> Vec<&'static str> {
        let placed: Vec<_> = organizations
            .iter()
            .map(|organization| PlacedOrganization { organization, span: Span::default() })
            .collect();
        check_bindings(&placed).iter().map(|finding| finding.rule.code).collect()
    };
    assert!(codes(&[&first, &second]).is_empty());
    // An account that has the organization's ID already shares nothing.
    first.legacy_ids.insert(account("444455556666"), first.external_id.clone());
    assert!(codes(&[&first, &second]).is_empty());
    second.legacy_ids.insert(account("444455556666"), ExternalId::parse(LEGACY).unwrap());
    assert_eq!(codes(&[&first, &second]), ["account-in-two-organizations"]);
    second.external_id = first.external_id.clone();
    assert_eq!(codes(&[&first, &second]), ["external-id-shared", "account-in-two-organizations"]);
    for guessable in ["acme", "111122223333", "o-exampleorgid3"] {
        assert_eq!(
            codes(&[&organization("o-exampleorgid3", "333344445555", guessable)]),
            ["external-id-guessable"],
            "{guessable}"
        );
    }
}

/// The inline policy of role code, as it is written there, against the profile's: which way it differs, if at all.
#[test]
fn policies_that_mean_the_same_are_no_finding_however_they_are_written() {
    let document = |statements: &str| format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#);
    let on_all = |actions: &str| format!(r#"{{"Effect":"Allow","Action":{actions},"Resource":"*"}}"#);
    let right = on_all(r#"["ce:*","ec2:DescribeInstances"]"#);
    let same = [
        document(&on_all(r#"["ec2:describeinstances","CE:*"]"#)),
        document(&format!("{},{}", on_all(r#""ec2:DescribeInstances""#), on_all(r#"["ce:*","ce:Get*"]"#))),
        document(&right.replace(r#""*"}"#, r#"["*","arn:aws:ec2:*:*:instance/*"]}"#)),
        document(&format!(r#"{right},{{"Effect":"Deny","Action":"s3:*","Resource":"*"}}"#)),
        document(&format!(
            r#"{},{{"Effect":"Deny","NotAction":["ce:*","ec2:DescribeInstances"],"Resource":"*"}}"#,
            on_all(r#""*""#)
        )),
        document(&right.replace('}', r#","Condition":{"StringLikeIfExists":{"aws:RequestedRegion":"*"}}}"#)),
        document(&format!(
            r#"{right},{{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::${{aws:username}}/*"}}"#
        )),
        document(&right).replace("2012-10-17", "2008-10-17"),
    ];
    let text = |policy: &str| {
        role_with("Policies", Some(&format!(r#"[{{"PolicyName":"Vendor","PolicyDocument":{policy}}}]"#)))
    };
    for policy in &same {
        let (_, findings, not_judged) = judge(&text(policy));
        assert_eq!((findings, not_judged), (vec![], vec![]), "{policy}");
    }
    let more = "grants what the profile does not";
    let less = "does not grant what the profile does";
    let differing: [(String, &[&str], &str); 7] = [
        (document(&on_all(r#"["ce:*","ec2:DescribeI*"]"#)), &[more], "\"ec2:DescribeI*\""),
        (document(&on_all(r#"["ce:Get*","ec2:DescribeInstances"]"#)), &[less], "["),
        (document(&on_all(r#"["ce:*","ec2:DescribeImages"]"#)), &[more, less], "\"ec2:DescribeImages\""),
        (
            document(&right.replace('}', r#","Condition":{"StringEquals":{"aws:RequestedRegion":"eu-west-1"}}}"#)),
            &[less],
            "\"StringEquals\"",
        ),
        (document(&format!(r#"{right},{{"Effect":"Deny","Action":"ce:Get*","Resource":"*"}}"#)), &[less], "\"Deny\""),
        (document(r#"{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}"#), &[more], "\"iam:*\""),
        (
            document(&format!(
                r#"{right},{{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::${{aws:PrincipalTag/team}}/*"}}"#
            )),
            &[more],
            "\"s3:*\"",
        ),
    ];
    for (policy, messages, place) in differing {
        let (sources, findings, not_judged) = judge(&text(&policy));
        let told: Vec<_> = findings.iter().map(|finding| finding.message.as_str()).collect();
        assert_eq!((told.len(), not_judged.len()), (messages.len(), 0), "{policy}: {told:?} {not_judged:?}");
        for (finding, message) in findings.iter().zip(messages) {
            assert!(finding.message.contains(message) && finding.rule.code == "role-code-policy", "{told:?}");
            let witness = finding.witness.as_ref().unwrap();
            assert!(finding.reason.contains(&witness.to_string()), "{}", finding.reason);
            assert_eq!(witness.principal, "arn:aws:iam::123456789012:role/VendorRole");
        }
        let snippet = sources.snippet(findings[0].span);
        assert!(snippet.starts_with(place), "{policy}: {snippet}");
    }
}

#[test]
fn trusts_that_mean_the_same_are_no_finding() {
    let principal = r#"{"AWS":"999988887777"}"#;
    let same = [
        TRUST.replace(principal, r#"{"AWS":["arn:aws:iam::999988887777:root","arn:aws:iam::999988887777:role/one"]}"#),
        TRUST.replace("StringEquals", "StringLike"),
        TRUST.replace(r#""Condition":{"#, r#""Condition":{"Null":{"sts:ExternalId":"false"},"#),
        TRUST.replace(principal, "\"*\"").replace(
            r#""Condition":{"#,
            r#""Condition":{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::999988887777:*"},"#,
        ),
    ];
    for trust in same {
        let (_, findings, not_judged) = judge(&role_with("Trust", Some(&trust)));
        assert_eq!((findings, not_judged), (vec![], vec![]), "{trust}");
    }
    for (trust, said) in [
        (TRUST.replace("StringEquals", "StringEqualsIfExists"), "`allowed` is"),
        (TRUST.replace("StringEquals", "ForAllValues:StringEquals"), "`allowed` is"),
        (TRUST.replace(principal, "\"*\""), "`allowed` is"),
        (TRUST.replace(r#""sts:AssumeRole""#, r#""sts:AssumeRole","sts:TagSession""#), "`sts:TagSession`"),
        (
            TRUST.replace(principal, r#"{"AWS":"arn:aws:iam::999988887777:role/one"}"#),
            "keeps out what the profile lets in",
        ),
        (
            TRUST.replace(r#""Condition":{"#, r#""Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"},"#),
            "keeps out",
        ),
    ] {
        let (_, findings, not_judged) = judge(&role_with("Trust", Some(&trust)));
        assert!(!findings.is_empty() && not_judged.is_empty(), "{trust}");
        for finding in findings {
            assert_eq!(finding.rule.code, "role-code-trust");
            assert!(finding.reason.contains(said), "{trust}: {}", finding.reason);
        }
    }
}
