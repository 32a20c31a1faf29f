//! ARNs of resources.

use super::super::ALL;
use super::{Identity, Resource, ServiceControl};
use super::{Row, assert_rows};

#[test]
fn accounts_and_regions() {
    let rows: &[Row<'_>] = &[
        (
            "an S3 bucket has neither",
            Identity,
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "*", "Resource": ["arn:aws:s3:eu-central-1:111122223333:cost-reports"]}}"#,
            &[("arn-account-not-allowed", "111122223333"), ("arn-region-not-allowed", "eu-central-1")],
        ),
        (
            "stars match the empty field",
            Identity,
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "*", "Resource": ["arn:aws:s3:*:*:cost-reports", "arn:aws:iam:*:111122223333:role/Build"]}}"#,
            &[],
        ),
        (
            "an access point has both",
            Identity,
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "*", "Resource": ["arn:aws:s3:eu-central-1:111122223333:accesspoint/reports"]}}"#,
            &[],
        ),
        (
            "a role has no Region",
            Identity,
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "*", "Resource": ["arn:aws:iam:us-east-1:111122223333:role/Build", "arn:aws:iam::111122223333:role/Build"]}}"#,
            &[("arn-region-not-allowed", "us-east-1")],
        ),
        (
            "forms of the account",
            Identity,
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "*", "Resource": ["arn:aws:iam::1234:role/a", "arn:aws:iam::aws:policy/ReadOnlyAccess", "arn:aws:iam::1111*:role/a", "arn:aws:iam::11112222333?:role/a", "arn:aws:iam::11112222333344*:role/a", "arn:aws:iam::${aws:PrincipalAccount}:role/a", "arn:aws:iam::*:role/a", "arn:aws:iam::me:role/a"]}}"#,
            &[
                ("invalid-arn-account", "1234"),
                ("invalid-arn-account", "11112222333344*"),
                ("invalid-arn-account", "me"),
            ],
        ),
        (
            "a queue has a Region",
            Identity,
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "*", "Resource": ["arn:aws:sqs::111122223333:reports", "arn:aws:sqs:*:111122223333:reports"]}}"#,
            &[("missing-arn-region", r#""arn:aws:sqs::111122223333:reports""#)],
        ),
        (
            "a service whose ARNs differ",
            Identity,
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "*", "Resource": ["arn:aws:wafv2:::*", "arn:aws:ec2::111122223333:*"]}}"#,
            &[("missing-arn-region", r#""arn:aws:wafv2:::*""#)],
        ),
        (
            "Regions",
            Identity,
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "*", "Resource": ["arn:aws:sqs:eu-central-9:111122223333:a", "arn:aws:sqs:eu-*:111122223333:a", "arn:aws:sqs:mars-*:111122223333:a", "arn:aws:sqs:cn-north-1:111122223333:a", "arn:aws-cn:sqs:cn-north-1:111122223333:a", "arn:*:sqs:us-gov-west-1:111122223333:a", "arn:aws:sqs:${aws:RequestedRegion}:111122223333:a"]}}"#,
            &[
                ("invalid-arn-region", "eu-central-9"),
                ("invalid-arn-region", "mars-*"),
                ("invalid-arn-region", "cn-north-1"),
            ],
        ),
    ];
    assert_rows(ALL, rows);
}

#[test]
fn forms() {
    let rows: &[Row<'_>] = &[
        (
            "not an ARN",
            Identity,
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "*", "Resource": ["s3:::cost-reports", "*"]}}"#,
            &[("invalid-arn-prefix", r#""s3:::cost-reports""#)],
        ),
        (
            "too few fields",
            Identity,
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "*", "Resource": ["arn:aws:s3:cost-reports", "arn:aws", "arn:aws:s3:::cost-reports"]}}"#,
            &[("missing-arn-field", r#""arn:aws:s3:cost-reports""#), ("missing-arn-field", r#""arn:aws""#)],
        ),
        (
            "empty fields",
            Identity,
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "*", "Resource": ["arn::s3:::cost-reports", "arn:aws::::cost-reports", "arn:aws:s3:::"]}}"#,
            &[
                ("missing-arn-field", r#""arn::s3:::cost-reports""#),
                ("missing-arn-field", r#""arn:aws::::cost-reports""#),
                ("missing-arn-field", r#""arn:aws:s3:::""#),
            ],
        ),
        (
            "partitions",
            Identity,
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "*", "Resource": ["arn:amazon:s3:::a", "arn:aws-cn:s3:::a", "arn:aws-us-gov:s3:::a", "arn:aws*:s3:::a", "arn:${aws:Partition}:s3:::a"]}}"#,
            &[("invalid-partition", "amazon")],
        ),
        (
            "the partition of a principal",
            Resource,
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"AWS": ["arn:aw:iam::111122223333:root", "arn:aws:iam::111122223333:root"]}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::a/*"}}"#,
            &[("invalid-partition", "aw")],
        ),
        (
            "capitals in the service",
            Identity,
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "*", "Resource": ["arn:aws:Lambda:eu-central-1:111122223333:function:a", "arn:aws:lambda:eu-central-1:111122223333:function:a"]}}"#,
            &[("invalid-arn-service-case", "Lambda")],
        ),
        (
            "services",
            Identity,
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "*", "Resource": ["arn:aws:s4:::a", "arn:aws:s*:::a", "arn:aws:execute-api:eu-central-1:111122223333:a/*"]}}"#,
            &[("invalid-service", "s4")],
        ),
        (
            "resources",
            Identity,
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "*", "Resource": ["arn:aws:iam::111122223333:Role/a", "arn:aws:iam::111122223333:role", "arn:aws:iam::111122223333:ro*", "arn:aws:iam::111122223333:role/${aws:username}", "arn:aws:iam::111122223333:${aws:username}"]}}"#,
            &[("invalid-arn-resource", "Role/a"), ("invalid-arn-resource", "role")],
        ),
        (
            "a recovery point of AWS Backup",
            Identity,
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "*", "Resource": ["arn:aws:backup:*:*:recovery-point:*"]}}"#,
            &[],
        ),
        (
            "NotResource in an SCP",
            ServiceControl,
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "*", "NotResource": "arn:aws:iam:us-east-1:111122223333:role/a"}}"#,
            &[("arn-region-not-allowed", "us-east-1")],
        ),
    ];
    assert_rows(ALL, rows);
}
