//! `cargo xtask repro`: forwards to `rolecall repro`, whose exit code it gives on.

use anyhow::{Context, Result};
use std::process::Command;

use crate::repository;

/// What `cargo xtask repro` takes: everything that `rolecall repro` does.
#[derive(Debug, clap::Args)]
#[command(disable_help_flag = true)]
pub(crate) struct ReproArgs {
    /// `--list`, `--all`, a number, a name, a scenario file, and the options of `rolecall repro`
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "ARGUMENT")]
    arguments: Vec<String>,
}

/// Runs the program from where the caller stands, so that paths of scenarios mean what they say.
pub(crate) fn run(args: &ReproArgs) -> Result<u8> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let manifest = repository::root().join("Cargo.toml");
    let mut command = Command::new(cargo);
    command.args(["run", "--quiet", "--package", "rolecall-cli", "--manifest-path"]).arg(manifest);
    command.args(["--", "repro"]).args(&args.arguments);
    let status = command.status().context("cargo could not be started")?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    // No code: a signal ended it.
    Ok(code.unwrap_or(2))
}
