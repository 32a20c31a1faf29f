//! What a gate or a check run found: findings with their standing, things not judged, and the record of checks made.
//! The verdict and the exit code follow from it and from nothing else.

use jiff::civil::Date;
use rolecall_core::finding::{CheckRun, Finding, NotJudged};
use rolecall_core::rule::Severity;
use rolecall_iam::source::SourceMap;

/// The result of one run.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The texts that all places point into.
    pub sources: SourceMap,
    /// All findings, also the accepted ones, ordered by path and place.
    pub findings: Vec<Judged>,
    /// What could not be judged.
    pub not_judged: Vec<NotJudged>,
    /// Every check that was asked for, with what became of it.
    pub checks: Vec<CheckRun>,
    /// Findings of this severity or above fail the run.
    pub fail_on: Severity,
    /// The day on which end dates were judged.
    pub as_of: Date,
}

/// A finding with its standing and its identity.
#[derive(Clone, Debug)]
pub struct Judged {
    /// The finding.
    pub finding: Finding,
    /// Whether it counts.
    pub standing: Standing,
    /// 64 hexadecimal digits over rule, path and subject: the same when lines move. Two findings of one run never
    /// share it (a running number is mixed in where rule, path and subject are the same).
    pub fingerprint: String,
}

/// Whether a finding counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It counts.
    Open,
    /// Accepted by a `[[suppress]]` entry that has not expired.
    Suppressed {
        /// Why it is accepted, as written.
        reason: String,
        /// The last day of its acceptance.
        until: Option<Date>,
    },
    /// In the baseline of accepted findings.
    Baselined,
}

/// The verdict of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Everything that was asked for was judged, and nothing failing was found.
    Clean,
    /// Everything was judged; failing findings stand open.
    Findings,
    /// Something could not be judged; outranks findings.
    CouldNotJudge,
}

impl Verdict {
    /// Exit code of a gate: 0, 1, 2.
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::Findings => 1,
            Self::CouldNotJudge => 2,
        }
    }
}

impl Outcome {
    /// The verdict. A run in which no check was made judged nothing, and that is never clean.
    pub fn verdict(&self) -> Verdict {
        if !self.not_judged.is_empty() || self.checks.is_empty() || self.checks.iter().any(not_judged) {
            return Verdict::CouldNotJudge;
        }
        if self.failing().next().is_some() { Verdict::Findings } else { Verdict::Clean }
    }

    /// The open findings at or above the failing severity.
    pub fn failing(&self) -> impl Iterator<Item = &Judged> {
        let fails = |judged: &&Judged| judged.standing == Standing::Open && judged.finding.severity >= self.fail_on;
        self.findings.iter().filter(fails)
    }
}

fn not_judged(run: &CheckRun) -> bool {
    matches!(run.outcome, rolecall_core::finding::CheckOutcome::NotJudged(_))
}
