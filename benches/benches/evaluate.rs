//! Decisions by compiled policies, beside iam-rs on the same policies and requests, with the ratio printed.
//! Run by `cargo bench -p rolecall-benches --bench evaluate`; machines are shared, so only ratios count.
#![allow(clippy::expect_used, missing_docs, reason = "a benchmark without its workload has nothing to measure")]

use criterion::{Criterion, criterion_group, criterion_main};
use rolecall_benches::{REQUEST, sixty_actions, ten_statements_four_conditions};
use rolecall_iam::document::{PolicyType, parse};
use rolecall_iam::evaluate::{CompiledPolicy, Context, Decision, Request, RequestPrincipal};
use rolecall_iam::json;
use rolecall_iam::span::FileId;
use std::hint::black_box;
use std::time::Instant;

fn compiled(text: &str) -> CompiledPolicy {
    let node = json::read(FileId(0), text).node.expect("the workload is JSON");
    let policy = parse::parse(&node, PolicyType::Identity).policy.expect("the workload is a policy");
    CompiledPolicy::new(policy, PolicyType::Identity)
}

fn request() -> Request {
    let mut context = Context::new();
    for (key, value) in REQUEST.context {
        context.set(key, *value);
    }
    let principal = RequestPrincipal::parse(REQUEST.principal).expect("the workload's principal");
    Request::new(principal, REQUEST.action, REQUEST.resource, context).expect("the workload's request")
}

fn peer_policy(text: &str) -> iam_rs::PolicyEvaluator {
    let policy: iam_rs::IAMPolicy = serde_json::from_str(text).expect("iam-rs reads the workload");
    iam_rs::PolicyEvaluator::with_policies(vec![policy])
}

fn peer_request() -> iam_rs::IAMRequest {
    let mut context = iam_rs::Context::new();
    for (key, value) in REQUEST.context {
        let value = match *value {
            "true" => iam_rs::ContextValue::Boolean(true),
            text => iam_rs::ContextValue::String(text.to_owned()),
        };
        context.insert((*key).to_owned(), value);
    }
    let principal = iam_rs::Principal::Aws(iam_rs::PrincipalId::String(REQUEST.principal.to_owned()));
    let resource = iam_rs::Arn::parse(REQUEST.resource).expect("iam-rs reads the resource");
    iam_rs::IAMRequest::new_with_context(principal, REQUEST.action, resource, context)
}

/// Prints both times and their ratio, where benchmarks are run and not listed or tried out as tests.
fn ratio(name: &str, ours: impl FnOnce() -> f64, theirs: impl FnOnce() -> f64) {
    if std::env::args().any(|argument| argument == "--bench") {
        let (ours, theirs) = (ours(), theirs());
        println!("{name}: rolecall {ours:.0} ns, iam-rs 0.8.0 {theirs:.0} ns, ratio {:.1}", theirs / ours);
    }
}

/// Nanoseconds an iteration, the best of nine rounds.
fn best_ns(iterations: u32, mut work: impl FnMut()) -> f64 {
    let rounds = (0..9).map(|_| {
        let start = Instant::now();
        for _ in 0..iterations {
            work();
        }
        start.elapsed().as_secs_f64() * 1e9 / f64::from(iterations)
    });
    rounds.fold(f64::INFINITY, f64::min)
}

fn side_by_side(criterion: &mut Criterion, name: &str, text: &str) {
    let (policy, request) = (compiled(text), request());
    assert_eq!(policy.decide(&request).decision(), Decision::Allowed, "{name}: rolecall");
    let (peer, peer_request) = (peer_policy(text), peer_request());
    let peer_decision = peer.evaluate(&peer_request).expect("iam-rs decides the workload").decision;
    assert_eq!(peer_decision, iam_rs::Decision::Allow, "{name}: iam-rs");

    criterion.bench_function(&format!("{name}/rolecall"), |bencher| {
        bencher.iter(|| black_box(&policy).decide(black_box(&request)));
    });
    criterion.bench_function(&format!("{name}/iam-rs 0.8.0"), |bencher| {
        bencher.iter(|| black_box(&peer).evaluate(black_box(&peer_request)));
    });
    let ours = || {
        best_ns(100_000, || {
            black_box(black_box(&policy).decide(black_box(&request)));
        })
    };
    let theirs = || {
        best_ns(2_000, || {
            let _ = black_box(black_box(&peer).evaluate(black_box(&peer_request)));
        })
    };
    ratio(name, ours, theirs);
}

fn parse_compile_decide(criterion: &mut Criterion) {
    let (name, text, request, peer_request) =
        ("parse, compile, decide once", sixty_actions(), request(), peer_request());
    criterion.bench_function(&format!("{name}/rolecall"), |bencher| {
        bencher.iter(|| compiled(black_box(&text)).decide(&request));
    });
    criterion.bench_function(&format!("{name}/iam-rs 0.8.0"), |bencher| {
        bencher.iter(|| peer_policy(black_box(&text)).evaluate(&peer_request));
    });
    let ours = || {
        best_ns(2_000, || {
            black_box(compiled(black_box(&text)).decide(&request));
        })
    };
    let theirs = || {
        best_ns(2_000, || {
            let _ = black_box(peer_policy(black_box(&text)).evaluate(&peer_request));
        })
    };
    ratio(name, ours, theirs);
}

fn benchmarks(criterion: &mut Criterion) {
    side_by_side(criterion, "60 actions", &sixty_actions());
    side_by_side(criterion, "10 statements x 4 conditions", &ten_statements_four_conditions());
    parse_compile_decide(criterion);
}

criterion_group!(benches, benchmarks);
criterion_main!(benches);
