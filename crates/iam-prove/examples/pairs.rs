//! Judges pairs of policies: lines of JSON on the standard input or in the files named, an answer a line on the standard
//! output. `--time` prints how long the answers took instead, and how they compare with the lines' `expect`; `--times` puts
//! the microseconds of the quickest of three judgements and a tab before each answer.
#![allow(clippy::disallowed_methods, reason = "an example reads files and the clock")]

use rolecall_iam_prove::{Options, Verdict, pairs};
use std::io::Read as _;
use std::time::{Duration, Instant};

fn main() -> std::io::Result<()> {
    let (flags, files): (Vec<String>, Vec<String>) = std::env::args().skip(1).partition(|text| text.starts_with("--"));
    let flag = |name: &str| flags.iter().any(|flag| flag == name);
    let mut output = std::io::stdout().lock();
    if files.is_empty() && !flag("--time") {
        // Line by line: another program may wait for each answer.
        for line in std::io::stdin().lines() {
            answer(&line?, flag("--times"), &mut output)?;
        }
        return Ok(());
    }
    let mut text = String::new();
    if files.is_empty() {
        std::io::stdin().read_to_string(&mut text)?;
    }
    for file in files {
        text.push_str(&std::fs::read_to_string(file)?);
    }
    if flag("--time") {
        return timed(&text, &mut output);
    }
    text.lines().try_for_each(|line| answer(line, flag("--times"), &mut output))
}

fn answer(line: &str, times: bool, output: &mut impl std::io::Write) -> std::io::Result<()> {
    if line.trim().is_empty() {
        return Ok(());
    }
    if !times {
        return writeln!(output, "{}", pairs::answer_line(line, Options::default()));
    }
    match pairs::read_line(line) {
        Ok(pair) => {
            let (took, verdict) = quickest(&pair);
            writeln!(output, "{:.3}\t{}", took.as_secs_f64() * 1e6, pairs::answer(&pair, &verdict))
        }
        Err(_) => writeln!(output, "0\t{}", pairs::answer_line(line, Options::default())),
    }
}

/// Each pair is judged several times, and the quickest counts: reading is left out, compiling and replaying are not.
fn quickest(pair: &pairs::Pair) -> (Duration, Verdict) {
    let once = || {
        let begin = Instant::now();
        let verdict = pair.judge(Options::default());
        (begin.elapsed(), verdict)
    };
    let mut best = once();
    for _ in 1..3 {
        let next = once();
        if next.0 < best.0 {
            best = next;
        }
    }
    best
}

fn timed(text: &str, output: &mut impl std::io::Write) -> std::io::Result<()> {
    let mut times: Vec<(Duration, u64, String)> = Vec::new();
    let (mut wrong, mut unknown) = (0, 0);
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let pair = match pairs::read_line(line) {
            Ok(pair) => pair,
            Err(error) => {
                writeln!(output, "error\t{error}")?;
                wrong += 1;
                continue;
            }
        };
        let (took, verdict) = quickest(&pair);
        let expected =
            ["none", "new-access"].into_iter().find(|word| line.contains(&format!("\"expect\": \"{word}\"")));
        if let Some(reason) = verdict.unknown_reason() {
            unknown += 1;
            writeln!(output, "unknown\t{}\t{reason}", pair.id)?;
        } else if expected.is_some_and(|word| word != verdict.as_str()) {
            wrong += 1;
            writeln!(output, "wrong\t{}\tsays {}\t{}", pair.id, verdict.as_str(), pairs::answer(&pair, &verdict))?;
        }
        times.push((took, verdict.stats().steps, pair.id));
    }
    times.sort();
    let micros = |place: usize| times.get(place).map_or(0.0, |(took, ..)| took.as_secs_f64() * 1e6);
    let last = times.len().saturating_sub(1);
    writeln!(
        output,
        "{} pairs, {wrong} wrong, {unknown} unknown; µs: median {:.1}, p90 {:.1}, p99 {:.1}, max {:.1} ({}, {} steps); steps {}",
        times.len(),
        micros(last / 2),
        micros(last * 9 / 10),
        micros(last * 99 / 100),
        micros(last),
        times.last().map_or("", |(_, _, id)| id.as_str()),
        times.last().map_or(0, |(_, steps, _)| *steps),
        times.iter().map(|(_, steps, _)| steps).sum::<u64>(),
    )
}
