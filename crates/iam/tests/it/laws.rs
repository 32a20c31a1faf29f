//! Laws of decisions over random policies and requests: a deny never grants, order is irrelevant, printing keeps meaning,
//! explanations say what the decision rests on. Laws of all policy types together are in `chain_laws`.

use proptest::prelude::*;
use rolecall_iam::document::Effect;
use rolecall_iam::document::{PolicyType, parse, print};
use rolecall_iam::evaluate::explain::explain;
use rolecall_iam::evaluate::{CompiledPolicy, Context, Decision, Request, RequestPrincipal, Truth};
use rolecall_iam::json;
use rolecall_iam::span::FileId;

fn statement() -> impl Strategy<Value = String> {
    let action = prop_oneof![
        Just("*"),
        Just("s3:*"),
        Just("s3:Get*"),
        Just("s3:GetObject"),
        Just("S3:?etObject"),
        Just("ec2:Describe*"),
        Just("s3:*Object"),
    ];
    let resource =
        prop_oneof![Just("*"), Just("arn:aws:s3:::b/*"), Just("arn:aws:s3:::${aws:username}/*"), Just("arn:aws:s3:*")];
    let condition = prop_oneof![
        3 => Just(""),
        1 => Just(r#","Condition":{"StringEquals":{"aws:username":["u","v"]}}"#),
        1 => Just(r#","Condition":{"StringNotLike":{"x:y":"a*"}}"#),
        1 => Just(r#","Condition":{"NumericLessThan":{"x:n":"abc"}}"#),
        1 => Just(r#","Condition":{"Null":{"x:y":"true"}}"#),
        1 => Just(r#","Condition":{"ForAnyValue:StringEquals":{"x:m":["a","b"]}}"#),
    ];
    (any::<bool>(), any::<bool>(), proptest::collection::vec(action, 1..3), resource, condition).prop_map(
        |(allow, not, actions, resource, condition)| {
            let effect = if allow { "Allow" } else { "Deny" };
            let not = if not { "Not" } else { "" };
            format!(r#"{{"Effect":"{effect}","{not}Action":{actions:?},"Resource":"{resource}"{condition}}}"#)
        },
    )
}

fn request() -> impl Strategy<Value = Request> {
    let action =
        prop_oneof![Just("s3:GetObject"), Just("s3:PutObject"), Just("ec2:DescribeInstances"), Just("iam:PassRole")];
    let resource = prop_oneof![Just("*"), Just("arn:aws:s3:::b/k"), Just("arn:aws:s3:::u/k")];
    (action, resource, any::<bool>(), any::<bool>(), any::<bool>()).prop_map(|(action, resource, y, n, m)| {
        let mut context = Context::new();
        if y {
            context.set("x:y", "abc");
        }
        if n {
            context.set("x:n", "5");
        }
        if m {
            context.set_multi("x:m", vec!["b".into(), "c".into()]);
        }
        let principal = RequestPrincipal::parse("arn:aws:iam::123456789012:user/u").unwrap();
        Request::new(principal, action, resource, context).unwrap()
    })
}

fn compiled(statements: &[String]) -> CompiledPolicy {
    let text = format!(r#"{{"Version":"2012-10-17","Statement":[{}]}}"#, statements.join(","));
    let node = json::read(FileId(0), &text).node.unwrap();
    CompiledPolicy::compile(parse::parse(&node, PolicyType::Identity).sound().unwrap(), PolicyType::Identity)
}

fn decided(statements: &[String], request: &Request) -> Decision {
    compiled(statements).decide(request).decision()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn a_deny_never_grants(mut statements in proptest::collection::vec(statement(), 0..5), deny in statement(), request in request()) {
        let before = decided(&statements, &request);
        statements.push(deny.replace("\"Allow\"", "\"Deny\""));
        if decided(&statements, &request) == Decision::Allowed {
            prop_assert_eq!(before, Decision::Allowed);
        }
    }

    #[test]
    fn an_allow_never_takes_away(mut statements in proptest::collection::vec(statement(), 0..5), allow in statement(), request in request()) {
        let before = decided(&statements, &request);
        statements.push(allow.replace("\"Deny\"", "\"Allow\""));
        if before == Decision::Allowed {
            prop_assert_eq!(decided(&statements, &request), Decision::Allowed);
        }
    }

    #[test]
    fn order_is_irrelevant(statements in proptest::collection::vec(statement(), 0..6), request in request(), by in 0usize..6) {
        let mut rotated = statements.clone();
        rotated.rotate_left(by.min(statements.len()));
        rotated.reverse();
        prop_assert_eq!(decided(&statements, &request), decided(&rotated, &request));
    }

    #[test]
    fn printing_keeps_the_decision(statements in proptest::collection::vec(statement(), 1..5), request in request()) {
        let policy = compiled(&statements);
        let printed = print::to_json_compact(policy.policy());
        let node = json::read(FileId(0), &printed).node.unwrap();
        let again = CompiledPolicy::compile(parse::parse(&node, PolicyType::Identity).sound().unwrap(), PolicyType::Identity);
        prop_assert_eq!(policy.decide(&request), again.decide(&request));
    }

    #[test]
    fn explanations_add_up_to_the_decision(statements in proptest::collection::vec(statement(), 0..6), request in request()) {
        let policy = compiled(&statements);
        let decision = policy.decide(&request);
        let traces = explain(&policy, &request);
        prop_assert_eq!(traces.len(), statements.len());
        let strongest = |effect| {
            let of_effect = traces.iter().filter(|trace| trace.effect == effect);
            of_effect.map(|trace| trace.applies).fold(Truth::False, Truth::or)
        };
        prop_assert_eq!((strongest(Effect::Deny), strongest(Effect::Allow)), (decision.denies, decision.allows));
        for trace in &traces {
            prop_assert_eq!(trace.because.is_none(), trace.applies == Truth::True);
        }
        if let Some(by) = decision.by() {
            let trace = &traces[by.0 as usize];
            prop_assert_eq!(trace.id, by);
            prop_assert_ne!(trace.applies, Truth::False);
        }
    }
}
