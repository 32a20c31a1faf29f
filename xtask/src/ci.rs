//! `cargo xtask ci` and `cargo xtask test`: the steps of CI in the order that fails soonest and builds least, each with
//! its time, and a table at the end. What a step judges stands in its own file.

#[cfg(test)]
mod tests;

use std::fmt;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::process::Invocation;
use crate::tools::Toolbox;
use crate::{deny, e2e, layers, repository, test, tidy, tools};

/// What to run.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct Options {
    /// Run only these steps, in CI's order
    #[arg(long, value_name = "STEP", value_enum, value_delimiter = ',')]
    only: Vec<Step>,
    /// Also compare the embedded catalogue with its pinned packages, which are downloaded
    #[arg(long)]
    with_network: bool,
}

/// The steps in the order in which they run: cheap ones first; clippy's metadata serves the docs, the build of the doc
/// tests serves the tests; the tests, and then the end-to-end suite, last, so that their summary ends the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Step {
    Format,
    Tidy,
    Layers,
    Deny,
    Clippy,
    Docs,
    DocTests,
    Catalog,
    Tests,
    E2e,
}

impl Step {
    const ALL: [Self; 10] = [
        Self::Format,
        Self::Tidy,
        Self::Layers,
        Self::Deny,
        Self::Clippy,
        Self::Docs,
        Self::DocTests,
        Self::Catalog,
        Self::Tests,
        Self::E2e,
    ];

    /// As given to `--only`.
    fn name(self) -> &'static str {
        match self {
            Self::Format => "format",
            Self::Tidy => "tidy",
            Self::Layers => "layers",
            Self::Deny => "deny",
            Self::Clippy => "clippy",
            Self::Docs => "docs",
            Self::DocTests => "doc-tests",
            Self::Catalog => "catalog",
            Self::Tests => "tests",
            Self::E2e => "e2e",
        }
    }

    /// The command that runs this step alone.
    fn rerun(self) -> String {
        match self {
            Self::Format => "cargo fmt --all".to_owned(),
            Self::Tidy | Self::Layers | Self::Deny | Self::E2e => format!("cargo xtask {}", self.name()),
            Self::Catalog => "cargo xtask catalog --check".to_owned(),
            Self::Clippy | Self::Docs | Self::DocTests | Self::Tests => {
                format!("cargo xtask ci --only {}", self.name())
            }
        }
    }
}

/// How a step ended that did not fail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Passed,
    /// Nothing was judged, and why.
    NotRun(String),
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Passed => f.write_str("passed"),
            Self::NotRun(reason) => write!(f, "not run: {reason}"),
        }
    }
}

/// `cargo xtask test`: installs what is missing into the checkout, then does what `ci` does.
pub(crate) fn test(options: &Options) -> Result<()> {
    if let Err(error) = tools::install() {
        eprintln!("note: {error:#}");
    }
    run(options)
}

/// The steps one after the other; ends at the first that fails, and says how to run that one alone.
pub(crate) fn run(options: &Options) -> Result<()> {
    let toolbox = Toolbox::find()?;
    let steps = selected(options);
    if steps.contains(&Step::Tests) {
        toolbox.report();
    }
    let mut table = Vec::new();
    let mut summary = None;
    for step in steps {
        eprintln!("\n== {} ==", step.name());
        let started = Instant::now();
        let ended = perform(step, &toolbox, &mut summary);
        let elapsed = started.elapsed();
        match ended {
            Ok(outcome) => {
                eprintln!("-- {} {outcome} in {}", step.name(), seconds(elapsed));
                table.push((step, outcome.to_string(), elapsed));
            }
            Err(error) => {
                table.push((step, "failed".to_owned(), elapsed));
                eprint!("\n{}", rendered(&table));
                return Err(error)
                    .with_context(|| format!("step `{}` failed; run it again: {}", step.name(), step.rerun()));
            }
        }
    }
    eprint!("\n{}", rendered(&table));
    if let Some(summary) = summary {
        summary.print();
    }
    Ok(())
}

/// The catalogue's step needs the network and is not run without being asked for.
fn selected(options: &Options) -> Vec<Step> {
    let wanted = |step: &Step| {
        if options.only.is_empty() {
            match step {
                Step::Catalog => options.with_network,
                _ => true,
            }
        } else {
            options.only.contains(step) || (*step == Step::Catalog && options.with_network)
        }
    };
    Step::ALL.into_iter().filter(wanted).collect()
}

fn perform(step: Step, toolbox: &Toolbox, summary: &mut Option<test::Summary>) -> Result<Outcome> {
    let cargo = || Invocation::cargo().dir(repository::root()).quiet_env(toolbox.variables());
    match step {
        Step::Format => cargo().args(["fmt", "--all", "--check"]).run()?,
        Step::Tidy => tidy::run()?,
        Step::Layers => layers::run()?,
        Step::Deny => return deny::run(),
        Step::Clippy => cargo().args(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]).run()?,
        Step::Docs => cargo().args(["doc", "--no-deps", "--workspace"]).env("RUSTDOCFLAGS", "-D warnings").run()?,
        Step::DocTests => cargo().args(["test", "--doc", "--workspace"]).run()?,
        Step::Catalog => cargo().args(["xtask", "catalog", "--check"]).run()?,
        Step::Tests => *summary = test::run(toolbox)?,
        Step::E2e => return e2e::step(toolbox, summary),
    }
    Ok(Outcome::Passed)
}

/// One line for each step that was begun.
fn rendered(table: &[(Step, String, Duration)]) -> String {
    let mut lines = Vec::new();
    for (step, outcome, elapsed) in table {
        lines.push(format!("{:<10} {:>8}  {outcome}\n", step.name(), seconds(*elapsed)));
    }
    let total: Duration = table.iter().map(|(_, _, elapsed)| *elapsed).sum();
    lines.push(format!("{:<10} {:>8}\n", "all", seconds(total)));
    lines.concat()
}

fn seconds(elapsed: Duration) -> String {
    format!("{:.1} s", elapsed.as_secs_f64())
}
