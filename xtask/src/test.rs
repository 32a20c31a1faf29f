//! Runs the tests of the whole workspace, or the end-to-end suite, with cargo-nextest and counts apart those that said
//! `not run: …` because an outside tool is missing. Which tools there are is known by `tools`; the order of all steps by `ci`.

#[cfg(test)]
mod tests;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::process::Invocation;
use crate::repository;
use crate::tools::{self, Toolbox};

/// The profile of `.config/nextest.toml` that keeps the output of passed tests in a JUnit file.
const PROFILE: &str = "ci";
/// Nextest's `store.dir` in `.config/nextest.toml`; it does not move with cargo's target folder.
const STORE: &str = "target/nextest";
/// What a test prints that lacks its tool.
const NOT_RUN: &str = "not run: ";

/// What the JUnit file says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Summary {
    passed: usize,
    failed: usize,
    /// `test: reason` for each test that passed without having judged anything.
    not_run: Vec<String>,
}

impl Summary {
    /// Adds the counts of another run.
    pub(crate) fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.not_run.extend(other.not_run);
    }

    /// The tests that were not run, then the counts on one line.
    pub(crate) fn print(&self) {
        if !self.not_run.is_empty() {
            eprintln!("not run for lack of a tool, though nextest counts them as passed: {}", self.not_run.len());
            for test in &self.not_run {
                eprintln!("  {test}");
            }
        }
        println!("tests: {} passed, {} failed, {} skipped", self.passed, self.failed, self.not_run.len());
    }
}

/// The crate of the end-to-end suite, which is run by itself: it needs a LocalStack beside it.
pub(crate) const SUITE: &str = "rolecall-localstack";

/// The statements about AWS that `rolecall-fake-aws` asks a LocalStack, too, where one runs.
const STATEMENTS: &str = "=conformance::localstack";

/// The example of `rolecall-driver` that its tests start and kill. `--all-targets` builds examples as tests only, which is
/// another program at another place.
const STARTED_BY_TESTS: &str = "rollout_process";

/// Every test and every benchmark in test mode (each runs once), but for the end-to-end suite. Nothing is given back when
/// nextest is missing and `cargo test` ran instead.
pub(crate) fn run(toolbox: &Toolbox) -> Result<Option<Summary>> {
    let build = ["build", "--workspace", "--example", STARTED_BY_TESTS];
    Invocation::cargo().dir(repository::root()).args(build).run()?;
    run_selected(toolbox, Selection::AllBut(SUITE), &[])
}

/// The end-to-end suite, with the variables that say where LocalStack is.
pub(crate) fn run_suite(toolbox: &Toolbox, variables: &[(OsString, OsString)]) -> Result<Option<Summary>> {
    run_selected(toolbox, Selection::Only(SUITE), variables)
}

/// Which packages' tests.
#[derive(Clone, Copy)]
enum Selection {
    AllBut(&'static str),
    Only(&'static str),
}

impl Selection {
    /// For nextest: everything is built in one way, and tests are chosen afterwards. Packages that are built alone have
    /// other features of the SDKs, and those take minutes.
    fn of_nextest(self) -> Vec<String> {
        let chosen = match self {
            Self::AllBut(package) => format!("not package({package})"),
            Self::Only(package) => format!("package({package}) or test({STATEMENTS})"),
        };
        ["--workspace", "--all-targets", "-E", &chosen].map(str::to_owned).to_vec()
    }

    fn of_cargo(self) -> Vec<String> {
        match self {
            Self::AllBut(package) => ["--workspace", "--exclude", package, "--all-targets"].map(str::to_owned).to_vec(),
            Self::Only(package) => ["--package", package].map(str::to_owned).to_vec(),
        }
    }
}

/// The arguments with which cargo runs the end-to-end suite.
pub(crate) fn suite_arguments(toolbox: &Toolbox) -> Vec<String> {
    let selection = Selection::Only(SUITE);
    let (runner, selected): (&[&str], _) = if tools::has_nextest(toolbox) {
        (&["nextest", "run", "--profile", PROFILE], selection.of_nextest())
    } else {
        (&["test"], selection.of_cargo())
    };
    runner.iter().map(|word| (*word).to_owned()).chain(selected).collect()
}

/// Deletes the counts of an earlier run, which would be taken for the next one's.
pub(crate) fn forget_counts() -> Result<()> {
    let junit = junit();
    if junit.exists() {
        std::fs::remove_file(&junit).with_context(|| format!("cannot delete {}", junit.display()))?;
    }
    Ok(())
}

/// The counts of the last run; nothing when nextest is missing.
pub(crate) fn counts(toolbox: &Toolbox) -> Result<Option<Summary>> {
    if tools::has_nextest(toolbox) { read(&junit()).map(Some) } else { Ok(None) }
}

fn junit() -> PathBuf {
    repository::root().join(STORE).join(PROFILE).join("junit.xml")
}

fn run_selected(
    toolbox: &Toolbox,
    selection: Selection,
    variables: &[(OsString, OsString)],
) -> Result<Option<Summary>> {
    let cargo = || Invocation::cargo().dir(repository::root()).quiet_env(toolbox.variables());
    if !tools::has_nextest(toolbox) {
        eprintln!(
            "no cargo-nextest: `cargo test` runs the same tests; those not run for lack of a tool are not counted"
        );
        let plain = cargo().arg("test").args(selection.of_cargo()).arg("--no-fail-fast");
        plain.quiet_env(variables.iter().cloned()).run()?;
        return Ok(None);
    }
    forget_counts()?;
    let ran = cargo().args(["nextest", "run"]).args(selection.of_nextest()).args(["--profile", PROFILE]);
    match (ran.quiet_env(variables.iter().cloned()).run(), read(&junit())) {
        (Ok(()), summary) => summary.map(Some),
        (Err(error), Ok(summary)) => {
            summary.print();
            Err(error)
        }
        // It did not compile: there is nothing to count.
        (Err(error), Err(_)) => Err(error),
    }
}

fn read(junit: &Path) -> Result<Summary> {
    let xml = std::fs::read_to_string(junit).with_context(|| format!("cannot read {}", junit.display()))?;
    Ok(summarise(&xml))
}

/// Reads the shape that nextest writes: one `<testcase>` each, `<failure>` or `<error>` inside of a failed one.
fn summarise(xml: &str) -> Summary {
    let mut summary = Summary::default();
    for case in xml.split("<testcase ").skip(1) {
        let case = case.split_once("</testcase>").map_or(case, |(case, _)| case);
        let tag = case.split_once('>').map_or(case, |(tag, _)| tag);
        let reason = case.lines().find_map(|line| line.split_once(NOT_RUN).map(|(_, reason)| reason));
        if case.contains("<failure") || case.contains("<error") {
            summary.failed += 1;
        } else if let Some(reason) = reason {
            let reason = reason.split_once('<').map_or(reason, |(reason, _)| reason).trim();
            let name = format!("{} {}", attribute(tag, "classname"), attribute(tag, "name"));
            summary.not_run.push(format!("{name}: {reason}"));
        } else {
            summary.passed += 1;
        }
    }
    summary
}

fn attribute<'a>(tag: &'a str, name: &str) -> &'a str {
    let value = tag.split(' ').find_map(|part| part.strip_prefix(name)?.strip_prefix("=\""));
    value.and_then(|value| value.split('"').next()).unwrap_or("?")
}
