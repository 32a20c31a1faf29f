//! The command line of `rolecall diagnose`.

use clap::{Args, ValueEnum};
use std::path::PathBuf;

use super::page::PageArgs;

const HELP: &str = "\
Why an account is not served: the causes that explain a collected evidence bundle (JSON, docs/diagnose.md), ranked, with the \
evidence for and against each and its place in the bundle, the next thing to look at, and the remedy. What stands in the \
bundle is all that it sees; what is not in it was not looked at, which says nothing.

With `--scenario FILE` it also writes a scenario (TOML, docs/repro.md) that reproduces the case in a simulated organization: \
what the bundle shows is in it, what was not looked at is assumed right. It was run before it is written: `rolecall repro FILE` \
names the same cause first.";

const CODES: &str = "Exit codes: 0 nothing is wrong, or nobody has to do anything; 1 something is wrong, and causes are named; \
    2 the bundle cannot be read, or what is seen has no cause that is known, or the scenario that was asked for cannot be made.";

/// `rolecall diagnose`.
#[derive(Debug, Args)]
#[command(long_about = HELP, after_help = CODES)]
pub(crate) struct DiagnoseArgs {
    /// The evidence bundle; `-`: standard input
    #[arg(value_name = "BUNDLE")]
    pub(crate) bundle: PathBuf,
    /// Whose view to take: `vendor` leaves out what only the customer can read; as the bundle says when absent
    #[arg(long, value_enum, value_name = "WHO")]
    pub(crate) viewpoint: Option<ViewpointArg>,
    #[command(flatten)]
    pub(crate) page: PageArgs,
    /// File for a scenario that reproduces the case; `-`: standard output, instead of the diagnosis
    #[arg(long, value_name = "FILE")]
    pub(crate) scenario: Option<PathBuf>,
    /// Overwrite the scenario's file when it is there and differs
    #[arg(long, requires = "scenario")]
    pub(crate) force: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ViewpointArg {
    Vendor,
    Customer,
}
