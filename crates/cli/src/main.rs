//! The `rolecall` program: reads files, the clock and the command line, calls the pure crates, writes reports.
//! It decides nothing about roles and policies.

mod args;
mod commands;
mod files;
mod output;

use clap::Parser;
use mimalloc::MiMalloc;
use std::process::ExitCode;

/// Reading and proving make many small pieces: half the time of a large pair is the system's allocator.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// Exit code when nothing could be judged, or something could not be done.
const COULD_NOT: u8 = 2;

fn main() -> ExitCode {
    let cli = args::Cli::parse();
    match commands::run(&cli) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            output::complain(&format!("error: {error:#}\n"));
            ExitCode::from(COULD_NOT)
        }
    }
}
