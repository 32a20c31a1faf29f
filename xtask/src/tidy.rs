//! `cargo xtask tidy`: the house rules that neither rustfmt nor clippy knows, on every file of the checkout.
//! Breaches fail; sizes past the marks are only reported. `rust` reads Rust by tokens, `text` any text by lines.

mod rust;
#[cfg(test)]
mod tests;
mod text;

use std::fmt;

use anyhow::{Result, bail};

use crate::repository;

/// A file that is longer than this many lines outside tests is reported.
const FILE_LINES_MAX: usize = 600;
/// A function that is longer than this many lines outside tests, signature included, is reported.
const FUNCTION_LINES_MAX: usize = 70;
/// Files above this size are data; they are not read.
const FILE_BYTES_MAX: u64 = 8 << 20;

/// One breach of a rule at one line (counted from 1) of one file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Finding {
    path: String,
    line: usize,
    rule: &'static str,
    message: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {} [{}]", self.path, self.line, self.message, self.rule)
    }
}

/// A file or function past its mark: worth a look, not an error.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Size {
    path: String,
    line: usize,
    lines: usize,
    what: String,
}

/// What was found in one file or in all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Outcome {
    findings: Vec<Finding>,
    sizes: Vec<Size>,
}

impl Outcome {
    fn finding(&mut self, path: &str, line: usize, rule: &'static str, message: impl Into<String>) {
        self.findings.push(Finding { path: path.to_owned(), line, rule, message: message.into() });
    }
}

/// Reads every file of the checkout; fails when a rule is broken.
pub(crate) fn run() -> Result<()> {
    let mut outcome = Outcome::default();
    let files = repository::files()?;
    for path in &files {
        let on_disk = repository::root().join(path);
        if std::fs::metadata(&on_disk)?.len() <= FILE_BYTES_MAX {
            judge(path, &std::fs::read(&on_disk)?, &mut outcome);
        }
    }
    outcome.findings.sort();
    outcome.sizes.sort_by(|a, b| b.lines.cmp(&a.lines).then_with(|| a.cmp(b)));
    for size in &outcome.sizes {
        eprintln!("note: {}:{}: {} is {} lines long", size.path, size.line, size.what, size.lines);
    }
    for finding in &outcome.findings {
        eprintln!("error: {finding}");
    }
    if !outcome.findings.is_empty() {
        bail!("tidy: {} broken rules in {} files", outcome.findings.len(), files.len());
    }
    eprintln!("tidy: {} files, no broken rule, {} sizes to look at", files.len(), outcome.sizes.len());
    Ok(())
}

/// Everything that can be said of one file; `path` is relative to the root.
fn judge(path: &str, bytes: &[u8], outcome: &mut Outcome) {
    let is_rust = extension(path) == "rs";
    text::check_name(path, outcome);
    match std::str::from_utf8(bytes) {
        Ok(content) => {
            text::check(path, content, outcome);
            if is_rust {
                rust::check(path, content, outcome);
            }
        }
        Err(error) if is_rust => {
            let line = 1 + bytes.iter().take(error.valid_up_to()).filter(|byte| **byte == b'\n').count();
            outcome.finding(path, line, "utf-8", "Rust source that is not UTF-8");
        }
        // Fixtures hold binary files on purpose.
        Err(_) => {}
    }
}

/// The ending of a file name, without the dot.
fn extension(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path).rsplit_once('.').map_or("", |(_, extension)| extension)
}

/// Whether a file holds tests only.
fn is_test_file(path: &str) -> bool {
    let file = path.rsplit('/').next().unwrap_or(path);
    file == "tests.rs" || file.ends_with("_tests.rs") || path.split('/').any(|part| part == "tests")
}
