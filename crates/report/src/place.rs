//! From a span to a place that can be printed: path, lines, columns and bytes, moved into the source where the span
//! lies outside it or cuts a character. Reading sources and choosing spans belong to others.

use crate::Options;
use rolecall_iam::source::{SourceFile, SourceMap};
use rolecall_iam::span::Span;

/// One end of a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Point {
    /// Line, from 1.
    pub(crate) line: u32,
    /// Column in Unicode scalar values, from 1.
    pub(crate) column: u32,
    /// Byte offset in the file, from 0; always between two characters.
    pub(crate) byte: u32,
}

/// A place in a source, `start` included and `end` excluded.
#[derive(Clone, Debug)]
pub(crate) struct Place<'a> {
    pub(crate) source: &'a SourceFile,
    /// The path to show.
    pub(crate) path: String,
    pub(crate) start: Point,
    pub(crate) end: Point,
}

impl<'a> Place<'a> {
    /// The place of `span`; `None` when its file is not in `sources`.
    pub(crate) fn of(sources: &'a SourceMap, span: Span, options: &Options) -> Option<Self> {
        let source = sources.get(span.file)?;
        let text = source.text.as_str();
        let start = down(text, span.start as usize);
        let end = up(text, span.end as usize).max(start);
        let path = shown_path(&source.path, &options.path_prefix);
        Some(Self { source, path, start: point(source, start), end: point(source, end) })
    }

    /// Whether it is about the file as a whole: the empty range at its start.
    pub(crate) fn is_whole_file(&self) -> bool {
        self.start.byte == 0 && self.end.byte == 0
    }

    /// The byte range in the source, within its bounds and between characters.
    pub(crate) fn range(&self) -> std::ops::Range<usize> {
        self.start.byte as usize..self.end.byte as usize
    }

    /// `path:line:column`, or the path alone for a whole file.
    pub(crate) fn locate(&self) -> String {
        if self.is_whole_file() {
            return self.path.clone();
        }
        format!("{}:{}:{}", self.path, self.start.line, self.start.column)
    }
}

fn point(source: &SourceFile, byte: usize) -> Point {
    let byte = u32::try_from(byte).unwrap_or(u32::MAX);
    let at = source.line_column(byte);
    Point { line: at.line, column: at.column, byte }
}

/// The nearest character boundary at or before `offset`.
fn down(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

/// The nearest character boundary at or behind `offset`.
fn up(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset += 1;
    }
    offset
}

/// `path` behind `prefix`, without `.` parts; `..` parts take back parts of the prefix. Absolute paths stay.
pub(crate) fn shown_path(path: &str, prefix: &str) -> String {
    if prefix.is_empty() || path.starts_with('/') || is_drive(path) {
        return path.to_owned();
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in prefix.split('/').chain(path.split('/')).filter(|part| !part.is_empty() && *part != ".") {
        let removable = parts.last().is_some_and(|last| *last != "..");
        if part == ".." && removable {
            parts.pop();
        } else {
            parts.push(part);
        }
    }
    let root = if prefix.starts_with('/') { "/" } else { "" };
    format!("{root}{}", parts.join("/"))
}

/// Whether a path starts with a drive letter, as `C:/x`.
pub(crate) fn is_drive(path: &str) -> bool {
    let mut characters = path.chars();
    characters.next().is_some_and(|letter| letter.is_ascii_alphabetic())
        && characters.next() == Some(':')
        && matches!(characters.next(), Some('/' | '\\'))
}
