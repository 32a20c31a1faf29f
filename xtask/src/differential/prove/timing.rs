//! How long the prover and cvc5 take for the same pairs, in one run: reading is left out on both sides; compiling, searching
//! and replaying count on ours, encoding and solving on cvc5's. Nothing fails here.

use std::path::PathBuf;

use anyhow::{Context, Result};
use serde_json::Value;

use super::programs::{Answer, Judge, Prover, Solver};
use super::{BATCH, ProveArgs, generate, read_lines};

/// Times of one tool in microseconds, sorted.
struct Times(Vec<f64>);

impl Times {
    fn of(answers: &[Answer]) -> Self {
        let mut times: Vec<f64> = answers.iter().map(|answer| answer.microseconds).collect();
        times.sort_by(f64::total_cmp);
        Self(times)
    }

    /// The time that `percent` of the pairs do not exceed.
    fn at(&self, percent: usize) -> f64 {
        let last = self.0.len().saturating_sub(1);
        self.0.get(last * percent / 100).copied().unwrap_or(0.0)
    }
}

/// How often each tool judges a pair; the quickest time counts. The prover's example program does the same.
const REPEATED: usize = 3;

/// Prints a row for each file, and one for the random pairs.
pub(super) fn run(files: &[PathBuf], args: &ProveArgs) -> Result<()> {
    let (mut ours, mut solver) = (Prover::start()?, Solver::start(args.limit)?.repeating(REPEATED));
    println!("| pairs | | ours: median, p99, max (µs) | cvc5: median, p99, max (µs) | ratio of medians | left open |");
    println!("| --- | --- | --- | --- | --- | --- |");
    for file in files {
        let text = std::fs::read_to_string(file).with_context(|| format!("could not read `{}`", file.display()))?;
        let lines = read_lines(&text, &file.display().to_string())?;
        let name = file.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        row(&name, &lines, &mut ours, &mut solver)?;
    }
    if args.cases > 0 {
        let lines: Vec<Value> = (0..args.cases).map(|number| generate::pair(args.seed, number)).collect();
        row(&format!("random, seed {}", args.seed), &lines, &mut ours, &mut solver)?;
    }
    Ok(())
}

fn row(name: &str, lines: &[Value], ours: &mut Prover, solver: &mut Solver) -> Result<()> {
    let (mut own, mut other) = (Vec::new(), Vec::new());
    for batch in lines.chunks(BATCH) {
        own.extend(ours.judge(batch)?);
        other.extend(solver.judge(batch)?);
    }
    let (quick, slow) = (Times::of(&own), Times::of(&other));
    let shown = |times: &Times| format!("{:.1}, {:.1}, {:.1}", times.at(50), times.at(99), times.at(100));
    let open = |answers: &[Answer]| answers.iter().filter(|answer| answer.verdict().is_none()).count();
    println!(
        "| {name} | {} | {} | {} | {:.0} | ours {}, cvc5 {} |",
        lines.len(),
        shown(&quick),
        shown(&slow),
        slow.at(50) / quick.at(50).max(f64::MIN_POSITIVE),
        open(&own),
        open(&other),
    );
    for (tool, answers) in [("ours", &own), ("cvc5", &other)] {
        labels(tool, lines, answers);
    }
    Ok(())
}

/// The labelled pairs whose label is another than the verdict.
fn labels(tool: &str, lines: &[Value], answers: &[Answer]) {
    let differs = |(line, answer): &(&Value, &Answer)| {
        let label = line.get("expect").and_then(Value::as_str);
        label.is_some_and(|label| answer.verdict().is_some_and(|verdict| verdict != label))
    };
    let differing: Vec<&str> = lines
        .iter()
        .zip(answers)
        .filter(differs)
        .map(|(line, _)| line.get("id").and_then(Value::as_str).unwrap_or("?"))
        .collect();
    if !differing.is_empty() {
        println!("  {tool}: another verdict than the label on {}, {:?} …", differing.len(), differing.first());
    }
}
