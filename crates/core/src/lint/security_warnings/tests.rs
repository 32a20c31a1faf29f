//! Table tests of the group, in both directions.

use super::ALL;
use crate::lint::table::{Row, assert_rows};
use rolecall_iam::document::PolicyType::{Identity, Resource, Trust};

fn statement(inside: &str) -> String {
    format!(r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow",{inside}}}}}"#)
}

#[test]
fn roles_to_pass() {
    let of = |action: &str, resource: &str| statement(&format!("{action},{resource}"));
    let any = r#""Resource":"*""#;
    let but = r#""NotResource":"arn:aws:iam::111122223333:role/Admin""#;
    let documents = [
        of(r#""Action":"iam:PassRole""#, any),
        of(r#""Action":["iam:Get*","iam:Pass*"]"#, any),
        of(r#""NotAction":"s3:*""#, any),
        of(r#""Action":"iam:PassRole""#, but),
        of(r#""Action":"*""#, but),
        of(r#""NotAction":"s3:*""#, but),
        of(r#""NotAction":["iam:PassRole","iam:Tag*"]"#, any),
        of(r#""Action":"iam:PassRole""#, r#""Resource":"arn:aws:iam::*:role/*""#),
        of(r#""Action":"iam:PassRole""#, r#""Resource":"arn:aws:iam::*:role/Report*""#),
        of(r#""Action":"iam:PassRole""#, r#""Resource":"arn:aws:s3:::*""#),
        of(
            r#""Action":"iam:PassRole""#,
            r#""Resource":"*","Condition":{"StringEquals":{"iam:PassedToService":"ec2.amazonaws.com"}}"#,
        ),
        of(
            r#""Action":"iam:PassRole""#,
            r#""Resource":"*","Condition":{"StringNotEquals":{"iam:PassedToService":"ec2.amazonaws.com"}}"#,
        ),
    ];
    let name = r#""iam:PassRole""#;
    let expected: [&[(&str, &str)]; 12] = [
        &[("pass-role-any-resource", name)],
        &[("pass-role-wildcards", r#""iam:Pass*""#)],
        &[("pass-role-not-action", r#""s3:*""#)],
        &[("pass-role-not-resource", name)],
        &[("pass-role-wildcard-not-resource", r#""*""#)],
        &[("pass-role-not-action-not-resource", r#""s3:*""#)],
        &[],
        &[("pass-role-any-resource", name)],
        &[],
        &[],
        &[],
        &[("pass-role-any-resource", name)],
    ];
    let rows: Vec<Row<'_>> = documents
        .iter()
        .zip(expected)
        .map(|(document, expected)| (document.as_str(), Identity, document.as_str(), expected))
        .collect();
    assert_rows(ALL, &rows);
    let deny = statement(r#""Action":"iam:PassRole","Resource":"*""#).replace("Allow", "Deny");
    assert_rows(ALL, &[("a Deny", Identity, &deny, &[])]);
}

#[test]
fn sets_and_pairs() {
    let with = |condition: &str| {
        statement(&format!(r#""Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*","Condition":{{{condition}}}"#))
    };
    let single = with(r#""ForAllValues:StringLike":{"aws:PrincipalOrgID":"o-*"}"#);
    let two_keys = with(r#""ForAllValues:StringLike":{"aws:PrincipalOrgID":"o-1","aws:TagKeys":"a"}"#);
    let both = with(r#""StringLike":{"aws:userid":"x"},"ForAllValues:StringLike":{"aws:PrincipalOrgID":"o-1"}"#);
    let several = with(r#""ForAllValues:StringLike":{"aws:TagKeys":"a"}"#);
    let unknown = with(r#""ForAllValues:StringLike":{"login.example.com:aud":"a"}"#);
    let any = with(r#""ForAnyValue:StringLike":{"aws:PrincipalOrgID":"o-1"}"#);
    let address = with(r#""IpAddress":{"aws:VpcSourceIp":"10.0.0.0/8"}"#);
    let endpoint = with(r#""IpAddress":{"AWS:vpcsourceip":"10.0.0.0/8"},"StringEquals":{"aws:sourceVpce":"vpce-1"}"#);
    let public = with(r#""IpAddress":{"aws:SourceIp":"203.0.113.0/24"}"#);
    let code = "for-all-values-single-valued";
    let operator = r#""ForAllValues:StringLike""#;
    assert_rows(
        ALL,
        &[
            ("single-valued", Identity, &single, &[(code, operator)]),
            ("beside a multi-valued key", Identity, &two_keys, &[(code, operator)]),
            ("the plain operator stands there", Identity, &both, &[(code, operator)]),
            ("multi-valued", Identity, &several, &[]),
            ("not in the catalogue", Identity, &unknown, &[]),
            ("ForAnyValue", Identity, &any, &[]),
            ("no VPC", Identity, &address, &[("vpc-address-without-vpc", r#""aws:VpcSourceIp""#)]),
            ("an endpoint", Identity, &endpoint, &[]),
            ("a public address", Identity, &public, &[]),
        ],
    );
}

#[test]
fn denying_by_tag() {
    let deny = |action: &str, condition: &str| {
        format!(
            r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Deny",{action},"Resource":"*","Condition":{condition}}}}}"#
        )
    };
    let tag = r#"{"StringEquals":{"aws:ResourceTag/status":"confidential"}}"#;
    let listed = deny(r#""Action":["ec2:TerminateInstances","ec2:DescribeInstances","sts:GetCallerIdentity"]"#, tag);
    let supported = deny(r#""Action":["ec2:TerminateInstances","ec2:*","*"]"#, tag);
    let unknown = deny(r#""Action":["ec2:NoSuchAction","nosuchservice:Do"]"#, tag);
    let not_action = deny(r#""NotAction":"ec2:*""#, tag);
    let negated = deny(r#""Action":"ec2:DescribeInstances""#, &tag.replace("StringEquals", "StringNotEquals"));
    let if_exists = deny(r#""Action":"ec2:DescribeInstances""#, &tag.replace("StringEquals", "StringEqualsIfExists"));
    let other = deny(r#""Action":"ec2:DescribeInstances""#, r#"{"StringEquals":{"aws:RequestTag/a":"b"}}"#);
    assert_rows(
        ALL,
        &[
            ("listed", Identity, &listed, &[("deny-resource-tag-unsupported", r#""ec2:DescribeInstances""#)]),
            ("supported", Identity, &supported, &[]),
            ("unknown", Identity, &unknown, &[]),
            ("NotAction", Identity, &not_action, &[("deny-not-action-resource-tag", r#""ec2:*""#)]),
            ("negated", Identity, &negated, &[]),
            ("IfExists", Identity, &if_exists, &[]),
            ("another key", Identity, &other, &[]),
        ],
    );
}

#[test]
fn principals() {
    let topic = |inside: &str| {
        statement(&format!(r#""Action":"sns:Publish","Resource":"arn:aws:sns:eu-central-1:111122223333:t",{inside}"#))
    };
    let service = r#""Principal":{"Service":["s3.amazonaws.com"],"AWS":"111122223333"}"#;
    let with = |condition: &str| topic(&format!(r#"{service},"Condition":{{{condition}}}"#));
    let open = topic(service);
    let source = with(r#""ArnLike":{"AWS:SourceArn":"arn:aws:s3:::b"}"#);
    let negated = with(r#""StringNotEquals":{"aws:SourceAccount":"111122223333"}"#);
    let star = with(r#""ArnLike":{"aws:SourceArn":"*"}"#);
    let weak = with(r#""StringEquals":{"aws:SourceOwner":"111122223333"}"#);
    let account = topic(r#""Principal":{"AWS":"111122223333"}"#);
    let others = topic(r#""NotPrincipal":{"AWS":["arn:aws:iam::111122223333:user/Alex"]}"#);
    let deny = others.replace("Allow", "Deny");
    let found = [("service-principal-any-source", r#""s3.amazonaws.com""#)];
    assert_rows(
        ALL,
        &[
            ("open", Resource, &open, &found),
            ("with its source", Resource, &source, &[]),
            ("negated", Resource, &negated, &found),
            ("any source", Resource, &star, &found),
            ("a weak key is another lint", Resource, &weak, &[]),
            ("an account", Resource, &account, &[]),
            (
                "NotPrincipal",
                Resource,
                &others,
                &[("allow-not-principal", r#"{"AWS":["arn:aws:iam::111122223333:user/Alex"]}"#)],
            ),
            ("NotPrincipal with Deny", Resource, &deny, &[]),
        ],
    );
}

#[test]
fn web_identities() {
    let trust = |provider: &str, condition: &str| {
        statement(&format!(
            r#""Action":"sts:AssumeRoleWithWebIdentity","Principal":{{"Federated":"{provider}"}},"Condition":{{{condition}}}"#
        ))
    };
    let arn = "arn:aws:iam::111122223333:oidc-provider/login.example.com/tenant";
    let open = trust(arn, "");
    let other_claim = trust(arn, r#""StringEquals":{"login.example.com:aud":"x"}"#);
    let claim = trust(arn, r#""StringEquals":{"Login.example.com/tenant:sub":"x"}"#);
    let google = trust("accounts.google.com", "");
    let saml = trust("arn:aws:iam::111122223333:saml-provider/x", "");
    let hub = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com";
    let audience = trust(hub, r#""StringEquals":{"token.actions.githubusercontent.com:aud":"sts.amazonaws.com"}"#);
    let subject = trust(hub, r#""StringLike":{"token.actions.githubusercontent.com:sub":"repo:a/b:*"}"#);
    let (quoted, quoted_hub) = (format!("\"{arn}\""), format!("\"{hub}\""));
    assert_rows(
        ALL,
        &[
            ("no condition", Trust, &open, &[("oidc-without-condition", &quoted)]),
            ("a claim of another provider", Trust, &other_claim, &[("oidc-without-condition", &quoted)]),
            ("a claim", Trust, &claim, &[]),
            ("built in", Trust, &google, &[("oidc-without-condition", r#""accounts.google.com""#)]),
            ("SAML", Trust, &saml, &[]),
            ("GitHub without sub", Trust, &audience, &[("github-without-repository", &quoted_hub)]),
            ("GitHub with sub", Trust, &subject, &[]),
        ],
    );
}
