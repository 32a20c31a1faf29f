//! `cargo xtask constructed-aws`: holds the answers of `fixtures/constructed-aws`, which the tests of the adapters take for
//! AWS's, against botocore's service models and parsers. What is checked stands in `constructed_aws/validate.py`.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::process::Invocation;
use crate::repository;
use crate::tools::{self, Toolbox};

/// botocore (Apache-2.0) and what it needs, pinned.
const PINS: [&str; 5] =
    ["botocore==1.44.5", "jmespath==1.1.0", "python-dateutil==2.9.0.post0", "six==1.17.0", "urllib3==2.8.0"];

/// Fails when a file is not of the shape that the model has for it.
pub(crate) fn run() -> Result<()> {
    let toolbox = Toolbox::find()?;
    if !install(&toolbox)? {
        if toolbox.requires("botocore") {
            bail!("botocore is required, and there is no python3 to install it with");
        }
        println!("not run: no python3 for botocore");
        return Ok(());
    }
    let script = repository::root().join("xtask/src/constructed_aws/validate.py");
    Invocation::new(python())
        .arg("-B")
        .arg(script)
        .arg(repository::root().join("fixtures/constructed-aws"))
        .run()
        .context("constructed answers are not of AWS's shape: each is named above with what is wrong")
}

fn folder() -> PathBuf {
    repository::tools_dir().join("botocore")
}

fn python() -> PathBuf {
    tools::venv_programs(&folder()).join("python")
}

/// Installs the pins into `.tools/` unless they are there. `false`: there is no Python to install them with.
fn install(toolbox: &Toolbox) -> Result<bool> {
    let stamp = folder().join("rolecall-pins");
    let pins = PINS.join("\n");
    if std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == pins) {
        return Ok(true);
    }
    let Some(machine) = toolbox.which("python3") else { return Ok(false) };
    make_venv(&machine)?;
    let pip =
        ["-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check", "--only-binary", ":all:"];
    Invocation::new(python()).args(pip).args(PINS).run().context("pip could not install the pinned botocore")?;
    std::fs::write(&stamp, pins).with_context(|| format!("cannot write {}", stamp.display()))?;
    Ok(true)
}

fn make_venv(machine: &Path) -> Result<()> {
    Invocation::new(machine)
        .args(["-m", "venv", "--clear"])
        .arg(folder())
        .run()
        .context("python3 cannot make a virtual environment (Debian: `apt-get install python3-venv`)")
}
