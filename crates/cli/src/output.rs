//! What the program says: text on standard output, reports in files, complaints on standard error.
//! A reader that went away (a closed pipe) is no failure.

use crate::args::{ColorChoice, GlobalArgs, ReportArgs};
use crate::files;
use anyhow::{Context, bail};
use rolecall_gate::outcome::Outcome;
use rolecall_report::{Format, Options, render};
use std::io::{ErrorKind, IsTerminal, Write};
use std::path::{Path, PathBuf};

/// Columns when standard output is no terminal.
const WIDTH_ELSEWHERE: u16 = 100;

/// Writes to standard output.
pub(crate) fn say(text: &str) -> anyhow::Result<()> {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error).context("cannot write to standard output"),
        _ => Ok(()),
    }
}

/// Writes to standard error; what cannot be written there cannot be told anywhere.
pub(crate) fn complain(text: &str) {
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
}

/// Whether text for people on standard output has colours.
pub(crate) fn color(global: &GlobalArgs) -> bool {
    match global.color {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        // https://no-color.org: "when present and not an empty string (regardless of its value)".
        ColorChoice::Auto => {
            let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
            !no_color && std::io::stdout().is_terminal()
        }
    }
}

/// Columns of standard output.
pub(crate) fn width() -> u16 {
    if !std::io::stdout().is_terminal() {
        return WIDTH_ELSEWHERE;
    }
    terminal_size::terminal_size().map_or(WIDTH_ELSEWHERE, |(width, _)| width.0)
}

/// How a text looks on standard output, or in a file.
pub(crate) fn options(to_file: bool, global: &GlobalArgs) -> Options {
    Options {
        color: !to_file && color(global),
        width: if to_file { WIDTH_ELSEWHERE } else { width() },
        verbose: global.verbose,
        ..Options::default()
    }
}

/// Writes every report that was asked for; files first, so that a report that cannot be written is not taken for done.
pub(crate) fn report(
    outcome: &Outcome,
    folder: &Path,
    arguments: &ReportArgs,
    global: &GlobalArgs,
) -> anyhow::Result<()> {
    let path_prefix = prefix(folder);
    let options = |to_stdout: bool| Options { path_prefix: path_prefix.clone(), ..options(!to_stdout, global) };
    let mut wanted: Vec<(Format, &PathBuf)> = arguments.reports.iter().map(|(format, path)| (*format, path)).collect();
    wanted.extend(arguments.output.iter().map(|path| (arguments.format, path)));
    for (index, (_, path)) in wanted.iter().enumerate() {
        if wanted.iter().take(index).any(|(_, other)| other == path) {
            bail!("two reports go to `{}`: give each a file of its own", path.display());
        }
    }
    let files: Vec<files::NewFile> = wanted
        .into_iter()
        .map(|(format, path)| {
            let text = render(outcome, format, &options(false));
            files::NewFile { path: path.clone(), text, executable: false }
        })
        .collect();
    files::write_all(&files)?;
    if arguments.output.is_none() && !global.quiet {
        say(&render(outcome, arguments.format, &options(true)))?;
    }
    Ok(())
}

/// The folder as readers of a report know it: relative to the working directory where it lies below it.
pub(crate) fn prefix(folder: &Path) -> String {
    let current = std::env::current_dir().unwrap_or_default();
    let shown = folder.strip_prefix(&current).unwrap_or(folder);
    let text = shown.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/");
    if text == "." { String::new() } else { text }
}
