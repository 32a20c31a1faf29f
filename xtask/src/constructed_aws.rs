//! `cargo xtask constructed-aws`: holds the answers of `fixtures/constructed-aws`, which the tests of the adapters take for
//! AWS's, against botocore's service models and parsers. What is checked stands in `constructed_aws/validate.py`.

use anyhow::{Context, Result, bail};

use crate::process::Invocation;
use crate::repository;
use crate::tools::{Toolbox, Venv};

/// botocore (Apache-2.0) and what it needs, pinned.
const PINS: [&str; 5] =
    ["botocore==1.44.5", "jmespath==1.1.0", "python-dateutil==2.9.0.post0", "six==1.17.0", "urllib3==2.8.0"];

const VENV: Venv = Venv("botocore");

/// Fails when a file is not of the shape that the model has for it.
pub(crate) fn run() -> Result<()> {
    let toolbox = Toolbox::find()?;
    if !VENV.install(&toolbox, &PINS)? {
        if toolbox.requires("botocore") {
            bail!("botocore is required, and there is no python3 to install it with");
        }
        println!("not run: no python3 for botocore");
        return Ok(());
    }
    let script = repository::root().join("xtask/src/constructed_aws/validate.py");
    Invocation::new(VENV.python())
        .arg("-B")
        .arg(script)
        .arg(repository::root().join("fixtures/constructed-aws"))
        .run()
        .context("constructed answers are not of AWS's shape: each is named above with what is wrong")
}
