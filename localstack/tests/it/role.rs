//! The role of the suite: one profile, organizations with accounts of the test, and the comparison of what stands in an
//! account with what the profile asks for.

use rolecall_aws::{Connection, NewRole};
use rolecall_core::external_id::ExternalId;
use rolecall_core::organization::{Organization, OrganizationId, ServiceMode};
use rolecall_core::profile::{InlinePolicy, Permissions, RoleProfile, Tag, VendorPrincipal};
use rolecall_core::trust_document::trust_document;
use rolecall_iam::arn::{AccountId, Partition};
use rolecall_iam::document::normal::same_meaning_by_text;
use rolecall_iam::document::parse::parse;
use rolecall_iam::document::print::to_json_compact;
use rolecall_iam::document::{Policy, PolicyType};
use rolecall_iam::json;
use rolecall_iam::span::FileId;
use rolecall_render::write::{Format, Options, render};
use std::collections::BTreeMap;
use std::path::Path;

const VENDOR: &str = "205499583182";

/// Everything that every format carries, and two kinds of account.
pub(crate) fn profile() -> RoleProfile {
    let inline = |name: &str, file: &str| InlinePolicy {
        name: name.to_owned(),
        document: policy(&rolecall_fixtures::text(file), PolicyType::Identity),
    };
    RoleProfile {
        name: "ProsperOps".into(),
        path: "/vendors/".into(),
        description: Some("Used by the vendor's service: it must stay, 'as it is'.".into()),
        max_session_duration_s: 7_200,
        tags: vec![Tag { key: "team".into(), value: "cost & usage".into() }],
        vendor: VendorPrincipal { account: AccountId::parse(VENDOR).unwrap(), principal_arns: vec![] },
        permissions: Permissions::Split {
            management: inline("ProsperOpsManagement", "prosperops/policy-management.json"),
            member: inline("ProsperOpsMember", "prosperops/policy-member.json"),
        },
        managed_policy_arns: vec![],
        permissions_boundary: None,
    }
}

/// An organization with one account that has an external ID of its own.
pub(crate) fn organization(id: &str, management: AccountId, legacy: AccountId) -> Organization {
    let external_id = |text: &str| ExternalId::parse(text).unwrap();
    Organization {
        id: OrganizationId::parse(id).unwrap(),
        partition: Partition::Aws,
        management_account: management,
        external_id: external_id("f0a4c1d2-6c0b-4f27-9d3e-2b8a5e7c9146"),
        legacy_ids: BTreeMap::from([(legacy, external_id("5c8f7a31-e9d2-46b0-b3c7-80a4f6d1e925"))]),
        migration: None,
        mode: ServiceMode::RealTime,
    }
}

fn policy(text: &str, kind: PolicyType) -> Policy {
    let read = json::read(FileId(0), text);
    let parsed = parse(&read.node.unwrap_or_else(|| panic!("no JSON: {text}")), kind);
    parsed.sound().unwrap_or_else(|| panic!("unsound: {:?}\n{text}", parsed.problems)).clone()
}

fn trust(profile: &RoleProfile, organization: &Organization, account: AccountId) -> Policy {
    let id = organization.legacy_ids.get(&account).unwrap_or(&organization.external_id);
    trust_document(&profile.vendor, organization.partition, &[id])
}

/// Makes the role in an account, as the profile says.
pub(crate) async fn create(
    connection: &Connection,
    account: AccountId,
    profile: &RoleProfile,
    organization: &Organization,
) {
    let role = NewRole {
        name: profile.name.clone(),
        path: Some(profile.path.clone()),
        assume_role_policy: to_json_compact(&trust(profile, organization, account)),
        description: profile.description.clone(),
        max_session_duration_s: Some(i32::try_from(profile.max_session_duration_s).unwrap()),
        permissions_boundary: None,
        tags: profile.tags.iter().map(|tag| (tag.key.clone(), tag.value.clone())).collect(),
    };
    let made = connection.create_role(&role).await.unwrap();
    assert_eq!(made.arn, format!("arn:aws:iam::{account}:role{}{}", profile.path, profile.name));
    let inline = profile.permissions.of(organization.kind_of(account));
    let document = to_json_compact(&inline.document);
    connection.put_role_policy(&profile.name, &inline.name, &document).await.unwrap();
}

/// Reads the role and everything on it: each property as the profile asks for it, and nothing besides.
pub(crate) async fn assert_stands(
    connection: &Connection,
    account: AccountId,
    profile: &RoleProfile,
    organization: &Organization,
) {
    let role = connection.get_role(&profile.name).await.unwrap().unwrap_or_else(|| panic!("no role in {account}"));
    assert_eq!((&role.name, &role.path), (&profile.name, &profile.path), "{account}");
    assert_eq!(role.arn, format!("arn:aws:iam::{account}:role{}{}", profile.path, profile.name));
    assert_eq!(role.description, profile.description, "{account}");
    assert_eq!(role.max_session_duration_s, i32::try_from(profile.max_session_duration_s).ok(), "{account}");
    assert_eq!(role.permissions_boundary, None, "{account}");
    let tags: Vec<_> = profile.tags.iter().map(|tag| (tag.key.clone(), tag.value.clone())).collect();
    // CloudFormation adds tags of its own, on AWS as here.
    let own = |tag: &(String, String)| !tag.0.starts_with("aws:");
    assert_eq!(role.tags.into_iter().filter(own).collect::<Vec<_>>(), tags, "{account}");
    let found = policy(&role.assume_role_policy.unwrap(), PolicyType::Trust);
    assert!(same_meaning_by_text(&found, &trust(profile, organization, account)), "{account}: {found:?}");
    let inline = profile.permissions.of(organization.kind_of(account));
    let listed = connection.list_role_policies(&profile.name).all().await.unwrap();
    assert_eq!(listed, std::slice::from_ref(&inline.name), "{account}");
    let text = connection.get_role_policy(&profile.name, &inline.name).await.unwrap().unwrap();
    let found = policy(&text, PolicyType::Identity);
    assert!(same_meaning_by_text(&found, &inline.document), "{account}: {text}");
    assert_eq!(connection.list_attached_role_policies(&profile.name).all().await.unwrap(), [], "{account}");
}

/// Puts the rendered files down; gives their paths.
pub(crate) fn put_down(
    format: Format,
    profile: &RoleProfile,
    organization: &Organization,
    folder: &Path,
) -> Vec<String> {
    let rendered = render(format, profile, organization, &Options::default()).unwrap();
    for file in &rendered.files {
        let path = folder.join(&file.path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &file.text).unwrap();
    }
    rendered.files.into_iter().map(|file| file.path).collect()
}
