//! `rolecall simulate replay`: runs a trace again, or a seed with its parameters, and compares. A difference is exit code 1.

use super::model::{ModelArgs, parameters_help};
use super::run::trace_text;
use crate::args::GlobalArgs;
use crate::output;
use anyhow::{Context, bail};
use clap::Args;
use rolecall_report::trace::read_head;
use rolecall_simulator::random::Seed;
use rolecall_simulator::sweep::{Prepared, run_with};
use rolecall_simulator::trace::TraceLevel;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
#[command(after_help = parameters_help())]
pub(crate) struct ReplayArgs {
    /// A trace that `simulate run --trace` wrote; its head has the parameters, the seed and the hash
    #[arg(value_name = "TRACE", required_unless_present = "hash", conflicts_with_all = ["hash", "seed"])]
    trace: Option<PathBuf>,
    /// The hash that must come out, of the parameters and the seed that are given
    #[arg(long, value_name = "HASH", requires = "seed")]
    hash: Option<String>,
    /// The seed of the run
    #[arg(long, value_name = "SEED")]
    seed: Option<u64>,
    #[command(flatten)]
    model: ModelArgs,
}

pub(super) fn run(arguments: &ReplayArgs, global: &GlobalArgs) -> anyhow::Result<u8> {
    let difference = match (&arguments.trace, &arguments.hash) {
        (Some(_), _) if !arguments.model.is_empty() => {
            bail!("a trace has its parameters: leave `--model` and `--set` out")
        }
        (Some(path), _) => of_trace(path)?,
        (None, Some(hash)) => of_hash(hash, arguments)?,
        (None, None) => bail!("nothing to replay: expected a trace, or `--seed` and `--hash`"),
    };
    let (code, text) = match difference {
        Ok(same) => (0, format!("the same: {same}\n")),
        Err(other) => (1, format!("not the same: {other}\n")),
    };
    if !global.quiet {
        output::say(&text)?;
    }
    Ok(code)
}

/// What is the same, or what is not.
type Compared = Result<String, String>;

fn of_hash(hash: &str, arguments: &ReplayArgs) -> anyhow::Result<Compared> {
    let model = arguments.model.read()?;
    let seed = Seed(arguments.seed.unwrap_or_default());
    let found = run_with(Prepared::new(&model, TraceLevel::Hash)?, seed)?.trace.hash().to_string();
    let same = format!("trace {found}");
    Ok(if found == hash { Ok(same) } else { Err(format!("trace {found} instead of {hash}")) })
}

fn of_trace(path: &Path) -> anyhow::Result<Compared> {
    // A trace may be larger than what is read elsewhere.
    let text = std::fs::read_to_string(path).with_context(|| format!("{}: cannot be read", path.display()))?;
    let first = text.lines().next().unwrap_or_default();
    let head = read_head(first).with_context(|| path.display().to_string())?;
    let finished = run_with(Prepared::new(&head.model, TraceLevel::Records)?, head.seed)?;
    let again = trace_text(&head.model, head.seed, &finished);
    if again == text {
        return Ok(Ok(format!("{} records, trace {}", head.records, head.hash)));
    }
    let mut lines = again.lines().zip(text.lines()).zip(1_usize..);
    let difference = lines.find(|((now, then), _)| now != then);
    Ok(Err(match difference {
        Some(((now, then), number)) => {
            format!("{}:{number}: the trace has\n  {then}\nand now it is\n  {now}", path.display())
        }
        None => format!("{}: {} lines instead of {}", path.display(), text.lines().count(), again.lines().count()),
    }))
}
