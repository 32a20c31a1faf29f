//! Python environments of the checkout's own, in `.tools/`, with pinned packages. Each remembers its pins and is made again
//! when they change.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::Toolbox;
use crate::process::Invocation;
use crate::repository;

/// An environment by its name below `.tools/`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Venv(pub(crate) &'static str);

impl Venv {
    pub(crate) fn folder(self) -> PathBuf {
        repository::tools_dir().join(self.0)
    }

    /// The folder of its programs.
    pub(crate) fn programs(self) -> PathBuf {
        self.folder().join(if cfg!(windows) { "Scripts" } else { "bin" })
    }

    pub(crate) fn python(self) -> PathBuf {
        self.programs().join(if cfg!(windows) { "python.exe" } else { "python" })
    }

    fn stamp(self) -> PathBuf {
        self.folder().join("rolecall-pins")
    }

    /// Whether it stands with these pins.
    pub(crate) fn holds(self, pins: &str) -> bool {
        std::fs::read_to_string(self.stamp()).is_ok_and(|installed| installed == pins)
    }

    /// Makes it, empty, by a Python of the machine.
    pub(crate) fn make(self, machine: &Path) -> Result<()> {
        let made = Invocation::new(machine).args(["-m", "venv", "--clear"]).arg(self.folder());
        made.run().context("Python cannot make a virtual environment (Debian: `apt-get install python3-venv`)")
    }

    /// What installs packages into it: its own pip, which asks nothing.
    pub(crate) fn pip_install(self) -> Invocation {
        let pip = ["-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"];
        Invocation::new(self.python()).args(pip)
    }

    /// Remembers the pins, once they are installed.
    pub(crate) fn remember(self, pins: &str) -> Result<()> {
        let stamp = self.stamp();
        std::fs::write(&stamp, pins).with_context(|| format!("cannot write {}", stamp.display()))
    }

    /// Installs the pins, as wheels, unless they are there. `false`: there is no Python to install them with.
    pub(crate) fn install(self, toolbox: &Toolbox, pins: &[&str]) -> Result<bool> {
        let wanted = pins.join("\n");
        if self.holds(&wanted) {
            return Ok(true);
        }
        let Some(machine) = toolbox.which("python3") else { return Ok(false) };
        self.make(&machine)?;
        let installed = self.pip_install().args(["--only-binary", ":all:"]).args(pins).run();
        installed.with_context(|| format!("pip could not install {} at its pins", pins.join(", ")))?;
        self.remember(&wanted)?;
        Ok(true)
    }
}
