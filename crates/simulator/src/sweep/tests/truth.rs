//! The closed forms. An account is created at a uniform moment, so that the next tick comes `u` later, uniform in the
//! interval `T`; the role is there after `L`, independent of `u`. It is mailed about at every tick before `L`: `k ≥ 0` with
//! `u + k·T < L`. So nobody is mailed with the probability `P(u ≥ L) = E[max(0, 1 − L/T)]`, and the expected number of mails is
//! that of grid points with a uniform offset in a length of `L`: `E[L]/T`. It is activated at the first tick not before `L`, and
//! `(u − L) mod T` is uniform: `E[L] + T/2`, with the deviation `T/√12` around `L`.
//!
//! What is found must lie within five standard errors. Twenty of them would be a fault that nobody misses; with fixed seeds
//! the tests do not waver.

use crate::random::Seed;
use crate::sweep::{Aggregate, FigureOf, Model, Plan, Prepared, run};
use crate::time::SimSpan;
use crate::trace::TraceLevel;

const SIGMAS: f64 = 5.0;
const HOUR_MIN: f64 = 60.0;

fn aggregate(parameters: &[(&str, &str)], runs: u64) -> Aggregate {
    // It settles for longer than any latency of these tests: what is cut off would be missing from the figures.
    let days = SimSpan::days;
    let mut model = Model { horizon: days(3), settle: days(2), new_accounts: 300, ..Model::default() };
    for (name, value) in parameters {
        model.set(name, value).unwrap();
    }
    let plan = Plan::new(&model, &[], runs, 7).unwrap();
    let prepared = Prepared::new(&model, TraceLevel::Off).unwrap();
    let mut aggregate = Aggregate::default();
    for number in 0..runs {
        let seed: Seed = plan.seed_of(number);
        aggregate.add(seed, &run(prepared.clone(), seed).unwrap());
    }
    aggregate
}

/// How many standard errors the figure lies from `expected`; minutes for times.
fn distance(aggregate: &Aggregate, of: FigureOf, expected: f64) -> f64 {
    let unit = if of == FigureOf::Activation { 60_000.0 } else { 1.0 };
    let found = aggregate.figure(of).unwrap();
    let error = found.error.unwrap() / unit;
    // Where nothing varies nothing may be off.
    (found.value / unit - expected).abs() / error.max(1e-9)
}

fn holds(aggregate: &Aggregate, of: FigureOf, expected: f64) {
    let distance = distance(aggregate, of, expected);
    assert!(distance <= SIGMAS, "{of:?}: {:?} is {distance} errors off {expected}", aggregate.figure(of));
}

/// A form that is wrong on purpose must be told from the right one by the same test.
fn fails(aggregate: &Aggregate, of: FigureOf, wrong: f64) {
    let distance = distance(aggregate, of, wrong);
    assert!(distance > SIGMAS, "{of:?}: {wrong} passes: {:?}", aggregate.figure(of));
}

#[test]
fn a_fixed_latency_is_as_the_closed_forms_say() {
    for latency in [0_u32, 7, 30, 55, 60, 95, 150] {
        let found = aggregate(&[("latency", &format!("{latency}m"))], 40);
        let latency = f64::from(latency);
        holds(&found, FigureOf::WithoutMail, (1.0 - latency / HOUR_MIN).max(0.0));
        holds(&found, FigureOf::Mails, latency / HOUR_MIN);
        holds(&found, FigureOf::Activation, latency + HOUR_MIN / 2.0);
        holds(&found, FigureOf::NeverActive, 0.0);
        let more = (latency / HOUR_MIN - 1.0).clamp(0.0, 1.0);
        holds(&found, FigureOf::WithMoreMails, more);
        holds(&found, FigureOf::WithOneMail, 1.0 - (1.0 - latency / HOUR_MIN).max(0.0) - more);
    }
}

#[test]
fn forms_that_are_wrong_are_told_from_the_right_ones() {
    let found = aggregate(&[("latency", "40m")], 40);
    holds(&found, FigureOf::WithoutMail, 1.0 / 3.0);
    fails(&found, FigureOf::WithoutMail, 1.0 - 43.0 / HOUR_MIN);
    fails(&found, FigureOf::WithoutMail, 0.0);
    fails(&found, FigureOf::Mails, 1.0);
    fails(&found, FigureOf::Mails, 43.0 / HOUR_MIN);
    fails(&found, FigureOf::Activation, 40.0);
    fails(&found, FigureOf::Activation, 40.0 + HOUR_MIN);
    fails(&found, FigureOf::Activation, 72.0);
}

#[test]
fn a_uniform_latency_is_as_the_closed_forms_say() {
    // L uniform in 20 … 90 min: E[max(0, 1 − L/60)] = ∫20..60 (1 − l/60)/70 dl = (40 − (60² − 20²)/120)/70.
    let found = aggregate(&[("latency", "20m..90m")], 60);
    let none = (40.0 - (3_600.0 - 400.0) / 120.0) / 70.0;
    holds(&found, FigureOf::WithoutMail, none);
    holds(&found, FigureOf::Mails, 55.0 / HOUR_MIN);
    holds(&found, FigureOf::Activation, 85.0);
    // That of the mean latency is another one.
    fails(&found, FigureOf::WithoutMail, 1.0 - 55.0 / HOUR_MIN);
}

/// The density and the distribution function of the standard normal.
fn normal(at: f64) -> (f64, f64) {
    let density = (-at * at / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt();
    (density, libm::erfc(-at / std::f64::consts::SQRT_2) / 2.0)
}

/// `∫ low..high x^k f(x) dx` by Simpson's rule.
fn integral(low: f64, high: f64, of: impl Fn(f64) -> f64) -> f64 {
    const STEPS: u32 = 20_000;
    let step = (high - low) / f64::from(STEPS);
    let weight = |number: u32| if number == 0 || number == STEPS { 1.0 } else { f64::from(2 + 2 * (number % 2)) };
    (0..=STEPS).map(|number| weight(number) * of(low + step * f64::from(number))).sum::<f64>() * step / 3.0
}

#[test]
fn a_normal_latency_is_as_the_closed_forms_say() {
    // Without what is below zero: the mean is μ + σ·φ(α)/(1 − Φ(α)) with α = −μ/σ.
    for (text, mean, deviation) in [("40m±15m", 40.0, 15.0), ("20m±30m", 20.0, 30.0)] {
        let found = aggregate(&[("latency", text)], 80);
        let (density, below) = normal(-mean / deviation);
        let truncated = mean + deviation * density / (1.0 - below);
        let none = integral(0.0, HOUR_MIN, |latency| {
            (1.0 - latency / HOUR_MIN) * normal((latency - mean) / deviation).0 / deviation / (1.0 - below)
        });
        holds(&found, FigureOf::WithoutMail, none);
        holds(&found, FigureOf::Mails, truncated / HOUR_MIN);
        holds(&found, FigureOf::Activation, truncated + HOUR_MIN / 2.0);
    }
    // With so much below zero the plain mean is refuted.
    let found = aggregate(&[("latency", "20m±30m")], 80);
    fails(&found, FigureOf::Activation, 20.0 + HOUR_MIN / 2.0);
}

#[test]
fn a_log_normal_latency_is_as_the_closed_forms_say() {
    let found = aggregate(&[("latency", "lognormal 40m±30m")], 80);
    let variance = (1.0_f64 + (30.0_f64 / 40.0).powi(2)).ln();
    let (middle, deviation) = (40.0_f64.ln() - variance / 2.0, variance.sqrt());
    // In y = ln L, where the density is normal.
    let none = integral(middle - 10.0 * deviation, HOUR_MIN.ln(), |y| {
        (1.0 - y.exp() / HOUR_MIN) * normal((y - middle) / deviation).0 / deviation
    });
    holds(&found, FigureOf::WithoutMail, none);
    holds(&found, FigureOf::Mails, 40.0 / HOUR_MIN);
    holds(&found, FigureOf::Activation, 70.0);
    fails(&found, FigureOf::Activation, 40.0_f64.ln().exp() * (-variance / 2.0).exp() + 30.0);
}

#[test]
fn another_interval_scales_the_forms() {
    let found = aggregate(&[("latency", "40m"), ("discovery-interval", "90m"), ("horizon", "6d")], 40);
    holds(&found, FigureOf::WithoutMail, 1.0 - 40.0 / 90.0);
    holds(&found, FigureOf::Mails, 40.0 / 90.0);
    holds(&found, FigureOf::Activation, 85.0);
    fails(&found, FigureOf::Activation, 70.0);
}

#[test]
fn what_never_comes_is_mailed_about_until_the_end() {
    let found = aggregate(&[("latency", "40m"), ("failure", "20%"), ("settle", "3h")], 40);
    holds(&found, FigureOf::NeverActive, 0.2);
    holds(&found, FigureOf::WithoutMail, 0.8 / 3.0);
    holds(&found, FigureOf::WithMoreMails, 0.2);
    fails(&found, FigureOf::NeverActive, 0.25);
}

/// The window makes the first check wait: a role that comes within it saves the mail.
#[test]
fn a_propagation_window_saves_the_mails_of_races_within_it() {
    let found = aggregate(&[("latency", "40m"), ("propagation-window", "6m")], 40);
    holds(&found, FigureOf::WithoutMail, 1.0 - 34.0 / HOUR_MIN);
    fails(&found, FigureOf::WithoutMail, 1.0 - 40.0 / HOUR_MIN);
}

#[test]
fn the_middle_of_the_activation_times_is_where_it_must_be() {
    // L = 40 min: uniform from 40 to 100 minutes.
    let found = aggregate(&[("latency", "40m")], 40);
    for (per_mille, minutes) in [(500, 70.0), (950, 97.0), (990, 99.4)] {
        let quantile = found.activation_at(per_mille).unwrap();
        // With five instead of two deviations, and half a percent for the bucket.
        let spread =
            SIGMAS * 60.0 * (f64::from(per_mille) / 1e3 * (1.0 - f64::from(per_mille) / 1e3) / 12_000.0).sqrt();
        let value = crate::time::float(quantile.value) / 60_000.0;
        assert!((value - minutes).abs() <= spread + minutes / 200.0, "{per_mille}: {value} for {minutes}");
    }
}
