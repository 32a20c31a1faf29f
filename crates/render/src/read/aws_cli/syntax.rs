//! The syntax tree of the subset of bash that is read.

use crate::read::embedded::Text;
use rolecall_iam::span::Span;

/// Commands in their order.
pub(super) type List = Vec<AndOr>;

/// Pipelines joined by `&&` (`true`) and `||` (`false`).
#[derive(Clone, Debug)]
pub(super) struct AndOr {
    pub(super) first: Pipeline,
    pub(super) rest: Vec<(bool, Pipeline)>,
}

/// Commands joined by `|`.
#[derive(Clone, Debug)]
pub(super) struct Pipeline {
    pub(super) negated: bool,
    pub(super) commands: Vec<Command>,
}

/// One command.
#[derive(Clone, Debug)]
pub(super) enum Command {
    Simple(Simple),
    /// Conditions with their branches, then `else`.
    If {
        branches: Vec<(List, List)>,
        otherwise: List,
    },
    Case {
        word: Word,
        arms: Vec<(Vec<Word>, List)>,
    },
    /// Without words: over the arguments.
    For {
        name: String,
        words: Option<Vec<Word>>,
        body: List,
        span: Span,
    },
    /// `while` and `until` (`negated`).
    While {
        condition: List,
        body: List,
        negated: bool,
        span: Span,
    },
    Function {
        name: String,
        body: Box<Command>,
    },
    Group(List),
    Subshell(List),
    /// `[[ … ]]`.
    Test(Vec<Word>),
    /// Something that is parsed over: arithmetic, `select`.
    Other {
        what: &'static str,
        span: Span,
    },
    Redirected {
        command: Box<Command>,
        redirects: Vec<Redirect>,
    },
}

/// Assignments, words and redirections.
#[derive(Clone, Debug, Default)]
pub(super) struct Simple {
    pub(super) assignments: Vec<Assignment>,
    pub(super) words: Vec<Word>,
    pub(super) redirects: Vec<Redirect>,
    pub(super) span: Span,
}

/// `name=value`, `name+=value`, `name=(…)`.
#[derive(Clone, Debug)]
pub(super) struct Assignment {
    pub(super) name: String,
    pub(super) append: bool,
    pub(super) value: Assigned,
}

/// What is assigned.
#[derive(Clone, Debug)]
pub(super) enum Assigned {
    Word(Word),
    Array(Vec<Word>),
}

/// One redirection.
#[derive(Clone, Debug)]
pub(super) struct Redirect {
    /// The file descriptor, when written.
    pub(super) descriptor: Option<u32>,
    pub(super) kind: RedirectKind,
    /// The file name, or the text of a heredoc or here string.
    pub(super) target: Word,
}

/// Where a redirection goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RedirectKind {
    Read,
    Write,
    Append,
    /// A heredoc or here string.
    Text,
    /// `2>&1`.
    Duplicate,
}

/// One word.
#[derive(Clone, Debug)]
pub(super) struct Word {
    pub(super) parts: Vec<Part>,
    pub(super) span: Span,
}

/// A part of a word.
#[derive(Clone, Debug)]
pub(super) enum Part {
    /// Without quotes: its `*` and `?` are patterns.
    Plain(Text),
    /// Quoted: it stands for itself.
    Quoted(Text),
    /// Between double quotes, or in a heredoc.
    Double(Vec<Part>),
    Variable(Variable),
    /// `$(…)`.
    Command(List, Span),
    /// An expansion outside of the subset.
    Unknown(&'static str, Span),
}

/// `$name`, `${name}`, `${name[@]}`, `${name:-word}`.
#[derive(Clone, Debug)]
pub(super) struct Variable {
    pub(super) name: String,
    /// All elements: `$@`, `${name[@]}`.
    pub(super) all: bool,
    pub(super) operation: Option<(Operation, Word)>,
    pub(super) span: Span,
}

/// What an expansion does with an unset variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operation {
    /// `:-` and `-`; `:=` and `=`.
    Default,
    /// `:+` and `+`.
    Alternative,
    /// `:?` and `?`.
    Require,
}
