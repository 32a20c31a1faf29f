//! `rolecall check` as a library caller pays for it: a policy's text is read, parsed and held against every rule.
//! Beside parliament on the same policies, which are parsed beforehand for it and timed inside of its own process.
//! Run by `cargo bench -p rolecall-benches --bench check`; machines are shared, so only ratios count.
#![allow(clippy::expect_used, missing_docs, reason = "a benchmark without its workload has nothing to measure")]

use criterion::{Criterion, criterion_group, criterion_main};
use rolecall_core::finding::Finding;
use rolecall_core::lint;
use rolecall_iam::document::{PolicyType, parse};
use rolecall_iam::json;
use rolecall_iam::span::FileId;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

/// What the policies are about, and where they stand: a vendor's real one, and one with mistakes of all kinds.
const WORKLOADS: [(&str, &str); 2] = [
    ("ordinary", "fixtures/prosperops/policy-member.json"),
    ("many findings", "benches/benches/check/many-findings.json"),
];

fn repository() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

fn checked(text: &str) -> Vec<Finding> {
    let read = json::read(FileId(0), text);
    let root = read.node.expect("the workload is JSON");
    let parsed = parse::parse(&root, PolicyType::Identity);
    let policy = parsed.policy.expect("the workload is a policy");
    lint::check(&root, &policy, &parsed.problems, PolicyType::Identity)
}

/// Nanoseconds of one check, the best of many.
fn best_ns(text: &str) -> f64 {
    let rounds = (0..2_000).map(|_| {
        let start = Instant::now();
        black_box(checked(black_box(text)));
        start.elapsed().as_secs_f64() * 1e9
    });
    rounds.fold(f64::INFINITY, f64::min)
}

/// The Python that `cargo xtask tools` installed parliament for.
fn python() -> Option<PathBuf> {
    let venv = repository().join(".tools/venv");
    let places = [venv.join("bin/python"), venv.join("Scripts/python.exe")];
    places.into_iter().find(|python| python.is_file())
}

/// The version of parliament and its nanoseconds for each workload; nothing when it is not there.
fn parliament() -> Option<(String, Vec<f64>)> {
    let script = repository().join("benches/benches/check/time_parliament.py");
    let policies = WORKLOADS.iter().map(|(_, path)| repository().join(path));
    let output =
        Command::new(python()?).arg(script).args(policies).output().ok().filter(|done| done.status.success())?;
    let text = String::from_utf8(output.stdout).ok()?;
    let mut lines = text.lines();
    let version = lines.next()?.to_owned();
    let nanoseconds = |line| {
        let told: serde_json::Value = serde_json::from_str(line).ok()?;
        told.get("best_ns")?.as_f64()
    };
    let times: Vec<f64> = lines.map(nanoseconds).collect::<Option<_>>()?;
    (times.len() == WORKLOADS.len()).then_some((version, times))
}

fn benchmarks(criterion: &mut Criterion) {
    let texts = WORKLOADS.map(|(name, path)| {
        (name, std::fs::read_to_string(repository().join(path)).expect("the workload is in the checkout"))
    });
    for (name, text) in &texts {
        assert!(!checked(text).is_empty(), "{name}: nothing found");
        criterion.bench_function(&format!("{name}/rolecall"), |bencher| bencher.iter(|| checked(black_box(text))));
    }
    // Where benchmarks are run, and not listed or tried out as tests.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let peer = parliament();
    for (number, (name, text)) in texts.iter().enumerate() {
        let (ours, size) = (best_ns(text) / 1e3, text.len());
        let theirs = peer.as_ref().and_then(|(version, times)| Some((version, times.get(number)? / 1e3)));
        match theirs {
            Some((version, theirs)) => println!(
                "{name}, {size} bytes: rolecall {ours:.0} µs, parliament {version} {theirs:.0} µs, ratio {:.0}",
                theirs / ours
            ),
            None => println!("{name}, {size} bytes: rolecall {ours:.0} µs; not run: no parliament"),
        }
    }
}

criterion_group!(benches, benchmarks);
criterion_main!(benches);
