//! Reads the JSON of a sweep back: its parameters and sums. What follows from them is computed again, not read.

use super::Sweep;
use rolecall_simulator::sweep::{
    Aggregate, FigureOf, Histogram, Model, ModelError, ParameterError, Plan, Point, Ratio, Shard, Work,
};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Why a text is no sweep.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// It is no JSON of this form.
    #[error("it is not what `simulate sweep --format json` writes: {0}")]
    Json(#[from] serde_json::Error),
    /// It is of another kind or version.
    #[error("its format is `{format}` version {version}: expected `rolecall-sweep` version 1")]
    Format {
        /// What it says.
        format: String,
        /// What it says.
        version: u64,
    },
    /// A parameter is none.
    #[error(transparent)]
    Parameter(#[from] ParameterError),
    /// A model cannot be run.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// A number is none.
    #[error("`{0}` is no whole number")]
    Number(String),
    /// A part is missing or contradicts the rest.
    #[error("{0}")]
    Contradiction(String),
}

#[derive(Deserialize)]
struct Head {
    format: String,
    version: u64,
}

#[derive(Deserialize)]
struct Document {
    identity: String,
    seed: String,
    runs: u64,
    shard: Part,
    points: Vec<PointEntry>,
}

#[derive(Deserialize)]
struct Part {
    index: u32,
    of: u32,
}

#[derive(Deserialize)]
struct PointEntry {
    varied: Vec<String>,
    parameters: BTreeMap<String, String>,
    runs: u64,
    figures: BTreeMap<String, FigureEntry>,
    activation: Activation,
    left: u64,
    work: WorkEntry,
    digest: String,
}

#[derive(Deserialize)]
struct FigureEntry {
    sums: Sums,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sums {
    numerator: String,
    denominator: String,
    numerator_squared: String,
    denominator_squared: String,
    product: String,
}

#[derive(Deserialize)]
struct Activation {
    buckets: Vec<(u16, u64)>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WorkEntry {
    queue_events: u64,
    machine_steps: u64,
    api_calls: u64,
}

/// Reads a sweep.
///
/// # Errors
/// See [`ReadError`].
pub fn read(text: &str) -> Result<Sweep, ReadError> {
    let head: Head = serde_json::from_str(text)?;
    if head.format != "rolecall-sweep" || head.version != 1 {
        return Err(ReadError::Format { format: head.format, version: head.version });
    }
    let document: Document = serde_json::from_str(text)?;
    let shard = Shard::parse(&format!("{}/{}", document.shard.index, document.shard.of));
    let shard = shard.map_err(|error| ReadError::Contradiction(error.to_string()))?;
    let mut points = Vec::new();
    let mut aggregates = Vec::new();
    for entry in &document.points {
        points.push(point(entry)?);
        aggregates.push(aggregate(entry)?);
    }
    let plan = Plan { points, runs: document.runs, seed: number(&document.seed)? };
    let identity = format!("{:016x}", plan.identity());
    if identity != document.identity {
        let text = format!(
            "its identity is {}, its parameters, runs and seed have {identity}: it was changed, or another version wrote it",
            document.identity
        );
        return Err(ReadError::Contradiction(text));
    }
    Ok(Sweep { plan, shard, aggregates })
}

fn point(entry: &PointEntry) -> Result<Point, ReadError> {
    let mut model = Model::default();
    for (name, value) in &entry.parameters {
        model.set(name, value)?;
    }
    model.check()?;
    let shown = model.parameters();
    let values = entry.varied.iter().map(|name| shown.iter().find(|(known, _)| known == name).cloned());
    let values: Option<Vec<_>> = values.collect();
    let values = values.ok_or_else(|| ReadError::Contradiction("`varied` names no parameter".to_owned()))?;
    Ok(Point { values, model })
}

fn aggregate(entry: &PointEntry) -> Result<Aggregate, ReadError> {
    let mut aggregate = Aggregate {
        runs: entry.runs,
        activation: Histogram::from_buckets(entry.activation.buckets.iter().copied()),
        left: entry.left,
        work: Work { events: entry.work.queue_events, steps: entry.work.machine_steps, calls: entry.work.api_calls },
        digest: u64::from_str_radix(&entry.digest, 16).map_err(|_| ReadError::Number(entry.digest.clone()))?,
        ..Aggregate::default()
    };
    for figure in &mut aggregate.figures {
        let name = figure.of.name();
        let missing = || ReadError::Contradiction(format!("the figure `{name}` is missing"));
        let sums = &entry.figures.get(name).ok_or_else(missing)?.sums;
        figure.ratio = Ratio {
            runs: entry.runs,
            above: number(&sums.numerator)?,
            below: number(&sums.denominator)?,
            above_squared: number(&sums.numerator_squared)?,
            below_squared: number(&sums.denominator_squared)?,
            product: number(&sums.product)?,
        };
    }
    let active = aggregate.sums(FigureOf::Activation).below;
    if active != u128::from(aggregate.activation.count()) {
        let text = format!("{active} accounts were activated, the buckets hold {}", aggregate.activation.count());
        return Err(ReadError::Contradiction(text));
    }
    Ok(aggregate)
}

fn number<T: std::str::FromStr>(text: &str) -> Result<T, ReadError> {
    text.parse().map_err(|_| ReadError::Number(text.to_owned()))
}
