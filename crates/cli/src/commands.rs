//! The commands: each has a module of its own and gives the exit code.

mod audit;
mod aws;
mod check;
mod diagnose;
mod diff;
mod documents;
mod evaluate;
mod external_id;
mod fake_aws;
mod gate;
mod init;
mod lines;
mod page;
mod project;
mod prove;
mod render;
mod repro;
mod rollout;
mod rules;
mod shell;
pub(crate) mod simulate;
mod validate;

use crate::args::{Cli, Command};

/// Runs the command of the command line.
pub(crate) fn run(cli: &Cli) -> anyhow::Result<u8> {
    let global = &cli.global;
    match &cli.command {
        Command::Gate(arguments) => gate::run(arguments, global),
        Command::Audit(arguments) => audit::run(arguments, global),
        Command::Validate(arguments) => validate::run(arguments, global),
        Command::Diff(arguments) => diff::run(arguments, global),
        Command::Check(arguments) => check::run(arguments, global),
        Command::Evaluate(arguments) => evaluate::run(arguments, global),
        Command::Prove(arguments) => prove::run(&arguments.claim, global),
        Command::Diagnose(arguments) => diagnose::run(arguments, global),
        Command::Repro(arguments) => repro::run(arguments, global),
        Command::Simulate(arguments) => simulate::run(&arguments.command, global),
        Command::Rollout(arguments) => rollout::run(arguments, global),
        Command::ExternalId(arguments) => external_id::run(arguments, global),
        Command::FakeAws(arguments) => fake_aws::run(arguments),
        Command::Render(arguments) => render::run(arguments, global),
        Command::Init(arguments) => init::run(arguments, global),
        Command::Rules(arguments) => rules::run(arguments, global),
        Command::Completions(arguments) => shell::completions(arguments),
        Command::Man => shell::manual_page(),
    }
}

/// Today, by Coordinated Universal Time: the same on every machine.
fn today() -> jiff::civil::Date {
    jiff::tz::TimeZone::UTC.to_datetime(jiff::Timestamp::now()).date()
}
