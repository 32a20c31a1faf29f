//! What the evaluation cases of `fixtures/` do not reach: the pieces by themselves.

use super::pattern::{ResourcePattern, resource_matches};
use super::steps::counted;
use super::{CompiledPolicy, Context, Decision, Request, RequestPrincipal, Truth};
use crate::document::{PolicyType, parse};
use crate::json;
use crate::span::FileId;

#[test]
fn the_one_rule_for_resource_patterns() {
    for (pattern, resource, expected) in [
        ("*", "*", true),
        ("**", "*", true),
        ("arn:aws:s3:::b/*", "*", false),
        ("arn:aws:s3:*", "arn:aws:s3:::b/k", true),
        ("arn:*", "arn:aws:ec2:eu-west-1:123456789012:instance/i-1", true),
        ("arn:aws:s3:::*", "arn:aws:s3:::a:b/c", true),
        ("arn:aws:sns:*:123456789012:t", "arn:aws:sns:eu-west-1:123456789012:t", true),
        ("arn:aws:sns:*:t", "arn:aws:sns:eu-west-1:123456789012:t", true),
        ("arn:aws:sqs:*:*:q", "arn:aws:sqs:eu-west-1:123456789012:q", true),
        ("arn:aws:*:::b", "arn:aws:s3:::b", true),
        ("arn:aws:s3:*::b", "arn:aws:s3:::x:b", false),
        ("arn:aws:lambda:*:*:function:f", "arn:aws:lambda:eu-west-1:123456789012:function:f:1", false),
        ("arn:aws:lambda:*:*:function:f*", "arn:aws:lambda:eu-west-1:123456789012:function:f:1", true),
        ("arn:aws:s3:::b/?", "arn:aws:s3:::b/é", true),
        ("arn:aws:s3:::B", "arn:aws:s3:::b", false),
    ] {
        assert_eq!(resource_matches(pattern, resource), expected, "{pattern} against {resource}");
        assert_eq!(ResourcePattern::new(pattern).matches(resource), expected);
    }
}

#[test]
fn requests_are_checked() {
    let caller = || RequestPrincipal::parse("arn:aws:iam::123456789012:role/path/r").unwrap();
    assert!(Request::new(caller(), "s3:Get*", "*", Context::new()).is_err());
    assert!(Request::new(caller(), "s3", "*", Context::new()).is_err());
    assert!(Request::new(caller(), "s3:GetObject", "bucket", Context::new()).is_err());
    assert!(RequestPrincipal::parse("arn:aws:iam::123456789012:role/*").is_err());
    assert!(RequestPrincipal::parse("arn:aws:iam::123456789012:group/g").is_err());
    assert!(RequestPrincipal::parse("arn:aws:sts::123456789012:assumed-role/r").is_err());
}

#[test]
fn what_follows_from_the_principal_is_filled_in() {
    let session = RequestPrincipal::parse("arn:aws:sts::123456789012:assumed-role/r/s").unwrap();
    let request = Request::new(session, "s3:GetObject", "*", Context::new()).unwrap();
    let value = |request: &Request, key: &str| {
        request.context().get(key).and_then(|entry| entry.values().next().map(str::to_owned))
    };
    assert_eq!(value(&request, "aws:principalarn").as_deref(), Some("arn:aws:iam::123456789012:role/r"));
    assert_eq!(value(&request, "aws:principaltype").as_deref(), Some("AssumedRole"));
    assert_eq!(value(&request, "aws:username"), None);
    assert_eq!(value(&request, "aws:userid"), None);
    assert_eq!(value(&request, "aws:currenttime"), None);
    let told = request.with_principal_role("arn:aws:iam::123456789012:role/p/r").unwrap().with_principal_id("AROA1:s");
    assert_eq!(value(&told, "aws:principalarn").as_deref(), Some("arn:aws:iam::123456789012:role/p/r"));
    assert_eq!(value(&told, "aws:userid").as_deref(), Some("AROA1:s"));
    assert!(told.with_principal_role("arn:aws:iam::123456789012:role/other").is_err());
}

#[test]
fn truth_tables() {
    assert_eq!(Truth::True.and(Truth::Unknown), Truth::Unknown);
    assert_eq!(Truth::False.and(Truth::Unknown), Truth::False);
    assert_eq!(Truth::True.or(Truth::Unknown), Truth::True);
    assert_eq!(Truth::Unknown.negate(), Truth::Unknown);
}

/// The comparisons that one decision makes over `statements` statements of `actions` names and as many prefixes each.
fn steps_of(statements: usize, actions: usize) -> u64 {
    let names: Vec<_> =
        (0..actions).flat_map(|name| [format!("\"s3:Get{name}\""), format!("\"s3:Put{name}x*\"")]).collect();
    let statement = format!(r#"{{"Effect":"Allow","Action":[{}],"Resource":"*"}}"#, names.join(","));
    let text = format!(r#"{{"Statement":[{}]}}"#, vec![statement; statements].join(","));
    let node = json::read(FileId(0), &text).node.unwrap();
    let policy =
        CompiledPolicy::compile(parse::parse(&node, PolicyType::Identity).sound().unwrap(), PolicyType::Identity);
    let caller = RequestPrincipal::parse("arn:aws:iam::123456789012:user/u").unwrap();
    let request = Request::new(caller, "s3:ListBuckets", "*", Context::new()).unwrap();
    let (decision, steps) = counted(|| policy.decide(&request).decision());
    assert_eq!(decision, Decision::ImplicitDeny);
    steps
}

#[test]
fn cost_grows_with_statements_and_not_with_actions() {
    let (ten, hundred, thousand) = (steps_of(10, 20), steps_of(100, 20), steps_of(1_000, 20));
    assert_eq!(hundred, ten * 10);
    assert_eq!(thousand, ten * 100);
    // A hundred times the actions: the logarithm grows by 7 for names and for prefixes.
    let (few, many) = (steps_of(1, 60), steps_of(1, 6_000));
    assert!(few > 2 && many <= few + 2 * 7, "{few} {many}");
}

/// The comparisons of deciding `statements` statements with `conditions` conditions each, all of which hold but the last.
/// Whether the statements repeat each other's conditions or have their own.
fn steps_with_conditions(statements: usize, conditions: usize, repeated: bool) -> u64 {
    let statement = |at: usize| {
        let value = |number: usize| if number + 1 == conditions { "c" } else { "b" };
        let other = if repeated { 0 } else { at };
        let key = |number: usize| format!(r#""x:key{number}":["a{other}","{}"]"#, value(number));
        let keys: Vec<_> = (0..conditions).map(key).collect();
        let condition = format!(r#"{{"StringEquals":{{{}}}}}"#, keys.join(","));
        format!(r#"{{"Effect":"Allow","Action":"s3:Get*","Resource":"*","Condition":{condition}}}"#)
    };
    let statements: Vec<_> = (0..statements).map(statement).collect();
    let text = format!(r#"{{"Statement":[{}]}}"#, statements.join(","));
    let node = json::read(FileId(0), &text).node.unwrap();
    let policy = parse::parse(&node, PolicyType::Identity).into_evaluable().unwrap();
    let policy = CompiledPolicy::new(policy, PolicyType::Identity);
    let caller = RequestPrincipal::parse("arn:aws:iam::123456789012:user/u").unwrap();
    let mut context = Context::new();
    (0..conditions).for_each(|number| context.set(&format!("x:key{number}"), "b"));
    let request = Request::new(caller, "s3:GetObject", "*", context).unwrap();
    let (decision, steps) = counted(|| policy.decide(&request).decision());
    assert_eq!(decision, Decision::ImplicitDeny);
    steps
}

#[test]
fn cost_grows_with_statements_times_conditions() {
    let own = |statements, conditions| steps_with_conditions(statements, conditions, false);
    assert_eq!(own(100, 4), 10 * own(10, 4));
    let (four, eight, forty) = (own(1, 4), own(1, 8), own(1, 40));
    assert_eq!(forty - eight, 8 * (eight - four), "{four} {eight} {forty}");
}

#[test]
fn a_condition_that_statements_repeat_is_decided_once() {
    let repeated = |statements| steps_with_conditions(statements, 4, true);
    let own = steps_with_conditions(1, 4, false);
    // Two values of four conditions; what is left is the statement, its action, its resource.
    let statement = own - 2 * 4;
    assert_eq!(repeated(100), own + 99 * statement);
}

#[test]
fn conditions_that_differ_in_one_part_are_not_taken_for_each_other() {
    let statement =
        |condition: &str| format!(r#"{{"Effect":"Allow","Action":"*","Resource":"*","Condition":{{{condition}}}}}"#);
    let caller = RequestPrincipal::parse("arn:aws:iam::123456789012:user/u").unwrap();
    let mut context = Context::new();
    context.set("x:k", "b");
    let request = Request::new(caller, "s3:GetObject", "*", context).unwrap();
    let fails = r#""StringEquals":{"x:k":"a"}"#;
    for (second, expected) in [
        (r#""StringEquals":{"X:K":"a"}"#, Decision::ImplicitDeny),
        (r#""StringNotEquals":{"x:k":"a"}"#, Decision::Allowed),
        (r#""StringEqualsIfExists":{"x:k":"a"}"#, Decision::ImplicitDeny),
        (r#""StringEqualsIfExists":{"x:other":"a"}"#, Decision::Allowed),
        (r#""StringEquals":{"x:k":["a","b"]}"#, Decision::Allowed),
        (r#""StringEquals":{"x:k":"b"}"#, Decision::Allowed),
        (r#""StringNotEquals":{"x:other":"a"}"#, Decision::Allowed),
    ] {
        let text = format!(r#"{{"Statement":[{},{}]}}"#, statement(fails), statement(second));
        let node = json::read(FileId(0), &text).node.unwrap();
        let policy = parse::parse(&node, PolicyType::Identity).into_evaluable().unwrap();
        let decision = CompiledPolicy::new(policy, PolicyType::Identity).decide(&request).decision();
        assert_eq!(decision, expected, "{second}");
    }
}
