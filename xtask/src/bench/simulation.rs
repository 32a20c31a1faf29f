//! SimPy (MIT) on the simulator's month: the same accounts, pipeline, ticks and checks, without an evaluator behind them. The
//! program is `simulation.py`; what it takes is read from the scenario of `benches`.

use std::io::Write as _;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use super::{Measured, Outcome};
use crate::process::Invocation;
use crate::repository;
use crate::tools::{self, Toolbox};

const SCENARIO: &str = "benches/src/simulation.rs";
/// Accounts, new ones, horizon, settling, mean and deviation of the pipeline, interval (seconds), ticks between checks.
const NUMBERS: &str = "[1000,100,2592000,86400,2400,900,3600,24]";

#[derive(Deserialize)]
struct Answer {
    version: String,
    nanoseconds: f64,
    events: u64,
}

pub(super) fn run(_toolbox: &Toolbox) -> Result<Outcome> {
    let python = tools::VENV.python();
    let knows = |program: &std::path::Path| Invocation::new(program).args(["-c", "import simpy"]).output().is_ok();
    if !python.is_file() || !knows(&python) {
        return Ok(Outcome::NotRun("no simpy (`cargo xtask tools` installs it)".to_owned()));
    }
    let workload = name()?;
    let script = repository::root().join("xtask/src/bench/simulation.py");
    let mut child = Invocation::new(python).arg(script).start_piped()?;
    let mut input = child.stdin.take().context("no pipe to python")?;
    input.write_all(NUMBERS.as_bytes()).context("python takes no scenario")?;
    drop(input);
    let output = child.wait_with_output().context("python cannot be waited for")?;
    ensure!(output.status.success(), "SimPy could not be timed ({})", output.status);
    let answer: Answer = serde_json::from_slice(&output.stdout).context("python answered no time")?;
    let engine = format!("simpy {}", answer.version);
    let rate = answer.nanoseconds / f64::from(u32::try_from(answer.events).unwrap_or(u32::MAX));
    let note = format!("{engine}: {workload}: {} events, {rate:.0} ns each", answer.events);
    Ok(Outcome::Ran {
        measured: vec![Measured { workload, engine, nanoseconds: answer.nanoseconds }],
        notes: vec![note],
    })
}

/// What the benchmark calls the scenario.
fn name() -> Result<String> {
    let text = std::fs::read_to_string(repository::root().join(SCENARIO)).context("the scenario cannot be read")?;
    let line = text.lines().find_map(|line| line.trim().strip_prefix("pub const NAME: &str = \""));
    let name = line.and_then(|line| line.strip_suffix("\";")).context("the scenario has no name")?;
    Ok(name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_those_of_the_scenario() {
        let text = std::fs::read_to_string(repository::root().join(SCENARIO)).unwrap();
        let (_, scenario) = text.split_once("pub const SCENARIO").unwrap();
        let (scenario, _) = scenario.split_once("];").unwrap();
        for (name, value) in [
            ("accounts", "1000"),
            ("new-accounts", "100"),
            ("horizon", "30d"),
            ("settle", "1d"),
            ("latency", "40m±15m"),
            ("ticks", "naive"),
        ] {
            assert!(scenario.contains(&format!("(\"{name}\", \"{value}\")")), "{name}");
        }
        assert!(name().unwrap().starts_with("simulated month"));
    }
}
