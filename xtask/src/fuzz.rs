//! `cargo xtask fuzz`: runs the targets of `fuzz/` with cargo-fuzz for a while each, beginning with the fixtures. What a
//! target does stands in `fuzz/bodies.rs`; every run of the tests does a bounded number of the same.

use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::process::Invocation;
use crate::repository;
use crate::tools::Toolbox;

/// What `cargo xtask fuzz` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct FuzzArgs {
    /// How long each target runs
    #[arg(long, default_value_t = 60)]
    seconds: u32,
    /// Only this target
    #[arg(long, value_enum)]
    target: Option<Target>,
    /// Build cargo-fuzz into .tools/ when it is missing (about a minute)
    #[arg(long)]
    install: bool,
}

/// The programs of `fuzz/fuzz_targets`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Target {
    Parser,
    Evaluator,
    Bulk,
    Check,
}

impl Target {
    const ALL: [Self; 4] = [Self::Parser, Self::Evaluator, Self::Bulk, Self::Check];

    fn name(self) -> &'static str {
        match self {
            Self::Parser => "parser",
            Self::Evaluator => "evaluator",
            Self::Bulk => "bulk",
            Self::Check => "check",
        }
    }
}

const CARGO_FUZZ_VERSION: &str = "0.13.2";
/// Longer inputs find little and cost much.
const INPUT_BYTES_MAX: u32 = 8192;

/// Not run without cargo-fuzz, unless `ROLECALL_REQUIRE` names it.
pub(crate) fn run(args: &FuzzArgs) -> Result<()> {
    if args.install {
        install()?;
    }
    let toolbox = Toolbox::find()?;
    if toolbox.which("cargo-fuzz").is_none() {
        if toolbox.requires("cargo-fuzz") {
            bail!("cargo-fuzz is required and missing (`cargo xtask fuzz --install`)");
        }
        println!("not run: no cargo-fuzz (`cargo xtask fuzz --install` builds it)");
        return Ok(());
    }
    let targets = args.target.map_or_else(|| Target::ALL.to_vec(), |target| vec![target]);
    for target in targets {
        let corpus = repository::root().join("fuzz/corpus").join(target.name());
        seed(target, &corpus)?;
        // Stable Rust has no sanitizers: overflow checks and debug assertions are on instead.
        Invocation::cargo()
            .args(["fuzz", "run", "--sanitizer", "none", target.name(), "--"])
            .arg(format!("-max_total_time={}", args.seconds))
            .arg(format!("-max_len={INPUT_BYTES_MAX}"))
            .arg("-print_final_stats=1")
            .dir(repository::root())
            .quiet_env(toolbox.variables())
            .run()
            .with_context(|| format!("the target `{}` failed: its input lies in fuzz/artifacts", target.name()))?;
    }
    Ok(())
}

fn install() -> Result<()> {
    if Toolbox::find()?.which("cargo-fuzz").is_some() {
        return Ok(());
    }
    Invocation::cargo()
        .args(["install", "--locked", "--debug", "cargo-fuzz", "--version", CARGO_FUZZ_VERSION, "--root"])
        .arg(repository::tools_dir().join("cargo"))
        .run()
        .context("cargo-fuzz is missing and could not be installed")
}

/// Writes the fixtures as inputs: lines for those who read lines, their policies for the others.
fn seed(target: Target, corpus: &Path) -> Result<()> {
    std::fs::create_dir_all(corpus).with_context(|| format!("cannot make {}", corpus.display()))?;
    let is_case = |path: &&String| {
        path.starts_with("fixtures/evaluation/") && Path::new(path).extension() == Some("jsonl".as_ref())
    };
    for path in repository::files()?.iter().filter(is_case) {
        let text = std::fs::read_to_string(repository::root().join(path))?;
        for (at, line) in text.lines().enumerate() {
            let stem = path.replace(['/', '.'], "-");
            let inputs = match target {
                Target::Parser | Target::Check => policies(line)?,
                Target::Evaluator | Target::Bulk => vec![line.to_owned()],
            };
            for (number, input) in inputs.iter().enumerate() {
                let file = corpus.join(format!("{stem}-{at}-{number}"));
                std::fs::write(&file, input).with_context(|| format!("cannot write {}", file.display()))?;
            }
        }
    }
    Ok(())
}

/// The policy documents of a line.
fn policies(line: &str) -> Result<Vec<String>> {
    fn collect(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
            Value::Object(members) if members.contains_key("Statement") => found.push(value.to_string()),
            Value::Object(members) => members.values().for_each(|member| collect(member, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    collect(&serde_json::from_str(line).context("a case of fixtures/evaluation is no JSON")?, &mut found);
    Ok(found)
}
