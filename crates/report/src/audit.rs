//! An audit as terminal text, Markdown and JSON. What stands in it is chosen here; how a page looks, in `blocks`.

pub(crate) mod json;
mod page;

use crate::{Options, blocks};
use rolecall_gate::audit::Audit;

/// The formats in which an audit or a difference can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Text for a person at a terminal.
    Human,
    /// Markdown, for a ticket or a pull request.
    Markdown,
    /// JSON of our own, versioned; its schema stands beside the other ones in `schema`.
    Json,
}

/// Writes an audit; the text ends with a line break.
pub fn render(audit: &Audit, format: Format, options: &Options) -> String {
    match format {
        Format::Human => blocks::human(&page::page(audit, options), options),
        Format::Markdown => blocks::markdown(&page::page(audit, &Options { verbose: true, ..options.clone() })),
        Format::Json => json::render(audit, options),
    }
}
