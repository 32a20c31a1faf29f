//! Sweeps: many runs of one model with different seeds, and what they come to. A run is a play with a model of the
//! customer's automation; it is pure and has one thread. Aggregates merge exactly and in any order, so that threads and
//! machines may share the work; who does what is for the caller.

mod aggregate;
mod drawing;
mod estimate;
mod histogram;
mod model;
mod parameters;
mod plan;
mod run;
mod span;
mod tally;
mod world;

#[cfg(test)]
mod tests;

pub use aggregate::{Aggregate, Figure, FigureOf};
pub use estimate::{Estimate, Ratio};
pub use histogram::{Histogram, Quantile};
pub use model::{Arrivals, Model, ModelError, Phase, Ticks};
pub use parameters::{PARAMETERS, Parameter, ParameterError};
pub use plan::{Plan, PlanError, Point, Shard, Variation};
pub use run::{Finished, Joined, NotRun, run, run_with};
pub use span::{parse_delay, parse_span, show_delay, show_span};
pub use tally::{Tally, Work};
pub use world::Prepared;
