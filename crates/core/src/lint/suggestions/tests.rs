//! Table tests of the group, in both directions.

use super::ALL;
use crate::lint::table::assert_rows;
use rolecall_iam::document::PolicyType::{Identity, Resource, Trust};

fn statement(inside: &str) -> String {
    format!(r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow",{inside}}}}}"#)
}

fn with(condition: &str) -> String {
    statement(&format!(r#""Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*","Condition":{{{condition}}}"#))
}

#[test]
fn empty_elements() {
    let nothing = statement(r#""Action":[],"Resource":[]"#);
    let negated = statement(r#""NotAction":[],"NotResource":[]"#);
    let plain = with(r#""StringEquals":{"a:b":[]}"#);
    let all = with(r#""ForAllValues:StringEquals":{"a:b":[]}"#);
    let any = with(r#""ForAnyValue:StringEqualsIfExists":{"a:b":[]}"#);
    let if_exists = with(r#""StringEqualsIfExists":{"a:b":[]}"#);
    let none = with("");
    let operator = with(r#""StringEquals":{}"#);
    let one_of_two = with(r#""StringEquals":{},"Bool":{"aws:SecureTransport":"true"}"#);
    let sid = statement(r#""Sid":"","Action":"s3:GetObject","Resource":"*""#);
    let last =
        r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Sid":""}}"#;
    let principal = |of: &str| statement(&format!(r#""Principal":{of},"Action":"s3:GetObject","Resource":"*""#));
    let nobody = principal("{}");
    let list = principal(r#"{"AWS":[],"Service":"s3.amazonaws.com"}"#);
    let everybody = principal(r#""*""#);
    assert_rows(
        ALL,
        &[
            ("lists", Identity, &nothing, &[("empty-actions", "[]"), ("empty-resources", "[]")]),
            ("negated lists", Identity, &negated, &[("empty-actions", "[]"), ("empty-resources", "[]")]),
            ("values", Identity, &plain, &[("empty-condition-values", "[]")]),
            ("values, ForAllValues", Identity, &all, &[("empty-condition-for-all-values", "[]")]),
            ("values, ForAnyValue", Identity, &any, &[("empty-condition-for-any-value", "[]")]),
            ("values, IfExists", Identity, &if_exists, &[("empty-condition-if-exists", "[]")]),
            ("condition", Identity, &none, &[("empty-condition", "{}")]),
            ("operator", Identity, &operator, &[("empty-condition", "{}")]),
            ("one operator of two", Identity, &one_of_two, &[("empty-condition", "{}")]),
            ("Sid", Identity, &sid, &[("empty-sid", r#""""#)]),
            ("Sid at the end", Identity, last, &[("empty-sid", r#""""#)]),
            ("Principal", Resource, &nobody, &[("empty-principal", "{}")]),
            ("a list of principals", Resource, &list, &[("empty-principals", "[]")]),
            ("everybody", Resource, &everybody, &[]),
        ],
    );
}

#[test]
fn values() {
    let bits =
        with(r#""IpAddress":{"aws:SourceIp":["203.0.113.7/24","203.0.113.7","2001:db8::1/32","2001:DB8::/32"]}"#);
    let mixed = with(r#""IpAddress":{"aws:SourceIp":["203.0.113.0/24","10.0.0.0/8","fd00::/8"]}"#);
    let mixed_not = with(r#""NotIpAddress":{"aws:SourceIp":["203.0.113.0/24","192.168.7.0/24"]}"#);
    let private =
        with(r#""IpAddress":{"aws:SourceIp":["10.0.0.0/8"],"aws:VpcSourceIp":["10.0.0.0/8","203.0.113.0/24"]}"#);
    let wider = with(r#""IpAddress":{"aws:SourceIp":["0.0.0.0/0","203.0.113.0/24"]}"#);
    let null = with(r#""ForAnyValue:Null":{"aws:TagKeys":"true"}"#);
    let plain_null = with(r#""Null":{"aws:TagKeys":"true"}"#);
    let upper = with(r#""NumericLessThanEquals":{"s3:max-keys":["9",10,"10.0"]}"#);
    let lower = with(r#""NumericGreaterThan":{"s3:max-keys":["9","10"]}"#);
    let equal = with(r#""NumericEquals":{"s3:max-keys":["9","10"]},"NumericLessThan":{"a:b":["1","x"]}"#);
    let address = "address-with-host-bits";
    assert_rows(
        ALL,
        &[
            (
                "bits behind the mask",
                Identity,
                &bits,
                &[(address, r#""203.0.113.7/24""#), (address, r#""2001:db8::1/32""#)],
            ),
            (
                "mixed",
                Identity,
                &mixed,
                &[
                    ("private-address-among-public", r#""10.0.0.0/8""#),
                    ("private-address-among-public", r#""fd00::/8""#),
                ],
            ),
            (
                "mixed, negated",
                Identity,
                &mixed_not,
                &[("private-address-among-public-negated", r#""192.168.7.0/24""#)],
            ),
            ("private alone is another lint", Identity, &private, &[]),
            ("everything is not private", Identity, &wider, &[]),
            ("Null", Identity, &null, &[("null-with-qualifier", r#""ForAnyValue:Null""#)]),
            ("Null, plain", Identity, &plain_null, &[]),
            ("upper bounds", Identity, &upper, &[("redundant-numbers", r#""9""#), ("redundant-numbers", r#""10.0""#)]),
            ("lower bounds", Identity, &lower, &[("redundant-numbers", r#""10""#)]),
            ("alternatives", Identity, &equal, &[]),
        ],
    );
}

#[test]
fn redundancies() {
    let actions = |list: &str| statement(&format!(r#""Action":[{list}],"Resource":"*""#));
    let covered = actions(r#""iam:GetRole", "iam:Get*","IAM:getuser""#);
    let twins = actions(r#""s3:GetObject","s3:getobject""#);
    let all = actions(r#""s3:Get*","*""#);
    let stars = actions(r#""s3:Get*","s3:Get**""#);
    let partly = actions(r#""iam:Get*","iam:*CredentialReport","iam:GetX?""#);
    let marks = actions(r#""s3:Get?","s3:Get*","s3:Get??""#);
    let resources = |list: &str| statement(&format!(r#""Action":"s3:GetObject","Resource":[{list}]"#));
    let inside = resources(r#""arn:aws:s3:::b/x/*","arn:aws:s3:::b/*""#);
    let star = resources(r#""*","arn:aws:s3:::b/*""#);
    let segment = resources(r#""arn:aws:s3:::b*","arn:aws:s3:eu-central-1:1:b/x""#);
    let variable =
        resources(r#""arn:aws:s3:::b/${aws:username}/*","arn:aws:s3:::b/x/*","arn:aws:s3:::b/${aws:username}/y""#);
    let service = resources(r#""arn:aws:s?:::b/*","arn:aws:s3:::c*""#);
    let document = |list: &str| format!(r#"{{"Version":"2012-10-17","Statement":[{list}]}}"#);
    let one = r#"{"Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],"Resource":"*"}"#;
    let same = r#"{"Sid":"B","Effect":"Allow","Action":["S3:putobject","s3:GetObject"],"Resource":["*"]}"#;
    let twice = document(&format!("{one}, {same}"));
    let denied = document(&format!("{one},{}", same.replace("Allow", "Deny")));
    assert_rows(
        ALL,
        &[
            (
                "covered actions",
                Identity,
                &covered,
                &[("redundant-action", r#""iam:GetRole""#), ("redundant-action", r#""IAM:getuser""#)],
            ),
            ("an action twice", Identity, &twins, &[("redundant-action", r#""s3:getobject""#)]),
            ("everything", Identity, &all, &[("redundant-action", r#""s3:Get*""#)]),
            ("the same pattern", Identity, &stars, &[("redundant-action", r#""s3:Get**""#)]),
            ("partly", Identity, &partly, &[("redundant-action", r#""iam:GetX?""#)]),
            (
                "question marks",
                Identity,
                &marks,
                &[("redundant-action", r#""s3:Get?""#), ("redundant-action", r#""s3:Get??""#)],
            ),
            ("covered resources", Identity, &inside, &[("redundant-resource", r#""arn:aws:s3:::b/x/*""#)]),
            ("every resource", Identity, &star, &[("redundant-resource", r#""arn:aws:s3:::b/*""#)]),
            ("other segments", Identity, &segment, &[]),
            ("variables", Identity, &variable, &[]),
            ("service", Identity, &service, &[("wildcard-in-service", r#""arn:aws:s?:::b/*""#)]),
            ("a statement twice", Identity, &twice, &[("redundant-statement", same)]),
            ("allowed and denied", Identity, &denied, &[]),
        ],
    );
}

#[test]
fn tags_and_sources() {
    let tag = |action: &str| {
        statement(&format!(r#"{action},"Resource":"*","Condition":{{"StringEquals":{{"aws:ResourceTag/a":"b"}}}}"#))
    };
    let listed = tag(r#""Action":["ec2:StartInstances","ec2:DescribeInstances"]"#);
    let others = tag(r#""NotAction":"ec2:Describe*""#);
    let topic = |condition: &str| {
        statement(&format!(
            r#""Principal":{{"Service":"s3.amazonaws.com"}},"Action":"sns:Publish","Resource":"arn:aws:sns:::t","Condition":{{"StringEquals":{{{condition}}}}}"#
        ))
    };
    let weak = topic(r#""AWS:Referer":"x""#);
    let both = topic(r#""aws:SourceOwner":"1","aws:SourceAccount":"1""#);
    let bucket = |resource: &str| {
        statement(&format!(
            r#""Principal":"*","Action":"s3:GetObject","Resource":{resource},"Condition":{{"StringEquals":{{"s3:ResourceAccount":"1"}}}}"#
        ))
    };
    let own = bucket(r#"["arn:aws:s3:::b","arn:aws:s3:::b/*"]"#);
    let endpoint = bucket(r#""*""#);
    let two = bucket(r#"["arn:aws:s3:::b/*","arn:aws:s3:::c/*"]"#);
    assert_rows(
        ALL,
        &[
            ("listed", Identity, &listed, &[("allow-resource-tag-unsupported", r#""ec2:DescribeInstances""#)]),
            ("NotAction", Identity, &others, &[("allow-not-action-resource-tag", r#""ec2:Describe*""#)]),
            ("a weak key", Resource, &weak, &[("weak-source-key", r#""AWS:Referer""#)]),
            ("a weak and a strong key", Resource, &both, &[]),
            ("a policy of a bucket", Resource, &own, &[("irrelevant-key", r#""s3:ResourceAccount""#)]),
            ("a policy of an endpoint", Resource, &endpoint, &[]),
            ("two buckets", Resource, &two, &[]),
        ],
    );
}

#[test]
fn trusts() {
    let of = |list: &str| statement(&format!(r#""Action":"sts:AssumeRole","Principal":{{"AWS":[{list}]}}"#));
    let role = r#""arn:aws:iam::999988887777:role/path/Vendor""#;
    let session = r#""arn:aws:sts::999988887777:assumed-role/Vendor/nightly""#;
    let both = of(&format!("{role}, {session}"));
    let other = of(&format!("{role},{}", session.replace("Vendor", "Other")));
    let alone = of(session);
    let claim = |operator: &str| {
        statement(&format!(
            r#""Action":"sts:AssumeRoleWithWebIdentity","Principal":{{"Federated":"accounts.google.com"}},"Condition":{{"{operator}":{{"accounts.google.com:aud":"x"}}}}"#
        ))
    };
    assert_rows(
        ALL,
        &[
            ("role and session", Trust, &both, &[("redundant-session-principal", session)]),
            ("another role", Trust, &other, &[]),
            ("a session alone", Trust, &alone, &[]),
            (
                "audience in a set",
                Trust,
                &claim("ForAnyValue:StringEquals"),
                &[("audience-with-qualifier", r#""ForAnyValue:StringEquals""#)],
            ),
            ("audience", Trust, &claim("StringEquals"), &[]),
        ],
    );
}
