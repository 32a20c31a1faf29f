//! `rolecall simulate run SCENARIO`: runs a scenario and lets the checker read its trace. What may be said in a scenario is
//! for `rolecall repro`, which asks for diagnoses; here nothing needs to be expected.

use crate::args::GlobalArgs;
use crate::{files, output};
use anyhow::{Context, bail};
use rolecall_gate::inputs::Loaded;
use rolecall_report::Options;
use rolecall_report::repro::problems;
use rolecall_simulator::checker::Report;
use rolecall_simulator::random::Seed;
use rolecall_simulator::repro::{Checked, check};
use rolecall_simulator::scenario::{Reading, Scenario, read};
use std::fmt::Write as _;
use std::path::Path;

/// 0: no property is violated; 1: one is; 2: the scenario cannot be read, or nothing in it was judged.
pub(super) fn run(path: &Path, seed: Seed, global: &GlobalArgs) -> anyhow::Result<u8> {
    let name = path.display().to_string();
    let loaded = if name == "-" { files::load_standard_input() } else { files::load(path) };
    let text = match loaded {
        Loaded::Text(text) => text,
        other => bail!("`{name}` {}: a scenario in TOML was expected", other.complaint()),
    };
    let read = read(&name, &text, Reading::Checked);
    let Some(scenario) = read.scenario else {
        let options = Options { color: output::color(global), width: output::width(), ..Options::default() };
        output::complain(&problems(&read.sources, &read.problems, &options));
        return Ok(2);
    };
    let checked = check(&scenario, seed).with_context(|| format!("`{name}` cannot be run"))?;
    if !global.quiet {
        output::say(&told(&scenario, seed, &checked))?;
    }
    let report = &checked.report;
    if report.is_unjudged() {
        output::complain(&not_judged(&name, report));
        return Ok(2);
    }
    Ok(u8::from(!report.violations.is_empty()))
}

fn not_judged(name: &str, report: &Report) -> String {
    format!(
        "`{name}`: nothing was judged: of {} accounts whose role was asked about at the end nothing could be demanded. An \
         account is judged when its organization is connected, asks for a role in it, and the management account's role \
         opens\n",
        report.not_judged
    )
}

fn told(scenario: &Scenario, seed: Seed, checked: &Checked) -> String {
    let report = &checked.report;
    let mut text = format!("{}\n", scenario.title);
    let _ = writeln!(
        text,
        "the faults stopped at {}, the world was asked at {}: {} right roles active by the next check, {} wrong ones \
         notified twice, {} not judged",
        checked.faults_end, checked.truths, report.right, report.wrong, report.not_judged
    );
    for violation in &report.violations {
        let _ = writeln!(text, "\n{violation}");
    }
    let trace = &checked.trace;
    let _ = writeln!(
        text,
        "{} violations; seed {}, trace {} ({} records)",
        report.violations.len(),
        seed.0,
        trace.hash(),
        trace.count()
    );
    text
}
