//! A validation of accounts: text for a terminal, JSON (`"format": "rolecall-validation"`, `"version": 1`;
//! `schema/validation.schema.json` documents it) and JUnit XML.

mod json;
mod page;
mod suites;

use crate::Options;
use crate::blocks;
use rolecall_core::validation::{Run, Standing};

/// The formats of a validation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Text for a person: what is right in one line, what is not with its cause and the next step.
    Human,
    /// JSON.
    Json,
    /// JUnit XML: a case for each account.
    Junit,
}

/// Writes a run; the text ends with a line break.
pub fn render(run: &Run, format: Format, options: &Options) -> String {
    match format {
        Format::Human => blocks::human(&page::page(run, options), options),
        Format::Json => json::render(run),
        Format::Junit => crate::junit::write(&suites::suites(run)),
    }
}

const fn standing_word(standing: Standing) -> &'static str {
    match standing {
        Standing::Good => "good",
        Standing::Faulty => "faulty",
        Standing::NotJudged => "not-judged",
    }
}
