//! Actions and their services.

use super::super::ALL;
use super::{Identity, Resource};
use super::{Row, assert_rows};

#[test]
fn names() {
    let rows: &[Row<'_>] = &[
        (
            "actions",
            Identity,
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": ["s3:GetObjects", "s3:getobject", "s3:Fetch*", "s3:Get*", "s3:*", "*"], "Resource": "*"}}"#,
            &[("invalid-action", r#""s3:GetObjects""#), ("invalid-action", r#""s3:Fetch*""#)],
        ),
        (
            "not of the form",
            Identity,
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "NotAction": ["s3", "s3:", "s3:Get Object"], "Resource": "*"}}"#,
            &[("invalid-action", r#""s3""#), ("invalid-action", r#""s3:""#), ("invalid-action", r#""s3:Get Object""#)],
        ),
        (
            "services",
            Identity,
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": ["s4:GetObject", "S3:GetObject", "nothing-like-it:*"], "Resource": "*"}}"#,
            &[("invalid-service-in-action", "s4"), ("invalid-service-in-action", "nothing-like-it")],
        ),
        (
            "a variable",
            Identity,
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": ["${aws:username}:*", "s3:Get${aws:username}"], "Resource": "*"}}"#,
            &[
                ("variable-unsupported-in-element", "${aws:username}"),
                ("variable-unsupported-in-element", "${aws:username}"),
            ],
        ),
    ];
    assert_rows(ALL, rows);
}

#[test]
fn of_the_resource() {
    let rows: &[Row<'_>] = &[
        (
            "an action of another service",
            Resource,
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": ["s3:GetObject", "kms:Decrypt", "sqs:*", "*"], "Resource": "arn:aws:s3:::a/*"}}"#,
            &[("unsupported-action-in-policy", r#""kms:Decrypt""#), ("unsupported-action-in-policy", r#""sqs:*""#)],
        ),
        (
            "nothing is known of the resource",
            Resource,
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": ["s3:GetObject", "kms:Decrypt"], "Resource": "*"}}"#,
            &[],
        ),
        (
            "a resource of another service",
            Resource,
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": ["s3:GetObject", "s3:Put*"], "Resource": ["arn:aws:s3:::a/*", "arn:aws:sqs:eu-central-1:111122223333:a"]}}"#,
            &[("unsupported-resource-arn-in-policy", "sqs")],
        ),
        (
            "resources of one service",
            Resource,
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": ["s3:GetObject", "s3:ListBucket"], "Resource": ["arn:aws:s3:::a/*", "arn:aws:s3:::a"]}}"#,
            &[],
        ),
        (
            "an identity policy is of many services",
            Identity,
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": ["s3:GetObject", "kms:Decrypt"], "Resource": "*"}}"#,
            &[],
        ),
        (
            "providers",
            Resource,
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"Federated": "accounts.google.com"}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::a/*"}}"#,
            &[("federated-principal-not-supported", r#""accounts.google.com""#)],
        ),
    ];
    assert_rows(ALL, rows);
}
