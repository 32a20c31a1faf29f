//! iam-simulate (AGPL-3.0: never part of this project), timed in node on the workloads of `benches`. It takes policies as
//! objects and loads them at each call. Its check of the input is left out where it can be, so that the decision alone is
//! compared; on a resource policy it fails without, and the table says so.

use std::io::Write as _;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Measured, Outcome};
use crate::differential::{programs, translate};
use crate::process::Invocation;
use crate::repository;
use crate::tools::Toolbox;

const WORKLOADS: &str = "benches/workloads.jsonl";

#[derive(Deserialize)]
struct Answer {
    name: String,
    nanoseconds: f64,
    /// Whether its check of the input was part of each call.
    checked: bool,
}

pub(super) fn run(toolbox: &Toolbox) -> Result<Outcome> {
    if !programs::has_node(toolbox) {
        return Ok(Outcome::NotRun("no node".to_owned()));
    }
    let folder = match programs::install() {
        Ok(folder) => folder,
        Err(error) => return Ok(Outcome::NotRun(format!("{error:#}"))),
    };
    let text = std::fs::read_to_string(repository::root().join(WORKLOADS)).context("the workloads cannot be read")?;
    let questions = text.lines().map(question).collect::<Result<Vec<_>>>()?;
    let script = repository::root().join("xtask/src/bench/iam-simulate.cjs");
    let mut child = Invocation::new("node").arg(script).arg(folder).start_piped()?;
    let mut input = child.stdin.take().context("no pipe to node")?;
    input.write_all(Value::from(questions).to_string().as_bytes()).context("node takes no workloads")?;
    drop(input);
    let output = child.wait_with_output().context("node cannot be waited for")?;
    ensure!(output.status.success(), "iam-simulate could not be timed ({})", output.status);
    let answers: Vec<Answer> = serde_json::from_slice(&output.stdout).context("node answered no list of times")?;
    let engine = engine();
    let checked = answers.iter().filter(|answer| answer.checked);
    let notes = checked.map(|answer| format!("{engine}: {}: with its check of the input", answer.name)).collect();
    let measured =
        |answer: Answer| Measured { workload: answer.name, engine: engine.clone(), nanoseconds: answer.nanoseconds };
    Ok(Outcome::Ran { measured: answers.into_iter().map(measured).collect(), notes })
}

/// The package with its pinned version.
fn engine() -> String {
    let name = programs::ORACLE_PACKAGES.first().map_or("iam-simulate", |package| *package);
    name.trim_start_matches("@cloud-copilot/").replace('@', " ")
}

/// A workload as the peer takes it, with the decision that it must reach.
fn question(line: &str) -> Result<Value> {
    let line: Value = serde_json::from_str(line).context("a workload is no JSON")?;
    let simulation = translate::simulation(&line).map_err(anyhow::Error::msg)?;
    Ok(json!({"name": line.get("name"), "expect": line.get("expect"), "simulation": simulation}))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_workload_can_be_asked() {
        let text = std::fs::read_to_string(repository::root().join(WORKLOADS)).unwrap();
        assert!(text.lines().count() >= 3);
        for line in text.lines() {
            let question = question(line).unwrap();
            assert!(question["name"].is_string() && question["expect"] == "allowed", "{question}");
        }
        assert!(engine().starts_with("iam-simulate "), "{}", engine());
    }
}
