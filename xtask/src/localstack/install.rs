//! Installs LocalStack at its pins into `.tools/localstack`, by uv where the machine has it (seconds), otherwise by pip.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::process::Invocation;
use crate::repository;
use crate::tools::{self, Toolbox};

/// Everything that is installed, each with its exact version.
fn requirements() -> PathBuf {
    repository::root().join("localstack").join("requirements.txt")
}

fn venv() -> PathBuf {
    repository::tools_dir().join("localstack")
}

/// The environment's Python, which runs LocalStack.
pub(super) fn program() -> PathBuf {
    tools::venv_programs(&venv()).join(if cfg!(windows) { "python.exe" } else { "python" })
}

/// The environment's programs: LocalStack brings the AWS CLI (version 1) along.
pub(super) fn programs() -> PathBuf {
    tools::venv_programs(&venv())
}

/// Does nothing when what the pins say is there already.
pub(super) fn install(toolbox: &Toolbox, python: &Path) -> Result<()> {
    let pins = requirements();
    let wanted = std::fs::read_to_string(&pins).with_context(|| format!("cannot read {}", pins.display()))?;
    let stamp = venv().join("rolecall-pins");
    if std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    eprintln!("installing LocalStack into .tools/localstack (half a minute with uv, minutes with pip)");
    let made = Invocation::new(python).args(["-m", "venv", "--clear"]).arg(venv());
    made.run().context("Python cannot make a virtual environment (Debian: `apt-get install python3-venv`)")?;
    // The pins name every package: nothing is resolved, so nothing can come that they do not name. Some of them exist as
    // source only, so unlike elsewhere wheels cannot be insisted on.
    let installed = match toolbox.which("uv") {
        Some(uv) => Invocation::new(uv)
            .args(["pip", "install", "--quiet", "--no-deps", "--python"])
            .arg(program())
            .arg("--requirement")
            .arg(&pins),
        None => Invocation::new(program())
            .args(["-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check", "--no-deps"])
            .args(["--no-compile", "--requirement"])
            .arg(&pins),
    };
    installed.run().context("LocalStack could not be installed at its pins (localstack/requirements.txt)")?;
    std::fs::write(&stamp, wanted).with_context(|| format!("cannot write {}", stamp.display()))
}
