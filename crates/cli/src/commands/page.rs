//! Pages of several formats: where they go, and how they look there.

use crate::args::GlobalArgs;
use crate::args::page::{PageArgs, PageFormat};
use crate::{files, output};
use rolecall_report::Options;
use rolecall_report::audit::Format;

/// The format as the report takes it.
pub(super) const fn format_of(page: &PageArgs) -> Format {
    match page.format {
        PageFormat::Human => Format::Human,
        PageFormat::Json => Format::Json,
        PageFormat::Markdown => Format::Markdown,
    }
}

/// Writes a page where it was asked for.
pub(super) fn write_page(
    page: &PageArgs,
    global: &GlobalArgs,
    text: impl FnOnce(Format, &Options) -> String,
) -> anyhow::Result<()> {
    write_page_below(page, global, String::new(), text)
}

/// The same for a page that names files, which stand below `path_prefix`.
pub(super) fn write_page_below(
    page: &PageArgs,
    global: &GlobalArgs,
    path_prefix: String,
    text: impl FnOnce(Format, &Options) -> String,
) -> anyhow::Result<()> {
    let options = Options { path_prefix, ..output::options(page.output.is_some(), global) };
    let text = text(format_of(page), &options);
    match &page.output {
        Some(path) => files::write(path, &text),
        None if global.quiet => Ok(()),
        None => output::say(&text),
    }
}
