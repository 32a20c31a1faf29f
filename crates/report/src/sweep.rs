//! Sweeps of the simulator as a table for a terminal, JSON (which is also how shards travel) and an SVG picture.

mod json;
mod picture;
mod read;
mod table;

pub use read::{ReadError, read};

use rolecall_simulator::sweep::{Aggregate, Plan, Shard};

/// The formats of a sweep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A table.
    Human,
    /// JSON; its schema is `schema/sweep.schema.json`.
    Json,
    /// A picture.
    Svg,
}

/// A sweep, or one shard of it, that was run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sweep {
    /// What was asked for.
    pub plan: Plan,
    /// Which part of it was run.
    pub shard: Shard,
    /// What came out, for each point of the plan.
    pub aggregates: Vec<Aggregate>,
}

/// Writes a sweep; the text ends with a line break.
pub fn render(sweep: &Sweep, format: Format) -> String {
    match format {
        Format::Human => table::render(sweep),
        Format::Json => json::render(sweep),
        Format::Svg => picture::render(sweep),
    }
}

/// Why shards do not make a sweep.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MergeError {
    /// No file at all.
    #[error("there is nothing to merge")]
    Nothing,
    /// A shard of something else.
    #[error(
        "`{name}` belongs to another sweep than `{first}`: parameters, runs, seed and number of shards must be the same"
    )]
    OtherSweep {
        /// Which.
        name: String,
        /// The first one.
        first: String,
    },
    /// The same shard twice.
    #[error("`{name}` and `{other}` are both shard {index} of {of}: give each shard once")]
    Twice {
        /// Which.
        name: String,
        /// The one before.
        other: String,
        /// Its number.
        index: u32,
        /// Of how many.
        of: u32,
    },
    /// A shard with another number of runs than it must have.
    #[error("`{name}` has {found} runs where its shard has {expected}: run it again")]
    Runs {
        /// Which.
        name: String,
        /// What it has.
        found: u64,
        /// What it must have.
        expected: u64,
    },
    /// Shards are missing.
    #[error("of {of} shards these are missing: {missing}; merge all of them at once")]
    Missing {
        /// How many there are.
        of: u32,
        /// Which are missing.
        missing: String,
    },
}

/// Merges the shards of one sweep, each with the name of its file.
///
/// # Errors
/// See [`MergeError`].
pub fn merge(shards: &[(String, Sweep)]) -> Result<Sweep, MergeError> {
    let Some((first_name, first)) = shards.first() else { return Err(MergeError::Nothing) };
    let (identity, of) = (first.plan.identity(), first.shard.of);
    let mut aggregates = vec![Aggregate::default(); first.plan.points.len()];
    for (place, (name, sweep)) in shards.iter().enumerate() {
        if sweep.plan.identity() != identity || sweep.shard.of != of {
            return Err(MergeError::OtherSweep { name: name.clone(), first: first_name.clone() });
        }
        let index = sweep.shard.index;
        if let Some((other, _)) = shards.iter().take(place).find(|(_, other)| other.shard.index == index) {
            return Err(MergeError::Twice { name: name.clone(), other: other.clone(), index, of });
        }
        let expected = sweep.shard.runs(sweep.plan.runs).count() as u64;
        for (whole, part) in aggregates.iter_mut().zip(&sweep.aggregates) {
            if part.runs != expected {
                return Err(MergeError::Runs { name: name.clone(), found: part.runs, expected });
            }
            whole.merge(part);
        }
    }
    let missing: Vec<String> = (1..=of)
        .filter(|index| shards.iter().all(|(_, sweep)| sweep.shard.index != *index))
        .map(|index| index.to_string())
        .collect();
    if !missing.is_empty() {
        return Err(MergeError::Missing { of, missing: missing.join(", ") });
    }
    Ok(Sweep { plan: first.plan.clone(), shard: Shard::WHOLE, aggregates })
}

/// What a point is called: its values, or nothing where nothing varies.
fn title(values: &[(&'static str, String)]) -> String {
    let values: Vec<String> = values.iter().map(|(name, value)| format!("{name} {value}")).collect();
    if values.is_empty() { "all".to_owned() } else { values.join(", ") }
}

/// Minutes and seconds of a time in milliseconds, such as `1:37:05` or `42:00` (hours first when there are some).
fn clock(milliseconds: u64) -> String {
    let seconds = (milliseconds + 500) / 1_000;
    let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}
