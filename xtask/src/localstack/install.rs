//! Installs LocalStack at its pins into `.tools/localstack`, by uv where the machine has it (seconds), otherwise by pip.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::process::Invocation;
use crate::repository;
use crate::tools::{Toolbox, Venv};

/// Its Python runs LocalStack; among its programs is the AWS CLI (version 1), which LocalStack brings along.
pub(super) const VENV: Venv = Venv("localstack");

/// Everything that is installed, each with its exact version.
fn requirements() -> PathBuf {
    repository::root().join("localstack").join("requirements.txt")
}

/// What the pins say. Without them something is wrong with this checkout, not with the machine.
pub(super) fn wanted() -> Result<String> {
    let pins = requirements();
    std::fs::read_to_string(&pins).with_context(|| format!("cannot read {}", pins.display()))
}

/// Does nothing when what the pins say is there already.
pub(super) fn install(toolbox: &Toolbox, python: &Path) -> Result<()> {
    let (pins, wanted) = (requirements(), wanted()?);
    if VENV.holds(&wanted) {
        return Ok(());
    }
    eprintln!("installing LocalStack into .tools/localstack (half a minute with uv, minutes with pip)");
    VENV.make(python)?;
    // The pins name every package: nothing is resolved, so nothing can come that they do not name. Some of them exist as
    // source only, so unlike elsewhere wheels cannot be insisted on.
    let installed = match toolbox.which("uv") {
        Some(uv) => Invocation::new(uv)
            .args(["pip", "install", "--quiet", "--no-deps", "--python"])
            .arg(VENV.python())
            .arg("--requirement")
            .arg(&pins),
        None => VENV.pip_install().args(["--no-deps", "--no-compile", "--requirement"]).arg(&pins),
    };
    installed.run().context("LocalStack could not be installed at its pins (localstack/requirements.txt)")?;
    VENV.remember(&wanted)
}
