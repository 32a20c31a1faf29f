//! `rolecall prove no-new-access --pairs`: pairs of policies, one a line. Every line is answered once, and a bad line stops
//! nothing.

use crate::args::GlobalArgs;
use crate::args::prove::{NoNewAccessArgs, VersionArg};
use crate::commands::lines::{self, Answerer};
use crate::files;
use anyhow::bail;
use rolecall_iam::document::Version;
use rolecall_iam_prove::{ActionWorld, Options, Verdict, pairs};
use std::path::Path;

/// What became of the lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    none: u64,
    new_access: u64,
    unknown: u64,
    errors: u64,
}

impl Tally {
    /// 2 when any line is an error or unknown, or when there is none; else 1 when any is new access; else 0.
    const fn exit_code(self) -> u8 {
        if self.unknown + self.errors > 0 || self.none + self.new_access == 0 {
            2
        } else if self.new_access > 0 {
            1
        } else {
            0
        }
    }
}

/// Answers the pairs of a file, or of standard input.
pub(super) fn run(path: &Path, arguments: &NoNewAccessArgs, global: &GlobalArgs) -> anyhow::Result<u8> {
    let answerer = Pairs {
        budget: arguments.proof.budget.get(),
        world: arguments.proof.mode.map(super::world),
        missing_version: arguments.pairs.missing_version.map(|version| match version {
            VersionArg::V2008 => Version::V2008,
            VersionArg::V2012 => Version::V2012,
        }),
    };
    let mut answerers = vec![answerer; lines::jobs_or_all_cores(arguments.pairs.jobs).get()];
    let tally = match &arguments.proof.output {
        Some(output) => files::write_streamed(output, |target| lines::run_into(path, target, &mut answerers))?,
        None if global.quiet => lines::run_into(path, std::io::sink(), &mut answerers)?,
        None => lines::run_file(path, &mut answerers)?,
    };
    if tally == Tally::default() {
        bail!("`{}` holds no pair: a line each was expected", path.display());
    }
    Ok(tally.exit_code())
}

/// Answers pairs, one after the other.
#[derive(Clone, Debug)]
struct Pairs {
    budget: u64,
    /// The mode of all lines; `None`: that of each.
    world: Option<ActionWorld>,
    missing_version: Option<Version>,
}

impl Answerer for Pairs {
    type Tally = Tally;

    fn answer(&mut self, line: &str, text: &mut String, tally: &mut Tally) {
        let mut pair = match pairs::read_line(line) {
            Ok(pair) => pair,
            Err(error) => {
                tally.errors += 1;
                lines::write_error(text, lines::id_of(line), &error.to_string());
                return;
            }
        };
        if let Some(world) = self.world {
            pair.world = world;
        }
        if let Some(version) = self.missing_version {
            pair.take_missing_version_as(version);
        }
        let verdict = pair.judge(Options { budget: self.budget, ..Options::default() });
        match verdict {
            Verdict::None { .. } => tally.none += 1,
            Verdict::NewAccess(_) => tally.new_access += 1,
            Verdict::Unknown { .. } => tally.unknown += 1,
        }
        text.push_str(&pairs::answer(&pair, &verdict));
        text.push('\n');
    }

    fn count_error(tally: &mut Tally) {
        tally.errors += 1;
    }

    fn add(tally: &mut Tally, other: Tally) {
        tally.none += other.none;
        tally.new_access += other.new_access;
        tally.unknown += other.unknown;
        tally.errors += other.errors;
    }
}
