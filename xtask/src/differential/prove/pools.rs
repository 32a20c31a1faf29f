//! What random pairs of policies are made of: few names and values, so that statements meet, with borders between them. How
//! they are put together is known to `generate`.

/// The type of a condition key's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    /// A multi-valued key of texts.
    Texts,
    Arn,
    Number,
    Date,
    Flag,
    Address,
    /// The ARN of the caller.
    Caller,
    /// The account of the caller.
    Account,
    /// The type of the caller.
    CallerType,
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

pub(super) const KEYS: [Key; 21] = [
    key("aws:PrincipalTag/t", Kind::Text),
    key("aws:username", Kind::Text),
    key("aws:userid", Kind::Text),
    key("aws:RequestedRegion", Kind::Text),
    key("s3:prefix", Kind::Text),
    key("ec2:ResourceTag/Team", Kind::Text),
    key("aws:TagKeys", Kind::Texts),
    key("aws:PrincipalOrgPaths", Kind::Texts),
    key("aws:SourceArn", Kind::Arn),
    key("s3:max-keys", Kind::Number),
    key("s3:signatureAge", Kind::Number),
    key("aws:CurrentTime", Kind::Date),
    key("aws:TokenIssueTime", Kind::Date),
    key("aws:SecureTransport", Kind::Flag),
    key("aws:MultiFactorAuthPresent", Kind::Flag),
    key("aws:SourceIp", Kind::Address),
    key("aws:VpcSourceIp", Kind::Address),
    key("aws:PrincipalArn", Kind::Caller),
    key("aws:PrincipalAccount", Kind::Account),
    key("aws:PrincipalType", Kind::CallerType),
    key("aws:PrincipalIsAWSService", Kind::Flag),
];

/// The operators of a type, without qualifiers.
pub(super) const fn operators(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Text | Kind::Texts => &TEXT_OPERATORS,
        Kind::Arn | Kind::Caller => &[
            "ArnEquals",
            "ArnLike",
            "ArnNotEquals",
            "ArnNotLike",
            "StringLike",
            "StringNotLike",
            "StringEquals",
            "StringNotEquals",
        ],
        Kind::Account | Kind::CallerType => &["StringEquals", "StringNotEquals", "StringLike", "StringNotLike"],
        Kind::Number => &[
            "NumericEquals",
            "NumericNotEquals",
            "NumericLessThan",
            "NumericLessThanEquals",
            "NumericGreaterThan",
            "NumericGreaterThanEquals",
        ],
        Kind::Date => &[
            "DateEquals",
            "DateNotEquals",
            "DateLessThan",
            "DateLessThanEquals",
            "DateGreaterThan",
            "DateGreaterThanEquals",
        ],
        Kind::Flag => &["Bool"],
        Kind::Address => &["IpAddress", "NotIpAddress"],
    }
}

const TEXT_OPERATORS: [&str; 8] = [
    "StringEquals",
    "StringNotEquals",
    "StringLike",
    "StringNotLike",
    "StringLike",
    "StringEqualsIgnoreCase",
    "StringNotEqualsIgnoreCase",
    "StringEquals",
];

/// The values of a type without variables.
pub(super) const fn values(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Text | Kind::Texts => {
            &["a", "b", "ab", "A", "Ab", "", "a*", "*b", "a?", "?", "*", "*a*b*", "a*b", "?*", "ka", "kA", "a/*", "b*a"]
        }
        Kind::Arn => &[
            "arn:aws:s3:::a",
            "arn:aws:s3:::a*",
            "arn:aws:s3:::*b",
            "arn:aws:s3:*",
            "arn:aws:*:*:*:a",
            "arn:*:s3:::?",
            "arn:aws:sns:us-east-1:111122223333:t",
            "arn:aws:sns:*:111122223333:*",
            "arn:aws:sns:us-*-1:*:t*",
            "arn:*",
            "*",
        ],
        Kind::Number => &["1", "5", "5.0", "5.5", "10", "9", "-1", "0"],
        Kind::Date => &[
            "2024-01-01",
            "2024-01-01T00:00:00Z",
            "1704067200",
            "2024-06-01T12:00:00+02:00",
            "2024-06-01T10:00:00Z",
            "2024-06-01T10:00:00.5Z",
            "2030",
            "2024-06",
        ],
        Kind::Flag => &["true", "false", "True"],
        Kind::Address => &[
            "10.0.0.0/8",
            "10.0.0.0/9",
            "10.128.0.0/9",
            "10.1.2.3",
            "10.1.2.3/32",
            "10.1.0.0/16",
            "10.1.2.9/24",
            "0.0.0.0/0",
            "0.0.0.0/1",
            "128.0.0.0/1",
            "2001:db8::/32",
            "2001:db8::/33",
            "2001:db8:8000::/33",
            "2001:DB8::1",
            "2001:db8:0:0::1/128",
            "::/0",
            "::/1",
            "8000::/1",
        ],
        Kind::Caller => &[
            "arn:aws:iam::111122223333:role/app",
            "arn:aws:iam::111122223333:role/*",
            "arn:aws:iam::*:role/app",
            "arn:aws:iam::111122223333:user/bob",
            "arn:aws:iam::111122223333:user/*b*",
            "arn:aws:iam::*:user/*",
            "arn:*:iam::1*:*",
            "*",
        ],
        Kind::Account => &["111122223333", "444455556666", "1111*", "*3", "????????????"],
        Kind::CallerType => &["User", "AssumedRole", "Account", "A*"],
    }
}

/// Values with variables for keys of text, whatever the operator: without wildcards they are compared as they are.
pub(super) const TEXT_VARIABLES: [&str; 13] = [
    "${aws:username}",
    "${aws:PrincipalTag/t}",
    "${aws:username, 'a'}",
    "${AWS:UserName}",
    "a${aws:username}",
    "${aws:username}b",
    "a${aws:PrincipalTag/t}b",
    "${aws:username}*",
    "${*}",
    "a${?}",
    "${$}{aws:username}",
    "${aws:userid}",
    "${aws:PrincipalAccount}",
];

pub(super) const ARN_VARIABLES: [&str; 3] = [
    "arn:aws:s3:::${aws:username}",
    "arn:aws:s3:::a/${aws:username}/*",
    "arn:aws:sns:*:111122223333:${aws:PrincipalTag/t}",
];

pub(super) const ACTIONS: [&str; 16] = [
    "*",
    "s3:*",
    "s3:Get*",
    "s3:GetObject",
    "s3:getobject",
    "s3:PutObject",
    "s3:*Object",
    "s3:*Object*",
    "s3:G?tObject",
    "s3:ListBucket",
    "ec2:RunInstances",
    "ec2:*Instances",
    "ec2:*",
    "ec2:Describe*",
    "sqs:SendMessage",
    "sqs:*",
];

pub(super) const RESOURCES: [&str; 20] = [
    "*",
    "arn:aws:s3:::a",
    "arn:aws:s3:::a*",
    "arn:aws:s3:::a/*",
    "arn:aws:s3:::a/b",
    "arn:aws:s3:::a/?",
    "arn:aws:s3:::*/b",
    "arn:aws:s3:::*a*b*",
    "arn:aws:s3:::b/*x*",
    "arn:aws:s3:*",
    "arn:aws:s3:*:*:*",
    "arn:*:s3:::?/*",
    "arn:*",
    "arn:aws*:s3:::a/*",
    "arn:aws:ec2:*:*:instance/*",
    "arn:aws:ec2:us-east-1:111122223333:instance/i-1",
    "arn:aws:ec2:us-*:111122223333:*",
    "arn:aws:ec2:*:*:*/i-*",
    "arn:aws:sqs:us-east-1:111122223333:q",
    "arn:aws:sqs:*:*:q*",
];

pub(super) const RESOURCE_VARIABLES: [&str; 10] = [
    "arn:aws:s3:::a/${aws:username}/*",
    "arn:aws:s3:::a/${aws:username}",
    "arn:aws:s3:::a/${aws:username, 'b'}",
    "arn:aws:s3:::${aws:PrincipalTag/t}/*",
    "arn:aws:s3:::${aws:PrincipalTag/t}/${aws:username}",
    "arn:aws:s3:::a${*}",
    "arn:aws:ec2:*:*:instance/${aws:username}",
    "arn:aws:s3:::a/${aws:username}/b*",
    "arn:aws:s3:::a/${aws:PrincipalAccount}/*",
    "arn:aws:s3:::${aws:PrincipalType}/*",
];

/// Principal elements as JSON.
pub(super) const PRINCIPALS: [&str; 19] = [
    r#""*""#,
    r#"{"AWS":"*"}"#,
    r#"{"AWS":"111122223333"}"#,
    r#"{"AWS":"arn:aws:iam::111122223333:root"}"#,
    r#"{"AWS":"arn:aws:iam::111122223333:role/app"}"#,
    r#"{"AWS":"arn:aws:iam::111122223333:user/bob"}"#,
    r#"{"AWS":["arn:aws:iam::111122223333:root","arn:aws:iam::111122223333:role/app"]}"#,
    r#"{"AWS":["arn:aws:iam::111122223333:user/bob","arn:aws:iam::111122223333:root"]}"#,
    r#"{"AWS":["111122223333","arn:aws:iam::111122223333:role/app","arn:aws:sts::111122223333:assumed-role/app/s"]}"#,
    r#"{"AWS":"arn:aws:sts::111122223333:assumed-role/app/s"}"#,
    r#"{"Service":"sns.amazonaws.com","AWS":"444455556666"}"#,
    r#"{"Service":["sns.amazonaws.com","events.amazonaws.com"]}"#,
    r#"{"AWS":"444455556666"}"#,
    r#"{"Federated":"accounts.google.com"}"#,
    r#"{"Federated":"*"}"#,
    r#"{"AWS":"AIDACKCEVSQ6C2EXAMPLE"}"#,
    r#"{"AWS":["AROACKCEVSQ6C2EXAMPLE","arn:aws:iam::111122223333:root"]}"#,
    r#"{"AWS":"arn:aws:sts::111122223333:federated-user/fay"}"#,
    r#"{"CanonicalUser":"79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"}"#,
];
