//! `rolecall rollout`: brings the role into every account, and what belongs to it. What is done is decided by the machine of
//! `rolecall-lifecycle` and made by `rolecall-driver`; here are the command line, questions to people, and the display.

mod apply;
mod ask;
mod display;
mod plan;
mod remove;
mod run;
mod setup;
mod stack_sets;
mod status;
mod verify;
mod words;

use crate::args::GlobalArgs;
use crate::args::rollout::{RolloutArgs, RolloutCommand};

/// Runs the command; gives the exit code.
pub(super) fn run(arguments: &RolloutArgs, global: &GlobalArgs) -> anyhow::Result<u8> {
    match &arguments.command {
        RolloutCommand::Plan(arguments) => plan::run(arguments, global),
        RolloutCommand::Apply(arguments) => apply::run(arguments, global),
        RolloutCommand::Status(arguments) => status::run(arguments, global),
        RolloutCommand::Verify(arguments) => verify::run(arguments, global),
        RolloutCommand::Remove(arguments) => remove::run(arguments, global),
    }
}
