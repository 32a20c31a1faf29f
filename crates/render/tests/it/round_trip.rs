//! What is written is read back as the same role: every format, both kinds of account, legacy external IDs, and texts
//! full of characters that some language treats in a way of its own.

use proptest::prelude::*;
use rolecall_core::external_id::ExternalId;
use rolecall_core::organization::{Organization, OrganizationId, ServiceMode};
use rolecall_core::profile::{InlinePolicy, Permissions, RoleProfile, Tag, VendorPrincipal};
use rolecall_core::role::RoleTree;
use rolecall_core::trust_document::trust_document;
use rolecall_iam::arn::{AccountId, Partition};
use rolecall_iam::document::parse::parse;
use rolecall_iam::document::print::to_node;
use rolecall_iam::document::{Policy, PolicyType};
use rolecall_iam::json;
use rolecall_iam::source::SourceMap;
use rolecall_iam::span::FileId;
use rolecall_iam::value::{Node, Value};
use rolecall_render::read::{Environment, Kind, ReadRoles, read};
use rolecall_render::write::{Format, Options, RenderError, TemplateSyntax, render};
use std::collections::BTreeMap;

const MANAGEMENT: &str = "111111111111";
const MEMBER: &str = "333333333333";
const LEGACY: &str = "222222222222";

/// The texts of one rendering that hold the role, with the kind to read them as.
fn role_code(
    format: Format,
    syntax: TemplateSyntax,
    profile: &RoleProfile,
    organization: &Organization,
) -> Result<Vec<(Kind, String, String)>, RenderError> {
    let options = Options { template_syntax: syntax, ..Options::default() };
    let rendered = render(format, profile, organization, &options)?;
    let kept = rendered.files.into_iter().filter_map(|file| {
        let kind = match format {
            Format::AwsCli => Kind::AwsCli,
            Format::Terraform => Kind::Terraform,
            _ if file.path.ends_with("/main.tf") => Kind::Terraform,
            _ if file.path.starts_with("template.") || format == Format::CloudFormation => Kind::CloudFormation,
            _ => return None,
        };
        Some((kind, file.path, file.text))
    });
    Ok(kept.collect())
}

fn read_back(kind: Kind, path: &str, text: &str, organization: &Organization, account: &str) -> (SourceMap, ReadRoles) {
    let mut sources = SourceMap::new();
    let file = sources.add(path, text);
    let environment = Environment {
        account: AccountId::parse(account).unwrap(),
        partition: organization.partition,
        region: "us-east-1".into(),
        parameters: BTreeMap::new(),
    };
    let result = read(kind, &sources, &[file], &environment);
    (sources, result)
}

/// The meaning of a tree as text: no places, a list of one is its element.
fn plain(node: &Node) -> String {
    match &node.value {
        Value::Null => "null".into(),
        Value::Bool(value) => value.to_string(),
        Value::Number(text) => text.clone(),
        Value::String(text) => format!("{text:?}"),
        Value::Array(items) if items.len() == 1 => plain(&items[0]),
        Value::Array(items) => format!("[{}]", items.iter().map(plain).collect::<Vec<_>>().join(", ")),
        Value::Object(members) => {
            let mut members: Vec<String> =
                members.iter().map(|member| format!("{:?}: {}", member.key.value, plain(&member.value))).collect();
            members.sort();
            format!("{{{}}}", members.join(", "))
        }
        Value::Unresolved(reason) => format!("UNRESOLVED({reason})"),
    }
}

fn optional(node: Option<&Node>) -> Option<String> {
    node.map(plain)
}

/// The role as the profile asks for it in one account, as sorted lines.
fn expected(profile: &RoleProfile, organization: &Organization, account: &str) -> Vec<String> {
    let account = AccountId::parse(account).unwrap();
    let id = organization.legacy_ids.get(&account).unwrap_or(&organization.external_id);
    let trust = trust_document(&profile.vendor, organization.partition, &[id]);
    let inline = profile.permissions.of(organization.kind_of(account));
    let text = |text: &str| Some(format!("{text:?}"));
    lines(
        text(&profile.name),
        text(&profile.path),
        profile.description.as_deref().and_then(text),
        Some(profile.max_session_duration_s.to_string()),
        profile.permissions_boundary.as_deref().and_then(text),
        Some(plain(&to_node(&trust))),
        profile.tags.iter().map(|tag| format!("{:?} = {:?}", tag.key, tag.value)).collect(),
        vec![format!("{:?} = {}", inline.name, plain(&to_node(&inline.document)))],
        profile.managed_policy_arns.iter().map(|arn| format!("{arn:?}")).collect(),
    )
}

fn found(role: &RoleTree) -> Vec<String> {
    let pairs = |pairs: &[(Node, Node)]| {
        pairs.iter().map(|(key, value)| format!("{} = {}", plain(key), plain(value))).collect()
    };
    // A script passes numbers as text.
    let seconds = optional(role.max_session_duration_s.as_ref()).map(|text| text.trim_matches('"').to_owned());
    lines(
        optional(role.name.as_ref()),
        optional(role.path.as_ref()),
        optional(role.description.as_ref()),
        seconds,
        optional(role.permissions_boundary.as_ref()),
        optional(role.trust.as_ref()),
        pairs(&role.tags),
        pairs(&role.inline_policies),
        role.managed_policy_arns.iter().map(plain).collect(),
    )
}

#[allow(clippy::too_many_arguments, reason = "one for each property, twice")]
fn lines(
    name: Option<String>,
    path: Option<String>,
    description: Option<String>,
    seconds: Option<String>,
    boundary: Option<String>,
    trust: Option<String>,
    mut tags: Vec<String>,
    inline: Vec<String>,
    mut managed: Vec<String>,
) -> Vec<String> {
    tags.sort();
    managed.sort();
    let one = |what: &str, value: Option<String>| format!("{what}: {}", value.unwrap_or_else(|| "none".into()));
    let mut lines = vec![
        one("name", name),
        one("path", path),
        one("description", description),
        one("seconds", seconds),
        one("boundary", boundary),
        one("trust", trust),
    ];
    lines.extend(tags.into_iter().map(|tag| format!("tag: {tag}")));
    lines.extend(inline.into_iter().map(|policy| format!("inline: {policy}")));
    lines.extend(managed.into_iter().map(|arn| format!("managed: {arn}")));
    lines
}

/// Renders in every format, reads back for every account. Gives how many pieces of role code were compared.
fn check(profile: &RoleProfile, organization: &Organization) -> usize {
    let mut compared = 0;
    let formats =
        Format::ALL.into_iter().flat_map(|format| [(format, TemplateSyntax::Yaml), (format, TemplateSyntax::Json)]);
    for (format, syntax) in formats {
        let code = match role_code(format, syntax, profile, organization) {
            Ok(code) => code,
            // What a format cannot carry is refused, never written wrongly.
            Err(
                RenderError::Nul { .. }
                | RenderError::DynamicReference { .. }
                | RenderError::LoadedByCli { .. }
                | RenderError::TemplateTooLarge { .. },
            ) => continue,
            Err(error) => panic!("{format:?}: {error}"),
        };
        assert!(!code.is_empty(), "{format:?} has no role code");
        for (kind, path, text) in code {
            for account in [MANAGEMENT, MEMBER, LEGACY] {
                let (sources, result) = read_back(kind, &path, &text, organization, account);
                let problems: Vec<String> = result
                    .problems
                    .iter()
                    .map(|problem| format!("{} {} {}", sources.locate(problem.span), problem.code, problem.message))
                    .collect();
                assert!(problems.is_empty(), "{format:?} {path} for {account}: {problems:#?}\n{text}");
                let [role] = result.roles.as_slice() else {
                    panic!("{format:?} {path} for {account}: {} roles\n{text}", result.roles.len())
                };
                assert_eq!(
                    found(role),
                    expected(profile, organization, account),
                    "{format:?} {path} for {account}\n{text}"
                );
                compared += 1;
            }
        }
    }
    compared
}

fn policy(text: &str) -> Policy {
    let read = json::read(FileId(0), text);
    let parsed = parse(&read.node.unwrap(), PolicyType::Identity);
    parsed.sound().unwrap_or_else(|| panic!("unsound: {:?}\n{text}", parsed.problems)).clone()
}

fn organization(partition: Partition, legacy: bool) -> Organization {
    let id = |text: &str| ExternalId::parse(text).unwrap();
    let account = |text: &str| AccountId::parse(text).unwrap();
    let legacy_ids = [(account(LEGACY), id("legacy/1:=,.@-_+")), (account("444444444444"), id("legacy-4"))];
    Organization {
        id: OrganizationId::parse("o-exampleorgid").unwrap(),
        partition,
        management_account: account(MANAGEMENT),
        external_id: id("6b3f9f4e-0d0e-4a53-a6a5-6d0d6e1b7a11"),
        legacy_ids: if legacy { legacy_ids.into() } else { BTreeMap::new() },
        migration: None,
        mode: ServiceMode::RealTime,
    }
}

fn simple(permissions: Permissions) -> RoleProfile {
    RoleProfile {
        name: "ProsperOps".into(),
        path: "/".into(),
        description: Some("Used by ProsperOps - www.prosperops.com.".into()),
        max_session_duration_s: 3_600,
        tags: vec![],
        vendor: VendorPrincipal { account: AccountId::parse("205499583182").unwrap(), principal_arns: vec![] },
        permissions,
        managed_policy_arns: vec![],
        permissions_boundary: None,
    }
}

fn one_statement(name: &str, action: &str, value: &str) -> InlinePolicy {
    let value = json_string(value);
    let document = policy(&format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":["{action}","ce:Get*"],"Resource":"*","Condition":{{"StringEquals":{{"aws:PrincipalTag/x":[{value},"b"]}}}}}}]}}"#
    ));
    InlinePolicy { name: name.into(), document }
}

fn json_string(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[test]
fn a_uniform_and_a_split_profile_come_back() {
    let management = one_statement("ProsperOps", "ec2:Describe*", "é ${aws:username}");
    let member = one_statement("ProsperOpsMember", "ec2:DescribeInstances", "member");
    for legacy in [false, true] {
        for partition in Partition::ALL {
            let organization = organization(partition, legacy);
            let uniform = simple(Permissions::Uniform(management.clone()));
            assert_eq!(check(&uniform, &organization), 30, "five formats, two syntaxes, three accounts");
            let split = simple(Permissions::Split { management: management.clone(), member: member.clone() });
            check(&split, &organization);
        }
    }
}

#[test]
fn a_changed_text_is_noticed() {
    let profile = simple(Permissions::Uniform(one_statement("ProsperOps", "ec2:Describe*", "x")));
    let organization = organization(Partition::Aws, true);
    let changes = [
        ("6b3f9f4e", "7b3f9f4e"),
        ("sts:AssumeRole", "sts:*"),
        ("ec2:Describe*", "ec2:*"),
        ("3600", "7200"),
        ("Used by", "used by"),
    ];
    for format in [Format::AwsCli, Format::Terraform, Format::CloudFormation] {
        for (kind, path, text) in role_code(format, TemplateSyntax::Yaml, &profile, &organization).unwrap() {
            for (from, to) in changes {
                assert!(text.contains(from), "{from} in {text}");
                let (_, result) = read_back(kind, &path, &text.replace(from, to), &organization, MEMBER);
                assert_ne!(
                    found(&result.roles[0]),
                    expected(&profile, &organization, MEMBER),
                    "{format:?}: {from} -> {to}"
                );
            }
        }
    }
}

/// Pieces that languages treat in a way of their own, and any other text.
fn text(pieces: std::ops::Range<usize>) -> impl Strategy<Value = String> {
    let special = prop::sample::select(vec![
        "${",
        "}",
        "%{",
        "$${",
        "%%{",
        "$",
        "'",
        "\"",
        "\\",
        "\\n",
        "\n",
        "\t",
        "`",
        "$(",
        ")",
        "{{",
        "}}",
        "#",
        "!Ref ",
        "&",
        "*",
        "<<EOF",
        "EOF",
        "\r\n",
        "é",
        "🦀",
        "\u{2028}",
        "\u{85}",
        "\u{FEFF}",
        " ",
        ": ",
        "- ",
        "yes",
        "~",
        "=",
        ",",
        "|",
        "%s",
        "--",
        "\u{7F}",
        "\u{1}",
        "012",
        "2012-10-17",
        "&{x}",
        "${!x}",
        "AWS::NoValue",
        "null",
        "\u{E000}",
    ]);
    let piece = prop_oneof![4 => special.prop_map(String::from), 1 => "\\PC{0,3}", 1 => "[a-z]{1,4}"];
    prop::collection::vec(piece, pieces).prop_map(|pieces| pieces.concat())
}

fn profile() -> impl Strategy<Value = RoleProfile> {
    let tag = (text(1..4), text(0..5)).prop_map(|(key, value)| Tag { key, value });
    let tags = prop::collection::vec(tag, 0..4).prop_map(|mut tags| {
        // Two tags of one key are no role.
        tags.sort();
        tags.dedup_by(|left, right| left.key == right.key);
        tags
    });
    let inline = || (text(1..4), text(0..6)).prop_map(|(name, value)| one_statement(&name, "ec2:Describe*", &value));
    let permissions = prop_oneof![
        inline().prop_map(Permissions::Uniform),
        (inline(), inline()).prop_map(|(management, member)| Permissions::Split { management, member }),
    ];
    let names = ("[A-Za-z0-9_+=,.@-]{1,12}", prop_oneof![Just("/".to_owned()), Just("/a/b-c/".to_owned())]);
    let managed = prop::collection::btree_set("arn:aws:iam::aws:policy/[a-zA-Z]{1,6}", 0..3);
    let rest = (
        prop::option::of(text(1..7)),
        3_600..43_200_u32,
        managed,
        prop::option::of("arn:aws:iam::aws:policy/[a-z]{1,6}"),
        0..3_usize,
    );
    (names, tags, permissions, rest).prop_map(
        |((name, path), tags, permissions, (description, seconds, managed, boundary, narrowed))| RoleProfile {
            name,
            path,
            description,
            max_session_duration_s: seconds,
            tags,
            managed_policy_arns: managed.into_iter().collect(),
            permissions_boundary: boundary,
            vendor: VendorPrincipal {
                account: AccountId::parse("205499583182").unwrap(),
                principal_arns: (0..narrowed).map(|index| format!("arn:aws:iam::205499583182:role/r{index}")).collect(),
            },
            permissions,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_profile_comes_back(profile in profile(), legacy: bool) {
        check(&profile, &organization(Partition::Aws, legacy));
    }
}
