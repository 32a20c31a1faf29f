//! Laws of all policy types together, over random request lines: a deny never grants, a further limit never grants, order
//! is irrelevant, the explanation agrees.

use proptest::prelude::*;
use rolecall_iam::document::Effect;
use rolecall_iam::evaluate::{ActionFacts, Answer, By, Decision, Truth, decide, explain_answer};
use rolecall_iam::request_line;
use serde_json::{Map, Value, json};

/// The places of a line that hold policies: one, a list, or a list of levels.
const ONE: [&str; 2] = ["permissionsBoundary", "resourcePolicy"];
const LISTS: [&str; 3] = ["identityPolicies", "sessionPolicies", "vpcEndpointPolicies"];
const LEVELS: [&str; 2] = ["serviceControlPolicies", "resourceControlPolicies"];

/// A statement; with a principal where the policy type has one.
fn statement(names_principals: bool) -> impl Strategy<Value = Value> {
    let action = prop_oneof![3 => Just("*"), 2 => Just("s3:*"), 2 => Just("s3:GetObject"), 1 => Just("s3:Put*")];
    let resource = prop_oneof![
        3 => Just("*"),
        1 => Just("arn:aws:s3:::b/*"),
        1 => Just("arn:aws:s3:::${aws:username}/*"),
        1 => Just("arn:aws:s3:::${aws:username/*"),
    ];
    let condition = prop_oneof![
        5 => Just(json!({})),
        1 => Just(json!({"StringEquals": {"x:y": "a"}})),
        1 => Just(json!({"StringNotEquals": {"x:y": "a"}})),
        1 => Just(json!({"NumericLessThan": {"x:n": "none"}})),
        1 => Just(json!({"Null": {"x:y": "true"}})),
    ];
    let principal = prop_oneof![
        2 => Just(json!("*")),
        1 => Just(json!({"AWS": "123456789012"})),
        1 => Just(json!({"AWS": "arn:aws:iam::123456789012:role/r"})),
        1 => Just(json!({"AWS": "arn:aws:sts::123456789012:assumed-role/r/s"})),
        1 => Just(json!({"AWS": "arn:aws:iam::123456789012:user/u"})),
    ];
    let element = prop_oneof![4 => Just("Action"), 1 => Just("NotAction")];
    let effect = prop_oneof![3 => Just("Allow"), 1 => Just("Deny")];
    (effect, element, action, resource, condition, principal).prop_map(
        move |(effect, element, action, resource, condition, principal)| {
            let mut statement = json!({"Effect": effect, "Resource": resource, "Condition": condition});
            statement[element] = json!(action);
            if names_principals {
                statement["Principal"] = principal;
            }
            statement
        },
    )
}

fn policy(names_principals: bool) -> impl Strategy<Value = Value> {
    let statements = proptest::collection::vec(statement(names_principals), 1..4);
    statements.prop_map(|statements| json!({"Version": "2012-10-17", "Statement": statements}))
}

fn list(names_principals: bool) -> impl Strategy<Value = Vec<Value>> {
    proptest::collection::vec(policy(names_principals), 1..3)
}

/// A request line with any of the policy types.
fn line() -> impl Strategy<Value = Value> {
    let principal = prop_oneof![
        Just("arn:aws:iam::123456789012:user/u"),
        Just("arn:aws:sts::123456789012:assumed-role/r/s"),
        Just("arn:aws:sts::123456789012:federated-user/f"),
        Just("123456789012"),
        Just("*"),
    ];
    let account = prop_oneof![2 => Just("123456789012"), 1 => Just("210987654321")];
    let context = prop_oneof![Just(json!({})), Just(json!({"x:y": "a", "x:n": 5})), Just(json!({"x:y": "b"}))];
    let named = |member: &'static str| move |value: Option<Value>| value.map(|value| (member.to_owned(), value));
    let levels = |member| {
        let levels = proptest::collection::vec(list(member == "resourceControlPolicies"), 1..3);
        proptest::option::weighted(0.4, levels.prop_map(|levels| json!(levels))).prop_map(named(member))
    };
    let one = |member: &'static str| proptest::option::of(policy(member == "resourcePolicy")).prop_map(named(member));
    let many = |member: &'static str, weight| {
        let list = list(member == "vpcEndpointPolicies").prop_map(|list| json!(list));
        proptest::option::weighted(weight, list).prop_map(named(member))
    };
    let singles = ONE.map(one);
    let lists = [many(LISTS[0], 0.9), many(LISTS[1], 0.4), many(LISTS[2], 0.2)];
    let policies = (singles, lists, LEVELS.map(levels));
    (principal, account, context, any::<bool>(), policies).prop_map(|(principal, account, context, rcp, policies)| {
        let mut line = json!({
            "principal": principal, "action": "s3:GetObject", "resource": "arn:aws:s3:::b/k",
            "resourceAccount": account, "context": context, "facts": {"rcpApplies": rcp},
        });
        let (singles, lists, levels) = policies;
        line.as_object_mut().unwrap().extend(singles.into_iter().chain(lists).chain(levels).flatten());
        line
    })
}

/// Every statement list of a line.
fn statement_lists(line: &mut Value) -> Vec<&mut Vec<Value>> {
    fn collect<'v>(value: &'v mut Value, found: &mut Vec<&'v mut Vec<Value>>) {
        match value {
            Value::Array(items) => items.iter_mut().for_each(|item| collect(item, found)),
            Value::Object(policy) => found.extend(policy.get_mut("Statement").and_then(Value::as_array_mut)),
            _ => {}
        }
    }
    let is_policy = |name: &str| ONE.contains(&name) || LISTS.contains(&name) || LEVELS.contains(&name);
    let members: &mut Map<String, Value> = line.as_object_mut().unwrap();
    let mut found = Vec::new();
    members.iter_mut().filter(|(name, _)| is_policy(name)).for_each(|(_, value)| collect(value, &mut found));
    found
}

fn answer(line: &Value) -> Answer {
    let read = request_line::read(&line.to_string(), |_| ActionFacts::default())
        .unwrap_or_else(|error| panic!("{error}: {line}"));
    decide(&read.policies, &read.request)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(320))]

    #[test]
    fn a_deny_never_grants(mut line in line(), deny in statement(true), place in any::<prop::sample::Index>()) {
        let before = answer(&line).decision;
        let mut deny = deny;
        deny["Effect"] = json!("Deny");
        let mut lists = statement_lists(&mut line);
        prop_assume!(!lists.is_empty());
        let at = place.index(lists.len());
        // Only policies that name principals may have one.
        if lists[at][0].get("Principal").is_none() {
            deny.as_object_mut().unwrap().remove("Principal");
        }
        lists[at].push(deny);
        if answer(&line).decision == Decision::Allowed {
            prop_assert_eq!(before, Decision::Allowed);
        }
    }

    #[test]
    fn a_further_limit_never_grants(mut line in line(), limit in policy(false), which in 0usize..3) {
        let before = answer(&line).decision;
        let member = ["permissionsBoundary", "sessionPolicies", "serviceControlPolicies"][which];
        let federated_user = line["principal"].as_str().unwrap().contains("federated-user");
        match line.get_mut(member) {
            // A further level.
            Some(levels) if which == 2 => levels.as_array_mut().unwrap().push(json!([limit])),
            // A second session policy widens the limit, and there is one boundary.
            Some(_) => {}
            // A federated user has nothing without a session policy: there it is no limit, but the grant.
            None if which == 1 && federated_user => {}
            None => line[member] = [limit.clone(), json!([limit]), json!([[limit]])][which].clone(),
        }
        if answer(&line).decision == Decision::Allowed {
            prop_assert_eq!(before, Decision::Allowed);
        }
    }

    #[test]
    fn order_is_irrelevant(mut line in line(), by in 0usize..4) {
        let before = answer(&line).decision;
        for statements in statement_lists(&mut line) {
            statements.reverse();
            let middle = by.min(statements.len());
            statements.rotate_left(middle);
        }
        for member in LISTS.iter().chain(&LEVELS) {
            line.get_mut(member).and_then(Value::as_array_mut).into_iter().for_each(|list| list.reverse());
        }
        prop_assert_eq!(answer(&line).decision, before);
    }

    #[test]
    fn the_explanation_agrees(line in line()) {
        let read = request_line::read(&line.to_string(), |_| ActionFacts::default()).unwrap();
        let answer = decide(&read.policies, &read.request);
        let explanation = explain_answer(&read.policies, &read.request);
        prop_assert_eq!(explanation.answer, answer);
        for policy in &explanation.policies {
            for trace in &policy.statements {
                prop_assert_eq!(trace.because.is_none(), trace.applies == Truth::True, "{:?}", trace);
                let by = By { kind: policy.kind, level: policy.level, policy: policy.policy, statement: trace.id };
                prop_assert_eq!(read.policies.statement(by).map(|statement| statement.span), Some(trace.span));
            }
        }
        let expected = match answer.decision {
            Decision::ExplicitDeny => Some((Effect::Deny, Truth::True)),
            Decision::Allowed if answer.by.is_some() => Some((Effect::Allow, Truth::True)),
            _ => None,
        };
        if let Some(expected) = expected {
            let deciding = explanation.deciding().unwrap();
            prop_assert_eq!((deciding.effect, deciding.applies), expected);
        }
    }
}
