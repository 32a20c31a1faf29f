//! `rolecall simulate sweep`: shares the runs among threads and puts their counts together. Counts merge exactly, so that the
//! result is the same whatever the number of threads.

use super::model::{ModelArgs, parameters_help};
use crate::args::GlobalArgs;
use crate::{files, output};
use anyhow::anyhow;
use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};
use rolecall_report::sweep::{Format, Sweep, render};
use rolecall_simulator::sweep::{Aggregate, Plan, Prepared, Shard, Variation, run as run_once};
use rolecall_simulator::trace::TraceLevel;
use std::io::IsTerminal;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

#[derive(Debug, Args)]
#[command(after_help = parameters_help())]
pub(crate) struct SweepArgs {
    #[command(flatten)]
    model: ModelArgs,
    /// A parameter with several values, such as latency=20m,40m,60m; given several times: all combinations
    #[arg(long = "vary", value_name = "NAME=VALUE,…")]
    vary: Vec<String>,
    /// Runs of each combination
    #[arg(long, default_value_t = 1_000, value_name = "N")]
    runs: u64,
    /// The seed of the sweep; the same seed gives the same figures
    #[arg(long, default_value_t = 1, value_name = "SEED")]
    seed: u64,
    /// Threads; all cores when absent
    #[arg(long, value_name = "N")]
    jobs: Option<NonZeroUsize>,
    /// Only a part of the runs, such as 3/8; `simulate merge` puts the parts together
    #[arg(long, value_name = "I/N")]
    shard: Option<String>,
    #[command(flatten)]
    output: OutputArgs,
}

#[derive(Debug, Args)]
pub(super) struct OutputArgs {
    /// human, json or svg
    #[arg(long, value_enum, default_value_t = FormatArg::Human, value_name = "FORMAT")]
    format: FormatArg,
    /// File for the result, instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum FormatArg {
    Human,
    Json,
    Svg,
}

impl OutputArgs {
    /// Writes a sweep as asked for.
    pub(super) fn write(&self, sweep: &Sweep, global: &GlobalArgs) -> anyhow::Result<()> {
        let format = match self.format {
            FormatArg::Human => Format::Human,
            FormatArg::Json => Format::Json,
            FormatArg::Svg => Format::Svg,
        };
        write(render(sweep, format), self.output.as_ref(), global)
    }
}

/// Writes a text to a file, or to standard output.
pub(super) fn write(text: String, path: Option<&PathBuf>, global: &GlobalArgs) -> anyhow::Result<()> {
    match path {
        Some(path) => files::write_all(&[files::NewFile { path: path.clone(), text, executable: false }]),
        None if global.quiet => Ok(()),
        None => output::say(&text),
    }
}

/// How many runs a thread takes at once.
const CHUNK: usize = 16;

pub(super) fn run(arguments: &SweepArgs, global: &GlobalArgs) -> anyhow::Result<u8> {
    let model = arguments.model.read()?;
    let variations = arguments.vary.iter().map(|text| Variation::parse(text)).collect::<Result<Vec<_>, _>>()?;
    let plan = Plan::new(&model, &variations, arguments.runs, arguments.seed)?;
    let shard = arguments.shard.as_deref().map_or(Ok(Shard::WHOLE), Shard::parse)?;
    let runs: Vec<u64> = shard.runs(plan.runs).collect();
    let available = || std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let jobs = arguments.jobs.unwrap_or_else(available);
    let progress = progress(runs.len() * plan.points.len(), global);
    let mut aggregates = Vec::new();
    for point in &plan.points {
        let prepared = Prepared::new(&point.model, TraceLevel::Off)?;
        aggregates.push(share_out(&prepared, &plan, &runs, jobs, &progress)?);
    }
    progress.finish_and_clear();
    arguments.output.write(&Sweep { plan, shard, aggregates }, global)?;
    Ok(0)
}

fn progress(runs: usize, global: &GlobalArgs) -> ProgressBar {
    if global.quiet || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(runs as u64);
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {human_pos} of {human_len} runs, {per_sec}, {eta} left") {
        bar.set_style(style);
    }
    bar
}

/// Runs one point on so many threads.
fn share_out(
    prepared: &Prepared,
    plan: &Plan,
    runs: &[u64],
    jobs: NonZeroUsize,
    progress: &ProgressBar,
) -> anyhow::Result<Aggregate> {
    let chunks: Vec<&[u64]> = runs.chunks(CHUNK).collect();
    let next = AtomicUsize::new(0);
    let work = || -> anyhow::Result<Aggregate> {
        let mut aggregate = Aggregate::default();
        while let Some(chunk) = chunks.get(next.fetch_add(1, Ordering::Relaxed)) {
            for number in *chunk {
                let seed = plan.seed_of(*number);
                aggregate.add(seed, &run_once(prepared.clone(), seed)?);
            }
            progress.inc(chunk.len() as u64);
        }
        Ok(aggregate)
    };
    let mut whole = Aggregate::default();
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..jobs.get().min(chunks.len())).map(|_| scope.spawn(work)).collect();
        for thread in threads {
            whole.merge(&thread.join().map_err(|_| anyhow!("a thread of the sweep ended early"))??);
        }
        Ok(whole)
    })
}
