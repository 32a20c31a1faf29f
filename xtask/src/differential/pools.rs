//! What random cases are made of: actions with resources and condition keys that the oracle's data lists for them, and
//! values that often meet. How they are put together is known to `generate`.

/// What a condition key holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Arn,
    Number,
    Flag,
    Date,
    Address,
    /// A multi-valued key of texts.
    Texts,
}

/// A condition key.
#[derive(Debug)]
pub(super) struct Key {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
}

const fn key(name: &'static str, kind: Kind) -> Key {
    Key { name, kind }
}

/// An action with what it can act on and the keys of its service.
#[derive(Debug)]
pub(super) struct Action {
    pub(super) name: &'static str,
    /// `ACCOUNT` stands for the account of the resource.
    pub(super) resources: &'static [&'static str],
    pub(super) keys: &'static [Key],
    /// Whether resource control policies apply to its service.
    pub(super) rcp: bool,
    /// Whether there are policies on its resources.
    pub(super) resource_policies: bool,
}

const S3_KEYS: &[Key] = &[
    key("s3:authType", Kind::Text),
    key("s3:signatureAge", Kind::Number),
    key("s3:TlsVersion", Kind::Number),
    key("s3:x-amz-content-sha256", Kind::Text),
    key("s3:AccessGrantsInstanceArn", Kind::Arn),
];
const S3_ACCOUNT_KEYS: &[Key] = &[key("s3:authType", Kind::Text), key("s3:signatureAge", Kind::Number)];
const S3_PUT_KEYS: &[Key] = &[
    key("s3:x-amz-acl", Kind::Text),
    key("s3:RequestObjectTag/team", Kind::Text),
    key("s3:RequestObjectTagKeys", Kind::Texts),
    key("s3:ObjectCreationOperation", Kind::Flag),
    key("s3:object-lock-retain-until-date", Kind::Date),
    key("s3:object-lock-remaining-retention-days", Kind::Number),
];
const S3_LIST_KEYS: &[Key] =
    &[key("s3:prefix", Kind::Text), key("s3:max-keys", Kind::Number), key("s3:delimiter", Kind::Text)];
const EC2_KEYS: &[Key] = &[
    key("ec2:InstanceType", Kind::Text),
    key("ec2:EbsOptimized", Kind::Flag),
    key("ec2:InstanceProfile", Kind::Arn),
    key("ec2:MetadataHttpPutResponseHopLimit", Kind::Number),
    key("ec2:ResourceTag/team", Kind::Text),
];
const KMS_KEYS: &[Key] = &[
    key("kms:CallerAccount", Kind::Text),
    key("kms:ViaService", Kind::Text),
    key("kms:EncryptionContextKeys", Kind::Texts),
    key("kms:MultiRegion", Kind::Flag),
];
const STS_KEYS: &[Key] = &[
    key("sts:ExternalId", Kind::Text),
    key("sts:RoleSessionName", Kind::Text),
    key("sts:TransitiveTagKeys", Kind::Texts),
];
const DYNAMODB_KEYS: &[Key] = &[
    key("dynamodb:LeadingKeys", Kind::Texts),
    key("dynamodb:Attributes", Kind::Texts),
    key("dynamodb:Select", Kind::Text),
];
const IAM_KEYS: &[Key] = &[key("iam:PassedToService", Kind::Text), key("iam:AssociatedResourceArn", Kind::Arn)];

const fn action(
    name: &'static str,
    resources: &'static [&'static str],
    keys: &'static [Key],
    rcp: bool,
    resource_policies: bool,
) -> Action {
    Action { name, resources, keys, rcp, resource_policies }
}

const OBJECTS: &[&str] = &[
    "arn:aws:s3:::data/alpha/report.csv",
    "arn:aws:s3:::data/beta",
    "arn:aws:s3:::logs/ana/1",
    "arn:aws:s3:::data/a:b/c",
];
const ROLES: &[&str] = &["arn:aws:iam::ACCOUNT:role/worker", "arn:aws:iam::ACCOUNT:role/team/alpha"];

/// The actions, by service.
pub(super) const ACTIONS: &[&Action] = &[
    &action("s3:GetObject", OBJECTS, S3_KEYS, true, true),
    &action("s3:PutObject", OBJECTS, S3_PUT_KEYS, true, true),
    &action("s3:ListBucket", &["arn:aws:s3:::data", "arn:aws:s3:::logs"], S3_LIST_KEYS, true, true),
    &action("s3:ListAllMyBuckets", &["*"], S3_ACCOUNT_KEYS, true, false),
    &action("ec2:DescribeInstances", &["*"], &[key("ec2:Region", Kind::Text)], false, false),
    &action(
        "ec2:StartInstances",
        &["arn:aws:ec2:eu-west-1:ACCOUNT:instance/i-0a", "arn:aws:ec2:us-east-1:ACCOUNT:instance/i-0b"],
        EC2_KEYS,
        false,
        false,
    ),
    &action(
        "sqs:SendMessage",
        &["arn:aws:sqs:eu-west-1:ACCOUNT:alpha", "arn:aws:sqs:us-east-1:ACCOUNT:beta"],
        &[],
        true,
        true,
    ),
    &action("sns:Publish", &["arn:aws:sns:eu-west-1:ACCOUNT:alpha"], &[], false, true),
    &action("kms:Decrypt", &["arn:aws:kms:eu-west-1:ACCOUNT:key/1234abcd"], KMS_KEYS, true, true),
    &action("kms:ListKeys", &["*"], &[], true, false),
    &action("sts:AssumeRole", ROLES, STS_KEYS, true, true),
    &action("lambda:InvokeFunction", &["arn:aws:lambda:eu-west-1:ACCOUNT:function:alpha"], &[], false, true),
    &action(
        "secretsmanager:GetSecretValue",
        &["arn:aws:secretsmanager:eu-west-1:ACCOUNT:secret:alpha-1a2b3c"],
        &[key("secretsmanager:VersionStage", Kind::Text)],
        true,
        true,
    ),
    &action("dynamodb:GetItem", &["arn:aws:dynamodb:eu-west-1:ACCOUNT:table/alpha"], DYNAMODB_KEYS, false, true),
    &action("iam:PassRole", ROLES, IAM_KEYS, false, false),
    &action("iam:GetUser", &["arn:aws:iam::ACCOUNT:user/ana"], &[], false, false),
];

/// The keys that every action knows.
pub(super) const GLOBAL_KEYS: &[Key] = &[
    key("aws:username", Kind::Text),
    key("aws:PrincipalTag/team", Kind::Text),
    key("aws:RequestedRegion", Kind::Text),
    key("aws:SourceVpce", Kind::Text),
    key("aws:UserAgent", Kind::Text),
    key("aws:PrincipalAccount", Kind::Text),
    key("aws:PrincipalType", Kind::Text),
    key("aws:SourceArn", Kind::Arn),
    key("aws:PrincipalArn", Kind::Arn),
    key("aws:MultiFactorAuthAge", Kind::Number),
    key("aws:MultiFactorAuthPresent", Kind::Flag),
    key("aws:SecureTransport", Kind::Flag),
    key("aws:ViaAWSService", Kind::Flag),
    key("aws:CurrentTime", Kind::Date),
    key("aws:TokenIssueTime", Kind::Date),
    key("aws:EpochTime", Kind::Date),
    key("aws:SourceIp", Kind::Address),
    key("aws:VpcSourceIp", Kind::Address),
    key("aws:TagKeys", Kind::Texts),
    key("aws:CalledVia", Kind::Texts),
];

/// Keys that follow from the caller: a case does not invent values for them.
pub(super) const CALLER_KEYS: &[&str] =
    &["aws:username", "aws:PrincipalArn", "aws:PrincipalAccount", "aws:PrincipalType"];

/// The operators of a kind of key, the plain ones first.
pub(super) const fn operators(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Text | Kind::Texts => &[
            "StringEquals",
            "StringNotEquals",
            "StringEqualsIgnoreCase",
            "StringNotEqualsIgnoreCase",
            "StringLike",
            "StringNotLike",
        ],
        Kind::Arn => &["ArnEquals", "ArnNotEquals", "ArnLike", "ArnNotLike", "StringLike", "StringEquals"],
        Kind::Number => &[
            "NumericEquals",
            "NumericNotEquals",
            "NumericLessThan",
            "NumericLessThanEquals",
            "NumericGreaterThan",
            "NumericGreaterThanEquals",
        ],
        Kind::Flag => &["Bool"],
        Kind::Date => &[
            "DateEquals",
            "DateNotEquals",
            "DateLessThan",
            "DateLessThanEquals",
            "DateGreaterThan",
            "DateGreaterThanEquals",
        ],
        Kind::Address => &["IpAddress", "NotIpAddress"],
    }
}

/// Values of a kind: those that both requests and policies hold, those of policies only, and odd ones that are drawn
/// rarely, for requests and for policies.
pub(super) struct Values {
    pub(super) shared: &'static [&'static str],
    pub(super) patterns: &'static [&'static str],
    pub(super) odd_found: &'static [&'static str],
    pub(super) odd_expected: &'static [&'static str],
}

/// The values of a kind.
pub(super) const fn values(kind: Kind) -> Values {
    match kind {
        Kind::Text | Kind::Texts => Values {
            shared: &["alpha", "beta", "Alpha", "ana", "alpha/beta", "al.ha"],
            patterns: &["al*", "?lpha", "*", "*/*", "b??a", "al.*"],
            odd_found: &["", "a*b", "${aws:username}", "al\nha", "10"],
            odd_expected: &[
                "${aws:username}",
                "${aws:PrincipalTag/team}",
                "${aws:PrincipalTag/team, 'alpha'}",
                "${aws:principaltag/TEAM}",
                "al${*}a",
                "a${*}b",
                "${aws:TagKeys}",
                "a*${$}",
                "",
            ],
        },
        Kind::Arn => Values {
            shared: &[
                "arn:aws:s3:::data",
                "arn:aws:lambda:eu-west-1:111111111111:function:alpha",
                "arn:aws:iam::111111111111:role/team/worker",
                "arn:aws:sns:us-east-1:222222222222:alpha",
                "arn:aws:iam::111111111111:user/ana",
            ],
            patterns: &[
                "arn:aws:s3:::*",
                "arn:aws:*:*:111111111111:*",
                "arn:aws:lambda:*:*:function:*",
                "arn:aws:iam::*:role/*",
                "arn:aws:sns:*:222222222222:?lpha",
                "arn:*:s3:*:*:*",
            ],
            odd_found: &["alpha", "arn:aws:s3:::Data"],
            odd_expected: &[
                "*",
                "arn:aws:*",
                "arn:aws:iam::111111111111:user/${aws:username}",
                "arn:aws:lambda:eu*",
                "arn:aws:lambda:*:function:alpha",
                "arn:*:alpha",
            ],
        },
        Kind::Number => Values {
            shared: &["5", "10", "9", "-1", "3600"],
            patterns: &["10", "6"],
            odd_found: &["10.0", "9abc", "0.5", "1e1", ""],
            odd_expected: &["10.0", "0.50", "+5", "010"],
        },
        Kind::Flag => Values {
            shared: &["true", "false"],
            patterns: &["true"],
            odd_found: &["True", "yes"],
            odd_expected: &["FALSE"],
        },
        Kind::Date => Values {
            shared: &["2026-01-01T00:00:00Z", "2026-06-30T12:00:00Z", "2025-12-31T23:59:59Z"],
            patterns: &["2026-01-01T00:00:00Z", "2026-03-01T00:00:00Z"],
            odd_found: &["2026-01-01", "1767225600", "2026-01-01T01:00:00+01:00", "2026-01-01T00:00:00.000Z", "soon"],
            odd_expected: &["2026-01-01", "1767225600", "2026-01-01T01:00:00+01:00", "2026-01-01T00:00:00.5Z"],
        },
        Kind::Address => Values {
            shared: &["203.0.113.7", "198.51.100.1", "2001:db8::1"],
            patterns: &["203.0.113.0/24", "198.51.100.1/32", "2001:db8::/32", "0.0.0.0/0", "::/0"],
            odd_found: &["2001:DB8:0:0::1", "here", "203.0.113.256"],
            odd_expected: &["203.0.113.9/24", "2001:DB8::1", "2001:db8:0::1/128"],
        },
    }
}
