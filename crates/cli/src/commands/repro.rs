//! `rolecall repro`: customer cases with and without their fault, and whether the right cause comes out.

use crate::args::GlobalArgs;
use crate::args::repro::{ReproArgs, ReproFormat};
use crate::{files, output};
use anyhow::{Context, bail};
use rolecall_core::known_words::nearest;
use rolecall_gate::inputs::Loaded;
use rolecall_report::Options;
use rolecall_report::repro::{Case, Format, problems, render};
use rolecall_simulator::random::Seed;
use rolecall_simulator::repro::run as run_scenario;
use rolecall_simulator::scenario::cases::{CASES, Case as Embedded};
use rolecall_simulator::scenario::{Reading, Scenario, read};
use std::path::Path;

/// A scenario that was asked for.
struct Wanted {
    name: String,
    text: String,
}

/// 0: every diagnosis is right; 1: one is not; 2: a scenario cannot be read or run.
pub(super) fn run(arguments: &ReproArgs, global: &GlobalArgs) -> anyhow::Result<u8> {
    if arguments.list {
        let lines: Vec<String> = CASES.iter().map(|case| format!("{} {}", case.number(), case.name())).collect();
        return write(arguments, global, &format!("{}\n", lines.join("\n"))).map(|()| 0);
    }
    let wanted = wanted(arguments)?;
    if arguments.show {
        let texts: String = wanted.iter().map(|one| one.text.as_str()).collect();
        return write(arguments, global, &texts).map(|()| 0);
    }
    let mut cases = Vec::new();
    let mut unreadable = String::new();
    for one in &wanted {
        match scenarios(one, &options(arguments, global)) {
            Ok((case, twin)) => cases.push(reproduce(one, &case, &twin, Seed(arguments.seed))?),
            Err(told) => unreadable.push_str(&told),
        }
    }
    if !unreadable.is_empty() {
        output::complain(&unreadable);
        return Ok(2);
    }
    let format = match arguments.format {
        ReproFormat::Human => Format::Human,
        ReproFormat::Json => Format::Json,
        ReproFormat::Html => Format::Html,
    };
    write(arguments, global, &render(&cases, format, arguments.brief, &options(arguments, global)))?;
    Ok(u8::from(!cases.iter().all(Case::is_right)))
}

fn wanted(arguments: &ReproArgs) -> anyhow::Result<Vec<Wanted>> {
    let embedded = |case: &Embedded| Wanted { name: case.file.to_owned(), text: case.text.to_owned() };
    if arguments.all {
        return Ok(CASES.iter().map(embedded).collect());
    }
    let mut wanted = Vec::new();
    for text in &arguments.cases {
        wanted.push(match Embedded::find(text) {
            Some(case) => embedded(case),
            None => of_file(text)?,
        });
    }
    Ok(wanted)
}

fn of_file(path: &str) -> anyhow::Result<Wanted> {
    let loaded = if path == "-" { files::load_standard_input() } else { files::load(Path::new(path)) };
    match loaded {
        Loaded::Text(text) => Ok(Wanted { name: path.to_owned(), text }),
        Loaded::Missing => {
            let near = nearest(path, CASES.iter().flat_map(|case| [case.name(), case.file]));
            let near = near.map_or_else(|| ";".to_owned(), |name| format!("; did you mean `{name}`?"));
            bail!("`{path}` is no case and no file{near} `rolecall repro --list` lists the cases")
        }
        other => bail!("`{path}` {}: a scenario in TOML was expected", other.complaint()),
    }
}

/// A scenario with its fault and without it, or what is wrong with it.
fn scenarios(wanted: &Wanted, options: &Options) -> Result<(Scenario, Scenario), String> {
    let mut both = Vec::new();
    for (reading, where_) in [(Reading::Case, ""), (Reading::Twin, "without its fault: ")] {
        let read = read(&wanted.name, &wanted.text, reading);
        match read.scenario {
            Some(scenario) => both.push(scenario),
            None => return Err(format!("{where_}{}", problems(&read.sources, &read.problems, options))),
        }
    }
    let twin = both.pop();
    both.pop().zip(twin).ok_or_else(String::new)
}

fn reproduce(wanted: &Wanted, case: &Scenario, twin: &Scenario, seed: Seed) -> anyhow::Result<Case> {
    let named = || format!("`{}` cannot be run", wanted.name);
    Ok(Case {
        name: wanted.name.clone(),
        report: run_scenario(case, Reading::Case, seed).with_context(named)?,
        twin: run_scenario(twin, Reading::Twin, seed).with_context(named)?,
    })
}

fn options(arguments: &ReproArgs, global: &GlobalArgs) -> Options {
    let options = output::options(arguments.output.is_some(), global);
    Options { color: options.color && arguments.format == ReproFormat::Human, ..options }
}

fn write(arguments: &ReproArgs, global: &GlobalArgs, text: &str) -> anyhow::Result<()> {
    match &arguments.output {
        Some(path) => files::write(path, text),
        None if global.quiet => Ok(()),
        None => output::say(text),
    }
}
