//! The texts that spans point into, and the way from a byte offset to line and column.

use crate::span::{FileId, Span};

/// One source text with the path that people know it by.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// The path as the user gave it, or relative to `rolecall.toml`; `/` between its parts.
    pub path: String,
    /// The whole text, as read.
    pub text: String,
    line_starts: Vec<u32>,
}

/// Line and column, both counted from 1; the column counts **characters**, as editors do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineColumn {
    /// Line, from 1.
    pub line: u32,
    /// Column in Unicode scalar values, from 1.
    pub column: u32,
}

impl SourceFile {
    fn new(path: String, text: String) -> Self {
        let mut line_starts = vec![0];
        for (offset, byte) in text.bytes().enumerate() {
            if byte == b'\n' {
                line_starts.push(u32::try_from(offset + 1).unwrap_or(u32::MAX));
            }
        }
        Self { path, text, line_starts }
    }

    /// Line and column of a byte offset; an offset behind the text is that of its end.
    pub fn line_column(&self, offset: u32) -> LineColumn {
        let mut offset = offset.min(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
        while !self.text.is_char_boundary(offset as usize) {
            offset -= 1;
        }
        let line = self.line_starts.partition_point(|start| *start <= offset).max(1);
        let start = self.line_starts.get(line - 1).copied().unwrap_or(0);
        let column = self.text.get(start as usize..offset as usize).map_or(0, |before| before.chars().count());
        LineColumn {
            line: u32::try_from(line).unwrap_or(u32::MAX),
            column: u32::try_from(column + 1).unwrap_or(u32::MAX),
        }
    }

    /// The text of a line (from 1) without its line break; empty behind the end.
    pub fn line(&self, line: u32) -> &str {
        let index = (line as usize).saturating_sub(1);
        let Some(start) = self.line_starts.get(index) else { return "" };
        let end = self.line_starts.get(index + 1).map_or(self.text.len(), |next| *next as usize);
        self.text.get(*start as usize..end).unwrap_or("").trim_end_matches(['\n', '\r'])
    }
}

/// All source texts of one run; a [`FileId`] is an index into it.
#[derive(Clone, Debug, Default)]
pub struct SourceMap {
    files: Vec<SourceFile>,
}

impl SourceMap {
    /// An empty map.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a text; the same path twice is two files.
    pub fn add(&mut self, path: impl Into<String>, text: impl Into<String>) -> FileId {
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        self.files.push(SourceFile::new(path.into(), text.into()));
        id
    }

    /// The file with this ID; `None` for an ID of another map.
    pub fn get(&self, file: FileId) -> Option<&SourceFile> {
        self.files.get(file.0 as usize)
    }

    /// All files with their IDs, in the order in which they were added.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        (0..).map(FileId).zip(&self.files)
    }

    /// The path of a file; empty for an ID of another map.
    pub fn path(&self, file: FileId) -> &str {
        self.get(file).map_or("", |source| source.path.as_str())
    }

    /// The text that a span covers; empty when it lies outside or cuts a character.
    pub fn snippet(&self, span: Span) -> &str {
        self.get(span.file).and_then(|source| source.text.get(span.range())).unwrap_or("")
    }

    /// `path:line:column` of the start of a span.
    pub fn locate(&self, span: Span) -> String {
        match self.get(span.file) {
            Some(source) => {
                let at = source.line_column(span.start);
                format!("{}:{}:{}", source.path, at.line, at.column)
            }
            None => String::from("(no source)"),
        }
    }
}
