//! The list itself, and its descriptions.

use serde_json::json;

use super::*;

fn covering(line: Value, ours: &str, oracle: &str) -> Vec<String> {
    let case = Differing { line, ours: ours.to_owned(), oracle: oracle.to_owned() };
    read().unwrap().into_iter().filter(|known| known.covers(&case)).map(|known| known.id).collect()
}

fn line(principal: &str, statement: &Value) -> Value {
    json!({
        "principal": principal, "action": "s3:GetObject", "resource": "arn:aws:s3:::b/k", "resourceAccount": "111111111111",
        "context": {"aws:SourceIp": "198.51.100.1"},
        "identityPolicies": [{"Version": "2012-10-17", "Statement": statement}],
    })
}

const USER: &str = "arn:aws:iam::111111111111:user/ana";

#[test]
fn the_list_can_be_read() {
    assert!(read().unwrap().len() > 10);
}

#[test]
fn a_plain_difference_is_not_known() {
    let plain = line(USER, &json!([{"Effect": "Allow", "Action": "*", "Resource": "*"}]));
    for (ours, oracle) in [("allowed", "implicitDeny"), ("implicitDeny", "allowed"), ("explicitDeny", "allowed")] {
        assert_eq!(covering(plain.clone(), ours, oracle), Vec::<String>::new());
    }
}

#[test]
fn conditions_are_described_by_operator_key_and_values() {
    let condition = |operator: &str, value: &str| {
        let statement =
            json!({"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {operator: {"AWS:sourceip": value}}});
        covering(line(USER, &statement), "explicitDeny", "implicitDeny")
    };
    assert_eq!(condition("NotIpAddress", "2001:db8::/32"), ["mixed-ip-versions-negated"]);
    assert_eq!(condition("NotIpAddress", "203.0.113.0/24"), Vec::<String>::new());
    assert_eq!(condition("IpAddress", "2001:db8::/32"), Vec::<String>::new());
    assert_eq!(condition("IpAddress", "0.0.0.0/0"), ["all-ipv4-addresses"]);
}

#[test]
fn the_decisions_belong_to_the_description() {
    let root = line("arn:aws:iam::111111111111:root", &json!([]));
    assert_eq!(covering(root.clone(), "allowed", "implicitDeny"), ["root-user"]);
    assert_eq!(covering(root, "implicitDeny", "allowed"), Vec::<String>::new());
}

#[test]
fn versions_and_variables_are_of_one_policy() {
    let two = json!({
        "principal": USER, "action": "s3:GetObject", "resource": "arn:aws:s3:::b/k",
        "identityPolicies": [
            {"Version": "2008-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]},
            {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "arn:aws:s3:::${aws:username}"}]},
        ],
    });
    assert_eq!(covering(two, "allowed", "explicitDeny"), Vec::<String>::new());
}

#[test]
fn globs() {
    for (pattern, text, expected) in [
        ("*", "", true),
        ("a*c", "abbc", true),
        ("a*c", "abbd", false),
        ("a*b*c", "axbyc", true),
        ("abc", "abc", true),
        ("abc", "abcd", false),
        ("*${\\*}*", "a${*}b", true),
        ("*${\\*}*", "a${x}b", false),
        ("a*a", "a", false),
    ] {
        assert_eq!(like(pattern, text), expected, "{pattern} on {text}");
    }
}
