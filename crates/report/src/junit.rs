//! JUnit XML as CI systems read it (the dialect of the Jenkins schema `junit-10.xsd`).
//!
//! A suite for each check with a case for each subject; then the suite `findings` with a case for each finding, and
//! the suite `not judged` with a case for each thing that was not judged. A failing finding is a failure; whatever
//! was not judged is an error; accepted findings, and those below the failing severity, pass with their text in
//! `system-out`. A check that found something is `skipped` and points at the findings: the cases of its findings
//! decide, so that failures and errors are there exactly when the verdict is not clean.

use crate::place::Place;
use crate::summary::{acceptance, check_text};
use crate::visible::one_line;
use crate::{Options, excerpt};
use rolecall_core::finding::{CheckOutcome, CheckRun};
use rolecall_gate::outcome::{Judged, Outcome, Standing};
use rolecall_iam::span::Span;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// What a case says.
pub(crate) enum Body {
    Passed(String),
    Skipped(String),
    Failure { message: String, kind: String, text: String },
    Error { message: String, kind: String, text: String },
}

pub(crate) struct Case {
    pub(crate) class: String,
    pub(crate) name: String,
    pub(crate) body: Body,
}

pub(crate) struct Suite {
    pub(crate) name: String,
    pub(crate) cases: Vec<Case>,
}

impl Suite {
    fn count(&self, is: fn(&Body) -> bool) -> usize {
        self.cases.iter().filter(|case| is(&case.body)).count()
    }
}

/// The outcome as a JUnit document.
pub(crate) fn render(outcome: &Outcome, options: &Options) -> String {
    let options = Options { color: false, width: 100, ..options.clone() };
    let mut suites = checks(outcome);
    let findings: Vec<Case> = outcome.findings.iter().map(|judged| finding(outcome, judged, &options)).collect();
    if !findings.is_empty() {
        suites.push(Suite { name: String::from("findings"), cases: findings });
    }
    let not_judged = not_judged(outcome, &options);
    if !not_judged.is_empty() {
        suites.push(Suite { name: String::from("not judged"), cases: not_judged });
    }
    let mut seen = BTreeMap::new();
    for case in suites.iter_mut().flat_map(|suite| &mut suite.cases) {
        number_repeated(case, &mut seen);
    }
    write(&suites)
}

/// CI systems keep the history of a case by its class and name: a repeated pair gets a running number.
fn number_repeated(case: &mut Case, seen: &mut BTreeMap<(String, String), usize>) {
    let count = seen.entry((case.class.clone(), case.name.clone())).or_insert(0);
    *count += 1;
    if *count > 1 {
        let _ = write!(case.name, " ({count})");
    }
}

fn checks(outcome: &Outcome) -> Vec<Suite> {
    let mut suites: Vec<Suite> = Vec::new();
    for run in &outcome.checks {
        let case = check(run);
        match suites.iter_mut().find(|suite| suite.name == run.check) {
            Some(suite) => suite.cases.push(case),
            None => suites.push(Suite { name: run.check.to_owned(), cases: vec![case] }),
        }
    }
    suites
}

fn check(run: &CheckRun) -> Case {
    let (_, text) = check_text(run);
    let body = match &run.outcome {
        CheckOutcome::Passed { .. } => Body::Passed(text),
        CheckOutcome::Found(_) => Body::Skipped(format!("{text}, each a case of the suite `findings`")),
        CheckOutcome::NotJudged(_) => Body::Error { message: text.clone(), kind: String::from("not-judged"), text },
    };
    let name = if run.subject.is_empty() { run.check } else { &run.subject };
    Case { class: format!("rolecall.{}", run.check), name: one_line(name), body }
}

fn finding(outcome: &Outcome, judged: &Judged, options: &Options) -> Case {
    let finding = &judged.finding;
    let code = finding.rule.code;
    let text = excerpt::render(&excerpt::of_finding(judged), &outcome.sources, options);
    let body = match acceptance(&judged.standing) {
        None if judged.standing == Standing::Open && finding.severity >= outcome.fail_on => {
            Body::Failure { message: one_line(&finding.message), kind: code.to_owned(), text }
        }
        None => Body::Passed(format!("below the failing severity `{}`\n\n{text}", outcome.fail_on.as_str())),
        Some(reason) => Body::Passed(format!("accepted: {reason}\n\n{text}")),
    };
    let name = if finding.subject.is_empty() { code.to_owned() } else { format!("{code}: {}", finding.subject) };
    Case { class: class(outcome, finding.span, options), name: one_line(&name), body }
}

fn not_judged(outcome: &Outcome, options: &Options) -> Vec<Case> {
    let mut cases = Vec::new();
    for entry in &outcome.not_judged {
        let text = excerpt::render(&excerpt::of_not_judged(entry), &outcome.sources, options);
        let message = one_line(&entry.message);
        let body = Body::Error { message: message.clone(), kind: entry.code.clone(), text };
        let name = format!("{}: {message}", entry.code);
        cases.push(Case { class: class(outcome, entry.span, options), name: one_line(&name), body });
    }
    if outcome.checks.is_empty() {
        let message = String::from("no check was made; a run that judged nothing is not a pass");
        let body = Body::Error { text: message.clone(), message, kind: String::from("no-check-made") };
        cases.push(Case { class: String::from("rolecall"), name: String::from("no check made"), body });
    }
    cases
}

/// The class of a case about a place: the path of the file, without lines, which would tear its history.
fn class(outcome: &Outcome, span: Span, options: &Options) -> String {
    let path = Place::of(&outcome.sources, span, options).map(|place| one_line(&place.path));
    path.filter(|path| !path.is_empty()).unwrap_or_else(|| String::from("rolecall"))
}

/// The document of suites.
pub(crate) fn write(suites: &[Suite]) -> String {
    let total = |is: fn(&Body) -> bool| suites.iter().map(|suite| suite.count(is)).sum::<usize>();
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ = writeln!(
        xml,
        "<testsuites name=\"rolecall\" tests=\"{}\" failures=\"{}\" errors=\"{}\">",
        total(|_| true),
        total(is_failure),
        total(is_error)
    );
    for suite in suites {
        let _ = writeln!(
            xml,
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\">",
            attribute(&suite.name),
            suite.cases.len(),
            suite.count(is_failure),
            suite.count(is_error),
            suite.count(|body| matches!(body, Body::Skipped(_)))
        );
        for case in &suite.cases {
            write_case(&mut xml, case);
        }
        xml.push_str("  </testsuite>\n");
    }
    xml.push_str("</testsuites>\n");
    xml
}

fn write_case(xml: &mut String, case: &Case) {
    let (class, name) = (attribute(&case.class), attribute(&case.name));
    let _ = writeln!(xml, "    <testcase classname=\"{class}\" name=\"{name}\">");
    let _ = match &case.body {
        Body::Passed(text) => writeln!(xml, "      <system-out>{}</system-out>", content(text)),
        Body::Skipped(message) => writeln!(xml, "      <skipped message=\"{}\"/>", attribute(message)),
        Body::Failure { message, kind, text } => write_bad(xml, "failure", message, kind, text),
        Body::Error { message, kind, text } => write_bad(xml, "error", message, kind, text),
    };
    xml.push_str("    </testcase>\n");
}

fn write_bad(xml: &mut String, tag: &str, message: &str, kind: &str, text: &str) -> std::fmt::Result {
    let (message, kind, text) = (attribute(message), attribute(kind), content(text));
    writeln!(xml, "      <{tag} message=\"{message}\" type=\"{kind}\">{text}</{tag}>")
}

fn is_failure(body: &Body) -> bool {
    matches!(body, Body::Failure { .. })
}

fn is_error(body: &Body) -> bool {
    matches!(body, Body::Error { .. })
}

/// Text for an attribute value.
fn attribute(text: &str) -> String {
    content(text).replace('"', "&quot;").replace('\n', "&#10;")
}

/// Text for element content. XML 1.0 has no way to write most control characters: they are written out.
fn content(text: &str) -> String {
    crate::visible::lines(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
