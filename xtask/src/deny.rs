//! `cargo xtask deny`: licences, sources and bans of `deny.toml`, judged by cargo-deny where that is installed.
//! Advisories need a database from the network and are left to whoever has it (`cargo deny check advisories`).

use anyhow::{Result, bail};

use crate::ci::Outcome;
use crate::process::Invocation;
use crate::repository;
use crate::tools::Toolbox;

/// Not run without cargo-deny, unless `ROLECALL_REQUIRE` names it.
pub(crate) fn run() -> Result<Outcome> {
    let toolbox = Toolbox::find()?;
    if toolbox.which("cargo-deny").is_none() {
        if toolbox.requires("cargo-deny") {
            bail!("cargo-deny is required and missing (`cargo install --locked cargo-deny`)");
        }
        return Ok(Outcome::NotRun("no cargo-deny".to_owned()));
    }
    Invocation::cargo()
        .args(["deny", "--workspace", "check", "--hide-inclusion-graph", "licenses", "bans", "sources"])
        .dir(repository::root())
        .quiet_env(toolbox.variables())
        .run()?;
    Ok(Outcome::Passed)
}
