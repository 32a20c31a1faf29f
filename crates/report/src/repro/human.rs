//! Cases as text: setup, timeline, e-mails, diagnosis with its evidence, remedy, verdict; a summary at the end.

use super::{Case, moment, names, whose};
use crate::Options;
use crate::human::{BOLD, DIM, GREEN, RED, YELLOW, paint};
use crate::visible::one_line;
use crate::wrap::{pad, wrap};
use anstyle::Style;
use rolecall_core::diagnosis::{Fact, Ranked};
use rolecall_simulator::repro::{Answer, CaseReport, Entry, MailText, Tone};
use std::fmt::Write as _;

/// Accounts named in one line of the timeline.
const NAMED_MAX: usize = 3;
/// Lines of a timeline that are shown without `--verbose`.
const SHOWN_MAX: usize = 60;
/// E-mails that are.
const MAILS_MAX: usize = 4;

pub(super) fn render(cases: &[Case], brief: bool, options: &Options) -> String {
    let page = Page { options, width: usize::from(options.width).max(60) };
    let mut text = String::new();
    for case in cases {
        if brief {
            page.brief(&mut text, case);
        } else {
            page.case(&mut text, case);
        }
    }
    page.summary(&mut text, cases);
    text
}

struct Page<'a> {
    options: &'a Options,
    width: usize,
}

impl Page<'_> {
    fn paint(&self, style: Style, text: &str) -> String {
        paint(self.options, style, text)
    }

    /// Wrapped lines with an indent.
    fn paragraph(&self, text: &mut String, indent: usize, style: Style, content: &str) {
        for line in wrap(&one_line(content), self.width.saturating_sub(indent)) {
            let _ = writeln!(text, "{}{}", " ".repeat(indent), self.paint(style, &line));
        }
    }

    fn plain(&self, text: &mut String, indent: usize, content: &str) {
        self.paragraph(text, indent, Style::new(), content);
    }

    fn head(&self, text: &mut String, title: &str) {
        let _ = writeln!(text, "\n  {}", self.paint(BOLD, title));
    }

    fn brief(&self, text: &mut String, case: &Case) {
        let (mark, style) = if case.is_right() { ("right", GREEN) } else { ("wrong", RED) };
        let found: Vec<&str> = case.report.answers.iter().map(found).collect();
        let _ = writeln!(text, "{} {}: {}", self.paint(style, mark), one_line(&case.name), found.join(", "));
        for (report, what) in readings(case) {
            for mismatch in mismatches(report) {
                self.paragraph(text, 6, RED, &format!("{what}, {mismatch}"));
            }
        }
    }

    fn case(&self, text: &mut String, case: &Case) {
        let report = &case.report;
        let title = format!("{}: {}", one_line(&case.name), one_line(&report.scenario.title));
        let _ = writeln!(text, "{}", self.paint(BOLD, &title));
        if !report.scenario.question.is_empty() {
            self.plain(text, 2, &format!("\"{}\"", report.scenario.question));
        }
        self.head(text, "setup");
        for line in &report.setup {
            self.plain(text, 4 + line.len() - line.trim_start().len(), line);
        }
        self.timeline(text, &report.timeline);
        self.mails(text, &report.mails);
        for answer in &report.answers {
            self.answer(text, answer);
        }
        self.verdict(text, case);
        text.push('\n');
    }

    fn timeline(&self, text: &mut String, entries: &[Entry]) {
        self.head(text, "timeline");
        let shown = if self.options.verbose { entries.len() } else { SHOWN_MAX };
        for entry in entries.iter().take(shown) {
            self.entry(text, entry);
        }
        if let Some(more) = entries.len().checked_sub(shown).filter(|more| *more > 0) {
            let _ = writeln!(text, "    … and {more} more lines: `--verbose` shows them");
        }
    }

    fn entry(&self, text: &mut String, entry: &Entry) {
        let style = match entry.tone {
            Tone::Good => GREEN,
            Tone::Warning => YELLOW,
            Tone::Bad => RED,
            Tone::Plain => Style::new(),
        };
        let about = match entry.accounts.as_slice() {
            [] => String::new(),
            accounts => format!("{}: ", names(accounts, NAMED_MAX)),
        };
        let head = format!("    {} {} ", pad(&moment(entry.at), 9), pad(entry.lane.as_str(), 8));
        let indent = head.chars().count();
        let lines = wrap(&one_line(&format!("{about}{}", entry.text)), self.width.saturating_sub(indent));
        for (number, line) in lines.iter().enumerate() {
            let before = if number == 0 { self.paint(DIM, &head) } else { " ".repeat(indent) };
            let _ = writeln!(text, "{before}{}", self.paint(style, line));
        }
        if let Some(error) = &entry.error {
            self.plain(text, indent + 2, error);
        }
    }

    fn mails(&self, text: &mut String, mails: &[MailText]) {
        self.head(text, "e-mails");
        if mails.is_empty() {
            let _ = writeln!(text, "    none");
        }
        let shown = if self.options.verbose { mails.len() } else { MAILS_MAX.min(mails.len()) };
        for (number, mail) in mails.iter().take(shown).enumerate() {
            let head = format!("{} to {}: {}", moment(mail.at), one_line(&mail.to), one_line(&mail.subject));
            self.plain(text, 4, &head);
            // The texts of the first and the last shown: those between say the same.
            if number == 0 || number + 1 == shown || self.options.verbose {
                for paragraph in &mail.body {
                    self.plain(text, 8, paragraph);
                }
            }
        }
        if let Some(more) = mails.len().checked_sub(shown).filter(|more| *more > 0) {
            let _ = writeln!(text, "    … and {more} more: `--verbose` shows them");
        }
    }

    fn answer(&self, text: &mut String, answer: &Answer) {
        let title = format!(
            "diagnosis of {} ({}), {}'s view at {}",
            one_line(&answer.account),
            answer.id,
            answer.view.as_str(),
            moment(answer.at)
        );
        self.head(text, &title);
        if answer.diagnosis.causes.is_empty() {
            let _ = writeln!(text, "    no cause: nothing is seen to be wrong");
        }
        for (number, ranked) in answer.diagnosis.causes.iter().enumerate() {
            self.ranked(text, number, ranked);
        }
        if let Some(next) = &answer.diagnosis.next {
            let tells: Vec<&str> = next.tells_of.iter().map(|cause| cause.as_str()).collect();
            self.plain(text, 4, &format!("to be sure: {} (tells of {})", next.look.how(), tells.join(", ")));
        }
        if self.options.verbose {
            for excluded in &answer.diagnosis.excluded {
                self.plain(text, 4, &format!("not {}: {}", excluded.cause.as_str(), excluded.by.text));
            }
        }
        if let Some(first) = answer.diagnosis.first() {
            self.head(text, &format!("remedy, for {}", whose(first.cause)));
            self.plain(text, 4, first.cause.remedy());
        }
    }

    fn ranked(&self, text: &mut String, number: usize, ranked: &Ranked) {
        let head = format!("{}. {}, {}", number + 1, ranked.cause.as_str(), ranked.weight.as_str());
        let _ = writeln!(text, "    {}: {}", self.paint(BOLD, &head), ranked.cause.title());
        // Of what comes behind the first, the name is enough.
        if number > 0 && !self.options.verbose {
            return;
        }
        self.plain(text, 7, ranked.cause.about().means);
        let facts = |text: &mut String, word: &str, facts: &[Fact]| {
            for fact in facts {
                self.plain(text, 7, &format!("{word}: {} [{}]", fact.text, fact.place));
            }
        };
        facts(text, "for", &ranked.supporting);
        facts(text, "against", &ranked.contradicting);
    }

    fn verdict(&self, text: &mut String, case: &Case) {
        self.head(text, "verdict");
        for (report, what) in readings(case) {
            for mismatch in mismatches(report) {
                self.paragraph(text, 4, RED, &format!("{what}, {mismatch}"));
            }
        }
        if case.is_right() {
            let line = "the right cause comes first; without the fault there is none";
            let _ = writeln!(text, "    {}", self.paint(GREEN, line));
        }
    }

    fn summary(&self, text: &mut String, cases: &[Case]) {
        let right = cases.iter().filter(|case| case.is_right()).count();
        let style = if right == cases.len() { GREEN } else { RED };
        let many = if cases.len() == 1 { "case" } else { "cases" };
        let line = format!("{right} of {} {many} as expected, with the fault and without it", cases.len());
        let _ = writeln!(text, "{}", self.paint(style, &line));
        for case in cases.iter().filter(|case| !case.is_right()) {
            let _ = writeln!(text, "  {} {}", self.paint(RED, "wrong:"), one_line(&case.name));
        }
    }
}

fn found(answer: &Answer) -> &str {
    answer.diagnosis.first().map_or("no cause", |ranked| ranked.cause.as_str())
}

const fn readings(case: &Case) -> [(&CaseReport, &'static str); 2] {
    [(&case.report, "with the fault"), (&case.twin, "without the fault")]
}

fn mismatches(report: &CaseReport) -> impl Iterator<Item = String> {
    report
        .answers
        .iter()
        .flat_map(|answer| answer.mismatches.iter().map(|mismatch| format!("{}: {mismatch}", answer.account)))
}
