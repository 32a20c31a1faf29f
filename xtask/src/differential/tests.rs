//! The generator, the translation, and the files that they rest on.

use serde_json::json;

use super::*;

#[test]
fn a_seed_and_a_number_give_one_case() {
    assert_eq!(generate::case(7, 3), generate::case(7, 3));
    assert_ne!(generate::case(7, 3), generate::case(8, 3));
    assert_ne!(generate::case(7, 3)["identityPolicies"], generate::case(7, 4)["identityPolicies"]);
}

#[test]
fn every_kind_of_policy_and_operator_turns_up() {
    let text: String = (0..3_000).map(|number| generate::case(1, number).to_string()).collect();
    for wanted in [
        "\"identityPolicies\"",
        "\"permissionsBoundary\"",
        "\"sessionPolicies\"",
        "\"serviceControlPolicies\"",
        "\"resourceControlPolicies\"",
        "\"resourcePolicy\"",
        "\"vpcEndpointPolicies\"",
        "\"NotAction\"",
        "\"NotResource\"",
        "\"NotPrincipal\"",
        "\"2008-10-17\"",
        "\"Null\"",
        "ForAllValues:",
        "ForAnyValue:",
        "IfExists\"",
        "BinaryEquals",
        "DateLessThan",
        "NumericLessThan",
        "NotIpAddress",
        "ArnLike",
        "\"Bool\"",
        "StringNotLike",
        "${aws:username}",
    ] {
        assert!(text.contains(wanted), "no {wanted}");
    }
}

#[test]
fn the_oracle_is_told_what_follows_from_the_caller() {
    let line = json!({
        "principal": "arn:aws:sts::111111111111:assumed-role/worker/s", "principalRole": "arn:aws:iam::111111111111:role/p/worker",
        "principalId": "AROAEXAMPLE", "action": "s3:GetObject", "resource": "arn:aws:s3:::b/k",
        "context": {"AWS:PrincipalType": "given", "x:n": 5, "x:none": null},
    });
    let simulation = translate::simulation(&line).unwrap();
    let request = &simulation["request"];
    assert_eq!(request["resource"]["accountId"], "111111111111");
    let context = &request["contextVariables"];
    assert_eq!(context["aws:PrincipalArn"], "arn:aws:iam::111111111111:role/p/worker");
    assert_eq!(context["aws:userid"], "AROAEXAMPLE:s");
    assert_eq!(context["AWS:PrincipalType"], "given");
    assert_eq!(context.get("aws:PrincipalType"), None);
    assert_eq!(context["x:n"], "5");
    assert_eq!(context.get("x:none"), None);
    assert_eq!(context.get("aws:username"), None);
}

#[test]
fn what_the_oracle_has_no_notion_of_is_not_asked() {
    let two = json!({"principal": "*", "action": "s3:GetObject", "resource": "*", "sessionPolicies": [{}, {}]});
    assert!(translate::simulation(&two).is_err());
    let management = json!({"principal": "*", "action": "a:B", "resource": "*", "managementAccount": "111111111111"});
    assert!(translate::simulation(&management).is_err());
}

#[test]
fn every_known_case_is_a_fixture() {
    let mut ids = BTreeSet::new();
    for entry in std::fs::read_dir(repository::root().join("fixtures/evaluation")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension() == Some("jsonl".as_ref()) {
            let lines = read_lines(&std::fs::read_to_string(&path).unwrap(), "fixtures").unwrap();
            ids.extend(lines.iter().map(|line| line["id"].as_str().unwrap().to_owned()));
        }
    }
    for known in known::read().unwrap() {
        for case in &known.cases {
            assert!(ids.contains(case), "{}: no case `{case}`", known.id);
        }
    }
}
