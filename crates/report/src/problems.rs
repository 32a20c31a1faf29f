//! Problems of documents (syntax errors, duplicate keys, wrong types) in the style of the terminal report, for
//! commands that read documents without running a gate. What follows from a problem belongs to the caller.

use crate::excerpt::{Kind, Notice};
use crate::{Options, excerpt};
use rolecall_core::finding::{NotJudged, Related};
use rolecall_iam::problem::Problem;
use rolecall_iam::source::SourceMap;

/// The problem as a thing that was not judged: what it means for a check that needed the document.
pub fn not_judged(problem: &Problem) -> NotJudged {
    let related = problem.related.iter().map(|(span, label)| Related { span: *span, label: label.clone() });
    NotJudged {
        code: problem.code.to_owned(),
        span: problem.span,
        message: problem.message.clone(),
        help: problem.help.clone(),
        related: related.collect(),
    }
}

/// All problems with their source excerpts, in the order given, a blank line after each; empty without a problem.
/// Errors are headed `error`, warnings `warning`.
pub fn render(sources: &SourceMap, problems: &[Problem], options: &Options) -> String {
    let mut text = String::new();
    for problem in problems {
        let entry = not_judged(problem);
        let kind = if problem.is_error() { Kind::Error } else { Kind::Warning };
        text.push_str(&excerpt::render(&Notice { kind, ..excerpt::of_not_judged(&entry) }, sources, options));
        text.push('\n');
    }
    text
}
