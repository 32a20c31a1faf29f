//! The evaluator beside iam-rs on the same policies and requests. `cargo xtask bench` runs this and prints one table with
//! the peers that are programs of their own; machines are shared, so only ratios count.
#![allow(clippy::expect_used, missing_docs, reason = "a benchmark without its workload has nothing to measure")]

use criterion::{Criterion, criterion_group, criterion_main};
use rolecall_benches::{Workload, request_lines, workloads};
use rolecall_iam::document::{PolicyType, parse};
use rolecall_iam::evaluate::{ActionFacts, CompiledPolicy, Decision, decide};
use rolecall_iam::json;
use rolecall_iam::request_line::{self, BulkReader};
use rolecall_iam::span::FileId;
use serde_json::Value;
use std::hint::black_box;
use std::time::Duration;

/// What the groups call the engines; ours first in every group.
const OURS: &str = "rolecall";
const IAM_RS: &str = "iam-rs 0.8.0";

fn text<'a>(line: &'a Value, name: &str) -> &'a str {
    line.get(name).and_then(Value::as_str).expect("a workload has its texts")
}

fn iam_rs_policy(policy: &Value) -> iam_rs::PolicyEvaluator {
    let policy: iam_rs::IAMPolicy = serde_json::from_value(policy.clone()).expect("iam-rs reads the policy");
    iam_rs::PolicyEvaluator::with_policies(vec![policy])
}

fn iam_rs_request(line: &Value) -> iam_rs::IAMRequest {
    let mut context = iam_rs::Context::new();
    for (key, value) in line.get("context").and_then(Value::as_object).expect("a workload has a context") {
        let value = match value.as_str() {
            Some("true") => iam_rs::ContextValue::Boolean(true),
            text => iam_rs::ContextValue::String(text.unwrap_or_default().to_owned()),
        };
        context.insert(key.clone(), value);
    }
    let principal = iam_rs::Principal::Aws(iam_rs::PrincipalId::String(text(line, "principal").to_owned()));
    let resource = iam_rs::Arn::parse(text(line, "resource")).expect("iam-rs reads the resource");
    iam_rs::IAMRequest::new_with_context(principal, text(line, "action"), resource, context)
}

/// Whether iam-rs allows.
fn iam_rs_allows(policy: &iam_rs::PolicyEvaluator, request: &iam_rs::IAMRequest) -> bool {
    policy.evaluate(request).expect("iam-rs decides").decision == iam_rs::Decision::Allow
}

/// Policies compiled, requests read: the decision alone.
fn decisions(criterion: &mut Criterion) {
    for workload in workloads().expect("workloads") {
        let line = request_line::read(&workload.line, |_| ActionFacts::default()).expect("a request line");
        assert_eq!(decide(&line.policies, &line.request).decision, Decision::Allowed, "{}", workload.name);
        let mut group = criterion.benchmark_group(&workload.name);
        group.bench_function(OURS, |bencher| {
            bencher.iter(|| decide(black_box(&line.policies), black_box(&line.request)));
        });
        if let Some(policy) = workload.only_policy() {
            let (policy, request) = (iam_rs_policy(policy), iam_rs_request(&workload.value));
            assert!(iam_rs_allows(&policy, &request), "{}: iam-rs", workload.name);
            group.bench_function(IAM_RS, |bencher| {
                bencher.iter(|| iam_rs_allows(black_box(&policy), black_box(&request)));
            });
        }
        group.finish();
    }
}

/// From the text of the first workload's policy to the first decision.
fn parse_compile_decide(criterion: &mut Criterion) {
    let workloads = workloads().expect("workloads");
    let first: &Workload = workloads.first().expect("a workload");
    let text = first.only_policy().expect("one policy").to_string();
    let request = request_line::read(&first.line, |_| ActionFacts::default()).expect("a request line").request;
    let mut group = criterion.benchmark_group(format!("{}: parse, compile, decide once", first.name));
    group.bench_function(OURS, |bencher| {
        bencher.iter(|| {
            let node = json::read(FileId(0), black_box(&text)).node.expect("JSON");
            let policy = parse::parse(&node, PolicyType::Identity).into_evaluable().expect("a policy");
            CompiledPolicy::new(policy, PolicyType::Identity).decide(&request)
        });
    });
    let request = iam_rs_request(&first.value);
    group.bench_function(IAM_RS, |bencher| {
        bencher.iter(|| {
            let policy: iam_rs::IAMPolicy = serde_json::from_str(black_box(&text)).expect("iam-rs reads the policy");
            iam_rs_allows(&iam_rs::PolicyEvaluator::with_policies(vec![policy]), &request)
        });
    });
    group.finish();
}

/// Lines of about 500 bytes as `rolecall evaluate --requests` reads and decides them, policies included.
fn bulk(criterion: &mut Criterion) {
    const LINES: usize = 8_192;
    for (name, policies) in [("request line, 16 policies", 16), ("request line, own policy", LINES)] {
        let lines = request_lines(LINES, policies);
        let mut group = criterion.benchmark_group(name);
        let mut reader = BulkReader::new();
        let mut next = lines.iter().cycle();
        group.bench_function(OURS, |bencher| {
            bencher.iter(|| {
                let line = reader.read(next.next().expect("a line"), |_| ActionFacts::default()).expect("a request");
                decide(&line.policies, &line.request)
            });
        });
        let mut next = lines.iter().cycle();
        group.bench_function(IAM_RS, |bencher| {
            bencher.iter(|| {
                let line: Value = serde_json::from_str(next.next().expect("a line")).expect("JSON");
                let policy = line.pointer("/identityPolicies/0").expect("a policy");
                iam_rs_allows(&iam_rs_policy(policy), &iam_rs_request(&line))
            });
        });
        group.finish();
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(200)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2));
    targets = decisions, parse_compile_decide, bulk
}
criterion_main!(benches);
