//! `rolecall simulate`: each of its commands has a module.

mod soak;

use crate::args::GlobalArgs;
use crate::args::simulate::SimulateCommand;

/// Runs the command.
pub(super) fn run(command: &SimulateCommand, global: &GlobalArgs) -> anyhow::Result<u8> {
    match command {
        SimulateCommand::Soak(arguments) => soak::run(arguments, global),
    }
}
