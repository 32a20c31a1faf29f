//! Pages of several formats: where they go, and how they look there.

use crate::args::GlobalArgs;
use crate::args::rollout::{PageArgs, PageFormat};
use crate::{files, output};
use rolecall_report::Options;
use rolecall_report::audit::Format;

/// Writes a page where it was asked for.
pub(super) fn write_page(
    page: &PageArgs,
    global: &GlobalArgs,
    text: impl FnOnce(Format, &Options) -> String,
) -> anyhow::Result<()> {
    let format = match page.format {
        PageFormat::Human => Format::Human,
        PageFormat::Json => Format::Json,
        PageFormat::Markdown => Format::Markdown,
    };
    let to_file = page.output.is_some();
    let options = Options {
        color: !to_file && output::color(global),
        width: if to_file { output::WIDTH_ELSEWHERE } else { output::width() },
        verbose: global.verbose,
        ..Options::default()
    };
    let text = text(format, &options);
    match &page.output {
        Some(path) => files::write(path, &text),
        None if global.quiet => Ok(()),
        None => output::say(&text),
    }
}
