//! `rolecall simulate soak`: random worlds on all cores, each judged by the checker. A violation is told with the seed that
//! replays it, with the smallest plan that still shows it, and with that plan as a scenario.

use crate::args::GlobalArgs;
use crate::commands::lines::jobs_or_all_cores;
use crate::{files, output};
use anyhow::Context as _;
use clap::Args;
use rolecall_simulator::checker::{Property, Violation, Words};
use rolecall_simulator::random::Seed;
use rolecall_simulator::random_world::{
    Coverage, Minimised, Plan, minimise, run as run_world, run_under_both, scenario_text, trace_of,
};
use rolecall_simulator::trace::Event;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::IsTerminal as _;
use std::num::{NonZeroU64, NonZeroUsize};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime};

#[derive(Debug, Args)]
pub(crate) struct SoakArgs {
    /// How long; forever many worlds within that time, unless `--worlds` ends it sooner
    #[arg(long, value_name = "N", required_unless_present = "worlds", value_parser = parse_minutes)]
    pub(crate) minutes: Option<Duration>,
    /// How many worlds
    #[arg(long, value_name = "K")]
    pub(crate) worlds: Option<NonZeroU64>,
    /// The seed of the first world; the others count up from it. By default one that is made from the time
    #[arg(long, value_name = "S")]
    pub(crate) seed: Option<u64>,
    /// Threads; all cores by default
    #[arg(long, value_name = "N")]
    pub(crate) jobs: Option<NonZeroUsize>,
    /// Print the plan of the first world and the records of its trace that are not API calls
    #[arg(long)]
    pub(crate) show: bool,
    /// Folder for the smallest world of each violation, as a scenario: `seed-N.toml`. No file is overwritten
    #[arg(long, value_name = "DIR")]
    pub(crate) minimised: Option<PathBuf>,
}

/// Failing worlds that are made smaller: one for each property, and no more than this.
const MINIMISED_MAX: usize = 5;
/// Runs that one minimisation may take.
const RUNS_MAX: u32 = 2_000;
/// One world in so many is run again under both schedules of the vendor's ticks.
const UNDER_BOTH: u64 = 8;

fn parse_minutes(text: &str) -> Result<Duration, String> {
    let minutes = text.parse().ok().filter(|minutes: &f64| *minutes > 0.0);
    let duration = minutes.and_then(|minutes| Duration::try_from_secs_f64(minutes * 60.0).ok());
    // A clock that cannot count so far would never end.
    let duration = duration.filter(|duration| Instant::now().checked_add(*duration).is_some());
    duration.ok_or_else(|| "expected a number of minutes above zero, such as 0.5 or 30".to_owned())
}

/// Runs worlds until the time is up. 0 when every one of them held, 1 when one did not, 2 when one could not be run.
pub(super) fn run(arguments: &SoakArgs, global: &GlobalArgs) -> anyhow::Result<u8> {
    if let Some(folder) = &arguments.minimised {
        std::fs::create_dir_all(folder).with_context(|| format!("`{}` cannot be made a folder", folder.display()))?;
    }
    let first = arguments.seed.unwrap_or_else(seed_of_the_time);
    if arguments.show {
        output::say(&show(first))?;
    }
    let soak = Soak {
        first,
        worlds: arguments.worlds.map_or(u64::MAX, NonZeroU64::get),
        ends: arguments.minutes.and_then(|minutes| Instant::now().checked_add(minutes)),
        next: AtomicU64::new(0),
        done: AtomicU64::new(0),
        found: Mutex::new(Found::default()),
    };
    let began = Instant::now();
    soak.on_all_cores(jobs_or_all_cores(arguments.jobs).get(), global);
    let found = soak.found.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    if !global.quiet {
        output::say(&found.summary(first, began.elapsed()))?;
    }
    for (seed, violation) in found.one_of_each() {
        output::say(&told(seed, violation, arguments.minimised.as_deref()))?;
    }
    for seed in found.not_the_same.iter().take(MINIMISED_MAX) {
        output::say(&not_the_same(*seed))?;
    }
    if let Some(text) = found.not_run() {
        output::complain(&text);
    }
    Ok(found.exit_code())
}

fn seed_of_the_time() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    // Whole millions of seconds apart from each other: two soaks share no worlds.
    since.as_secs() * 10_000_000
}

struct Soak {
    first: u64,
    worlds: u64,
    ends: Option<Instant>,
    next: AtomicU64,
    done: AtomicU64,
    found: Mutex<Found>,
}

#[derive(Default)]
struct Found {
    worlds: u64,
    records: u64,
    right: u64,
    wrong: u64,
    not_judged: u64,
    coverage: Coverage,
    /// The seed and the first violation of each failing world.
    failures: Vec<(u64, Violation)>,
    /// Worlds that were run under both schedules.
    under_both: u64,
    /// Seeds of those whose facts differ, or that the checker found fault with under lazy ticks.
    not_the_same: Vec<u64>,
    /// Seeds of worlds that could not be built, under one schedule or both: none is expected.
    not_built: Vec<u64>,
}

impl Soak {
    fn on_all_cores(&self, jobs: usize, global: &GlobalArgs) {
        let running = AtomicU64::new(jobs as u64);
        std::thread::scope(|scope| {
            for _ in 0..jobs {
                scope.spawn(|| {
                    let found = self.work();
                    let mut all = self.found.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                    all.add(found);
                    running.fetch_sub(1, Ordering::Release);
                });
            }
            if !global.quiet && std::io::stderr().is_terminal() {
                self.tell_progress(&running);
            }
        });
    }

    fn work(&self) -> Found {
        let mut found = Found::default();
        while self.ends.is_none_or(|ends| Instant::now() < ends) {
            let place = self.next.fetch_add(1, Ordering::Relaxed);
            if place >= self.worlds {
                break;
            }
            found.take(self.first.wrapping_add(place));
            self.done.fetch_add(1, Ordering::Relaxed);
        }
        found
    }

    fn tell_progress(&self, running: &AtomicU64) {
        let began = Instant::now();
        while running.load(Ordering::Acquire) > 0 {
            std::thread::sleep(Duration::from_millis(200));
            let done = self.done.load(Ordering::Relaxed);
            let left = self.ends.map_or_else(String::new, |ends| {
                format!(", {} s left", ends.saturating_duration_since(Instant::now()).as_secs())
            });
            eprint!("\r{done} worlds, {} a second{left}   ", per_second(done, began.elapsed()));
        }
        eprint!("\r{:60}\r", "");
    }
}

fn per_second(worlds: u64, took: Duration) -> u64 {
    let ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX).max(1);
    worlds.saturating_mul(1_000) / ms
}

impl Found {
    /// Runs one world.
    fn take(&mut self, seed: u64) {
        let Some(outcome) = run_world(&Plan::of(Seed(seed))) else {
            self.not_built.push(seed);
            return;
        };
        self.worlds += 1;
        self.records += outcome.report.records;
        self.right += u64::from(outcome.report.right);
        self.wrong += u64::from(outcome.report.wrong);
        self.not_judged += u64::from(outcome.report.not_judged);
        self.coverage.add(&outcome.coverage);
        self.failures.extend(outcome.report.violations.into_iter().next().map(|violation| (seed, violation)));
        if !seed.is_multiple_of(UNDER_BOTH) {
            return;
        }
        let Some(both) = run_under_both(&Plan::of(Seed(seed))) else {
            self.not_built.push(seed);
            return;
        };
        self.under_both += 1;
        let holds = both.is_same() && both.lazy.report.violations.is_empty();
        self.not_the_same.extend((!holds).then_some(seed));
    }

    fn add(&mut self, other: Self) {
        self.worlds += other.worlds;
        self.records += other.records;
        self.right += other.right;
        self.wrong += other.wrong;
        self.not_judged += other.not_judged;
        self.coverage.add(&other.coverage);
        self.under_both += other.under_both;
        self.not_the_same.extend(other.not_the_same);
        self.not_the_same.sort_unstable();
        self.not_built.extend(other.not_built);
        self.not_built.sort_unstable();
        self.failures.extend(other.failures);
        self.failures.sort_by_key(|(seed, _)| *seed);
    }

    /// The first failing world of each property.
    fn one_of_each(&self) -> Vec<(u64, &Violation)> {
        let mut by_property: BTreeMap<Property, (u64, &Violation)> = BTreeMap::new();
        for (seed, violation) in &self.failures {
            by_property.entry(violation.property).or_insert((*seed, violation));
        }
        by_property.into_values().take(MINIMISED_MAX).collect()
    }

    /// What was not run, and so not judged.
    fn not_run(&self) -> Option<String> {
        match self.not_built.as_slice() {
            [] if self.worlds == 0 => Some("not run: no world was run, so nothing was judged\n".to_owned()),
            [] => None,
            seeds => {
                let first: Vec<String> = seeds.iter().take(MINIMISED_MAX).map(u64::to_string).collect();
                let more = if seeds.len() > first.len() { ", …" } else { "" };
                Some(format!(
                    "not run: {} worlds could not be built (seeds {}{more}): every seed should give a world, so this is a \
                     fault of the simulator; report the seeds\n",
                    seeds.len(),
                    first.join(", ")
                ))
            }
        }
    }

    fn exit_code(&self) -> u8 {
        match () {
            () if !self.failures.is_empty() || !self.not_the_same.is_empty() => 1,
            () if self.worlds == 0 || !self.not_built.is_empty() => 2,
            () => 0,
        }
    }

    fn summary(&self, first: u64, took: Duration) -> String {
        let mut text = String::new();
        for (name, count) in self.coverage.iter() {
            let _infallible = writeln!(text, "{count:>12} {name}");
        }
        let last = first.wrapping_add(self.worlds.saturating_sub(1));
        let _infallible = writeln!(
            text,
            "{} worlds (about seeds {first} to {last}) in {} s, {} a second; {} records",
            self.worlds,
            took.as_secs(),
            per_second(self.worlds, took),
            self.records,
        );
        let _infallible = writeln!(
            text,
            "once the faults had stopped: {} right roles active by the next check, {} wrong ones notified twice, {} not judged",
            self.right, self.wrong, self.not_judged
        );
        let _infallible = writeln!(text, "{} worlds with a violation", self.failures.len());
        let _infallible = writeln!(
            text,
            "{} worlds run again under naive and lazy ticks, {} of them not the same",
            self.under_both,
            self.not_the_same.len()
        );
        let _infallible = writeln!(text, "{} worlds could not be built", self.not_built.len());
        text
    }
}

/// A failing world, made smaller.
fn told(seed: u64, violation: &Violation, folder: Option<&Path>) -> String {
    let mut text = format!("\nreplay: rolecall simulate soak --seed {seed} --worlds 1\n{violation}\n");
    match minimise(&Plan::of(Seed(seed)), violation.property, RUNS_MAX) {
        Some(smallest) => {
            let _infallible = writeln!(
                text,
                "\nthe smallest plan that still shows it, after {} runs:\n{}\n{}",
                smallest.runs, smallest.plan, smallest.violation
            );
            text.push_str(&as_scenario(seed, &smallest, folder));
        }
        None => text.push_str("it does not replay: a fault of the simulator, whose runs must be the same\n"),
    }
    text
}

/// The smallest world as a scenario, on the terminal and where a folder is given in a file of it.
fn as_scenario(seed: u64, smallest: &Minimised, folder: Option<&Path>) -> String {
    let scenario = match scenario_text(smallest) {
        Ok(scenario) => scenario,
        Err(error) => return format!("as a scenario: {error}\n"),
    };
    let mut text = format!("as a scenario, for `rolecall simulate run FILE`:\n\n{scenario}");
    if let Some(folder) = folder {
        let path = folder.join(format!("seed-{seed}.toml"));
        let told = match files::write_new(&path, &scenario) {
            Ok(()) => format!("\nwritten to {}\n", path.display()),
            Err(error) => format!("\nnot written: {error:#}\n"),
        };
        text.push_str(&told);
    }
    text
}

/// A world that is another one under lazy ticks.
fn not_the_same(seed: u64) -> String {
    let mut text = format!("\nreplay: rolecall simulate soak --seed {seed} --worlds 1\n");
    match run_under_both(&Plan::of(Seed(seed))) {
        Some(both) => {
            let (naive, lazy) = (both.naive_facts, both.lazy_facts);
            let _infallible = writeln!(text, "the facts under naive ticks are {naive}, under lazy ones {lazy}");
            for violation in both.lazy.report.violations.iter().take(1) {
                let _infallible = writeln!(text, "under lazy ticks: {violation}");
            }
        }
        None => text.push_str("its world cannot be built\n"),
    }
    text
}

/// A world in full.
fn show(seed: u64) -> String {
    let plan = Plan::of(Seed(seed));
    let mut text = plan.to_string();
    let trace = trace_of(&plan);
    let records = trace.iter().flat_map(rolecall_simulator::trace::Trace::records);
    for record in records.filter(|record| !matches!(record.event, Event::Called { .. })) {
        let _infallible = writeln!(text, "{}", Words(record));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_run_does_not_pass() {
        let ran = |worlds, not_built: &[u64], not_the_same: &[u64]| Found {
            worlds,
            not_built: not_built.to_vec(),
            not_the_same: not_the_same.to_vec(),
            ..Found::default()
        };
        for (found, code, said) in [
            (ran(3, &[], &[]), 0, ""),
            (ran(0, &[], &[]), 2, "no world was run"),
            (ran(3, &[7], &[]), 2, "1 worlds could not be built (seeds 7)"),
            (ran(3, &[7], &[8]), 1, "1 worlds could not be built"),
        ] {
            assert_eq!(found.exit_code(), code, "{said}");
            assert!(found.not_run().unwrap_or_default().contains(said), "{said}");
            assert_eq!(found.not_run().is_none(), said.is_empty());
        }
    }

    #[test]
    fn worlds_that_cannot_be_built_are_added_up() {
        let mut all = Found { not_built: vec![9], ..Found::default() };
        all.add(Found { not_built: vec![3], ..Found::default() });
        assert_eq!(all.not_built, [3, 9]);
        assert!(all.summary(1, Duration::from_secs(1)).contains("\n2 worlds could not be built\n"));
    }
}
