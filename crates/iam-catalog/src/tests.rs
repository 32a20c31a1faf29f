//! What the look-ups promise, on data that is known from AWS's pages, and on every record that ships.

use std::sync::LazyLock;

use proptest::prelude::*;

use crate::*;

fn names(actions: impl Iterator<Item = Action>) -> Vec<String> {
    actions.map(|action| action.to_string()).collect()
}

fn keys(keys: impl Iterator<Item = ConditionKey>) -> Vec<&'static str> {
    keys.map(ConditionKey::name).collect()
}

#[test]
fn the_embedded_form_is_below_two_megabytes() {
    assert!(bytes::all().len() < 2_000_000, "{} bytes", bytes::all().len());
}

#[test]
fn look_ups_read_few_records() {
    // Nothing is decoded at start; a look-up costs a binary search. Counted, since time depends on the machine.
    let mut read = 0;
    let wanted = action_named("ec2:RunInstances").unwrap().id();
    search::partition_point(0..bytes::ACTIONS.count, |index| {
        read += 1;
        Action::at(index).id() < wanted
    });
    assert!(read <= 16, "{read} of {}", action_count());
    for pattern in ["ec2:Describe*", "s3:getobject", "iam:*"] {
        let matching = actions_matching(pattern);
        assert_eq!(matching.size_hint().1, Some(matching.count()), "{pattern}");
    }
}

#[test]
fn it_holds_what_aws_has() {
    assert!(services().count() > 400);
    assert!(action_count() > 17_000);
    assert!(services().map(|service| service.resource_types().count()).sum::<usize>() > 2_000);
    assert!(services().map(|service| service.condition_keys().count()).sum::<usize>() > 2_000);
    assert!(global_condition_keys().count() > 40);
    assert!(all_actions().filter(|action| action.dependent_actions().next().is_some()).count() > 1_000);
    for level in ["List", "Read", "Write", "Permissions management", "Tagging"] {
        assert!(all_actions().filter(|action| action.access_level().as_str() == level).count() > 300, "{level}");
    }
}

#[test]
fn known_actions() {
    // Source: the services' pages in the Service Authorization Reference, as iam-data read them on the catalogue's date.
    let cases = [
        ("ec2:DescribeInstances", AccessLevel::List, ""),
        ("ec2:TerminateInstances", AccessLevel::Write, "instance"),
        ("s3:GetObject", AccessLevel::Read, "accesspointobject object"),
        ("s3:PutBucketPolicy", AccessLevel::PermissionsManagement, "bucket"),
        ("iam:PassRole", AccessLevel::Write, "role"),
        ("sts:AssumeRole", AccessLevel::Write, "role"),
        ("sts:GetCallerIdentity", AccessLevel::Read, ""),
        ("organizations:ListAccounts", AccessLevel::List, ""),
        ("ec2:CreateTags", AccessLevel::Tagging, ""),
    ];
    for (name, level, resources) in cases {
        let action = action_named(name).unwrap_or_else(|| panic!("{name}"));
        assert_eq!(action.access_level(), level, "{name}");
        if name != "ec2:CreateTags" {
            let found: Vec<&str> = action.resource_types().map(|row| row.resource_type().key()).collect();
            assert_eq!(found.join(" "), resources, "{name}");
            assert_eq!(action.takes_no_resource(), resources.is_empty(), "{name}");
        }
    }
}

#[test]
fn known_keys_of_actions() {
    let pass = action_named("iam:PassRole").unwrap();
    assert_eq!(keys(pass.condition_keys()), ["iam:AssociatedResourceArn", "iam:PassedToService"]);
    assert!(keys(action_named("sts:AssumeRole").unwrap().condition_keys()).contains(&"sts:ExternalId"));
    let run = action_named("ec2:RunInstances").unwrap();
    let instance = run.resource_types().find(|row| row.resource_type().key() == "instance").unwrap();
    assert!(instance.required());
    assert!(keys(instance.condition_keys()).contains(&"ec2:InstanceType"));
    let key_pair = run.resource_types().find(|row| row.resource_type().key() == "key-pair").unwrap();
    assert!(!key_pair.required());
    assert_eq!(names(run.dependent_actions()), ["ec2:CreateTags", "iam:PassRole", "ssm:GetParameters"]);
    assert_eq!(run.marks().collect::<Vec<_>>(), [Mark::PrivilegeEscalation]);
    assert!(
        keys(service("s3").unwrap().resource_type("BUCKET").unwrap().condition_keys())
            .contains(&"s3:BucketTag/${TagKey}")
    );
}

#[test]
fn known_services() {
    let s3 = service("s3").unwrap();
    assert_eq!((s3.name(), s3.category(), s3.supports_rcp()), ("Amazon S3", "Storage", true));
    let url = "https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html";
    assert_eq!(s3.reference(), Some(url));
    let rcp: Vec<&str> = services().filter(|service| service.supports_rcp()).map(Service::prefix).collect();
    // Source: "Resource control policies", AWS Organizations user guide: the services it began with.
    for prefix in ["s3", "sts", "kms", "sqs", "secretsmanager"] {
        assert!(rcp.contains(&prefix), "{prefix}");
    }
    assert!(!rcp.contains(&"iam") && rcp.len() < 100);
}

#[test]
fn several_arn_patterns_are_several() {
    let bot = service("lex").unwrap().resource_type("bot").unwrap();
    let patterns: Vec<&str> = bot.arn_patterns().collect();
    assert_eq!(
        patterns,
        [
            "arn:${Partition}:lex:${Region}:${Account}:bot/${BotId}",
            "arn:${Partition}:lex:${Region}:${Account}:bot:${BotName}"
        ]
    );
}

#[test]
fn known_condition_keys() {
    let cases = [
        (None, "aws:tagkeys", "aws:TagKeys", ValueType::String, true),
        (None, "aws:PrincipalArn", "aws:PrincipalArn", ValueType::Arn, false),
        (None, "aws:SourceIp", "aws:SourceIp", ValueType::IpAddress, false),
        (None, "aws:CurrentTime", "aws:CurrentTime", ValueType::Date, false),
        (None, "aws:SecureTransport", "aws:SecureTransport", ValueType::Bool, false),
        (None, "aws:MultiFactorAuthAge", "aws:MultiFactorAuthAge", ValueType::Numeric, false),
        (None, "aws:PrincipalOrgPaths", "aws:PrincipalOrgPaths", ValueType::String, true),
        (None, "AWS:PRINCIPALTAG/a/b", "aws:PrincipalTag/${TagKey}", ValueType::String, false),
        (None, "sts:externalid", "sts:ExternalId", ValueType::String, false),
        (Some("sts"), "sts:ExternalId", "sts:ExternalId", ValueType::String, false),
        (Some("STS"), "aws:SourceVpce", "aws:SourceVpce", ValueType::String, false),
        (
            None,
            "token.actions.githubusercontent.com:repository",
            "token.actions.githubusercontent.com:repository",
            ValueType::String,
            false,
        ),
        (None, "events:Metadata/a/Matcher", "events:Metadata/${MetadataKey}/Matcher", ValueType::String, false),
        (None, "kms:EncryptionContext:Key", "kms:EncryptionContext:${EncryptionContextKey}", ValueType::String, false),
        (None, "s3:ExistingObjectTag/x", "s3:ExistingObjectTag/<key>", ValueType::String, false),
        (None, "ssm:resourceTag/x", "ssm:resourceTag/${TagKey}", ValueType::String, false),
        (None, "secretsmanager:ResourceTag/x", "secretsmanager:ResourceTag/tag-key", ValueType::String, false),
        (None, "glacier:ResourceTag/x", "glacier:ResourceTag/", ValueType::String, false),
        (
            None,
            "codebuild:environment.environmentVariables/A.value",
            "codebuild:environment.environmentVariables/${name}.value",
            ValueType::String,
            false,
        ),
    ];
    for (of, name, expected, value_type, multi) in cases {
        let key = condition_key(of, name).unwrap_or_else(|| panic!("{name}"));
        assert_eq!((key.name(), key.value_type(), key.is_multi_valued()), (expected, value_type, multi), "{name}");
    }
    for (of, name) in [
        (None, ""),
        (None, "aws:NoSuchKey"),
        (None, "aws:PrincipalTag/"),
        (None, "aws:PrincipalTag"),
        (None, "codebuild:environment.environmentVariables/.value"),
        (Some("ec2"), "sts:ExternalId"),
        (Some("nosuchservice"), "aws:TagKeys"),
    ] {
        assert_eq!(condition_key(of, name), None, "{name}");
    }
}

#[test]
fn a_key_of_two_types_is_found_by_its_service() {
    let of = |prefix| condition_key(prefix, "identitystore:UserId").map(|key| (key.is_multi_valued(), key.is_global()));
    assert_eq!(of(None), Some((false, true)));
    let services: Vec<bool> = services()
        .filter(|service| service.condition_keys().any(|key| key.name() == "identitystore:UserId"))
        .filter_map(|service| of(Some(service.prefix())))
        .map(|(multi, _)| multi)
        .collect();
    assert!(services.contains(&true) && services.contains(&false), "{services:?}");
}

#[test]
fn global_keys_know_their_category() {
    assert!(global_condition_keys().all(ConditionKey::is_global));
    let category = |name| condition_key(None, name).and_then(ConditionKey::category);
    assert_eq!(category("aws:PrincipalOrgID"), Some(KeyCategory::Principal));
    assert_eq!(category("aws:ResourceTag/x"), Some(KeyCategory::Resource));
    assert_eq!(category("sts:ExternalId"), None);
}

#[test]
fn every_record_is_found_by_its_own_name() {
    let mut seen = 0;
    for service in services() {
        assert_eq!(crate::service(&service.prefix().to_uppercase()), Some(service));
        assert!(!service.name().is_empty() && !service.category().is_empty());
        for action in service.actions() {
            assert_eq!(service.action(&action.name().to_uppercase()), Some(action));
            assert_eq!(action.service(), service);
            assert_eq!(action.id().index(), seen);
            assert_eq!(Action::from_id(action.id()), Some(action));
            assert!(action.resource_types().all(|row| row.resource_type().service() == service));
            seen += 1;
        }
        for resource_type in service.resource_types() {
            assert_eq!(service.resource_type(resource_type.key()), Some(resource_type));
            assert!(resource_type.arn_patterns().next().is_some());
            assert!(resource_type.arn_patterns().all(|pattern| pattern.starts_with("arn:")));
        }
        for key in service.condition_keys() {
            assert_eq!(condition_key(Some(service.prefix()), key.name()), Some(key), "{service} {}", key.name());
        }
    }
    assert_eq!(seen, action_count());
    assert_eq!(ActionId::from_index(seen), None);
    assert_eq!(ActionId::from_index(seen - 1).and_then(Action::from_id), all_actions().next_back());
}

#[test]
fn names_that_are_not_there_are_not_found() {
    for name in
        ["", ":", "ec2", "ec2:", ":RunInstances", "ec2:RunInstances ", "ec2:Zzz", "zzz:Zzz", "ec2:Ünicode", "é:*"]
    {
        assert_eq!(action_named(name), None, "{name}");
    }
    assert_eq!(service(""), None);
    assert_eq!(service("zzzz"), None);
}

#[test]
fn a_record_beyond_the_end_is_empty() {
    let action = Action::at(u32::MAX);
    assert_eq!((action.name(), action.resource_types().count(), action.dependent_actions().count()), ("", 0, 0));
    assert_eq!(ResourceType::at(u32::MAX - 1).key(), "");
    assert_eq!(ConditionKey::at(u32::MAX).name(), "");
    assert_eq!(Service::at(u32::MAX).prefix(), "");
}

#[test]
fn patterns_of_actions() {
    assert_eq!(actions_matching("*").count(), action_count());
    assert_eq!(actions_matching("*:*").count(), action_count());
    assert_eq!(actions_matching("EC2:*").count(), service("ec2").unwrap().actions().count());
    assert_eq!(names(actions_matching("iam:passrole")), ["iam:PassRole"]);
    assert_eq!(names(actions_matching("iam:Pass?ole")), ["iam:PassRole"]);
    assert_eq!(
        names(actions_matching("s3:*EncryptionConfiguration")),
        ["s3:GetEncryptionConfiguration", "s3:PutEncryptionConfiguration"]
    );
    for none in ["", "ec2", "ec2:", "ec2:?", "nosuch:*", "é:*", ":*", "ec2:*é"] {
        assert_eq!(actions_matching(none).count(), 0, "{none}");
    }
}

/// A glob by its definition.
fn naive(pattern: &[char], text: &[char]) -> bool {
    match pattern.split_first() {
        None => text.is_empty(),
        Some(('*', rest)) => (0..=text.len()).any(|taken| naive(rest, &text[taken..])),
        Some((wanted, rest)) => text
            .split_first()
            .is_some_and(|(first, text)| (*wanted == '?' || wanted.eq_ignore_ascii_case(first)) && naive(rest, text)),
    }
}

fn chars(text: &str) -> Vec<char> {
    text.chars().collect()
}

static FULL_NAMES: LazyLock<Vec<(Action, Vec<char>)>> =
    LazyLock::new(|| all_actions().map(|action| (action, chars(&action.to_string()))).collect());

/// A full name of the catalogue with some parts of it replaced by wildcards, and its case changed.
fn pattern() -> impl Strategy<Value = String> {
    let edits = proptest::collection::vec((0..80_usize, 0..12_usize, 0..4_usize), 0..4);
    (0..action_count(), edits, any::<bool>()).prop_map(|(index, edits, upper)| {
        let action = ActionId::from_index(index).and_then(Action::from_id).unwrap();
        let mut text = action.to_string();
        for (at, length, kind) in edits {
            let start = at.min(text.len());
            let end = (start + length).min(text.len());
            text.replace_range(start..end, ["*", "?", "**", ""][kind]);
        }
        if upper { text.to_uppercase() } else { text }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn matching_agrees_with_the_naive_glob(pattern in pattern()) {
        let wanted = chars(&pattern);
        let expected: Vec<Action> =
            FULL_NAMES.iter().filter(|(_, name)| naive(&wanted, name)).map(|(action, _)| *action).collect();
        prop_assert_eq!(actions_matching(&pattern).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn no_text_makes_a_look_up_panic(text in "\\PC{0,40}", of in "\\PC{0,8}") {
        let _ = (service(&text), action_named(&text), action(&of, &text), actions_matching(&text).count());
        let _ = (condition_key(None, &text), condition_key(Some("sts"), &text), nearest_service(&text));
        let _ = nearest_action(&format!("{of}:{text}"));
    }

    #[test]
    fn a_slip_is_mended(index in 0..action_count(), at in 1..30_usize) {
        // A letter lost in a name of ten or more leaves the right name among the nearest.
        let action = ActionId::from_index(index).and_then(Action::from_id).unwrap();
        let mut name = action.name().to_owned();
        prop_assume!(name.len() >= 10 && at < name.len());
        name.remove(at);
        prop_assume!(action.service().action(&name).is_none());
        let meant = nearest_action(&format!("{}:{name}", action.service())).unwrap();
        prop_assert_eq!(meant.service(), action.service());
        prop_assert_eq!(strsim::osa_distance(&meant.name().to_lowercase(), &name.to_lowercase()), 1);
    }
}
