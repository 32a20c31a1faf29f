//! Documents as data: each with the codes and places of its problems; and the print round trip.

use super::{Parsed, parse};
use crate::document::PolicyType;
use crate::document::print::{to_json_compact, to_json_pretty, to_node};
use crate::json;
use crate::span::FileId;
use crate::value::{Node, Value};
use proptest::prelude::*;

fn parsed(text: &str, policy_type: PolicyType) -> Parsed {
    let read = json::read(FileId(0), text);
    parse(read.node.as_ref().expect("the text is JSON"), policy_type)
}

/// The problems as `code@text-under-the-span`.
fn problems(text: &str, policy_type: PolicyType) -> Vec<String> {
    let parsed = parsed(text, policy_type);
    parsed
        .problems
        .iter()
        .map(|problem| format!("{}@{}", problem.code, text.get(problem.span.range()).unwrap()))
        .collect()
}

#[test]
fn a_sound_document_has_all_elements() {
    let text = r#"{"Version":"2012-10-17","Id":"x","Statement":{"Sid":"A","Effect":"Deny","NotPrincipal":{"AWS":["123456789012"]},
        "NotAction":["s3:Get*"],"NotResource":"arn:aws:s3:::b/*","Condition":{"ForAnyValue:StringLikeIfExists":{"aws:TagKeys":["a",1,true]}}}}"#;
    let parsed = parsed(text, PolicyType::Resource);
    assert!(parsed.problems.is_empty(), "{:?}", parsed.problems);
    let statement = &parsed.sound().unwrap().statements[0];
    assert!(statement.actions.negated && statement.resources.as_ref().unwrap().negated);
    assert!(statement.principals.as_ref().unwrap().negated);
    let condition = &statement.conditions[0];
    assert_eq!(condition.operator.value.to_string(), "ForAnyValue:StringLikeIfExists");
    assert_eq!(condition.values.iter().map(|value| value.value.as_str()).collect::<Vec<_>>(), ["a", "1", "true"]);
}

#[test]
fn all_problems_in_one_run() {
    let text = r#"{"version":"2012-10-17","Version":"2020-01-01","Statement":[{"Effect":"allow","Action":"s3","Resource":5,"Foo":1},
        {"Effect":"Allow","Action":"s3:GetObject","NotAction":"ec2:*","Resource":"bucket","Condition":{"StringEqualz":{"a":"b"}}},7]}"#;
    assert_eq!(
        problems(text, PolicyType::Identity),
        [
            "unknown-element@\"version\"",
            "invalid-version@\"2020-01-01\"",
            "invalid-effect@\"allow\"",
            "invalid-action@\"s3\"",
            "wrong-type@5",
            "unknown-element@\"Foo\"",
            "both-forms@\"NotAction\"",
            "invalid-resource@\"bucket\"",
            "unknown-operator@\"StringEqualz\"",
            "wrong-type@7",
        ]
    );
}

#[test]
fn policy_types_require_and_forbid() {
    let identity = r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;
    let trust = r#"{"Statement":{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}}"#;
    let both = r#"{"Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}}"#;
    let none: [&str; 0] = [];
    assert_eq!(problems(identity, PolicyType::Identity), none);
    assert_eq!(problems(trust, PolicyType::Trust), none);
    assert_eq!(problems(both, PolicyType::Resource), none);
    assert_eq!(problems(identity, PolicyType::Trust), ["missing-element@{", "resource-forbidden@\"Resource\""]);
    assert_eq!(problems(both, PolicyType::Identity), ["principal-forbidden@\"Principal\""]);
    assert_eq!(problems(trust, PolicyType::ServiceControl), ["missing-element@{", "principal-forbidden@\"Principal\""]);
    assert_eq!(problems(both, PolicyType::ResourceControl), ["allow-in-rcp@\"Allow\""]);
}

#[test]
fn principals_are_judged() {
    for (principal, code) in [
        (r#""arn:aws:iam::123456789012:root""#, Some("invalid-principal")),
        (r#"{"AWS":"arn:aws:iam::123456789012:role/*"}"#, Some("invalid-principal")),
        (r#"{"AWS":"arn:aws:s3:::bucket"}"#, Some("invalid-principal")),
        (r#"{"AWS":""}"#, Some("invalid-principal")),
        (r#"{"aws":"123456789012"}"#, Some("unknown-element")),
        (r#"{"AWS":[]}"#, Some("empty-element")),
        (r#"{"AWS":null}"#, Some("wrong-type")),
        (r#"{"AWS":["123456789012","AROAEXAMPLEID1234567","arn:aws:sts::123456789012:assumed-role/r/s"]}"#, None),
        (r#"{"Service":"ec2.amazonaws.com","Federated":"accounts.google.com","CanonicalUser":"79a5"}"#, None),
    ] {
        let text = format!(r#"{{"Statement":{{"Effect":"Allow","Principal":{principal},"Action":"sts:AssumeRole"}}}}"#);
        let found = parsed(&text, PolicyType::Trust);
        assert_eq!(found.problems.first().map(|problem| problem.code), code, "{principal}");
    }
}

#[test]
fn unresolved_values_are_said() {
    let mut node =
        json::read(FileId(0), r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#).node.unwrap();
    if let Value::Object(members) = &mut node.value
        && let Value::Object(statement) = &mut members[0].value.value
    {
        statement[2].value.value = Value::Unresolved("parameter `X` has no default".into());
    }
    let found = parse(&node, PolicyType::Identity);
    assert_eq!(found.problems[0].code, "unresolved-value");
    assert!(found.sound().is_none());
}

/// Random documents: sound ones with every element, in any order and both forms.
fn documents() -> impl Strategy<Value = String> {
    let action = prop_oneof![Just("*"), Just("ec2:Describe*"), Just("S3:getObject"), Just("iam:?assRole")];
    let actions = prop_oneof![
        action.clone().prop_map(|action| format!("\"{action}\"")),
        proptest::collection::vec(action, 0..4).prop_map(|list| format!("{list:?}")),
    ];
    let resource = prop_oneof![Just("\"*\""), Just("[\"arn:aws:s3:::é/${aws:username}/*\",\"arn:aws:ec2:*\"]")];
    let condition = prop_oneof![
        Just(""),
        Just(r#","Condition":{}"#),
        Just(r#","Condition":{"StringEquals":{"sts:ExternalId":"a\"b\\\n"},"Bool":{"aws:SecureTransport":true}}"#),
        Just(r#","Condition":{"ForAllValues:StringLike":{"aws:TagKeys":["a","b"],"x:y":[]},"Null":{"a":"false"}}"#),
    ];
    let principal = prop_oneof![
        Just(r#""Principal":"*""#),
        Just(
            r#""NotPrincipal":{"AWS":["123456789012","arn:aws:iam::123456789012:root"],"Service":"ec2.amazonaws.com"}"#
        ),
        Just(r#""Principal":{"AWS":["*","AROAEXAMPLEID1234567"]}"#),
    ];
    let statement = (any::<bool>(), any::<bool>(), actions, resource, condition, principal).prop_map(
        |(allow, not, actions, resource, condition, principal)| {
            let effect = if allow { "Allow" } else { "Deny" };
            let not = if not { "Not" } else { "" };
            format!(r#"{{"Sid":"S","Effect":"{effect}",{principal},"{not}Action":{actions},"{not}Resource":{resource}{condition}}}"#)
        },
    );
    (proptest::collection::vec(statement, 0..4), any::<bool>()).prop_map(|(statements, version)| {
        let version = if version { r#""Version":"2012-10-17","# } else { "" };
        format!(r#"{{{version}"Statement":[{}]}}"#, statements.join(","))
    })
}

/// A tree without its places.
fn bare(mut node: Node) -> Node {
    node.map_spans(&mut |_| crate::span::Span::default());
    node
}

proptest! {
    #[test]
    fn parse_print_parse_is_the_identity(text in documents()) {
        let first = parsed(&text, PolicyType::Resource);
        let policy = first.sound().expect("generated documents are sound");
        for printed in [to_json_pretty(policy), to_json_compact(policy)] {
            let second = parsed(&printed, PolicyType::Resource);
            let again = second.sound().expect("what is printed is sound");
            prop_assert_eq!(bare(to_node(policy)), bare(to_node(again)));
            prop_assert!(crate::document::normal::same_meaning_by_text(policy, again));
        }
    }

    #[test]
    fn no_tree_makes_the_parser_panic(text in documents(), cut in 0usize..200, junk in "[\\[\\]{}\",:a0]{0,6}") {
        let mut broken = text.clone();
        let at = (0..=cut.min(broken.len())).rev().find(|at| broken.is_char_boundary(*at)).unwrap_or(0);
        broken.insert_str(at, &junk);
        if let Some(node) = json::read(FileId(0), &broken).node {
            for policy_type in [PolicyType::Identity, PolicyType::Resource, PolicyType::Trust] {
                let _ = parse(&node, policy_type);
            }
        }
    }
}
