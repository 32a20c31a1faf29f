//! `rolecall external-id`: a new ID, the bindings, the plan of a migration. Makes no call.

use super::gate::FILE_NAME;
use super::page::write_page;
use super::{project, today};
use crate::args::GlobalArgs;
use crate::args::external_id::{BindingArgs, ExternalIdArgs, ExternalIdCommand, NewArgs};
use crate::output;
use anyhow::{anyhow, bail};
use rolecall_core::external_id::ExternalId;
use rolecall_core::organization::Organization;
use rolecall_report::external_ids::{BindingsView, render_bindings, render_migration};
use std::fmt::Write as _;
use std::path::Path;

pub(super) fn run(arguments: &ExternalIdArgs, global: &GlobalArgs) -> anyhow::Result<u8> {
    match &arguments.command {
        ExternalIdCommand::New(arguments) => new(arguments, global),
        ExternalIdCommand::List(arguments) => bindings(arguments, global, false),
        ExternalIdCommand::Migration(arguments) => bindings(arguments, global, true),
    }
}

/// Who makes IDs is the vendor: nothing is written to rolecall.toml.
fn new(arguments: &NewArgs, global: &GlobalArgs) -> anyhow::Result<u8> {
    let file = if arguments.path.is_dir() { arguments.path.join(FILE_NAME) } else { arguments.path.clone() };
    let organizations = if file.exists() { organizations(&arguments.path, global)? } else { Vec::new() };
    let known = || organizations.iter().flat_map(ids);
    for _ in 0..8 {
        let id = random_id()?;
        if !known().any(|taken| taken.as_str() == id) {
            output::say(&format!("{id}\n"))?;
            return Ok(0);
        }
    }
    bail!("the system's random numbers repeat themselves: nothing that they give can be used")
}

fn ids(organization: &Organization) -> impl Iterator<Item = &ExternalId> {
    std::iter::once(&organization.external_id).chain(organization.legacy_ids.values())
}

/// 128 random bits as 32 hexadecimal digits in the groups of a UUID. No UUID of version 4, which has 122.
fn random_id() -> anyhow::Result<String> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).map_err(|error| anyhow!("the system gives no random numbers: {error}"))?;
    let mut text = String::with_capacity(36);
    for (place, byte) in bytes.iter().enumerate() {
        if matches!(place, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        write!(text, "{byte:02x}")?;
    }
    Ok(text)
}

fn organizations(path: &Path, global: &GlobalArgs) -> anyhow::Result<Vec<Organization>> {
    Ok(project::read(path, today(), "the bindings cannot be read", global)?.0.organizations)
}

fn bindings(arguments: &BindingArgs, global: &GlobalArgs, migration: bool) -> anyhow::Result<u8> {
    let organizations = organizations(&arguments.path, global)?;
    let view = BindingsView { organizations: &organizations, day: arguments.as_of.unwrap_or_else(today) };
    let render = if migration { render_migration } else { render_bindings };
    write_page(&arguments.page, global, |format, options| render(&view, format, options))?;
    Ok(0)
}
