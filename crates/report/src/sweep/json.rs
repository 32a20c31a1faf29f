//! JSON of a sweep. Sums that may exceed 2⁵³ are texts of digits, so that no reader loses any.

use super::Sweep;
use rolecall_simulator::sweep::{Aggregate, Figure, Point};
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize)]
struct Document {
    format: &'static str,
    version: u8,
    identity: String,
    seed: String,
    runs: u64,
    shard: Part,
    points: Vec<PointEntry>,
}

#[derive(Serialize)]
struct Part {
    index: u32,
    of: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PointEntry {
    varied: Vec<&'static str>,
    parameters: serde_json::Map<String, serde_json::Value>,
    runs: u64,
    accounts: String,
    figures: BTreeMap<&'static str, FigureEntry>,
    activation: Activation,
    left: u64,
    work: WorkEntry,
    digest: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FigureEntry {
    value: Option<f64>,
    standard_error: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
    sums: Sums,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Sums {
    numerator: String,
    denominator: String,
    numerator_squared: String,
    denominator_squared: String,
    product: String,
}

#[derive(Serialize)]
struct Activation {
    quantiles: BTreeMap<&'static str, Option<QuantileEntry>>,
    /// Pairs of a bucket's number and its count.
    buckets: Vec<(u16, u64)>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct QuantileEntry {
    value_ms: u64,
    low_ms: u64,
    high_ms: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WorkEntry {
    queue_events: u64,
    machine_steps: u64,
    api_calls: u64,
}

pub(super) fn render(sweep: &Sweep) -> String {
    let points = sweep.plan.points.iter().zip(&sweep.aggregates).map(|(point, aggregate)| entry(point, aggregate));
    let document = Document {
        format: "rolecall-sweep",
        version: 1,
        identity: format!("{:016x}", sweep.plan.identity()),
        seed: sweep.plan.seed.to_string(),
        runs: sweep.plan.runs,
        shard: Part { index: sweep.shard.index, of: sweep.shard.of },
        points: points.collect(),
    };
    crate::audit::json::pretty(&document)
}

fn entry(point: &Point, aggregate: &Aggregate) -> PointEntry {
    let parameters = point.model.parameters().into_iter().map(|(name, value)| (name.to_owned(), value.into()));
    let quantiles = [("p50", 500), ("p95", 950), ("p99", 990)].map(|(name, per_mille)| {
        let found = aggregate.activation_at(per_mille);
        (name, found.map(|found| QuantileEntry { value_ms: found.value, low_ms: found.low, high_ms: found.high }))
    });
    PointEntry {
        varied: point.values.iter().map(|(name, _)| *name).collect(),
        parameters: parameters.collect(),
        runs: aggregate.runs,
        accounts: aggregate.accounts().to_string(),
        figures: aggregate.figures.iter().map(|figure| (figure.of.name(), figure_entry(figure))).collect(),
        activation: Activation {
            quantiles: quantiles.into_iter().collect(),
            buckets: aggregate.activation.buckets().collect(),
        },
        left: aggregate.left,
        work: WorkEntry {
            queue_events: aggregate.work.events,
            machine_steps: aggregate.work.steps,
            api_calls: aggregate.work.calls,
        },
        digest: format!("{:016x}", aggregate.digest),
    }
}

fn figure_entry(figure: &Figure) -> FigureEntry {
    let estimate = figure.estimate();
    // An interval without an end is no number of JSON: a single run has none.
    let finite = |value: f64| value.is_finite().then_some(value);
    let ratio = figure.ratio;
    FigureEntry {
        value: estimate.map(|estimate| estimate.value),
        standard_error: estimate.and_then(|estimate| estimate.error),
        low: estimate.and_then(|estimate| finite(estimate.low)),
        high: estimate.and_then(|estimate| finite(estimate.high)),
        sums: Sums {
            numerator: ratio.above.to_string(),
            denominator: ratio.below.to_string(),
            numerator_squared: ratio.above_squared.to_string(),
            denominator_squared: ratio.below_squared.to_string(),
            product: ratio.product.to_string(),
        },
    }
}
