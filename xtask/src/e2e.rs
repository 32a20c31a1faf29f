//! `cargo xtask e2e`: the suite of `rolecall-localstack` against a LocalStack: a given one, one in host mode that is brought up
//! and taken down again, or a container. What it needs and lacks is said as "not run".

use std::ffi::OsString;

use anyhow::{Context, Result, bail};

use crate::ci::Outcome;
use crate::localstack::{self, Outlives, Up};
use crate::process::Invocation;
use crate::repository;
use crate::test::{self, Summary};
use crate::tools::Toolbox;

/// An endpoint that runs already; nothing is started then.
const ENDPOINT_VARIABLE: &str = "ROLECALL_LOCALSTACK_ENDPOINT";
/// Tells the suite who started it.
const ARM_VARIABLE: &str = "ROLECALL_LOCALSTACK_ARM";
/// As `ROLECALL_REQUIRE` names it.
const TOOL: &str = "localstack";
/// What `rolecall-localstack` ends with when no engine answers.
const NO_ENGINE: i32 = 3;

/// What `cargo xtask e2e` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct E2eArgs {
    /// In a container of the official image, by testcontainers; needs a Docker engine
    #[arg(long)]
    docker: bool,
}

/// 0: the suite passed. 2: it was not run.
pub(crate) fn run(args: &E2eArgs) -> Result<u8> {
    let toolbox = Toolbox::find()?;
    let mut summary = None;
    let outcome = if args.docker { in_container(&toolbox, &mut summary)? } else { step(&toolbox, &mut summary)? };
    if let Some(summary) = summary {
        summary.print();
    }
    eprintln!("e2e: {outcome}");
    Ok(if outcome == Outcome::Passed { 0 } else { 2 })
}

/// Stops at the end, whatever happened, what was started for the suite.
struct Started;

impl Drop for Started {
    fn drop(&mut self) {
        if let Err(error) = localstack::down() {
            eprintln!("note: LocalStack could not be stopped: {error:#}");
        }
    }
}

/// The suite against the given endpoint or one in host mode. Its counts are added to `summary`.
pub(crate) fn step(toolbox: &Toolbox, summary: &mut Option<Summary>) -> Result<Outcome> {
    if let Some(endpoint) = std::env::var_os(ENDPOINT_VARIABLE) {
        suite(toolbox, summary, &[(ENDPOINT_VARIABLE.into(), endpoint)])?;
        return Ok(Outcome::Passed);
    }
    let server = match localstack::up(toolbox, None, Outlives::No)? {
        Up::Answers(server) => server,
        Up::Missing(what) if toolbox.requires(TOOL) => bail!("LocalStack is required: {what}"),
        Up::Missing(what) => {
            // Each of its tests says "not run", and is counted so.
            suite(toolbox, summary, &[])?;
            return Ok(Outcome::NotRun(what));
        }
    };
    // Lazily: a guard that is made and not kept would stop what somebody else started.
    let _started = server.started.then(|| Started);
    let variables = [
        (OsString::from(ENDPOINT_VARIABLE), OsString::from(server.url)),
        (ARM_VARIABLE.into(), "host".into()),
        ("PATH".into(), localstack::search_path(toolbox)?),
    ];
    suite(toolbox, summary, &variables)?;
    Ok(Outcome::Passed)
}

fn suite(toolbox: &Toolbox, summary: &mut Option<Summary>, variables: &[(OsString, OsString)]) -> Result<()> {
    let counted = test::run_suite(toolbox, variables)?;
    match (summary.as_mut(), counted) {
        (Some(summary), Some(counted)) => summary.add(counted),
        (None, counted) => *summary = counted,
        (Some(_), None) => {}
    }
    Ok(())
}

/// The suite beside a container, which the crate's own program starts and removes.
fn in_container(toolbox: &Toolbox, summary: &mut Option<Summary>) -> Result<Outcome> {
    test::forget_counts()?;
    let ran = Invocation::cargo()
        .args(["run", "--quiet", "-p", test::SUITE, "--"])
        .arg(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(test::suite_arguments(toolbox))
        .dir(repository::root())
        .quiet_env(toolbox.variables())
        .code()
        .context("the suite in a container")?;
    match ran {
        Some(0) => {
            *summary = test::counts(toolbox)?;
            Ok(Outcome::Passed)
        }
        Some(NO_ENGINE) if toolbox.requires("docker") => bail!("docker is required: no Docker engine answers"),
        Some(NO_ENGINE) => Ok(Outcome::NotRun("no Docker engine".to_owned())),
        code => bail!("the suite in a container failed (exit code {code:?})"),
    }
}
