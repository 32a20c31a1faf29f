//! Options of `rolecall external-id`.

use super::page::PageArgs;
use clap::{Args, Subcommand};
use jiff::civil::Date;
use std::path::PathBuf;

/// `rolecall external-id`.
#[derive(Debug, Args)]
pub(crate) struct ExternalIdArgs {
    #[command(subcommand)]
    pub(crate) command: ExternalIdCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ExternalIdCommand {
    /// Print a new external ID: 128 random bits from the system, none that rolecall.toml has
    New(NewArgs),
    /// The bindings of rolecall.toml, and which IDs are accepted on a day
    List(BindingArgs),
    /// The plan of a migration from legacy IDs to the organization's
    Migration(BindingArgs),
}

#[derive(Debug, Args)]
pub(crate) struct NewArgs {
    /// A folder with a rolecall.toml whose IDs are never given again, or the file itself
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct BindingArgs {
    /// A folder with a rolecall.toml, or the file itself
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,
    /// The day, such as 2027-01-31; today (UTC) when absent
    #[arg(long, value_parser = super::parse_date, value_name = "DATE")]
    pub(crate) as_of: Option<Date>,
    #[command(flatten)]
    pub(crate) page: PageArgs,
}
