//! The report for a person at a terminal: findings with their excerpts, what was not judged, accepted findings, the
//! checks, and the verdict on the last line.

use crate::place::Place;
use crate::summary::{Summary, acceptance, check_text, verdict_reason, verdict_title};
use crate::visible::one_line;
use crate::wrap::{cut, pad, wrap};
use crate::{Options, excerpt, summary};
use anstyle::{AnsiColor, Style};
use rolecall_core::finding::{CheckOutcome, CheckRun};
use rolecall_gate::outcome::{Judged, Outcome, Standing, Verdict};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use unicode_width::UnicodeWidthStr;

pub(crate) const BOLD: Style = Style::new().bold();
pub(crate) const GREEN: Style = AnsiColor::Green.on_default().bold();
pub(crate) const RED: Style = AnsiColor::BrightRed.on_default().bold();
pub(crate) const YELLOW: Style = AnsiColor::Yellow.on_default().bold();
pub(crate) const DIM: Style = Style::new().dimmed();

/// The report, with a line break at the end.
pub(crate) fn render(outcome: &Outcome, options: &Options) -> String {
    let mut text = String::new();
    for judged in &outcome.findings {
        if judged.standing == Standing::Open || options.verbose {
            text.push_str(&excerpt::render(&excerpt::of_finding(judged), &outcome.sources, options));
            text.push('\n');
        }
    }
    for entry in &outcome.not_judged {
        text.push_str(&excerpt::render(&excerpt::of_not_judged(entry), &outcome.sources, options));
        text.push('\n');
    }
    let page = Page { options, width: usize::from(options.width).max(60) };
    if !options.verbose {
        page.accepted(&mut text, outcome);
    }
    page.checks(&mut text, &outcome.checks);
    page.verdict(&mut text, outcome);
    text
}

/// One line of the list of checks.
struct Row {
    mark: &'static str,
    style: Style,
    check: String,
    subject: String,
    text: String,
    /// Whether the text may be cut to one line.
    cut: bool,
}

/// `text` in a style, where colours are wanted.
pub(crate) fn paint(options: &Options, style: Style, text: &str) -> String {
    if options.color { format!("{style}{text}{style:#}") } else { text.to_owned() }
}

struct Page<'a> {
    options: &'a Options,
    width: usize,
}

impl Page<'_> {
    fn paint(&self, style: Style, text: &str) -> String {
        paint(self.options, style, text)
    }

    /// Suppressed findings a line each with their reason; of the baseline only the number.
    fn accepted(&self, text: &mut String, outcome: &Outcome) {
        let suppressed: Vec<&Judged> =
            outcome.findings.iter().filter(|judged| matches!(judged.standing, Standing::Suppressed { .. })).collect();
        let baselined = outcome.findings.iter().filter(|judged| judged.standing == Standing::Baselined).count();
        if suppressed.is_empty() && baselined == 0 {
            return;
        }
        let _ = writeln!(text, "{}", self.paint(BOLD, "accepted"));
        for judged in suppressed {
            let finding = &judged.finding;
            let place = Place::of(&outcome.sources, finding.span, self.options)
                .map_or_else(String::new, |place| format!(" {}", one_line(&place.locate())));
            let head = format!("{}[{}]{place}", finding.severity.as_str(), finding.rule.code);
            let _ = writeln!(text, "  {}", self.paint(DIM, &head));
            let reason = acceptance(&judged.standing).unwrap_or_default();
            for line in wrap(&one_line(&reason), self.width - 4) {
                let _ = writeln!(text, "    {line}");
            }
        }
        if baselined > 0 {
            let count = summary::plural(baselined, "finding");
            let _ = writeln!(text, "  {count} in the baseline; --verbose shows them");
        }
        text.push('\n');
    }

    fn checks(&self, text: &mut String, checks: &[CheckRun]) {
        if checks.is_empty() {
            return;
        }
        let rows = if self.options.verbose { checks.iter().map(row).collect() } else { grouped(checks) };
        let check_width = rows.iter().map(|row| row.check.width()).max().unwrap_or(0).min(24);
        let subject_width = rows.iter().map(|row| row.subject.width()).max().unwrap_or(0).min(self.width / 3);
        let indent = 2 + 12 + check_width + 2 + subject_width + 2;
        let room = self.width.saturating_sub(indent).max(24);
        let _ = writeln!(text, "{}", self.paint(BOLD, "checks"));
        for row in &rows {
            let mut body =
                if row.cut { vec![cut(&one_line(&row.text), room)] } else { wrap(&one_line(&row.text), room) };
            let mark = self.paint(row.style, &pad(row.mark, 12));
            let head = format!("  {mark}{}  ", pad(&row.check, check_width));
            if row.subject.width() > subject_width {
                let _ = writeln!(text, "{head}{}", row.subject);
            } else {
                let first = body.remove(0);
                let _ = writeln!(text, "{}", format!("{head}{}  {first}", pad(&row.subject, subject_width)).trim_end());
            }
            for line in body {
                let _ = writeln!(text, "{}{line}", " ".repeat(indent));
            }
        }
        text.push('\n');
    }

    fn verdict(&self, text: &mut String, outcome: &Outcome) {
        let summary = Summary::of(outcome);
        let verdict = outcome.verdict();
        let style = match verdict {
            Verdict::Clean => GREEN,
            Verdict::Findings | Verdict::CouldNotJudge => RED,
        };
        let _ = writeln!(text, "{}", summary.counts());
        let title = self.paint(style, &format!("{} (exit code {})", verdict_title(verdict), verdict.exit_code()));
        let _ = writeln!(text, "{title}: {}", verdict_reason(outcome, &summary));
    }
}

fn row(run: &CheckRun) -> Row {
    let (mark, style) = match run.outcome {
        CheckOutcome::Passed { .. } => ("passed", GREEN),
        CheckOutcome::Found(_) => ("found", YELLOW),
        CheckOutcome::NotJudged(_) => ("not judged", RED),
    };
    let (_, text) = check_text(run);
    Row { mark, style, check: one_line(run.check), subject: one_line(&run.subject), text, cut: false }
}

/// One row for each check that found something or was not judged; the passed ones of a kind share a row.
fn grouped(checks: &[CheckRun]) -> Vec<Row> {
    let mut passed: BTreeMap<&str, Vec<&CheckRun>> = BTreeMap::new();
    for run in checks.iter().filter(|run| matches!(run.outcome, CheckOutcome::Passed { .. })) {
        passed.entry(run.check).or_default().push(run);
    }
    let mut rows = Vec::new();
    for run in checks {
        if !matches!(run.outcome, CheckOutcome::Passed { .. }) {
            rows.push(row(run));
            continue;
        }
        match passed.remove(run.check) {
            Some(runs) if runs.len() > 3 => {
                let subjects: Vec<&str> = runs.iter().map(|run| run.subject.as_str()).collect();
                let subject = format!("{} subjects", runs.len());
                rows.push(Row { subject, text: subjects.join(", "), cut: true, ..row(run) });
            }
            Some(runs) => rows.extend(runs.into_iter().map(row)),
            None => {}
        }
    }
    rows
}
