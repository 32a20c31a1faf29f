//! `cargo xtask soak`: builds the program and lets it run random worlds through the checker, on all cores, until the time is
//! up. Worlds, checker and minimising stand in `rolecall-simulator`; this only starts them.

use anyhow::{Context, Result};

use crate::process::Invocation;
use crate::repository;

/// What `cargo xtask soak` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct SoakArgs {
    /// How long
    #[arg(long, value_name = "N", default_value_t = 10.0)]
    minutes: f64,
    /// The seed of the first world; the others count up from it
    #[arg(long, value_name = "S")]
    seed: Option<u64>,
    /// Threads; all cores by default
    #[arg(long, value_name = "N")]
    jobs: Option<usize>,
    /// No more worlds than that
    #[arg(long, value_name = "K")]
    worlds: Option<u64>,
    /// Folder for the smallest world of each violation, as a scenario
    #[arg(long, value_name = "DIR")]
    minimised: Option<std::path::PathBuf>,
}

/// Fails when a world violated a property.
pub(crate) fn run(args: &SoakArgs) -> Result<()> {
    let mut soak = Invocation::cargo()
        .args(["run", "--quiet", "--release", "-p", "rolecall-cli", "--", "simulate", "soak"])
        .arg(format!("--minutes={}", args.minutes))
        .dir(repository::root());
    for (name, value) in [("seed", args.seed), ("worlds", args.worlds), ("jobs", args.jobs.map(|jobs| jobs as u64))] {
        if let Some(value) = value {
            soak = soak.arg(format!("--{name}={value}"));
        }
    }
    if let Some(folder) = &args.minimised {
        // The program runs at the root of the repository.
        let folder = std::path::absolute(folder).context("`--minimised` names no folder")?;
        soak = soak.arg("--minimised").arg(folder);
    }
    soak.run().context("a random world violated a property: the output above has its seed and a smaller world")
}
