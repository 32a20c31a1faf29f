//! The same seed gives the same run, however the runs are divided, and the seed matters.

use crate::sweep::{Aggregate, Histogram, Model, Plan, Prepared, Shard, run, run_with};
use crate::trace::TraceLevel;

fn model(parameters: &[(&str, &str)]) -> Model {
    let mut model = Model::default();
    for (name, value) in [("horizon", "3d"), ("accounts", "30"), ("new-accounts", "20")].iter().chain(parameters) {
        model.set(name, value).unwrap();
    }
    model
}

const MODELS: [&[(&str, &str)]; 4] = [
    &[],
    &[("organizations", "3"), ("churn", "100%"), ("moves", "100%"), ("propagation", "5s..2m")],
    &[("throttled", "1%"), ("faults", "1%"), ("arrivals", "poisson"), ("latency", "lognormal 30m±20m")],
    &[("probe-latency", "50ms..900ms"), ("listing-latency", "1s"), ("arrivals", "even"), ("failure", "10%")],
];

#[test]
fn a_seed_gives_the_same_trace_and_another_one_another() {
    for parameters in MODELS {
        let prepared = Prepared::new(&model(parameters), TraceLevel::Hash).unwrap();
        let plan = Plan::new(prepared.model(), &[], 2, 5).unwrap();
        let [first, again, other] = [0, 0, 1].map(|number| run(prepared.clone(), plan.seed_of(number)).unwrap());
        assert_eq!(first, again, "{parameters:?}");
        assert_ne!(first.hash, other.hash, "{parameters:?}");
    }
}

#[test]
fn a_trace_disturbs_nothing() {
    for parameters in MODELS {
        let counts = [TraceLevel::Off, TraceLevel::Records].map(|level| {
            let prepared = Prepared::new(&model(parameters), level).unwrap();
            let plan = Plan::new(prepared.model(), &[], 1, 5).unwrap();
            let tally = run(prepared, plan.seed_of(0)).unwrap();
            (tally.mails, tally.activation_ms, tally.mails_to_others, tally.pauses, tally.work)
        });
        assert_eq!(counts[0], counts[1], "{parameters:?}");
    }
}

#[test]
fn shards_in_any_order_are_the_whole() {
    let prepared = Prepared::new(&model(MODELS[1]), TraceLevel::Off).unwrap();
    let plan = Plan::new(prepared.model(), &[], 11, 9).unwrap();
    let of_shard = |shard: Shard| {
        let mut aggregate = Aggregate::default();
        for number in shard.runs(plan.runs) {
            aggregate.add(plan.seed_of(number), &run(prepared.clone(), plan.seed_of(number)).unwrap());
        }
        aggregate
    };
    let whole = of_shard(Shard::WHOLE);
    for order in [[1, 2, 3], [3, 1, 2]] {
        let mut merged = Aggregate::default();
        for index in order {
            merged.merge(&of_shard(Shard { index, of: 3 }));
        }
        assert_eq!(merged, whole);
    }
    let mut twice = whole.clone();
    twice.merge(&of_shard(Shard { index: 1, of: 11 }));
    assert_ne!(twice.digest, whole.digest);
}

#[test]
fn everybody_who_joined_is_counted_once() {
    let finished = {
        let prepared = Prepared::new(&model(MODELS[1]), TraceLevel::Off).unwrap();
        let plan = Plan::new(prepared.model(), &[], 1, 3).unwrap();
        run_with(prepared, plan.seed_of(0)).unwrap()
    };
    let tally = finished.tally;
    // As many come instead of those that leave; all of them may be moved.
    assert_eq!(tally.accounts, 3 * 20 + tally.left);
    assert_eq!(tally.without_mail + tally.with_one_mail + tally.with_more_mails, tally.accounts);
    assert!(tally.active == tally.accounts && tally.mails > 0, "{tally:?}");
    let again = Histogram::from_buckets(tally.activation.buckets());
    assert_eq!(again.count(), tally.active);
}

#[test]
fn moved_accounts_lose_access_and_are_mailed_about() {
    let mut parameters = vec![("moves", "100%"), ("latency", "90m"), ("horizon", "365d"), ("new-accounts", "0")];
    parameters.push(("recheck-every", "1"));
    let prepared = Prepared::new(&model(&parameters), TraceLevel::Off).unwrap();
    let plan = Plan::new(prepared.model(), &[], 1, 3).unwrap();
    let tally = run(prepared, plan.seed_of(0)).unwrap();
    // 90 minutes without a role are one or two ticks.
    assert_eq!(tally.moved, 30);
    assert!((30..=60).contains(&tally.mails_to_others), "{tally:?}");
    assert!(tally.pauses > 0 && tally.pauses <= 30, "{tally:?}");
}
