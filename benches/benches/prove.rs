//! Questions over all requests: labelled pairs of `fixtures/prove`, the pairs of each file together, and a policy of a
//! thousand statements beside its copy with one action more. Reading is left out; compiling and replaying are not.
//! Run by `cargo bench -p rolecall-benches --bench prove`.
#![allow(clippy::expect_used, missing_docs, reason = "a benchmark without its workload has nothing to measure")]

use criterion::{Criterion, criterion_group, criterion_main};
use rolecall_iam_prove::{Options, Verdict, pairs};
use std::hint::black_box;

fn read(line: &str) -> pairs::Pair {
    pairs::read_line(line).expect("the workload is a pair")
}

fn fixtures(criterion: &mut Criterion) {
    for file in rolecall_fixtures::list("prove", "jsonl") {
        let text = rolecall_fixtures::text_of(&file);
        let pairs: Vec<pairs::Pair> = text.lines().map(read).collect();
        let name = file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        criterion.bench_function(&format!("prove/{name}, {} pairs", pairs.len()), |bencher| {
            bencher.iter(|| {
                for pair in &pairs {
                    black_box(black_box(pair).judge(Options::default()));
                }
            });
        });
    }
}

/// A line with a policy of a thousand statements on one side, and the same with one action more on the other.
fn thousand(candidate_has_more: bool) -> pairs::Pair {
    let document = |has_more: bool| {
        let statement = |number: u32| {
            let more = if has_more && number == 700 { r#","s3:DeleteObject""# } else { "" };
            format!(
                r#"{{"Effect":"Allow","Action":["s3:GetObject","s3:PutObject"{more}],"Resource":"arn:aws:s3:::bucket-{number}/*","Condition":{{"StringEquals":{{"aws:PrincipalTag/team":"t{number}"}}}}}}"#
            )
        };
        let statements: Vec<String> = (0..1000).map(statement).collect();
        format!(r#"{{"Version":"2012-10-17","Statement":[{}]}}"#, statements.join(","))
    };
    let (candidate, reference) = (document(candidate_has_more), document(!candidate_has_more));
    read(&format!(r#"{{"id":"thousand","candidate":{candidate},"reference":{reference}}}"#))
}

fn statements(criterion: &mut Criterion) {
    let (more, less) = (thousand(true), thousand(false));
    assert!(matches!(more.judge(Options::default()), Verdict::NewAccess(_)), "one action more is new access");
    assert!(matches!(less.judge(Options::default()), Verdict::None { .. }), "one action less is none");
    for (name, pair) in [("1,000 statements, one action more", more), ("1,000 statements, one action less", less)] {
        criterion.bench_function(&format!("prove/{name}"), |bencher| {
            bencher.iter(|| black_box(&pair).judge(Options::default()));
        });
    }
}

criterion_group!(benches, fixtures, statements);
criterion_main!(benches);
