//! `rolecall simulate merge`: puts the shards of a sweep together, all of them and each once.

use super::model::text_of;
use super::sweep::OutputArgs;
use crate::args::GlobalArgs;
use anyhow::Context;
use clap::Args;
use rolecall_report::sweep::{merge, read};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct MergeArgs {
    /// What `simulate sweep --shard i/n --format json` wrote, one file for each shard
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    output: OutputArgs,
}

pub(super) fn run(arguments: &MergeArgs, global: &GlobalArgs) -> anyhow::Result<u8> {
    let mut shards = Vec::new();
    for path in &arguments.files {
        let name = path.display().to_string();
        let sweep = read(&text_of(path)?).with_context(|| name.clone())?;
        shards.push((name, sweep));
    }
    arguments.output.write(&merge(&shards)?, global)?;
    Ok(0)
}
