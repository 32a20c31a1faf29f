//! The state of one run: sources, findings, what was not judged, and the record of checks, so that no check can be
//! made without saying what became of it.

use crate::config::Problems;
use crate::inputs::{Files, Shelf, Wanted};
use crate::outcome::Outcome;
use crate::standing::{Decisions, settle};
use rolecall_core::finding::{CheckOutcome, CheckRun, Finding, NotJudged};
use rolecall_core::proof::Proofs;
use rolecall_core::rule::Severity;
use rolecall_core::rules::document_warning;
use rolecall_iam::problem::Problem;
use rolecall_iam::source::SourceMap;
use rolecall_iam::span::FileId;

/// What a check gives: what was judged, in a few words, or why it could not be made.
pub(crate) type Judgement<T> = Result<(T, String), String>;

/// One run.
pub(crate) struct Run<'f> {
    pub(crate) sources: SourceMap,
    pub(crate) findings: Vec<Finding>,
    pub(crate) problems: Problems,
    /// What was asked over all requests: each text once.
    pub(crate) proofs: Proofs,
    checks: Vec<CheckRun>,
    shelf: Shelf,
    files: &'f Files,
}

impl<'f> Run<'f> {
    pub(crate) fn new(sources: SourceMap, files: &'f Files) -> Self {
        Self {
            sources,
            findings: Vec::new(),
            problems: Problems::default(),
            proofs: Proofs::default(),
            checks: Vec::new(),
            shelf: Shelf::default(),
            files,
        }
    }

    /// Makes a check and records it. What the body adds to the findings or to the problems belongs to it: any problem
    /// makes the check not judged, whatever the body gives.
    pub(crate) fn check<T>(
        &mut self,
        check: &'static str,
        subject: impl Into<String>,
        body: impl FnOnce(&mut Self) -> Judgement<T>,
    ) -> Option<T> {
        let (findings, problems) = (self.findings.len(), self.problems.len());
        let judgement = body(self);
        let found = self.findings.len() - findings;
        let first_problem = self.problems.get(problems).map(|problem| problem.message.clone());
        let (outcome, value) = match (judgement, first_problem) {
            (Ok((value, _)), Some(problem)) => (CheckOutcome::NotJudged(problem), Some(value)),
            (Err(_), Some(problem)) => (CheckOutcome::NotJudged(problem), None),
            (Err(reason), None) => (CheckOutcome::NotJudged(reason), None),
            (Ok((value, _)), None) if found > 0 => (CheckOutcome::Found(found), Some(value)),
            (Ok((value, judged)), None) => (CheckOutcome::Passed { judged }, Some(value)),
        };
        self.checks.push(CheckRun { check, subject: subject.into(), outcome });
        value
    }

    /// The text file that a path names; what is wrong with it becomes a problem.
    pub(crate) fn text(&mut self, wanted: &Wanted<'_>) -> Option<FileId> {
        self.shelf.text(wanted, self.files, &mut self.sources, &mut self.problems)
    }

    /// All text files of a path that may name a folder.
    pub(crate) fn texts(&mut self, wanted: &Wanted<'_>) -> Option<Vec<FileId>> {
        self.shelf.texts(wanted, self.files, &mut self.sources, &mut self.problems)
    }

    /// The text of a file of this run.
    pub(crate) fn source(&self, file: FileId) -> String {
        self.sources.get(file).map(|source| source.text.clone()).unwrap_or_default()
    }

    /// Takes over what a reader found: errors keep the document from being judged, warnings are findings.
    pub(crate) fn take(&mut self, problems: Vec<Problem>) {
        for problem in problems {
            if problem.is_error() {
                self.problems.add_problem(problem);
            } else {
                self.findings.push(warning(problem));
            }
        }
    }

    /// Takes over what a rule found and what it could not judge.
    pub(crate) fn take_judged(&mut self, (findings, not_judged): (Vec<Finding>, Vec<NotJudged>)) {
        self.findings.extend(findings);
        for entry in not_judged {
            self.problems.add_not_judged(entry);
        }
    }

    /// Whether everything so far was judged.
    pub(crate) fn is_complete(&self) -> bool {
        self.problems.is_empty() && !self.checks.iter().any(|run| matches!(run.outcome, CheckOutcome::NotJudged(_)))
    }

    /// The outcome.
    pub(crate) fn finish(self, decisions: &Decisions<'_>, fail_on: Severity) -> Outcome {
        let findings = settle(self.findings, &self.sources, decisions);
        let mut not_judged = self.problems.into_sorted();
        not_judged.dedup();
        Outcome { sources: self.sources, findings, not_judged, checks: self.checks, fail_on, as_of: decisions.as_of }
    }
}

impl Run<'_> {
    /// The texts, and what was not judged, for those who report in another form than an outcome.
    pub(crate) fn into_parts(self) -> (SourceMap, Vec<NotJudged>) {
        let mut not_judged = self.problems.into_sorted();
        not_judged.dedup();
        (self.sources, not_judged)
    }
}

/// "1 statement", "2 statements".
pub(crate) fn counted(number: usize, what: &str) -> String {
    let plural = match (number, what.strip_suffix('y')) {
        (1, _) => return format!("1 {what}"),
        (_, Some(stem)) => format!("{stem}ies"),
        (_, None) => format!("{what}s"),
    };
    format!("{number} {plural}")
}

/// A warning of a reader as a finding; its code is the subject.
fn warning(problem: Problem) -> Finding {
    let finding = Finding::new(&document_warning::RULE, problem.span, problem.code, problem.message);
    let finding = finding.with_remedy(problem.help);
    match problem.related {
        Some((span, label)) => finding.with_related(span, label),
        None => finding,
    }
}
