//! The counts of an outcome and the two sentences that close every report. All formats take them from here, so that
//! they cannot disagree.

use rolecall_core::finding::{CheckOutcome, CheckRun, Finding};
use rolecall_core::rule::Severity;
use rolecall_gate::outcome::{Outcome, Standing, Verdict};

/// Counts of one outcome. Only open findings count as errors, warnings and notes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Summary {
    pub(crate) errors: usize,
    pub(crate) warnings: usize,
    pub(crate) notes: usize,
    pub(crate) suppressed: usize,
    pub(crate) baselined: usize,
    /// Open findings at or above the failing severity.
    pub(crate) failing: usize,
    pub(crate) checks_passed: usize,
    pub(crate) checks_found: usize,
    pub(crate) checks_not_judged: usize,
    /// Single things that could not be judged.
    pub(crate) not_judged: usize,
}

impl Summary {
    pub(crate) fn of(outcome: &Outcome) -> Self {
        let mut summary = Self { failing: outcome.failing().count(), ..Self::default() };
        summary.not_judged = outcome.not_judged.len();
        for judged in &outcome.findings {
            let counter = match (&judged.standing, judged.finding.severity) {
                (Standing::Suppressed { .. }, _) => &mut summary.suppressed,
                (Standing::Baselined, _) => &mut summary.baselined,
                (Standing::Open, Severity::Error) => &mut summary.errors,
                (Standing::Open, Severity::Warning) => &mut summary.warnings,
                (Standing::Open, Severity::Note) => &mut summary.notes,
            };
            *counter += 1;
        }
        for check in &outcome.checks {
            let counter = match check.outcome {
                CheckOutcome::Passed { .. } => &mut summary.checks_passed,
                CheckOutcome::Found(_) => &mut summary.checks_found,
                CheckOutcome::NotJudged(_) => &mut summary.checks_not_judged,
            };
            *counter += 1;
        }
        summary
    }

    /// `2 errors, 1 warning, 3 accepted; 14 checks judged, 0 not judged`.
    pub(crate) fn counts(&self) -> String {
        let mut parts: Vec<String> = [(self.errors, "error"), (self.warnings, "warning"), (self.notes, "note")]
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| plural(count, word))
            .collect();
        if parts.is_empty() {
            parts.push(String::from("no open findings"));
        }
        let accepted = self.suppressed + self.baselined;
        if accepted > 0 {
            parts.push(format!("{accepted} accepted"));
        }
        let judged = plural(self.checks_passed + self.checks_found, "check");
        format!("{}; {judged} judged, {} not judged", parts.join(", "), self.checks_not_judged)
    }
}

/// `1 error`, `2 errors`.
pub(crate) fn plural(count: usize, word: &str) -> String {
    if count == 1 { format!("1 {word}") } else { format!("{count} {word}s") }
}

/// The verdict as a stable word.
pub(crate) const fn verdict_word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Clean => "clean",
        Verdict::Findings => "findings",
        Verdict::CouldNotJudge => "could-not-judge",
    }
}

/// The verdict as a heading.
pub(crate) const fn verdict_title(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Clean => "clean",
        Verdict::Findings => "findings",
        Verdict::CouldNotJudge => "could not judge",
    }
}

/// What the verdict rests on, one sentence without its heading.
pub(crate) fn verdict_reason(outcome: &Outcome, summary: &Summary) -> String {
    let level = outcome.fail_on.as_str();
    match outcome.verdict() {
        Verdict::Clean => format!("everything asked for was judged, and no open finding is at or above `{level}`"),
        Verdict::Findings => format!("{} at or above `{level}`", plural(summary.failing, "open finding")),
        Verdict::CouldNotJudge if outcome.checks.is_empty() && outcome.not_judged.is_empty() => {
            String::from("no check was made, and a run that judged nothing is not a pass")
        }
        Verdict::CouldNotJudge => {
            let mut parts = Vec::new();
            if summary.not_judged > 0 {
                parts.push(plural(summary.not_judged, "problem"));
            }
            if summary.checks_not_judged > 0 {
                parts.push(format!("{} not judged", plural(summary.checks_not_judged, "check")));
            }
            if outcome.checks.is_empty() {
                parts.push(String::from("no check made"));
            }
            format!("{}; what was not judged is not a pass", parts.join(", "))
        }
    }
}

/// Why a finding is wrong: its own reason, else that of its rule.
pub(crate) fn reason_text(finding: &Finding) -> &str {
    if finding.reason.is_empty() { finding.rule.why } else { &finding.reason }
}

/// Why an accepted finding is accepted, in words; `None` for an open one.
pub(crate) fn acceptance(standing: &Standing) -> Option<String> {
    match standing {
        Standing::Open => None,
        Standing::Suppressed { reason, until: Some(until) } => Some(format!("{reason} (until {until})")),
        Standing::Suppressed { reason, until: None } => Some(reason.clone()),
        Standing::Baselined => Some(String::from("in the baseline of accepted findings")),
    }
}

/// The outcome of a check as a stable word and a sentence.
pub(crate) fn check_text(run: &CheckRun) -> (&'static str, String) {
    match &run.outcome {
        CheckOutcome::Passed { judged } => ("passed", judged.clone()),
        CheckOutcome::Found(count) => ("found", plural(*count, "finding")),
        CheckOutcome::NotJudged(why) => ("not-judged", why.clone()),
    }
}
