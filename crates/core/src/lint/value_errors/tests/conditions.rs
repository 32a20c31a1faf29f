//! Condition keys, operators and their values.

use super::super::ALL;
use super::{Identity, Resource};
use super::{Row, assert_rows};

#[test]
fn keys() {
    let rows: &[Row<'_>] = &[
        (
            "twice in different case",
            Identity,
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", "Condition": {"StringEquals": {"aws:username": "a", "AWS:UserName": "b"}, "StringLike": {"aws:Username": "c"}}}}"#,
            &[("duplicate-keys-with-different-case", r#""AWS:UserName""#)],
        ),
        (
            "not of the form",
            Identity,
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", "Condition": {"StringEquals": {"username": "a", "aws:": "b", ":a": "c", " aws:username": "d"}}}}"#,
            &[
                ("invalid-condition-key-format", r#""username""#),
                ("invalid-condition-key-format", r#""aws:""#),
                ("invalid-condition-key-format", r#"":a""#),
                ("invalid-condition-key-format", r#"" aws:username""#),
            ],
        ),
        (
            "global keys",
            Identity,
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", "Condition": {"StringEquals": {"aws:UserNam": "a", "AWS:username": "b", "aws:PrincipalTag/team": "c", "aws:arn": "d"}}}}"#,
            &[
                ("invalid-global-condition-key", r#""aws:UserNam""#),
                ("unsupported-global-condition-key", r#""aws:arn""#),
            ],
        ),
        (
            "keys of services",
            Identity,
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*", "Condition": {"StringLike": {"s3:prefixx": "a", "s3:prefix": "b"}}}}"#,
            &[("invalid-service-condition-key", r#""s3:prefixx""#)],
        ),
        (
            "a service that there is not",
            Identity,
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"StringLike": {"s4:prefix": "a"}}}}"#,
            &[("invalid-service", "s4")],
        ),
        (
            "claims of providers are not judged",
            Identity,
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"StringLike": {"oidc.eks.eu-central-1.amazonaws.com/id/A1:sub": "a", "accounts.google.com:hd": "b", "saml:whatever": "c"}}}}"#,
            &[],
        ),
        (
            "tags without a key",
            Identity,
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"StringEquals": {"aws:RequestTag": "a", "ec2:ResourceTag/": "b", "aws:ResourceTag/a": "c"}}}}"#,
            &[
                ("missing-tag-key-in-condition", r#""aws:RequestTag""#),
                ("missing-tag-key-in-condition", r#""ec2:ResourceTag/""#),
            ],
        ),
        (
            "several values",
            Identity,
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"StringEquals": {"aws:TagKeys": "a"}, "ForAllValues:StringEquals": {"aws:TagKeys": "a"}, "Null": {"aws:TagKeys": "true"}, "StringLike": {"aws:username": "a"}}}}"#,
            &[("missing-qualifier", r#""StringEquals""#)],
        ),
        (
            "an action without the key",
            Identity,
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": ["s3:ListBucket", "s3:GetObject", "s3:Put*"], "Resource": "*", "Condition": {"StringLike": {"s3:prefix": "a"}}}}"#,
            &[("unsupported-action-for-condition-key", r#""s3:GetObject""#)],
        ),
        (
            "an action of another service",
            Identity,
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": ["s3:ListBucket", "ec2:RunInstances"], "Resource": "*", "Condition": {"StringEquals": {"s3:prefix": "a"}}}}"#,
            &[("unsupported-action-for-condition-key", r#""ec2:RunInstances""#)],
        ),
        (
            "conditions for absent keys, and global ones",
            Identity,
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": ["s3:ListBucket", "s3:GetObject"], "Resource": "*", "Condition": {"StringLikeIfExists": {"s3:prefix": "a"}, "Null": {"s3:prefix": "true"}, "StringEquals": {"aws:username": "a"}}}}"#,
            &[],
        ),
        (
            "a service as principal",
            Resource,
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": "*", "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-a", "aws:SourceAccount": "111122223333"}, "StringEqualsIfExists": {"aws:principaltag/a": "b"}}}}"#,
            &[("unsupported-condition-key-for-service-principal", r#""aws:PrincipalOrgID""#)],
        ),
        (
            "a role beside the service",
            Resource,
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com", "AWS": "111122223333"}, "Action": "sqs:SendMessage", "Resource": "*", "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-a"}}}}"#,
            &[],
        ),
    ];
    assert_rows(ALL, rows);
}

#[test]
fn operators() {
    let rows: &[Row<'_>] = &[
        (
            "case, mended",
            Identity,
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"stringequals": {"aws:username": "a"}, "foranyvalue:StringLikeifexists": {"aws:TagKeys": "b"}}}}"#,
            &[
                ("invalid-condition-operator", r#""stringequals""#),
                ("invalid-condition-operator", r#""foranyvalue:StringLikeifexists""#),
            ],
        ),
        (
            "case, with the right one beside it",
            Identity,
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"stringequals": {"aws:username": "a"}, "StringEquals": {"aws:username": "b"}}}}"#,
            &[("invalid-condition-operator", r#""stringequals""#)],
        ),
        (
            "others",
            Identity,
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"StringMatches": {"aws:username": "a"}, "ForEach:StringLike": {"aws:username": "b"}, "StringEqual": {"aws:username": "b"}}}}"#,
            &[
                ("invalid-condition-operator", r#""StringMatches""#),
                ("invalid-condition-operator", r#""ForEach:StringLike""#),
                ("invalid-condition-operator", r#""StringEqual""#),
            ],
        ),
        (
            "Null",
            Identity,
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"NullIfExists": {"aws:username": "true"}, "BoolIfExists": {"aws:SecureTransport": "true"}}}}"#,
            &[("null-with-if-exists", r#""NullIfExists""#)],
        ),
    ];
    assert_rows(ALL, rows);
}

#[test]
fn values() {
    let rows: &[Row<'_>] = &[
        (
            "types",
            Identity,
            r#"{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"NumericEquals": {"s3:max-keys": [1, "2"]}, "StringEquals": {"aws:username": ["a", "b"]}}}}"#,
            &[("invalid-condition-data-type", r#""2""#)],
        ),
        (
            "booleans",
            Identity,
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", "Condition": {"Bool": {"aws:SecureTransport": ["true", "false"]}, "StringEquals": {"aws:ViaAWSService": ["true", "false"]}, "BoolIfExists": {"aws:ViaAWSService": "true"}}}}"#,
            &[
                ("invalid-condition-multiple-boolean", r#""true", "false""#),
                ("invalid-condition-multiple-boolean", r#""true", "false""#),
            ],
        ),
        (
            "Regions",
            Identity,
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "ec2:*", "Resource": "*", "Condition": {"StringEquals": {"aws:RequestedRegion": ["eu-central-1", "eu-zentral-1"]}, "StringLike": {"aws:requestedregion": ["us-*", "usa-*"]}, "StringNotEquals": {"ec2:Region": "${aws:PrincipalTag/region}"}}}}"#,
            &[("invalid-region", r#""eu-zentral-1""#), ("invalid-region", r#""usa-*""#)],
        ),
        (
            "VPCs",
            Identity,
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", "Condition": {"StringEquals": {"aws:SourceVpc": ["vpc-12345678", "vpc-11223344556677889", "vpc-123", "vpce-12345678", "vpc-*"]}, "StringLike": {"aws:SourceVpc": "vpc-*"}}}}"#,
            &[
                ("invalid-vpc-format", r#""vpc-123""#),
                ("invalid-vpc-format", r#""vpce-12345678""#),
                ("invalid-vpc-format", r#""vpc-*""#),
            ],
        ),
        (
            "endpoints",
            Identity,
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", "Condition": {"StringEquals": {"aws:sourceVpce": ["vpce-12345678", "vpce-1122334455667788_", "vpc-12345678"]}}}}"#,
            &[("invalid-vpce-format", r#""vpce-1122334455667788_""#), ("invalid-vpce-format", r#""vpc-12345678""#)],
        ),
        (
            "private addresses",
            Identity,
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", "Condition": {"IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "192.168.1.1"]}, "NotIpAddress": {"aws:SourceIp": "172.16.0.0/12"}}}}"#,
            &[
                ("private-ip-address", r#""10.0.0.0/8", "192.168.1.1""#),
                ("private-not-ip-address", r#""172.16.0.0/12""#),
            ],
        ),
        (
            "some public, another key, too wide",
            Identity,
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", "Condition": {"IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "203.0.113.7"], "aws:VpcSourceIp": "10.0.0.0/8"}, "NotIpAddress": {"aws:SourceIp": "0.0.0.0/0"}}}}"#,
            &[],
        ),
        (
            "service names",
            Identity,
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*", "Condition": {"StringEquals": {"iam:PassedToService": ["EC2.amazonaws.com", "ec2", "ec2.amazonaws.com", "ec2.amazonaws.com.cn"]}, "StringLike": {"iam:PassedToService": "*.amazonaws.com"}}}}"#,
            &[
                ("invalid-service-principal-format", r#""EC2.amazonaws.com""#),
                ("invalid-service-principal-format", r#""ec2""#),
            ],
        ),
        (
            "service names with a Region",
            Identity,
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*", "Condition": {"StringEquals": {"kms:ViaService": ["ec2.amazonaws.com", "ec2.eu-central-1.amazonaws.com", "ec2.xx-new-9.amazonaws.com"]}, "StringLike": {"kms:ViaService": "ec2.*.amazonaws.com"}}}}"#,
            &[("invalid-service-principal-format", r#""ec2.amazonaws.com""#)],
        ),
        (
            "services as principals",
            Resource,
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"Service": ["sns", "sns.amazonaws.com", "logs.eu-central-1.amazonaws.com"]}, "Action": "sqs:SendMessage", "Resource": "*"}}"#,
            &[("invalid-service-principal-format", r#""sns""#)],
        ),
    ];
    assert_rows(ALL, rows);
}

#[test]
fn variables_of_policies() {
    let rows: &[Row<'_>] = &[
        (
            "under other operators",
            Identity,
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*", "Condition": {"NumericEquals": {"s3:max-keys": "${aws:userid}"}, "Bool": {"aws:SecureTransport": "${aws:userid}"}, "ArnLike": {"aws:SourceArn": "${aws:PrincipalArn}"}}}}"#,
            &[("invalid-variable-for-operator", "${aws:userid}"), ("invalid-variable-for-operator", "${aws:userid}")],
        ),
        (
            "in version 2008-10-17",
            Identity,
            r#"{"Version": "2008-10-17", "Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::a/${aws:username}", "Condition": {"StringEquals": {"aws:username": "${*}"}}}}"#,
            &[("variable-unsupported-in-version", "${aws:username}")],
        ),
        (
            "without a version",
            Identity,
            r#"{"Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", "Condition": {"StringLike": {"aws:username": "${aws:userid}"}}}}"#,
            &[("variable-unsupported-in-version", "${aws:userid}")],
        ),
        (
            "forms",
            Identity,
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", "Condition": {"StringLike": {"aws:username": ["${aws:userid", "${}", "${ aws:userid}", "${aws:userid, 'a}", "${aws:userid}", "${aws:userid, 'a b'}", "${*}"]}}}}"#,
            &[
                ("missing-brace-in-variable", "${aws:userid"),
                ("empty-variable", "${}"),
                ("unsupported-space-in-variable", "${ aws:userid}"),
                ("missing-quote-in-variable", "${aws:userid, 'a}"),
            ],
        ),
        (
            "forms in a version without variables",
            Identity,
            r#"{"Version": "2008-10-17", "Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", "Condition": {"StringLike": {"aws:username": ["${aws:userid", "${}"]}}}}"#,
            &[],
        ),
        (
            "in principals",
            Resource,
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:user/${aws:username}"}, "Action": "s3:GetObject", "Resource": "*"}}"#,
            &[("variable-unsupported-in-element", "${aws:username}")],
        ),
    ];
    assert_rows(ALL, rows);
}
