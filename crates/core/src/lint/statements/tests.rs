//! Table tests of the group, in both directions.

use super::ALL;
use crate::lint::table::{Row, assert_rows};
use rolecall_iam::document::PolicyType::{Identity, Resource};

fn document(statements: &[&str]) -> String {
    format!(r#"{{"Version":"2012-10-17","Statement":[{}]}}"#, statements.join(", "))
}

fn with(condition: &str) -> String {
    document(&[&format!(
        r#"{{"Effect":"Deny","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*","Condition":{{{condition}}}}}"#
    )])
}

#[test]
fn contradictions() {
    let never = [
        r#""StringEquals":{"aws:userid":["a","b"]},"StringLike":{"aws:userid":"c*"}"#,
        r#""StringEquals":{"aws:userid":"a"},"StringEqualsIgnoreCase":{"aws:userid":"b"}"#,
        r#""StringEquals":{"aws:userid":["a","b"]},"StringNotEquals":{"aws:userid":["b","a","c"]}"#,
        r#""StringEquals":{"aws:userid":"abc"},"StringNotLike":{"aws:userid":"a*"}"#,
        r#""StringLike":{"aws:userid":"ab*"},"StringNotLike":{"aws:userid":"a*"}"#,
        r#""IpAddress":{"aws:SourceIp":"203.0.113.0/28"},"NotIpAddress":{"aws:SourceIp":"203.0.113.0/24"}"#,
        r#""NumericLessThan":{"s3:max-keys":["5","10"]},"NumericGreaterThanEquals":{"s3:max-keys":"10"}"#,
        r#""DateLessThan":{"aws:CurrentTime":"2030-01-01"},"DateGreaterThan":{"aws:CurrentTime":"2031-01-01"}"#,
        r#""Null":{"aws:userid":"true"},"StringEquals":{"aws:UserID":"a"}"#,
        r#""NumericEquals":{"s3:max-keys":"10"},"NumericNotEquals":{"s3:max-keys":"10.0"}"#,
        r#""ArnLike":{"aws:PrincipalArn":"arn:aws:iam::1:role/a*"},"ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::1:role/b"}"#,
    ];
    let maybe = [
        r#""StringEquals":{"aws:userid":["a","b"]},"StringLike":{"aws:userid":"b*"}"#,
        r#""StringEquals":{"aws:userid":"a"},"StringEqualsIgnoreCase":{"aws:userid":"A"}"#,
        r#""StringEquals":{"aws:userid":["a","b"]},"StringNotEquals":{"aws:userid":"a"}"#,
        r#""StringEquals":{"aws:userid":"a"},"StringLikeIfExists":{"aws:userid":"b"}"#,
        r#""StringEquals":{"aws:userid":"a"},"StringLike":{"aws:username":"b"}"#,
        r#""StringEquals":{"aws:userid":"${aws:x}"},"StringLike":{"aws:userid":"b"}"#,
        r#""NumericLessThanEquals":{"s3:max-keys":"10"},"NumericGreaterThanEquals":{"s3:max-keys":"10"}"#,
        r#""Null":{"aws:userid":"true"},"StringNotEquals":{"aws:userid":"a"}"#,
        r#""Null":{"aws:userid":"false"},"StringEquals":{"aws:userid":"a"}"#,
        r#""ForAnyValue:StringEquals":{"aws:TagKeys":"a"},"ForAllValues:StringEquals":{"aws:TagKeys":"b"}"#,
        r#""IpAddress":{"aws:SourceIp":"203.0.113.0/24"},"NotIpAddress":{"aws:SourceIp":"203.0.113.0/28"}"#,
        r#""StringLike":{"aws:userid":"a*"},"StringNotLike":{"aws:userid":"ab*"}"#,
    ];
    for (conditions, fires) in [(&never[..], true), (&maybe[..], false)] {
        for condition in conditions {
            let found = crate::lint::table::findings(ALL, Identity, &with(condition));
            let told = found.iter().any(|finding| finding.rule.code == "conditions-never-true");
            assert_eq!(told, fires, "{condition}");
        }
    }
    let text = with(never[0]);
    assert_rows(
        &[&super::conditions_never_true::LINT],
        &[("span", Identity, &text, &[("conditions-never-true", r#""aws:userid""#)])],
    );
}

#[test]
fn resources_and_actions() {
    let of = |action: &str, resource: &str| {
        document(&[&format!(
            r#"{{"Effect":"Allow","Action":[{action}],"Resource":[{resource}],"Condition":{{"Bool":{{"aws:SecureTransport":"true"}}}}}}"#
        )])
    };
    let bucket = r#""arn:aws:s3:::cost-reports""#;
    let objects = r#""arn:aws:s3:::cost-reports/*""#;
    let (get, list) = (r#""s3:GetObject""#, r#""s3:ListBucket""#);
    let describe = r#""ec2:DescribeInstances""#;
    let instances = r#""arn:aws:ec2:*:111122223333:instance/*""#;
    let documents = [
        of(get, bucket),
        of(list, objects),
        of(&format!("{get},{list}"), objects),
        of(&format!("{get},{list}"), &format!("{bucket},{objects}")),
        of(&format!("{get},{describe}"), &format!("{objects},\"*\"")),
        of(&format!(r#"{describe},"ec2:StartInstances""#), instances),
        of(r#""ec2:NoSuchAction""#, objects),
        of(r#""s3:Get*""#, instances),
        of(r#""s3:*""#, bucket),
        of(get, r#""arn:aws:s3:::${aws:username}/*","arn:aws:s3:*""#),
        of(r#""lambda:InvokeFunction""#, r#""arn:aws:lambda:eu-central-1:1:function:f:*""#),
        of(r#""s3:ListAllMyBuckets""#, r#""arn:aws:s3:::*""#),
        of(r#""iam:PassRole""#, r#""arn:aws:iam::1:role/a/b""#),
        of(r#""kms:Decrypt""#, r#""arn:aws:kms:*:1:alias/x""#),
    ];
    let expected: [&[(&str, &str)]; 14] = [
        &[("resource-of-no-action", bucket)],
        &[("resource-of-no-action", objects)],
        &[("action-without-resource", list)],
        &[],
        &[],
        &[("action-without-resource", describe)],
        &[],
        &[("resource-of-no-action", instances)],
        &[],
        &[],
        &[],
        &[],
        &[],
        &[("resource-of-no-action", r#""arn:aws:kms:*:1:alias/x""#)],
    ];
    let rows: Vec<Row<'_>> = documents
        .iter()
        .zip(expected)
        .map(|(document, expected)| (document.as_str(), Identity, document.as_str(), expected))
        .collect();
    let own = [&super::resource_of_no_action::LINT, &super::action_without_resource::LINT];
    assert_rows(&own, &rows);
}

#[test]
fn shadowed() {
    let allow = r#"{"Effect":"Allow","Action":["s3:GetObject","s3:DeleteObject"],"Resource":"arn:aws:s3:::b/*"}"#;
    let deny = r#"{"Effect":"Deny","Action":"s3:Delete*","Resource":"*"}"#;
    let whole = document(&[allow, deny]);
    let conditional = document(&[
        allow,
        r#"{"Effect":"Deny","Action":"s3:Delete*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}"#,
    ]);
    let narrow = document(&[allow, r#"{"Effect":"Deny","Action":"s3:Delete*","Resource":"arn:aws:s3:::b/x"}"#]);
    let part = document(&[r#"{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::b/*"}"#, deny]);
    let inverse = document(&[allow, r#"{"Effect":"Deny","NotAction":"s3:Get*","Resource":"*"}"#]);
    let everything = document(&[
        r#"{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}"#,
        r#"{"Effect":"Deny","Action":"*","Resource":"*"}"#,
    ]);
    let principal = |of: &str| {
        document(&[
            r#"{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"s3:GetObject","Resource":"*"}"#,
            &format!(r#"{{"Effect":"Deny","Principal":{of},"Action":"s3:*","Resource":"*"}}"#),
        ])
    };
    let (for_all, for_another) = (principal(r#""*""#), principal(r#"{"AWS":"444455556666"}"#));
    let code = "shadowed-by-deny";
    assert_rows(
        &[&super::shadowed_by_deny::LINT],
        &[
            ("denied", Identity, &whole, &[(code, r#""s3:DeleteObject""#)]),
            ("denied under a condition", Identity, &conditional, &[]),
            ("denied in part of the resources", Identity, &narrow, &[]),
            ("part of the actions", Identity, &part, &[]),
            ("denied by NotAction", Identity, &inverse, &[(code, r#""s3:DeleteObject""#)]),
            ("NotAction denied", Identity, &everything, &[(code, r#""iam:*""#)]),
            ("denied to all", Resource, &for_all, &[(code, r#""s3:GetObject""#)]),
            ("denied to another", Resource, &for_another, &[]),
        ],
    );
}

#[test]
fn covered() {
    let wide = r#"{"Effect":"Allow","Action":["s3:Get*","s3:List*"],"Resource":"*"}"#;
    let inside = r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}"#;
    let narrower = r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"true"}}}"#;
    let partly = r#"{"Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],"Resource":"arn:aws:s3:::b/*"}"#;
    let other = r#"{"Effect":"Deny","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}"#;
    let overlapping = r#"{"Effect":"Allow","Action":["s3:Put*","s3:Get*"],"Resource":"*"}"#;
    let one = document(&[wide, inside]);
    let before = document(&[inside, wide]);
    let condition = document(&[wide, narrower]);
    let conditions = document(&[narrower, wide]);
    let stricter = document(&[narrower, inside]);
    let action = document(&[wide, partly]);
    let effects = document(&[wide, other]);
    let twice = document(&[wide, wide]);
    let both = document(&[wide, overlapping]);
    assert_rows(
        &[&super::covered_statement::LINT, &super::action_of_two_statements::LINT],
        &[
            ("covered", Identity, &one, &[("covered-statement", inside)]),
            ("covered by a later one", Identity, &before, &[("covered-statement", inside)]),
            ("a further condition", Identity, &condition, &[("covered-statement", narrower)]),
            ("a further condition, earlier", Identity, &conditions, &[("covered-statement", narrower)]),
            ("the wider one has a condition", Identity, &stricter, &[]),
            ("one action", Identity, &action, &[("action-of-two-statements", r#""s3:GetObject""#)]),
            ("other effects", Identity, &effects, &[]),
            ("the same is another lint", Identity, &twice, &[]),
            ("one action of both", Identity, &both, &[("action-of-two-statements", r#""s3:Get*""#)]),
        ],
    );
}

#[test]
fn single_statements() {
    let of = |effect: &str, action: &str, condition: &str| {
        document(&[&format!(r#"{{"Effect":"{effect}","Action":{action},"Resource":"*","Condition":{{{condition}}}}}"#)])
    };
    let star = of("Allow", r#"["ec2:DescribeInstances","ec2:StopInstances","ec2:StartInstances"]"#, "");
    let reading = of("Allow", r#""s3:GetObject""#, "");
    let narrowed = of("Allow", r#""ec2:StopInstances""#, r#""StringEquals":{"aws:ResourceTag/a":"b"}"#);
    let text = of("Allow", r#""s3:GetObject""#, r#""StringNotLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/x"}"#);
    let plain = of("Allow", r#""s3:GetObject""#, r#""StringLike":{"aws:PrincipalArn":["*","arn:aws:iam::1:role/x"]}"#);
    let mfa = |effect: &str, operator: &str, value: &str| {
        of(effect, r#""s3:GetObject""#, &format!(r#""{operator}":{{"aws:MultiFactorAuthPresent":"{value}"}}"#))
    };
    let manages = of("Allow", r#"["s3:PutBucketPolicy","s3:PutBucket*","s3:*","s3:GetBucketPolicy"]"#, "");
    let denies = of("Deny", r#""s3:PutBucketPolicy""#, "");
    let on = |action: &str, resources: &str| {
        document(&[&format!(r#"{{"Effect":"Allow","Action":"{action}","Resource":[{resources}]}}"#)])
    };
    let (buckets, instances) = (r#""arn:aws:s3:::*""#, r#""arn:aws:ec2:*:*:instance/*""#);
    let wide = on("s3:CreateBucket", buckets);
    let of_account = on("ec2:StopInstances", &instances.replace("*:*", "*:111122223333"));
    let of_region = on("ec2:StopInstances", &instances.replace("*:*", "eu-west-1:*"));
    let of_name = on("s3:CreateBucket", &buckets.replace('*', "reports-*"));
    let one_type_of_two = on("s3:ReplicateDelete", &buckets.replace('*', "*/*"));
    let more_types = on("ec2:CreateSnapshot", &instances.replace("instance", "snapshot"));
    let (volumes, snapshots) = (instances.replace("instance", "volume"), instances.replace("instance", "snapshot"));
    let every_type = on("ec2:CreateSnapshot", &format!("{instances},{snapshots},{volumes}"));
    let wildcard = "unneeded-star-resource";
    let old = star.replace("2012", "2008").replace("ec2:St", "ec2:DescribeSt");
    let code = "mfa-condition-without-key";
    let manage = "permissions-management";
    assert_rows(
        ALL,
        &[
            ("every resource", Identity, &star, &[("unneeded-star-resource", r#""*""#)]),
            ("every bucket", Identity, &wide, &[(wildcard, buckets)]),
            ("every instance", Identity, &on("ec2:StopInstances", instances), &[(wildcard, instances)]),
            ("every instance of an account", Identity, &of_account, &[]),
            ("every instance of a Region", Identity, &of_region, &[]),
            ("some buckets", Identity, &of_name, &[]),
            ("every object", Identity, &one_type_of_two, &[(wildcard, r#""arn:aws:s3:::*/*""#)]),
            ("one type of several", Identity, &more_types, &[]),
            ("every type", Identity, &every_type, &[(wildcard, &snapshots), ("resource-of-no-action", instances)]),
            ("reading", Identity, &reading, &[]),
            ("by tag", Identity, &narrowed, &[]),
            ("text on ARNs", Identity, &text, &[("text-operator-on-arn", r#""StringNotLike""#)]),
            ("text on ARNs without wildcards", Identity, &plain, &[]),
            ("Deny Bool", Identity, &mfa("Deny", "Bool", "false"), &[(code, r#""Bool""#)]),
            ("Deny BoolIfExists", Identity, &mfa("Deny", "BoolIfExists", "false"), &[]),
            ("Allow BoolIfExists", Identity, &mfa("Allow", "BoolIfExists", "true"), &[(code, r#""BoolIfExists""#)]),
            ("Allow Bool", Identity, &mfa("Allow", "Bool", "true"), &[]),
            ("Allow Null", Identity, &mfa("Allow", "Null", "false"), &[(code, r#""Null""#)]),
            (
                "permissions",
                Identity,
                &manages,
                &[
                    (manage, r#""s3:PutBucketPolicy""#),
                    (manage, r#""s3:PutBucket*""#),
                    ("unneeded-star-resource", r#""*""#),
                ],
            ),
            ("denied permissions", Identity, &denies, &[]),
            ("version", Identity, &old, &[("old-version", r#""2008-10-17""#)]),
        ],
    );
}

#[test]
fn what_is_not_understood_covers_nothing_and_is_not_covered() {
    let text = |left: &str, right: &str| {
        format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":["s3:Get*"],"Resource":{left}}},{{"Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],"Resource":{right}}}]}}"#
        )
    };
    let group = [&super::covered_statement::LINT, &super::action_of_two_statements::LINT];
    let (star, broken) = (r#""*""#, r#"["arn:aws:s3:::b/*",{"Ref":"Bucket"}]"#);
    let found = |left, right| crate::lint::table::findings(&group, Identity, &text(left, right)).len();
    assert_eq!((found(star, star), found(star, broken), found(broken, broken)), (1, 0, 0));
}
