//! The command line of `rolecall repro`: customer cases, reproduced.

use clap::{Args, ValueEnum};
use std::path::PathBuf;

const HELP: &str = "\
Reproduces customer cases in a simulated organization, in virtual time: prints what was there, what happened when, the e-mails,
the diagnosis with its evidence, and the remedy. Fifty cases come with the program. Each is run twice: with its fault, where the
right cause has to come first, and without it, where no cause may be found. A case of your own is a file of a few lines:
`rolecall repro target-gap --show` prints one to start from, docs/repro.md describes the format.";

const CODES: &str = "Exit codes: 0 every diagnosis is the right one; 1 one is not; 2 a scenario cannot be read or run.";

/// `rolecall repro`.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "one for each switch of the command line")]
#[command(long_about = HELP, after_help = CODES)]
pub(crate) struct ReproArgs {
    /// A case by its number or its name, or the file of a scenario (TOML); `-`: standard input
    #[arg(value_name = "CASE", required_unless_present_any = ["all", "list"])]
    pub(crate) cases: Vec<String>,
    /// All cases that come with the program
    #[arg(long, conflicts_with = "cases")]
    pub(crate) all: bool,
    /// List them, `NN name` a line
    #[arg(long, conflicts_with_all = ["cases", "all", "show"])]
    pub(crate) list: bool,
    /// Print the scenario instead of running it
    #[arg(long, conflicts_with = "all")]
    pub(crate) show: bool,
    /// What chance is drawn from: the same seed gives the same run everywhere
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
    /// human, json, or html: one page with drawn timelines
    #[arg(long, value_enum, default_value_t = ReproFormat::Human, value_name = "FORMAT")]
    pub(crate) format: ReproFormat,
    /// File for it, instead of standard output
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Of each case only the causes that were found
    #[arg(long)]
    pub(crate) brief: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReproFormat {
    Human,
    Json,
    Html,
}
