//! How a page is written: options that several commands share.

use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// How what was found is written.
#[derive(Debug, Args)]
pub(crate) struct PageArgs {
    /// human, json or markdown
    #[arg(long, value_enum, default_value_t = PageFormat::Human, value_name = "FORMAT")]
    pub(crate) format: PageFormat,
    /// File for it, instead of standard output
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum PageFormat {
    Human,
    Json,
    Markdown,
}
