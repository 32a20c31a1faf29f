//! Whole runs of the simulator with traces off. An event is an event of the queue, an event handed to the vendor's machine,
//! or an API call; the throughput counts them. `cargo xtask bench` sets the same model in SimPy beside it.
#![allow(clippy::expect_used, missing_docs, reason = "a benchmark without its workload has nothing to measure")]

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use rolecall_benches::simulation::{MONTH, NAME, SCENARIO};
use rolecall_simulator::random::Seed;
use rolecall_simulator::sweep::{Model, Prepared, run};
use rolecall_simulator::trace::TraceLevel;
use std::time::Duration;

fn prepared(parameters: &[(&str, &str)]) -> Prepared {
    let mut model = Model::default();
    for (name, value) in parameters {
        model.set(name, value).expect("a parameter");
    }
    Prepared::new(&model, TraceLevel::Off).expect("a world")
}

fn runs(criterion: &mut Criterion) {
    for (name, parameters) in [(NAME, &SCENARIO[..]), ("a run of a sweep: month of 100 accounts", &MONTH[..])] {
        let prepared = prepared(parameters);
        let work = run(prepared.clone(), Seed(1)).expect("a run").work;
        eprintln!(
            "{name}: {} events ({} of the queue, {} of the machine, {} API calls)",
            work.total(),
            work.events,
            work.steps,
            work.calls
        );
        let mut group = criterion.benchmark_group(name);
        group.throughput(Throughput::Elements(work.total()));
        group.bench_function("rolecall", |bencher| {
            bencher.iter_batched(
                || prepared.clone(),
                |prepared| run(prepared, Seed(1)).expect("a run"),
                BatchSize::PerIteration,
            );
        });
        group.finish();
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(3));
    targets = runs
}
criterion_main!(benches);
