//! Reproduced cases, for a person, a program, or as a page with a drawn timeline. What was expected and what came out is
//! in the values; nothing is judged here.

mod drawing;
mod human;
mod json;
mod page;

use crate::Options;
use rolecall_core::finding::NotJudged;
use rolecall_iam::source::SourceMap;
use rolecall_simulator::repro::CaseReport;
use rolecall_simulator::scenario::written;
use rolecall_simulator::time::SimTime;

/// One case that was asked for.
#[derive(Clone, Debug)]
pub struct Case {
    /// As it was asked for: `04-target-gap`, or the path of a file.
    pub name: String,
    /// What came out with the fault.
    pub report: CaseReport,
    /// What came out without it.
    pub twin: CaseReport,
}

impl Case {
    /// Whether the right cause came out, and none without the fault.
    pub fn is_right(&self) -> bool {
        self.report.is_right() && self.twin.is_right()
    }
}

/// How cases are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// Text for a person.
    Human,
    /// One JSON document; `schema/repro.schema.json` documents it.
    Json,
    /// One page that needs nothing else.
    Html,
}

/// The cases in a format. In `brief`, text for a person is a line for each case.
pub fn render(cases: &[Case], format: Format, brief: bool, options: &Options) -> String {
    match format {
        Format::Human => human::render(cases, brief, options),
        Format::Json => json::render(cases, options),
        Format::Html => page::render(cases, options),
    }
}

/// What is wrong with a scenario, with its place in the text.
pub fn problems(sources: &SourceMap, problems: &[NotJudged], options: &Options) -> String {
    let mut text = String::new();
    for problem in problems {
        let notice =
            crate::excerpt::Notice { kind: crate::excerpt::Kind::Error, ..crate::excerpt::of_not_judged(problem) };
        text.push_str(&crate::excerpt::render(&notice, sources, options));
        text.push('\n');
    }
    text
}

/// `+1h30m`.
fn moment(at: SimTime) -> String {
    written(at.since(SimTime::START))
}

/// Up to so many names, then how many more.
fn names(accounts: &[String], most: usize) -> String {
    let shown: Vec<&str> = accounts.iter().take(most).map(String::as_str).collect();
    match accounts.len().saturating_sub(most) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// Who has to do something, in words.
const fn whose(cause: rolecall_core::diagnosis::Cause) -> &'static str {
    match cause.whose() {
        rolecall_core::diagnosis::Whose::Customer => "the customer",
        rolecall_core::diagnosis::Whose::Vendor => "the vendor",
        rolecall_core::diagnosis::Whose::Reader => "whoever reads the list of accounts",
        rolecall_core::diagnosis::Whose::Nobody => "nobody",
    }
}
