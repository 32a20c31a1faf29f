//! What a run costs, by counting.

use crate::random::Seed;
use crate::sweep::{Model, Prepared, Work, run};
use crate::trace::TraceLevel;

fn model(parameters: &[(&str, &str)]) -> Model {
    let mut model = Model::default();
    for (name, value) in parameters {
        model.set(name, value).unwrap();
    }
    model
}

fn work(parameters: &[(&str, &str)]) -> Work {
    run(Prepared::new(&model(parameters), TraceLevel::Off).unwrap(), Seed(1)).unwrap().work
}

const QUIET: [(&str, &str); 3] = [("new-accounts", "10"), ("horizon", "5d"), ("settle", "1d")];

/// Accounts to which nothing happens cost their first check and nothing more.
#[test]
fn accounts_without_changes_cost_nothing_after_their_first_check() {
    let with = |accounts: &'static str| work(&[&QUIET[..], &[("accounts", accounts)]].concat());
    let (few, many) = (with("100"), with("600"));
    // Six probes and their answers; the first listing has 25 pages more.
    assert_eq!(many.calls - few.calls, 500 * 6 + 25);
    assert_eq!(many.steps - few.steps, 500 * 6 + 25);
    assert_eq!(many.events, few.events);
}

/// A tick without a change is a wake and two events for the machine.
#[test]
fn a_quiet_tick_costs_three_events() {
    let with = |settle: &'static str| work(&[&QUIET[..2], &[("settle", settle)]].concat());
    let (short, long) = (with("1d"), with("11d"));
    assert_eq!((long.events - short.events, long.calls - short.calls), (240, 0));
    assert_eq!(long.steps - short.steps, 480);
}

/// The listing's permission is decided once for all pages, and each of the two kinds of trust once for each answer.
#[test]
fn a_naive_month_evaluates_policies_a_handful_of_times() {
    let parameters = [&QUIET[..], &[("accounts", "200"), ("ticks", "naive")]].concat();
    let prepared = Prepared::new(&model(&parameters), TraceLevel::Off).unwrap();
    let evaluations = {
        let finished = crate::sweep::run_with(prepared, Seed(1)).unwrap();
        assert!(finished.tally.work.calls > 5_000);
        finished.evaluations
    };
    assert!((1..=12).contains(&evaluations), "{evaluations}");
}

/// World, vendor and everything at the peak, one organization of twenty being under its first checks at a time.
#[test]
fn an_account_takes_less_than_330_bytes_at_the_peak() {
    let taken = |accounts: &'static str| {
        let parameters = [
            ("organizations", "20"),
            ("accounts", accounts),
            ("new-accounts", "0"),
            ("horizon", "3d"),
            ("churn", "5%"),
        ];
        let info = allocation_counter::measure(|| {
            run(Prepared::new(&model(&parameters), TraceLevel::Off).unwrap(), Seed(1)).unwrap();
        });
        info.bytes_max
    };
    let each = taken("1200").saturating_sub(taken("400")) / 16_000;
    assert!((100..330).contains(&each), "{each} bytes an account at the peak");
}

/// A sweep copies its world: that is to cost little beside the run.
#[test]
fn a_run_of_a_sweep_allocates_little_for_its_world() {
    let prepared = Prepared::new(&model(&[]), TraceLevel::Off).unwrap();
    let copy = allocation_counter::measure(|| drop(prepared.clone())).count_total;
    let whole = allocation_counter::measure(|| drop(run(prepared.clone(), Seed(1)))).count_total;
    assert!(copy < 250 && copy * 8 < whole, "{copy} of {whole}");
}
