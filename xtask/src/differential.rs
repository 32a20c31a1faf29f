//! `cargo xtask differential`: random cases, and those of `fixtures/evaluation`, decided by our evaluator and by an
//! independent one that runs as a program of its own. Known differences are data; every other one fails. With `prove` the
//! prover is compared instead, with a solver.

mod draw;
mod generate;
mod known;
mod minimise;
mod pools;
pub(crate) mod programs;
mod prove;
pub(crate) mod translate;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::process::Invocation;
use crate::repository;
use crate::tools::Toolbox;
use known::Known;
use minimise::Differing;
use programs::{Decider, Oracle, Ours, Said};

/// What `cargo xtask differential` takes.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct DifferentialArgs {
    #[command(subcommand)]
    other: Option<Other>,
    /// How many random cases
    #[arg(long, default_value_t = 20_000)]
    cases: u64,
    /// What the random cases are made from: the same seed gives the same cases
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Hold the oracle against the expected decisions of fixtures/evaluation only; our evaluator is not asked
    #[arg(long)]
    only_oracle: bool,
    /// Decide the request lines of this file by both and print what they say
    #[arg(long, value_name = "FILE", conflicts_with_all = ["cases", "seed", "only_oracle"])]
    lines: Option<PathBuf>,
}

/// What is compared instead of the evaluator.
#[derive(Debug, clap::Subcommand)]
enum Other {
    /// Judge random pairs of policies, and those of fixtures/prove, by our prover and by cvc5 (needs python3; pip once)
    Prove(prove::ProveArgs),
}

/// Lines that are decided at once.
const BATCH: usize = 2_000;
/// Where the minimised differences are written, below the root.
const FAILURES: &str = "target/differential.jsonl";

/// Not run without node, unless `ROLECALL_REQUIRE` names it.
pub(crate) fn run(args: &DifferentialArgs) -> Result<()> {
    if let Some(Other::Prove(args)) = &args.other {
        return prove::run(args);
    }
    let toolbox = Toolbox::find()?;
    if !programs::has_node(&toolbox) {
        if toolbox.requires("node") {
            bail!("node is required and missing: the oracle runs in it");
        }
        println!("not run: no node");
        return Ok(());
    }
    let known = known::read()?;
    let mut oracle = Oracle::start()?;
    if let Some(file) = &args.lines {
        return show(file, &mut Ours::start()?, &mut oracle);
    }
    let fixtures = fixtures(&known, &mut oracle);
    if args.only_oracle {
        return fixtures;
    }
    match (fixtures, random(args, &known, &mut Ours::start()?, &mut oracle)) {
        (Err(first), Err(second)) => bail!("{first:#}; {second:#}"),
        (first, second) => first.and(second),
    }
}

/// What each says of the lines of a file.
fn show(file: &Path, ours: &mut impl Decider, oracle: &mut impl Decider) -> Result<()> {
    let text = std::fs::read_to_string(file).with_context(|| format!("could not read `{}`", file.display()))?;
    let lines = read_lines(&text, &file.display().to_string())?;
    let answers = ours.decide(&lines)?.into_iter().zip(oracle.decide(&lines)?);
    for (line, (ours, oracle)) in lines.iter().zip(answers) {
        let id = line.get("id").map_or_else(|| "-".to_owned(), Value::to_string);
        println!("{id}\tours: {}\toracle: {}", shown(&ours), shown(&oracle));
    }
    Ok(())
}

fn shown(said: &Said) -> &str {
    match said {
        Said::Decision(text) | Said::Nothing(text) => text,
    }
}

fn read_lines(text: &str, name: &str) -> Result<Vec<Value>> {
    let read = |(at, line): (usize, &str)| {
        serde_json::from_str(line).with_context(|| format!("{name}, line {}: no JSON", at + 1))
    };
    text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()).map(read).collect()
}

/// Counts of one run.
#[derive(Default)]
struct Tally {
    agreed: usize,
    /// What the oracle does not judge, or we decline to, by reason.
    not_judged: BTreeMap<String, usize>,
    /// Agreeing decisions by word.
    decisions: BTreeMap<String, usize>,
    /// Known differences by id.
    known: BTreeMap<String, usize>,
}

impl Tally {
    fn agree(&mut self, decision: &str) {
        self.agreed += 1;
        *self.decisions.entry(decision.to_owned()).or_default() += 1;
    }

    /// Reasons are counted without the numbers of policies and statements in them.
    fn skip(&mut self, why: &str) {
        let short: String = why.chars().filter(|letter| !letter.is_ascii_digit()).take(120).collect();
        *self.not_judged.entry(short).or_default() += 1;
    }

    fn print(&self, what: &str) {
        let words: Vec<String> = self.decisions.iter().map(|(word, count)| format!("{count} {word}")).collect();
        println!("{what}: agreed on {} ({})", self.agreed, words.join(", "));
        for (id, count) in &self.known {
            println!("  known difference {id}: {count}");
        }
        let skipped: usize = self.not_judged.values().sum();
        println!("  not compared: {skipped}");
        let mut reasons: Vec<_> = self.not_judged.iter().collect();
        reasons.sort_by(|a, b| b.1.cmp(a.1));
        for (why, count) in reasons {
            println!("    {count:>6}  {why}");
        }
    }
}

/// The random cases. Fails with the minimised lines when any difference is not known.
fn random(args: &DifferentialArgs, known: &[Known], ours: &mut Ours, oracle: &mut Oracle) -> Result<()> {
    println!("random cases: {} from seed {}", args.cases, args.seed);
    let mut tally = Tally::default();
    let mut differing = Vec::new();
    let mut refused = Vec::new();
    let numbers: Vec<u64> = (0..args.cases).collect();
    for batch in numbers.chunks(BATCH) {
        let lines: Vec<Value> = batch.iter().map(|number| generate::case(args.seed, *number)).collect();
        let answers = ours.decide(&lines)?.into_iter().zip(oracle.decide(&lines)?);
        for (line, (ours, oracle)) in lines.into_iter().zip(answers) {
            match (ours.decision(), oracle.decision()) {
                (Some(ours), Some(oracle)) if ours == oracle => tally.agree(ours),
                (Some(ours), Some(oracle)) => {
                    differing.push(Differing { line, ours: ours.to_owned(), oracle: oracle.to_owned() });
                }
                (None, _) if matches!(ours, Said::Nothing(_)) => refused.push((line, ours)),
                (None, _) => tally.skip("ours: cannotDecide"),
                (_, None) => tally.skip(&format!("oracle: {}", shown(&oracle))),
            }
        }
    }
    let minimised = minimise::minimise(differing, ours, oracle)?;
    let mut unknown = Vec::new();
    for case in minimised {
        match known.iter().find(|known| known.covers(&case)) {
            Some(known) => *tally.known.entry(known.id.clone()).or_default() += 1,
            None => unknown.push(case),
        }
    }
    tally.print("random cases");
    if let Some((line, said)) = refused.first() {
        bail!("our evaluator refuses {} generated lines: {} ({line})", refused.len(), shown(said));
    }
    report(args, &unknown)
}

/// Prints every unknown difference, writes the lines, and fails if there is one.
fn report(args: &DifferentialArgs, unknown: &[Differing]) -> Result<()> {
    if unknown.is_empty() {
        println!("random cases: every difference is a known one");
        return Ok(());
    }
    let mut file = String::new();
    // Cases that shrank to the same policies are one.
    let mut seen = BTreeSet::new();
    for case in unknown {
        let mut line = case.line.clone();
        if let Some(members) = line.as_object_mut() {
            members.remove("id");
        }
        if seen.insert(line.to_string()) {
            println!("difference: ours {}, oracle {}\n  {}", case.ours, case.oracle, case.line);
            file.push_str(&case.line.to_string());
            file.push('\n');
        }
    }
    let path = repository::root().join(FAILURES);
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).with_context(|| format!("could not make {}", folder.display()))?;
    }
    std::fs::write(&path, file).with_context(|| format!("could not write {}", path.display()))?;
    let replay = Invocation::new("cargo").args(["xtask", "differential", "--lines", FAILURES]);
    bail!(
        "{} differences ({} distinct) that are not known, with --seed {}; replay the minimised ones: {replay}",
        unknown.len(),
        seen.len(),
        args.seed
    )
}

/// Every case of `fixtures/evaluation`: the expected decision against the oracle's. The differing ones are exactly those
/// that `known.toml` lists.
fn fixtures(known: &[Known], oracle: &mut impl Decider) -> Result<()> {
    let mut lines = Vec::new();
    let is_case = |path: &&String| {
        path.starts_with("fixtures/evaluation/") && Path::new(path).extension() == Some("jsonl".as_ref())
    };
    for path in repository::files()?.iter().filter(is_case) {
        let text = std::fs::read_to_string(repository::root().join(path))?;
        lines.extend(read_lines(&text, path)?);
    }
    let listed: BTreeMap<&str, &Known> =
        known.iter().flat_map(|known| known.cases.iter().map(move |case| (case.as_str(), known))).collect();
    let mut tally = Tally::default();
    let mut wrong = Vec::new();
    let mut differing = BTreeSet::new();
    for (line, said) in lines.iter().zip(oracle.decide(&lines)?) {
        let text = |name: &str| line.get(name).and_then(Value::as_str).unwrap_or("");
        let (id, expected) = (text("id"), text("expect"));
        let Some(decision) = said.decision() else {
            tally.skip(&format!("oracle: {}", shown(&said)));
            continue;
        };
        if matches!(expected, "error" | "cannotDecide") {
            tally.skip(&format!("expected: {expected}"));
        } else if decision == expected {
            tally.agree(decision);
        } else {
            differing.insert(id.to_owned());
            match listed.get(id) {
                Some(known) => *tally.known.entry(known.id.clone()).or_default() += 1,
                None => wrong.push(format!("{id}: expected {expected}, oracle {decision}")),
            }
        }
    }
    tally.print(&format!("fixtures/evaluation, {} cases", lines.len()));
    let stale = listed.keys().filter(|case| !differing.contains(**case));
    wrong.extend(stale.map(|case| format!("{case}: listed in known.toml, but the oracle does not differ there")));
    for line in &wrong {
        println!("difference: {line}");
    }
    if wrong.is_empty() { Ok(()) } else { bail!("fixtures/evaluation: {} differences that are not known", wrong.len()) }
}

#[cfg(test)]
mod tests;
