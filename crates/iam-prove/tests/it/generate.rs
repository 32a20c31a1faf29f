//! Random policies over few names, so that statements meet: all elements and operators, IfExists, Null, set qualifiers,
//! both IP versions, dates, variables.

use super::sampling::Numbers;

const ACTIONS: [&str; 9] =
    ["*", "s3:*", "s3:Get*", "s3:GetObject", "s3:PutObject", "s3:*Object", "s3:G?tObject", "ec2:RunInstances", "ec2:*"];
const RESOURCES: [&str; 11] = [
    "*",
    "arn:aws:s3:::a*",
    "arn:aws:s3:::a/*",
    "arn:aws:s3:::a/b",
    "arn:aws:s3:::*/b",
    "arn:aws:s3:::b/*x*",
    "arn:aws:s3:*",
    "arn:*:s3:::?/*",
    "arn:aws:ec2:*:*:instance/*",
    "arn:aws:s3:::a/${aws:username}/*",
    "arn:aws:s3:::a/${aws:username, 'x'}",
];

/// Operator, key, values.
const CONDITIONS: [(&str, &str, &[&str]); 30] = [
    ("StringEquals", "aws:PrincipalTag/t", &["a", "b"]),
    ("StringNotEquals", "aws:PrincipalTag/t", &["a"]),
    ("StringLike", "aws:PrincipalTag/t", &["a*", "*c*"]),
    ("StringNotLikeIfExists", "aws:PrincipalTag/t", &["a*"]),
    ("StringEqualsIgnoreCase", "aws:PrincipalTag/t", &["AB"]),
    ("StringEquals", "aws:PrincipalTag/t", &["${aws:username}"]),
    ("StringLike", "aws:PrincipalTag/t", &["${aws:username}*", "b"]),
    ("StringNotEquals", "aws:PrincipalTag/t", &["${aws:username}"]),
    ("StringEquals", "aws:username", &["a"]),
    ("StringLikeIfExists", "aws:username", &["a*"]),
    ("Null", "aws:username", &["true"]),
    ("Null", "aws:PrincipalTag/t", &["false"]),
    ("NumericLessThan", "s3:max-keys", &["10"]),
    ("NumericGreaterThanEqualsIfExists", "s3:max-keys", &["1", "5"]),
    ("NumericNotEquals", "s3:max-keys", &["1"]),
    ("IpAddress", "aws:SourceIp", &["10.0.0.0/8", "2001:db8::/32"]),
    ("NotIpAddress", "aws:SourceIp", &["10.1.0.0/16"]),
    ("IpAddressIfExists", "aws:SourceIp", &["2001:db8:1::/48"]),
    ("DateLessThan", "aws:CurrentTime", &["2026-01-01T00:00:00Z"]),
    ("DateGreaterThanEquals", "aws:CurrentTime", &["2025-06-01", "1767225600"]),
    ("Bool", "aws:SecureTransport", &["true"]),
    ("BoolIfExists", "aws:SecureTransport", &["false"]),
    ("ForAllValues:StringEquals", "aws:TagKeys", &["a", "b"]),
    ("ForAnyValue:StringLike", "aws:TagKeys", &["a*"]),
    ("ForAnyValue:StringNotEquals", "aws:TagKeys", &["a"]),
    ("ForAllValues:StringNotLike", "aws:TagKeys", &["*b"]),
    ("Null", "aws:TagKeys", &["false"]),
    ("ArnLike", "aws:SourceArn", &["arn:aws:s3:::a*"]),
    ("ArnNotEquals", "aws:SourceArn", &["arn:aws:s3:::ab"]),
    ("StringLike", "aws:SourceArn", &["arn:*b"]),
];

fn list(numbers: &mut Numbers, from: &[&str]) -> String {
    let count = 1 + numbers.below(2);
    let items: Vec<String> = (0..count).map(|_| format!("{:?}", numbers.pick(from))).collect();
    format!("[{}]", items.join(","))
}

fn conditions(numbers: &mut Numbers) -> String {
    if !numbers.chance(60) {
        return String::new();
    }
    let mut operators: Vec<(&str, &str, &[&str])> = Vec::new();
    for _ in 0..=numbers.below(3) {
        let chosen = *numbers.pick(&CONDITIONS);
        if !operators.iter().any(|(operator, ..)| *operator == chosen.0) {
            operators.push(chosen);
        }
    }
    let one = |(operator, key, values): &(&str, &str, &[&str])| format!("{operator:?}:{{{key:?}:{values:?}}}");
    format!(r#","Condition":{{{}}}"#, operators.iter().map(one).collect::<Vec<_>>().join(","))
}

pub(crate) fn statement(numbers: &mut Numbers, effect: &str) -> String {
    let not_action = if numbers.chance(15) { "Not" } else { "" };
    let not_resource = if numbers.chance(15) { "Not" } else { "" };
    let actions = list(numbers, &ACTIONS);
    let resources = list(numbers, &RESOURCES);
    let conditions = conditions(numbers);
    format!(
        r#"{{"Effect":"{effect}","{not_action}Action":{actions},"{not_resource}Resource":{resources}{conditions}}}"#
    )
}

pub(crate) fn document(statements: &[String]) -> String {
    format!(r#"{{"Version":"2012-10-17","Statement":[{}]}}"#, statements.join(","))
}

/// A policy of a few statements.
pub(crate) fn statements(numbers: &mut Numbers) -> Vec<String> {
    let count = 1 + numbers.below(3);
    (0..count)
        .map(|_| {
            let effect = if numbers.chance(70) { "Allow" } else { "Deny" };
            statement(numbers, effect)
        })
        .collect()
}

/// Principal elements: everybody, accounts, users, roles, sessions, services; plain and negated.
const PRINCIPALS: [&str; 9] = [
    r#""*""#,
    r#"{"AWS":"111122223333"}"#,
    r#"{"AWS":"arn:aws:iam::111122223333:role/app"}"#,
    r#"{"AWS":["arn:aws:iam::111122223333:root","arn:aws:iam::111122223333:role/app"]}"#,
    r#"{"AWS":["arn:aws:iam::111122223333:user/bob","arn:aws:iam::111122223333:root"]}"#,
    r#"{"AWS":["111122223333","arn:aws:iam::111122223333:role/app","arn:aws:sts::111122223333:assumed-role/app/s"]}"#,
    r#"{"AWS":"arn:aws:sts::111122223333:assumed-role/app/s"}"#,
    r#"{"Service":"sns.amazonaws.com","AWS":"444455556666"}"#,
    r#"{"AWS":"*"}"#,
];

/// Operator, key, values: what follows from the caller.
const CALLER_CONDITIONS: [(&str, &str, &[&str]); 12] = [
    ("ArnLike", "aws:PrincipalArn", &["arn:aws:iam::111122223333:role/*"]),
    ("ArnNotEquals", "aws:PrincipalArn", &["arn:aws:iam::111122223333:role/app"]),
    ("StringLike", "aws:PrincipalArn", &["arn:aws:iam::*app"]),
    ("StringNotLikeIfExists", "aws:PrincipalArn", &["*:user/*"]),
    ("StringEquals", "aws:PrincipalAccount", &["111122223333"]),
    ("StringNotEquals", "aws:PrincipalAccount", &["111122223333", "444455556666"]),
    ("StringLike", "aws:PrincipalAccount", &["1*"]),
    ("StringEquals", "aws:PrincipalType", &["User"]),
    ("StringNotEquals", "aws:PrincipalType", &["AssumedRole"]),
    ("Null", "aws:PrincipalArn", &["true"]),
    ("Bool", "aws:PrincipalIsAWSService", &["false"]),
    ("StringEquals", "aws:PrincipalOrgID", &["o-1"]),
];

/// A statement of a resource's policy.
pub(crate) fn resource_statement(numbers: &mut Numbers, effect: &str) -> String {
    let not = if numbers.chance(25) { "Not" } else { "" };
    let principal = numbers.pick(&PRINCIPALS);
    let action = numbers.pick(&["*", "s3:*", "s3:GetObject"]);
    let resource = numbers.pick(&["*", "arn:aws:s3:::a/*", "arn:aws:s3:::a/b"]);
    let condition = if numbers.chance(45) {
        let (operator, key, values) = numbers.pick(&CALLER_CONDITIONS);
        format!(r#","Condition":{{{operator:?}:{{{key:?}:{values:?}}}}}"#)
    } else {
        String::new()
    };
    format!(
        r#"{{"Effect":"{effect}","{not}Principal":{principal},"Action":"{action}","Resource":"{resource}"{condition}}}"#
    )
}

/// A resource's policy of a few statements.
pub(crate) fn resource_statements(numbers: &mut Numbers) -> Vec<String> {
    let count = 1 + numbers.below(3);
    (0..count)
        .map(|_| {
            let effect = if numbers.chance(65) { "Allow" } else { "Deny" };
            resource_statement(numbers, effect)
        })
        .collect()
}
