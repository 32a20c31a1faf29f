//! Writes the outcome of a run as terminal text, JSON, SARIF 2.1.0, JUnit, Markdown or GitHub annotations.
//! One file for each format, with private mirror structs: a change of the domain types cannot break a format.
//! It decides nothing and reads nothing: the verdict, the order and the texts are those of the outcome.

mod access;
pub mod audit;
mod blocks;
pub mod diagnosis;
pub mod difference;
pub mod evidence;
mod excerpt;
pub mod external_ids;
mod github;
mod human;
mod json;
mod junit;
mod markdown;
mod place;
pub mod problems;
pub mod prove;
pub mod repro;
pub mod rollout;
mod sarif;
mod sarif_rule;
mod summary;
pub mod sweep;
pub mod trace;
pub mod validate;
mod visible;
mod wrap;

use rolecall_gate::outcome::Outcome;

/// The formats in which an outcome can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// Text for a person at a terminal, with source excerpts.
    Human,
    /// JSON of our own, versioned; its schema is `schema/outcome.schema.json`.
    Json,
    /// SARIF 2.1.0 (OASIS), for code scanning.
    Sarif,
    /// JUnit XML, for the test view of a CI.
    Junit,
    /// Markdown, for a comment on a pull request.
    Markdown,
    /// GitHub's workflow commands, which become annotations.
    Github,
}

impl Format {
    /// All formats, in the order in which help texts name them.
    pub const ALL: [Self; 6] = [Self::Human, Self::Json, Self::Sarif, Self::Junit, Self::Markdown, Self::Github];

    /// As written on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Json => "json",
            Self::Sarif => "sarif",
            Self::Junit => "junit",
            Self::Markdown => "markdown",
            Self::Github => "github",
        }
    }

    /// The format with this name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.as_str() == text)
    }
}

/// How to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// ANSI colours in the human format; the others never have any.
    pub color: bool,
    /// Width of the terminal in columns, for the human format; below 40 counts as 40.
    pub width: u16,
    /// The human format shows each passed check and each accepted finding in full.
    pub verbose: bool,
    /// The version that the formats give for this program.
    pub tool_version: String,
    /// The folder that the outcome's relative paths start from, as the reader of the report sees it: from the root of
    /// the repository for SARIF, GitHub and Markdown, from the working directory for a terminal. Empty for the same
    /// folder. It changes the paths that are shown, never a fingerprint.
    pub path_prefix: String,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            color: false,
            width: 100,
            verbose: false,
            tool_version: String::from(env!("CARGO_PKG_VERSION")),
            path_prefix: String::new(),
        }
    }
}

/// Writes `outcome` in `format`; the text ends with a line break. It never fails: spans that lie outside their source
/// are moved to its end, and characters that could act on a terminal or in a markup language are written out.
pub fn render(outcome: &Outcome, format: Format, options: &Options) -> String {
    match format {
        Format::Human => human::render(outcome, options),
        Format::Json => json::render(outcome, options),
        Format::Sarif => sarif::render(outcome, options),
        Format::Junit => junit::render(outcome, options),
        Format::Markdown => markdown::render(outcome, options),
        Format::Github => github::render(outcome, options),
    }
}
