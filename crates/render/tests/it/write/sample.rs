//! Profiles and organizations that the tests of the writers share.

use rolecall_core::external_id::ExternalId;
use rolecall_core::organization::{Organization, OrganizationId, ServiceMode};
use rolecall_core::profile::{InlinePolicy, Permissions, RoleProfile, Tag, VendorPrincipal};
use rolecall_iam::arn::{AccountId, Partition};
use rolecall_iam::document::parse::parse;
use rolecall_iam::document::{Policy, PolicyType};
use rolecall_iam::json;
use rolecall_iam::span::FileId;

pub(crate) const MANAGEMENT: &str = "111111111111";
pub(crate) const MEMBER: &str = "333333333333";
pub(crate) const LEGACY: &str = "222222222222";
pub(crate) const ORGANIZATION: &str = "o-exampleorgid";

/// Every character that some language of role code treats in a way of its own.
pub(crate) const NASTY: &str =
    "it's \"${x}\" %{y} `z` $(w) é \\ newline\nsecond\ttab #{h} !Ref & <a> {{ b }} %s ~ ' '' \\n $$ %% : - end ";

pub(crate) fn policy(text: &str) -> Policy {
    let read = json::read(FileId(0), text);
    let parsed = parse(&read.node.unwrap(), PolicyType::Identity);
    parsed.sound().unwrap_or_else(|| panic!("unsound sample: {:?}", parsed.problems)).clone()
}

pub(crate) fn inline(name: &str, text: &str) -> InlinePolicy {
    InlinePolicy { name: name.to_owned(), document: policy(text) }
}

pub(crate) const MANAGEMENT_POLICY: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "Spend",
      "Effect": "Allow",
      "Action": ["ce:GetCostAndUsage", "organizations:ListAccounts", "savingsplans:CreateSavingsPlan"],
      "Resource": "*"
    },
    {
      "Effect": "Allow",
      "Action": "ec2:Describe*",
      "Resource": "*",
      "Condition": {
        "StringEquals": {"aws:RequestedRegion": ["us-east-1", "us-west-2"], "aws:PrincipalTag/team": "${aws:PrincipalTag/team, 'none'}"},
        "Bool": {"aws:SecureTransport": "true"}
      }
    }
  ]
}"#;

pub(crate) const MEMBER_POLICY: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [{"Effect": "Allow", "Action": ["ec2:DescribeReservedInstances"], "Resource": "*"}]
}"#;

pub(crate) fn uniform() -> RoleProfile {
    RoleProfile {
        name: "ProsperOps".into(),
        path: "/".into(),
        description: Some("Used by ProsperOps - www.prosperops.com.".into()),
        max_session_duration_s: 3_600,
        tags: vec![],
        vendor: VendorPrincipal { account: account("205499583182"), principal_arns: vec![] },
        permissions: Permissions::Uniform(inline("ProsperOps", MANAGEMENT_POLICY)),
        managed_policy_arns: vec![],
        permissions_boundary: None,
    }
}

pub(crate) fn split() -> RoleProfile {
    RoleProfile {
        permissions: Permissions::Split {
            management: inline("ProsperOps", MANAGEMENT_POLICY),
            member: inline("ProsperOpsMember", MEMBER_POLICY),
        },
        ..uniform()
    }
}

/// Everything set, and every free text full of special characters.
pub(crate) fn nasty(partition: Partition) -> RoleProfile {
    let arn = |rest: &str| format!("arn:{}:iam::{rest}", partition.as_str());
    RoleProfile {
        name: "-Vendor+=,.@_x".into(),
        path: "/vendors/one/".into(),
        description: Some(NASTY.replace('\t', " ")),
        max_session_duration_s: 43_200,
        tags: vec![
            Tag { key: "team".into(), value: "it's = +-@:/ ok".into() },
            Tag { key: "${key} 'q' %{z}".into(), value: NASTY.into() },
            Tag { key: "for".into(), value: String::new() },
        ],
        vendor: VendorPrincipal {
            account: account("205499583182"),
            principal_arns: vec![arn("205499583182:role/one"), arn("205499583182:role/two")],
        },
        managed_policy_arns: vec![arn("aws:policy/ReadOnlyAccess"), arn("aws:policy/job-function/Billing")],
        permissions_boundary: Some(arn("aws:policy/PowerUserAccess")),
        ..split()
    }
}

pub(crate) fn account(text: &str) -> AccountId {
    AccountId::parse(text).unwrap()
}

pub(crate) fn external_id(text: &str) -> ExternalId {
    ExternalId::parse(text).unwrap()
}

pub(crate) fn organization() -> Organization {
    Organization {
        id: OrganizationId::parse(ORGANIZATION).unwrap(),
        partition: Partition::Aws,
        management_account: account(MANAGEMENT),
        external_id: external_id("6b3f9f4e-0d0e-4a53-a6a5-6d0d6e1b7a11"),
        legacy_ids: [].into(),
        migration: None,
        mode: ServiceMode::RealTime,
    }
}

pub(crate) fn with_legacy(count: usize) -> Organization {
    let ids = (0..count).map(|index| {
        let id = if index == 0 { LEGACY.to_owned() } else { format!("4444{index:08}") };
        (account(&id), external_id(&format!("legacy/{index}:=,.@-_+")))
    });
    Organization { legacy_ids: ids.collect(), ..organization() }
}

pub(crate) fn govcloud() -> Organization {
    Organization { partition: Partition::AwsUsGov, ..with_legacy(2) }
}

pub(crate) fn lagging() -> Organization {
    Organization { mode: ServiceMode::Lagging, ..with_legacy(2) }
}
