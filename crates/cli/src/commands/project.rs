//! The project of a command that goes on only with a sound one, and the organization that it is about.

use super::gate::load;
use crate::args::{GlobalArgs, ReportArgs};
use crate::output;
use anyhow::{Context, bail};
use jiff::civil::Date;
use rolecall_core::organization::Organization;
use rolecall_gate::project::{self, Project};
use std::path::{Path, PathBuf};

/// A sound project, and the folder of its `rolecall.toml`. What is wrong with it is reported; `refusal` says what was therefore
/// not done.
pub(super) fn read(path: &Path, day: Date, refusal: &str, global: &GlobalArgs) -> anyhow::Result<(Project, PathBuf)> {
    let loaded = load(path);
    match project::read(loaded.read, &loaded.files) {
        Ok(project) => Ok((project, loaded.folder)),
        Err(broken) => {
            output::report(&broken.into_outcome(day), &loaded.folder, &ReportArgs::human(), global)?;
            bail!("{refusal}: the project is not sound")
        }
    }
}

/// The organization of that ID; without one the only one that there is.
pub(super) fn organization<'o>(all: &'o [Organization], id: Option<&str>) -> anyhow::Result<&'o Organization> {
    let known = || all.iter().map(|organization| organization.id.as_str()).collect::<Vec<_>>().join(", ");
    match (id, all) {
        (None, [only]) => Ok(only),
        (None, _) => bail!("there are several organizations: add `--organization` with one of {}", known()),
        (Some(id), all) => all
            .iter()
            .find(|organization| organization.id.as_str() == id)
            .with_context(|| format!("rolecall.toml has no organization `{id}`: it has {}", known())),
    }
}
