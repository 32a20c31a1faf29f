//! `cargo xtask localstack up|down`: LocalStack in host mode, at the version of `localstack/requirements.txt`. Installed into
//! `.tools/localstack`, its state in `target/localstack`. What is tested against it stands in the crate `rolecall-localstack`.

mod answer;
mod install;
mod process;
mod python;
mod server;
#[cfg(test)]
mod tests;

use std::ffi::OsString;

use anyhow::{Context, Result};

pub(crate) use server::{Up, down, up};

use crate::tools::Toolbox;

/// What `cargo xtask localstack` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct LocalStackArgs {
    #[command(subcommand)]
    wish: Wish,
}

#[derive(Debug, clap::Subcommand)]
enum Wish {
    /// Install it where it is missing, start it, wait until it answers, and print its URL
    Up {
        /// The port on 127.0.0.1; a free one by default
        #[arg(long, value_name = "PORT")]
        port: Option<u16>,
    },
    /// Stop what `up` started
    Down,
}

/// 0: done. 2: this machine lacks what LocalStack needs.
pub(crate) fn run(args: &LocalStackArgs) -> Result<u8> {
    match args.wish {
        Wish::Up { port } => match up(&Toolbox::find()?, port, Outlives::Yes)? {
            Up::Answers(server) => println!("{}", server.url),
            Up::Missing(what) => {
                eprintln!("not run: {what}");
                return Ok(2);
            }
        },
        Wish::Down => {
            let stopped = down()?;
            eprintln!("{}", if stopped { "LocalStack is stopped" } else { "nothing to stop: `up` started none" });
        }
    }
    Ok(0)
}

/// The tests' search path after the programs of LocalStack's environment, among which is an AWS CLI: the pinned one wins.
pub(crate) fn search_path(toolbox: &Toolbox) -> Result<OsString> {
    let all = std::iter::once(install::VENV.programs()).chain(std::env::split_paths(toolbox.path()));
    std::env::join_paths(all).context("a folder on PATH holds the separator of PATH")
}

/// Whether LocalStack goes on after this program. One that does not ends with it at Ctrl-C.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outlives {
    Yes,
    No,
}
