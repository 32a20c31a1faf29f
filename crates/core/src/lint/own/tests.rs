//! Table tests of the group, in both directions, and the data of it against the catalogue.

use super::ALL;
use crate::lint::table::{assert_rows, findings};
use rolecall_iam::document::PolicyType::{Identity, Resource, Trust};
use rolecall_iam_catalog::action_named;

fn allow(inside: &str) -> String {
    format!(r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow",{inside}}}}}"#)
}

fn actions(list: &str) -> String {
    allow(&format!(r#""Action":[{list}],"Resource":"*""#))
}

#[test]
fn lists_are_of_the_catalogue() {
    let paths = crate::escalation::PATHS.iter().flat_map(|path| path.actions);
    let reads = super::data_access::READS.iter();
    let unknown: Vec<_> = paths
        .chain(reads)
        .filter(|name| action_named(name).is_none_or(|action| action.to_string() != **name))
        .collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}

#[test]
fn every_path_is_found_and_needs_each_action() {
    for path in crate::escalation::PATHS {
        let quoted = |skip: usize| -> String {
            let kept = path.actions.iter().enumerate().filter(|(at, _)| *at != skip);
            kept.map(|(_, action)| format!("\"{action}\"")).collect::<Vec<_>>().join(",")
        };
        let told = |text: &str| {
            let found = findings(&[&super::escalation_path::LINT], Identity, text);
            found.iter().any(|finding| finding.message.contains(path.name))
        };
        assert!(told(&actions(&quoted(usize::MAX))), "{}", path.name);
        for skip in 0..path.actions.len() {
            let some = actions(&quoted(skip));
            assert!(!told(&some), "{} without one action", path.name);
        }
    }
}

#[test]
fn escalation() {
    let two = actions(r#""iam:PassRole","ec2:Run*""#);
    let wild = actions(r#""iam:*""#);
    let denied = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:CreateAccessKey","Resource":"*"},{"Effect":"Deny","Action":"iam:Create*","Resource":"*"}]}"#;
    let denied_there =
        denied.replace(r#""iam:Create*","Resource":"*""#, r#""iam:Create*","Resource":"arn:aws:iam::1:user/x""#);
    let own_user = allow(r#""Action":"iam:CreateAccessKey","Resource":"arn:aws:iam::*:user/${aws:username}""#);
    let apart = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"lambda:*","Resource":"*"},{"Effect":"Allow","Action":"iam:PassRole","Resource":"*"}]}"#;
    assert_rows(
        &[&super::escalation_path::LINT],
        &[
            ("two actions", Identity, &two, &[("escalation-path", r#""iam:PassRole""#)]),
            ("a service", Identity, &wild, &[("escalation-path", r#""iam:*""#)]),
            ("denied", Identity, denied, &[]),
            ("denied elsewhere", Identity, &denied_there, &[("escalation-path", r#""iam:CreateAccessKey""#)]),
            ("one's own user", Identity, &own_user, &[]),
            (
                "two statements",
                Identity,
                apart,
                &[("escalation-path", r#""iam:PassRole""#), ("escalation-path", r#""lambda:*""#)],
            ),
            ("everything is another lint", Identity, &actions(r#""*""#), &[]),
        ],
    );
}

#[test]
fn wide_grants() {
    let group: Vec<_> = ALL
        .iter()
        .copied()
        .filter(|lint| {
            matches!(
                lint.rule.code,
                "allow-everything"
                    | "service-wildcard"
                    | "not-action"
                    | "not-resource"
                    | "unknown-action"
                    | "unknown-service"
            )
        })
        .collect();
    assert_eq!(group.len(), 4);
    let wide = actions(r#""*","ec2:*","ec2:Describe*""#);
    let negated = allow(r#""NotAction":"iam:*","NotResource":"arn:aws:s3:::b/*""#);
    assert_rows(
        &group,
        &[
            ("wide", Identity, &wide, &[("allow-everything", r#""*""#), ("service-wildcard", r#""ec2:*""#)]),
            ("denied", Identity, &wide.replace("Allow", "Deny"), &[]),
            ("negated", Identity, &negated, &[("not-action", r#""iam:*""#), ("not-resource", r#""arn:aws:s3:::b/*""#)]),
            ("negated and denied", Identity, &negated.replace("Allow", "Deny"), &[]),
        ],
    );
}

#[test]
fn credentials_and_data() {
    let given = actions(r#""ecr:GetAuthorizationToken","redshift:Get*","sts:AssumeRole""#);
    let role = allow(r#""Action":"sts:AssumeRole","Resource":"arn:aws:iam::1:role/x""#);
    let read = actions(r#""s3:GetObject","dynamodb:Get*","s3:GetBucketPolicy""#);
    let (credentials, data) = ("credentials-exposure", "data-access");
    let group = [&super::credentials_exposure::LINT, &super::data_access::LINT];
    assert_rows(
        &group,
        &[
            (
                "credentials",
                Identity,
                &given,
                &[
                    (credentials, r#""ecr:GetAuthorizationToken""#),
                    (credentials, r#""redshift:Get*""#),
                    (credentials, r#""sts:AssumeRole""#),
                ],
            ),
            ("one role", Identity, &role, &[]),
            ("data", Identity, &read, &[(data, r#""s3:GetObject""#), (data, r#""dynamodb:Get*""#)]),
            ("denied", Identity, &read.replace("Allow", "Deny"), &[]),
        ],
    );
}

#[test]
fn deputies() {
    let trust = |principal: &str, condition: &str| {
        allow(&format!(r#""Principal":{{{principal}}},"Action":"sts:AssumeRole","Condition":{{{condition}}}"#))
    };
    let vendor = r#""AWS":["999988887777","arn:aws:iam::999988887777:role/x"]"#;
    let id = |operator: &str| format!(r#""{operator}":{{"sts:externalid":"9f2c4b7e"}}"#);
    let code = "account-without-external-id";
    let open: &[(&str, &str)] = &[(code, r#""999988887777""#), (code, r#""arn:aws:iam::999988887777:role/x""#)];
    let organization = trust(vendor, r#""StringEquals":{"aws:PrincipalOrgID":"o-1"}"#);
    let tags = trust(vendor, "").replace("sts:AssumeRole", "sts:TagSession");
    let service = trust(r#""Service":["export.amazonaws.com","ec2.amazonaws.com"]"#, "");
    let source = trust(r#""Service":"export.amazonaws.com""#, r#""StringEquals":{"aws:SourceAccount":"1"}"#);
    assert_rows(
        ALL,
        &[
            ("no ID", Trust, &trust(vendor, ""), open),
            ("an ID", Trust, &trust(vendor, &id("StringEquals")), &[]),
            ("an ID if sent", Trust, &trust(vendor, &id("StringEqualsIfExists")), open),
            ("not this ID", Trust, &trust(vendor, &id("StringNotEquals")), open),
            ("one's own organization", Trust, &organization, &[]),
            ("tags only", Trust, &tags, &[]),
            ("a service", Trust, &service, &[("service-trust-any-source", r#""export.amazonaws.com""#)]),
            ("a service with its source", Trust, &source, &[]),
        ],
    );
}

/// A pattern that everybody's value matches is no restriction, however it is written.
#[test]
fn wildcards_restrict_nobody() {
    let vendor = |condition: &str| {
        allow(&format!(r#""Principal":{{"AWS":"999988887777"}},"Action":"sts:AssumeRole","Condition":{{{condition}}}"#))
    };
    let service = |condition: &str| {
        allow(&format!(
            r#""Principal":{{"Service":"export.amazonaws.com"}},"Action":"sts:AssumeRole","Condition":{{{condition}}}"#
        ))
    };
    let told = |text: &str| !findings(ALL, Trust, text).is_empty();
    let like = |key: &str, values: &str| format!(r#""StringLike":{{"{key}":{values}}}"#);
    let id = "sts:ExternalId";
    for (key, values) in [
        (id, r#""*""#),
        (id, r#""**""#),
        (id, r#""?*""#),
        (id, r#""*?""#),
        (id, r#""??*""#),
        (id, r#""?*?""#),
        // Any of some length: it is the caller that chooses.
        (id, r#""???*""#),
        (id, r#""????????""#),
        (id, r#"["9f2c4b7e","?*"]"#),
        ("STS:externalid", r#""?*""#),
        ("aws:PrincipalAccount", r#""????????????""#),
        ("aws:PrincipalOrgID", r#""o-*""#),
        ("aws:PrincipalOrgPaths", r#""o-*/*""#),
        ("aws:PrincipalOrgPaths", r#""*/r-ab12/*""#),
    ] {
        assert!(told(&vendor(&like(key, values))), "{key} {values}");
    }
    for (key, values) in [
        (id, r#""9f2c*""#),
        (id, r#""?9*""#),
        (id, r#"["9f2c4b7e","a?"]"#),
        ("aws:PrincipalAccount", r#""11112222????""#),
        ("aws:PrincipalOrgID", r#""o-a1b2c3d4e5""#),
        ("aws:PrincipalOrgPaths", r#""o-a1b2c3d4e5/*""#),
        (id, r#""${aws:PrincipalTag/id}""#),
    ] {
        assert!(!told(&vendor(&like(key, values))), "{key} {values}");
    }
    let arn = |value: &str| format!(r#""ArnLike":{{"aws:SourceArn":"{value}"}}"#);
    for value in ["*", "?*", "arn:aws:sns:*:*:*", "arn:aws:s3:::*", "arn:aws:*", "arn:*"] {
        assert!(told(&service(&arn(value))), "{value}");
    }
    for value in ["arn:aws:sns:*:111122223333:*", "arn:aws:s3:::bucket", "arn:aws:s3:::b*", "arn:aws:*:111122223333:x"]
    {
        assert!(!told(&service(&arn(value))), "{value}");
    }
    assert!(!told(&service(&like("aws:SourceArn", r#""*:111122223333:*""#))));
    // It still needs the key to be there.
    let tags = r#""ForAllValues:StringEquals":{"aws:TagKeys":"a"},"ForAnyValue:StringLike":{"aws:TagKeys":"*"}"#;
    let text =
        allow(&format!(r#""Action":"ec2:CreateTags","Resource":"arn:aws:ec2:*:1:instance/*","Condition":{{{tags}}}"#));
    assert!(findings(&[&super::for_all_values_without_null::LINT], Identity, &text).is_empty());
}

#[test]
fn ambiguous_patterns() {
    let told = |resource: &str| {
        let text = allow(&format!(r#""Action":"s3:GetObject","Resource":"{resource}""#));
        !findings(&[&super::ambiguous_resource_pattern::LINT], Identity, &text).is_empty()
    };
    for resource in [
        "arn:aws:lambda:*:function:reports",
        "arn:aws:logs:*:log-group:x:*",
        "arn:aws:s3:*:*:bucket/key",
        "arn:aws:lambda:eu-*:function:reports",
    ] {
        assert!(told(resource), "{resource}");
    }
    for resource in [
        "*",
        "arn:aws:s3:::bucket/*",
        "arn:aws:lambda:*:*:function:reports",
        "arn:aws:iam::*:role/x",
        "arn:aws:ec2:*:111122223333:instance/*",
        "arn:aws:sns:*:topic",
        "arn:aws:s3:*:*:*",
        "arn:aws:nosuch:*:function:f",
        "arn:aws:*:*:*:*",
    ] {
        assert!(!told(resource), "{resource}");
    }
}

#[test]
fn sets_and_principals() {
    let with = |condition: &str| {
        allow(&format!(
            r#""Action":"ec2:CreateTags","Resource":"arn:aws:ec2:*:1:instance/*","Condition":{{{condition}}}"#
        ))
    };
    let all = r#""ForAllValues:StringEquals":{"aws:TagKeys":"a"}"#;
    let alone = with(all);
    let null = with(&format!(r#"{all},"Null":{{"AWS:TagKeys":false}}"#));
    let any = with(&format!(r#"{all},"ForAnyValue:StringLike":{{"aws:TagKeys":"b*"}}"#));
    let negated = with(&all.replace("Equals", "NotEquals"));
    let single = with(&all.replace("aws:TagKeys", "aws:userid"));
    let deny = r#"{"Version":"2012-10-17","Statement":{"Effect":"Deny","NotPrincipal":{"AWS":"1"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}}"#;
    let deny = deny.replace("\"1\"", "\"111122223333\"");
    assert_rows(
        ALL,
        &[
            ("alone", Identity, &alone, &[("for-all-values-without-null", r#""ForAllValues:StringEquals""#)]),
            ("with Null", Identity, &null, &[]),
            ("with ForAnyValue", Identity, &any, &[]),
            ("negated", Identity, &negated, &[]),
            ("denied", Identity, &alone.replace("Allow", "Deny"), &[]),
            ("single-valued", Identity, &single, &[]),
            ("NotPrincipal denied", Resource, &deny, &[("deny-not-principal", r#"{"AWS":"111122223333"}"#)]),
            ("NotPrincipal allowed", Resource, &deny.replace("Deny", "Allow"), &[]),
        ],
    );
}
