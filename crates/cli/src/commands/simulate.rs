//! `rolecall simulate`: its commands. Each has a module of its own and gives the exit code.

mod merge;
mod model;
mod replay;
mod run;
mod scenario;
mod soak;
mod sweep;

use crate::args::GlobalArgs;
use clap::{Args, Subcommand};

#[derive(Debug, Args)]
pub(crate) struct SimulateArgs {
    #[command(subcommand)]
    pub(crate) command: SimulateCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum SimulateCommand {
    /// One run of a model: what became of each new account, and the hash of the trace; or of a scenario, for the checker
    Run(run::RunArgs),
    /// Many runs with different seeds, over combinations of parameters, on all cores
    Sweep(sweep::SweepArgs),
    /// Put the shards of a sweep together
    Merge(merge::MergeArgs),
    /// Run again what a trace or a hash came from; exit code 1 when it comes out differently
    Replay(replay::ReplayArgs),
    /// Run random worlds through the checker until the time is up; 1 when a property was violated
    Soak(soak::SoakArgs),
}

/// Runs the command.
pub(crate) fn run(command: &SimulateCommand, global: &GlobalArgs) -> anyhow::Result<u8> {
    match command {
        SimulateCommand::Run(arguments) => run::run(arguments, global),
        SimulateCommand::Sweep(arguments) => sweep::run(arguments, global),
        SimulateCommand::Merge(arguments) => merge::run(arguments, global),
        SimulateCommand::Replay(arguments) => replay::run(arguments, global),
        SimulateCommand::Soak(arguments) => soak::run(arguments, global),
    }
}
