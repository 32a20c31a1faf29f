//! The options of `rolecall simulate`.

use clap::{Args, Subcommand};
use std::num::NonZeroUsize;

#[derive(Debug, Args)]
pub(crate) struct SimulateArgs {
    #[command(subcommand)]
    pub(crate) command: SimulateCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum SimulateCommand {
    /// Run random worlds through the checker until the time is up; 1 when a property was violated
    Soak(SoakArgs),
}

#[derive(Debug, Args)]
pub(crate) struct SoakArgs {
    /// How long; forever many worlds within that time, unless `--worlds` ends it sooner
    #[arg(long, value_name = "N", required_unless_present = "worlds")]
    pub(crate) minutes: Option<f64>,
    /// How many worlds
    #[arg(long, value_name = "K")]
    pub(crate) worlds: Option<u64>,
    /// The seed of the first world; the others count up from it. By default one that is made from the time
    #[arg(long, value_name = "S")]
    pub(crate) seed: Option<u64>,
    /// Threads; all cores by default
    #[arg(long, value_name = "N")]
    pub(crate) jobs: Option<NonZeroUsize>,
    /// Print the plan of the first world and the records of its trace that are not API calls
    #[arg(long)]
    pub(crate) show: bool,
}
