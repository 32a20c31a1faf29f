//! What is wrong with a document: every reader and parser reports these, all of them in one run.

use crate::span::Span;

/// Whether the document can still be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gravity {
    /// Readable, but surely not what was meant; the document keeps its meaning.
    Warning,
    /// AWS would refuse the document; one statement of it has no defined meaning, the others have. An evaluation may go
    /// on, in which that statement cannot be told; a gate does not judge the document.
    Undecidable,
    /// The document has no defined meaning: it is not evaluated, proved or judged.
    Error,
}

/// One problem of a document.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// Stable kebab-case code, such as `duplicate-key`.
    pub code: &'static str,
    /// Whether the document can still be used.
    pub gravity: Gravity,
    /// Where.
    pub span: Span,
    /// What was found, lowercase, with backticks around the text of the user.
    pub message: String,
    /// What was expected there, and what to do.
    pub help: String,
    /// Another place that belongs to it ("first defined here").
    pub related: Option<(Span, String)>,
}

impl Problem {
    /// An error: the document cannot be used.
    pub fn error(code: &'static str, span: Span, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { code, gravity: Gravity::Error, span, message: message.into(), help: help.into(), related: None }
    }

    /// A warning: the document keeps its meaning.
    pub fn warning(code: &'static str, span: Span, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { gravity: Gravity::Warning, ..Self::error(code, span, message, help) }
    }

    /// A part of a statement that cannot be evaluated.
    pub fn undecidable(code: &'static str, span: Span, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { gravity: Gravity::Undecidable, ..Self::error(code, span, message, help) }
    }

    /// Adds another place that belongs to the problem.
    #[must_use]
    pub fn with_related(mut self, span: Span, label: impl Into<String>) -> Self {
        self.related = Some((span, label.into()));
        self
    }

    /// Whether the document is not one that AWS would take: everything but a warning.
    pub fn is_error(&self) -> bool {
        self.gravity > Gravity::Warning
    }
}
