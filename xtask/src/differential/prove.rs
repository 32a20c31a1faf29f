//! `cargo xtask differential prove`: random pairs of policies, and those of `fixtures/prove`, judged by our prover and by the
//! SMT solver cvc5 with an encoding of IAM of its own (`prove/encode.py`). Every difference fails.

mod generate;
mod pools;
mod programs;
mod timing;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::minimise::{self, Differing};
use super::read_lines;
use crate::process::Invocation;
use crate::repository;
use crate::tools::Toolbox;
use programs::{Answer, Deciding, Judge, Prover, Solver};

/// What `cargo xtask differential prove` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct ProveArgs {
    /// How many random pairs
    #[arg(long, default_value_t = 2_000)]
    cases: u64,
    /// What the random pairs are made from: the same seed gives the same pairs
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many processes judge side by side
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=64))]
    jobs: u64,
    /// Milliseconds that cvc5 may take for a pair
    #[arg(long, value_name = "MS", default_value_t = 10_000)]
    limit: u64,
    /// Judge the pairs of this file by both and print what they say
    #[arg(long, value_name = "FILE", conflicts_with_all = ["cases", "seed", "jobs"])]
    lines: Option<PathBuf>,
    /// Print how long both take for the pairs of each file, and for the random ones
    #[arg(long, value_name = "FILE", num_args = 0..)]
    time: Option<Vec<PathBuf>>,
}

/// Pairs that are judged at once.
const BATCH: usize = 200;
/// Where the minimised differences, and the pairs without a verdict, are written, below the root.
const FAILURES: &str = "target/differential-prove.jsonl";
const UNKNOWN: &str = "target/differential-prove-unknown.jsonl";
/// How many pairs without a verdict are minimised.
const OPEN_SHOWN: usize = 12;

/// Not run without Python, unless `ROLECALL_REQUIRE` names cvc5.
pub(crate) fn run(args: &ProveArgs) -> Result<()> {
    let toolbox = Toolbox::find()?;
    if !programs::install(&toolbox)? {
        if toolbox.requires("cvc5") {
            bail!("cvc5 is required, and there is no python3 to install it with");
        }
        println!("not run: no python3 for cvc5");
        return Ok(());
    }
    Prover::build()?;
    if let Some(file) = &args.lines {
        return show(file, args.limit);
    }
    if let Some(files) = &args.time {
        return timing::run(files, args);
    }
    match (fixtures(args.limit), random(args)) {
        (Err(first), Err(second)) => bail!("{first:#}; {second:#}"),
        (first, second) => first.and(second),
    }
}

/// What each says of the pairs of a file.
fn show(file: &Path, limit: u64) -> Result<()> {
    let text = std::fs::read_to_string(file).with_context(|| format!("could not read `{}`", file.display()))?;
    let lines = read_lines(&text, &file.display().to_string())?;
    let ours = Prover::start()?.judge(&lines)?;
    let solver = Solver::start(limit)?.explaining().judge(&lines)?;
    for (ours, solver) in ours.iter().zip(&solver) {
        println!("ours: {}\ncvc5: {}", ours.whole, solver.whole);
    }
    Ok(())
}

/// The features that are counted, with what shows them in a pair's text.
const FEATURES: [(&str, &[&str]); 12] = [
    ("variables", &["${"]),
    ("set qualifiers", &["ForAllValues:", "ForAnyValue:"]),
    ("IPv6", &["2001:", "::/", "8000::"]),
    ("dates", &["\"Date"]),
    ("numbers", &["\"Numeric"]),
    ("ARN operators", &["\"Arn"]),
    ("without regard to case", &["IgnoreCase"]),
    ("keys of the caller", &["aws:PrincipalArn", "aws:PrincipalAccount", "aws:PrincipalType"]),
    ("composition", &["identityPolicies", "resourcePolicy"]),
    ("resource policies", &["\"type\":\"resource\""]),
    ("NotPrincipal", &["NotPrincipal"]),
    ("version without variables", &["2008-10-17"]),
];

/// Counts of one run.
#[derive(Default)]
struct Tally {
    /// Verdicts that both give.
    verdicts: BTreeMap<String, usize>,
    /// Judged pairs by feature.
    features: BTreeMap<&'static str, usize>,
    /// Pairs that ours leaves open, by reason and cvc5's verdict.
    unknown: BTreeMap<String, usize>,
    /// Pairs that cvc5 does not judge, by reason.
    not_judged: BTreeMap<String, usize>,
    /// The pairs that ours leaves open and cvc5 judges.
    open: Vec<Differing>,
    differing: Vec<Differing>,
    refused: Vec<(Value, String)>,
}

impl Tally {
    fn add(&mut self, line: Value, ours: &Answer, solver: &Answer) {
        match (ours.verdict(), solver.verdict()) {
            (Some(own), Some(other)) if own == other => {
                *self.verdicts.entry(own.to_owned()).or_default() += 1;
                let text = line.to_string();
                for (feature, signs) in FEATURES {
                    if signs.iter().any(|sign| text.contains(sign)) {
                        *self.features.entry(feature).or_default() += 1;
                    }
                }
            }
            (Some(own), Some(other)) => {
                self.differing.push(Differing { line, ours: own.to_owned(), oracle: other.to_owned() });
            }
            (None, other) if ours.said.decision().is_some() => {
                let reason = format!("{}; cvc5: {}", ours.reason(), other.unwrap_or("no verdict"));
                *self.unknown.entry(reason).or_default() += 1;
                if let Some(other) = other {
                    self.open.push(Differing { line, ours: "unknown".to_owned(), oracle: other.to_owned() });
                }
            }
            (None, _) => self.refused.push((line, ours.reason())),
            (_, None) => *self.not_judged.entry(solver.reason()).or_default() += 1,
        }
    }

    fn join(&mut self, other: Self) {
        let add = |counts: &mut BTreeMap<String, usize>, more: BTreeMap<String, usize>| {
            for (name, count) in more {
                *counts.entry(name).or_default() += count;
            }
        };
        add(&mut self.verdicts, other.verdicts);
        add(&mut self.unknown, other.unknown);
        add(&mut self.not_judged, other.not_judged);
        other.features.into_iter().for_each(|(name, count)| *self.features.entry(name).or_default() += count);
        self.open.extend(other.open);
        self.differing.extend(other.differing);
        self.refused.extend(other.refused);
    }

    fn print(&self, what: &str) {
        let agreed: usize = self.verdicts.values().sum();
        let words: Vec<String> = self.verdicts.iter().map(|(word, count)| format!("{count} {word}")).collect();
        println!("{what}: agreed on {agreed} ({}), differ on {}", words.join(", "), self.differing.len());
        let features: Vec<String> = FEATURES
            .iter()
            .filter_map(|(name, _)| self.features.get(name).map(|count| format!("{name} {count}")))
            .collect();
        println!("  of these with: {}", features.join(", "));
        for (title, counts) in [("ours says unknown", &self.unknown), ("cvc5 does not judge", &self.not_judged)] {
            println!("  {title}: {}", counts.values().sum::<usize>());
            for (why, count) in counts {
                println!("    {count:>6}  {why}");
            }
        }
    }
}

/// Judges the pairs by both, in batches.
fn compared(lines: &[Value], ours: &mut Prover, solver: &mut Solver) -> Result<Tally> {
    let mut tally = Tally::default();
    for batch in lines.chunks(BATCH) {
        let answers = ours.judge(batch)?.into_iter().zip(solver.judge(batch)?);
        for (line, (own, other)) in batch.iter().zip(answers) {
            tally.add(line.clone(), &own, &other);
        }
    }
    Ok(tally)
}

/// The random pairs. Fails with the minimised lines on any difference.
fn random(args: &ProveArgs) -> Result<()> {
    println!("random pairs: {} from seed {}", args.cases, args.seed);
    let part = |job: u64| -> Result<Tally> {
        let (mut ours, mut solver) = (Prover::start()?, Solver::start(args.limit)?);
        let numbers = (0..args.cases).filter(|number| number % args.jobs == job);
        let lines: Vec<Value> = numbers.map(|number| generate::pair(args.seed, number)).collect();
        compared(&lines, &mut ours, &mut solver)
    };
    let parts: Vec<Result<Tally>> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..args.jobs).map(|job| scope.spawn(move || part(job))).collect();
        let joined = workers.into_iter().map(|worker| match worker.join() {
            Ok(part) => part,
            Err(_) => bail!("a thread that judges pairs failed"),
        });
        joined.collect()
    });
    let mut tally = Tally::default();
    for part in parts {
        tally.join(part?);
    }
    tally.print("random pairs");
    if let Some((line, why)) = tally.refused.first() {
        bail!("our prover refuses {} generated lines: {why} ({line})", tally.refused.len());
    }
    let reported = report(tally.differing, args);
    if !tally.open.is_empty() {
        tally.open.truncate(OPEN_SHOWN);
        let lines = minimised(tally.open, args)?;
        println!("  of the pairs that ours leaves open, the first {}, minimised: {UNKNOWN}", lines.len());
        write(UNKNOWN, &lines)?;
    }
    reported
}

/// Minimises, prints and writes every difference; fails if there is one.
fn report(differing: Vec<Differing>, args: &ProveArgs) -> Result<()> {
    if differing.is_empty() {
        return Ok(());
    }
    let count = differing.len();
    let lines = minimised(differing, args)?;
    let (mut ours, solver) = (Prover::start()?, Solver::start(args.limit)?);
    let own = ours.judge(&lines)?;
    let other = solver.explaining().judge(&lines)?;
    for ((line, ours), solver) in lines.iter().zip(&own).zip(&other) {
        println!("difference: {line}\n  ours: {}\n  cvc5: {}", ours.whole, solver.whole);
    }
    write(FAILURES, &lines)?;
    bail!(
        "{count} differences ({} distinct), with --seed {}; judge the minimised ones again: {}",
        lines.len(),
        args.seed,
        Invocation::new("cargo").args(["xtask", "differential", "prove", "--lines", FAILURES])
    )
}

/// The smallest lines on which both still say what they said; cases that shrank to the same policies are one.
fn minimised(cases: Vec<Differing>, args: &ProveArgs) -> Result<Vec<Value>> {
    let (mut ours, mut solver) = (Prover::start()?, Solver::start(args.limit)?);
    let cases = minimise::minimise(cases, &mut Deciding(&mut ours), &mut Deciding(&mut solver))?;
    let mut lines: Vec<Value> = cases.into_iter().map(|case| case.line).collect();
    let key = |line: &Value| format!("{:?} {:?}", line.get("reference"), line.get("candidate"));
    lines.sort_by_key(key);
    lines.dedup_by_key(|line| key(line));
    Ok(lines)
}

fn write(name: &str, lines: &[Value]) -> Result<()> {
    let path = repository::root().join(name);
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).with_context(|| format!("could not make {}", folder.display()))?;
    }
    let mut text: Vec<String> = lines.iter().map(Value::to_string).collect();
    text.push(String::new());
    let text = text.join("\n");
    std::fs::write(&path, text).with_context(|| format!("could not write {}", path.display()))
}

/// Every pair of `fixtures/prove`: the expected verdict against cvc5's.
fn fixtures(limit: u64) -> Result<()> {
    let mut lines = Vec::new();
    let is_pair =
        |path: &&String| path.starts_with("fixtures/prove/") && Path::new(path).extension() == Some("jsonl".as_ref());
    for path in repository::files()?.iter().filter(is_pair) {
        lines.extend(read_lines(&std::fs::read_to_string(repository::root().join(path))?, path)?);
    }
    let (mut agreed, mut not_judged, mut wrong) = (0, BTreeMap::<String, usize>::new(), Vec::new());
    for (line, answer) in lines.iter().zip(Solver::start(limit)?.judge(&lines)?) {
        let text = |name: &str| line.get(name).and_then(Value::as_str).unwrap_or("");
        match answer.verdict() {
            None => *not_judged.entry(answer.reason()).or_default() += 1,
            Some(_) if text("expect") == "unknown" => {
                *not_judged.entry("expected: unknown".to_owned()).or_default() += 1;
            }
            Some(verdict) if verdict == text("expect") => agreed += 1,
            Some(verdict) => wrong.push(format!("{}: expected {}, cvc5 {verdict}", text("id"), text("expect"))),
        }
    }
    println!("fixtures/prove, {} pairs: agreed on {agreed}, not compared: {not_judged:?}", lines.len());
    for line in &wrong {
        println!("difference: {line}");
    }
    if wrong.is_empty() { Ok(()) } else { bail!("fixtures/prove: {} differences", wrong.len()) }
}

#[cfg(test)]
mod tests;
