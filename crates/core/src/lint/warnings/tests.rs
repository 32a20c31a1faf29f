//! Table tests of the group, in both directions.

use super::ALL;
use crate::lint::table::{Row, assert_rows};
use rolecall_iam::document::PolicyType::{Identity, Resource, Trust};

fn statement(inside: &str) -> String {
    format!(r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow",{inside}}}}}"#)
}

fn with(condition: &str) -> String {
    statement(&format!(r#""Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*","Condition":{{{condition}}}"#))
}

#[test]
fn service_linked_roles() {
    let of = |action: &str, resource: &str| statement(&format!("{action},{resource}"));
    let any = r#""Resource":"arn:aws:iam::*:role/aws-service-role/*""#;
    let but = r#""NotResource":"arn:aws:iam::111122223333:role/aws-service-role/spot.amazonaws.com/*""#;
    let one = r#""Resource":"arn:aws:iam::*:role/aws-service-role/spot.amazonaws.com/*""#;
    let name = r#""Action":"iam:CreateServiceLinkedRole""#;
    let narrowed = format!(r#"{any},"Condition":{{"StringLike":{{"iam:AWSServiceName":"spot.amazonaws.com"}}}}"#);
    let documents = [
        of(name, any),
        of(r#""Action":"iam:Create*""#, any),
        of(r#""NotAction":"s3:*""#, any),
        of(name, but),
        of(r#""Action":"iam:*""#, but),
        of(r#""NotAction":"s3:*""#, but),
        of(name, one),
        of(name, &narrowed),
    ];
    let expected: [&[(&str, &str)]; 8] = [
        &[("create-slr-any-resource", r#""iam:CreateServiceLinkedRole""#)],
        &[("create-slr-wildcards", r#""iam:Create*""#)],
        &[("create-slr-not-action", r#""s3:*""#)],
        &[("create-slr-not-resource", r#""iam:CreateServiceLinkedRole""#)],
        &[("create-slr-wildcard-not-resource", r#""iam:*""#)],
        &[("create-slr-not-action-not-resource", r#""s3:*""#)],
        &[],
        &[],
    ];
    let rows: Vec<Row<'_>> = documents
        .iter()
        .zip(expected)
        .map(|(document, expected)| (document.as_str(), Identity, document.as_str(), expected))
        .collect();
    assert_rows(ALL, &rows);
}

#[test]
fn keys_and_operators() {
    let old = with(r#""ArnLike":{"aws:arn":"arn:aws:iam::111122223333:role/x"}"#);
    let both = with(r#""ArnLike":{"aws:ARN":"arn:aws:iam::1:role/x","aws:PrincipalArn":"arn:aws:iam::1:role/x"}"#);
    let number = with(r#""NumericEquals":{"aws:MultiFactorAuthPresent":"1"}"#);
    let text = with(r#""StringEquals":{"aws:SecureTransport":"true"}"#);
    let arn = with(r#""ArnLike":{"aws:userid":"x"}"#);
    let fine = with(
        r#""StringLike":{"aws:PrincipalArn":"*"},"NumericGreaterThan":{"aws:EpochTime":"5"},"Null":{"aws:TokenIssueTime":"true"},"Bool":{"login.example.com:x":"true"}"#,
    );
    let exact = with(r#""StringEquals":{"aws:PrincipalTag/a":["b","admin-*"]}"#);
    let blind = with(r#""StringNotEqualsIgnoreCase":{"aws:PrincipalTag/a":"admin?"}"#);
    let literal = with(
        r#""StringEquals":{"aws:PrincipalTag/a":"${*}b${?}"},"ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::*:role/x"}"#,
    );
    assert_rows(
        ALL,
        &[
            ("aws:ARN", Identity, &old, &[("deprecated-global-key", r#""aws:arn""#)]),
            ("both names", Identity, &both, &[("deprecated-global-key", r#""aws:ARN""#)]),
            ("number on a truth value", Identity, &number, &[("operator-of-other-type", r#""NumericEquals""#)]),
            ("text on a truth value", Identity, &text, &[("operator-of-other-type", r#""StringEquals""#)]),
            ("ARN on a text", Identity, &arn, &[("operator-of-other-type", r#""ArnLike""#)]),
            ("fitting", Identity, &fine, &[]),
            ("star", Identity, &exact, &[("wildcard-without-like", r#""admin-*""#)]),
            ("question mark", Identity, &blind, &[("wildcard-without-like", r#""admin?""#)]),
            ("literal, and ARNs", Identity, &literal, &[]),
        ],
    );
}

#[test]
fn values() {
    let epoch = with(r#""DateLessThan":{"aws:CurrentTime":["1893456000","2030"]}"#);
    let date = with(r#""DateLessThan":{"aws:CurrentTime":["2030-01-01","01.02.2030","${a:b}"]}"#);
    let truth = with(r#""Bool":{"aws:SecureTransport":["TRUE","yes"]},"Null":{"aws:SourceIp":"no"}"#);
    let truths = with(r#""Bool":{"aws:SecureTransport":true},"Null":{"aws:SourceIp":"False"}"#);
    let address = with(r#""NotIpAddress":{"aws:SourceIp":["203.0.113.0/24","::1","203.0.113.300"]}"#);
    let number = with(r#""NumericLessThan":{"aws:MultiFactorAuthAge":["1h",3600,"-0.5"]}"#);
    let bytes = with(r#""BinaryEquals":{"x:y":["QmluYXJ5","not base64"]}"#);
    assert_rows(
        ALL,
        &[
            ("seconds", Identity, &epoch, &[("epoch-date", r#""1893456000""#)]),
            ("dates", Identity, &date, &[("value-not-date", r#""01.02.2030""#)]),
            (
                "neither true nor false",
                Identity,
                &truth,
                &[("value-not-boolean", r#""yes""#), ("value-not-boolean", r#""no""#)],
            ),
            ("true and false", Identity, &truths, &[]),
            ("addresses", Identity, &address, &[("value-not-address", r#""203.0.113.300""#)]),
            ("numbers", Identity, &number, &[("value-not-number", r#""1h""#)]),
            ("bytes", Identity, &bytes, &[("value-not-base64", r#""not base64""#)]),
        ],
    );
}

#[test]
fn principals() {
    let of = |principal: &str| {
        statement(&format!(
            r#""Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*","Principal":{{"AWS":{principal}}}"#
        ))
    };
    let ids = of(r#"["AROAEXAMPLE1EXAMPLE2E","AIDAEXAMPLE1EXAMPLE2E","111122223333"]"#);
    let arns = of(r#""arn:aws:iam::111122223333:role/AROAEXAMPLE1EXAMPLE2E""#);
    let hub = |operator: &str, value: &str| {
        statement(&format!(
            r#""Action":"sts:AssumeRoleWithWebIdentity","Principal":{{"Federated":"arn:aws:iam::1:oidc-provider/token.actions.githubusercontent.com"}},"Condition":{{"{operator}":{{"token.actions.githubusercontent.com:sub":"{value}"}}}}"#
        ))
    };
    let wide = hub("StringLike", "repo:example/*");
    let exact = hub("StringLike", "repo:example/reports:ref:refs/heads/main");
    let literal = hub("StringEquals", "repo:example/x");
    assert_rows(
        ALL,
        &[
            (
                "unique IDs",
                Resource,
                &ids,
                &[
                    ("role-id-principal", r#""AROAEXAMPLE1EXAMPLE2E""#),
                    ("user-id-principal", r#""AIDAEXAMPLE1EXAMPLE2E""#),
                ],
            ),
            ("ARNs", Resource, &arns, &[]),
            ("GitHub with a wildcard", Trust, &wide, &[("github-wildcard", r#""repo:example/*""#)]),
            ("GitHub without", Trust, &exact, &[]),
            ("GitHub, equal", Trust, &literal, &[]),
        ],
    );
}

#[test]
fn the_document() {
    let body = r#""Statement":[{"Sid":"A","Effect":"Allow","Action":"s3:GetObject","Resource":"*"},{"Sid":"A","Effect":"Deny","Action":"s3:PutObject","Resource":"*"}]"#;
    let no_version = format!("{{{body}}}");
    let variables = no_version.replace("\"*\"", "\"arn:aws:s3:::b/${aws:username}\"");
    let misspelt = format!(r#"{{"version":"2012-10-17",{body}}}"#);
    let sids = format!(r#"{{"Version":"2012-10-17",{body}}}"#);
    let empty = sids.replace(r#""Sid":"A""#, r#""Sid":"""#);
    assert_rows(
        ALL,
        &[
            ("no version", Identity, &no_version, &[("missing-version", "{")]),
            ("no version, variables", Identity, &variables, &[("missing-version", "{")]),
            ("another spelling is another lint", Identity, &misspelt, &[]),
            ("Sids of a resource", Resource, &sids, &[("repeated-sid", r#""A""#)]),
            ("Sids of an identity policy are another lint", Identity, &sids, &[]),
            ("empty Sids", Resource, &empty, &[]),
        ],
    );
    let edits = |text: &str| {
        let found = crate::lint::table::findings(ALL, Identity, text);
        found.iter().map(|finding| finding.edits.len()).sum::<usize>()
    };
    assert_eq!((edits(&no_version), edits(&variables)), (1, 0), "variables would change their meaning");
}

#[test]
fn sizes() {
    let list = |count: usize| vec![r#""arn:aws:s3:::cost-reports-0123456789/*""#; count].join(",\n        ");
    let identity = |count| statement(&format!(r#""Action":"s3:GetObject","Resource":[{}]"#, list(count)));
    let resource =
        |action: &str, count| statement(&format!(r#""Principal":"*","Action":{action},"Resource":[{}]"#, list(count)));
    let trust = |count: usize| {
        let accounts = vec![r#""arn:aws:iam::999988887777:role/vendor""#; count].join(", ");
        statement(&format!(r#""Action":"sts:AssumeRole","Principal":{{"AWS":[{accounts}]}}"#))
    };
    let (short, long) = (identity(140), identity(160));
    assert!(short.len() > 6_144, "white space alone must not count: {}", short.len());
    let (small, large) = (resource(r#""s3:GetObject""#, 480), resource(r#""s3:GetObject""#, 520));
    let other = resource(r#"["s3:GetObject","sns:Publish"]"#, 600);
    assert_rows(
        ALL,
        &[
            ("short", Identity, &short, &[]),
            ("long", Identity, &long, &[("identity-policy-too-long", "{")]),
            ("small", Resource, &small, &[]),
            ("large", Resource, &large, &[("resource-policy-too-long", "{")]),
            ("of two services", Resource, &other, &[]),
            ("a short trust", Trust, &trust(45), &[]),
            ("a long trust", Trust, &trust(50), &[("trust-policy-too-long-for-default", "{")]),
        ],
    );
}
