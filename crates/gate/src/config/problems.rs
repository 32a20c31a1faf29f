//! The list of what is wrong with a configuration or a file that it names.
//! Each entry says what was found, where, what was expected and what to do.

use rolecall_core::finding::{NotJudged, Related};
use rolecall_core::known_words::suggestion;
use rolecall_iam::problem::Problem;
use rolecall_iam::span::Span;

/// Problems of the input, in the order in which they were met; sorted by place when they are taken.
#[derive(Debug, Default)]
pub(crate) struct Problems(Vec<NotJudged>);

impl Problems {
    /// Adds one.
    pub(crate) fn add(
        &mut self,
        code: impl Into<String>,
        span: Span,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        let related = Vec::new();
        self.0.push(NotJudged { code: code.into(), span, message: message.into(), help: help.into(), related });
    }

    /// Adds one that points at a second place, such as the first definition.
    pub(crate) fn add_related(
        &mut self,
        code: impl Into<String>,
        span: Span,
        message: impl Into<String>,
        help: impl Into<String>,
        related: (Span, &str),
    ) {
        let related = vec![Related { span: related.0, label: related.1.to_owned() }];
        self.0.push(NotJudged { code: code.into(), span, message: message.into(), help: help.into(), related });
    }

    /// Adds an unknown key with the nearest known one.
    pub(crate) fn unknown_key(&mut self, span: Span, key: &str, table: &str, known: &[&str]) {
        let help = suggestion(key, known.iter().copied());
        self.add("config-unknown-key", span, format!("`{table}` has no key `{key}`"), help);
    }

    /// Adds what a reader or parser found.
    pub(crate) fn add_problem(&mut self, problem: Problem) {
        let related = problem.related.into_iter().map(|(span, label)| Related { span, label }).collect();
        let (code, span) = (problem.code.to_owned(), problem.span);
        self.0.push(NotJudged { code, span, message: problem.message, help: problem.help, related });
    }

    /// Adds one that is complete already.
    pub(crate) fn add_not_judged(&mut self, entry: NotJudged) {
        self.0.push(entry);
    }

    /// Adds those of an inner run.
    pub(crate) fn append(&mut self, mut others: Self) {
        self.0.append(&mut others.0);
    }

    /// Whether nothing was found.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The one with this number, in the order in which they were added.
    pub(crate) fn get(&self, index: usize) -> Option<&NotJudged> {
        self.0.get(index)
    }

    /// All of them, by place.
    pub(crate) fn into_sorted(mut self) -> Vec<NotJudged> {
        self.0.sort_by_key(|problem| problem.span);
        self.0
    }
}
