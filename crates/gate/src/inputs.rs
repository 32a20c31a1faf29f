//! The files that a run needs, as values: which ones `rolecall.toml` names, and what the caller found at each path.
//! Opening them is left to the caller; turning what was not readable into "not judged" happens here.

use crate::config::Problems;
use rolecall_iam::source::SourceMap;
use rolecall_iam::span::{FileId, Span};
use std::collections::BTreeMap;

/// What a file is for: it decides what is said when the file is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Purpose {
    /// A policy of the role.
    Policy,
    /// A trust policy.
    Trust,
    /// The CSV file of legacy external IDs.
    LegacyIds,
    /// Role code: a file, or a folder of Terraform files.
    RoleCode,
    /// The baseline of accepted findings.
    Baseline,
    /// A policy that stands on the command line.
    Argument,
}

impl Purpose {
    /// In words, for messages.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Policy | Self::Argument => "policy",
            Self::Trust => "trust policy",
            Self::LegacyIds => "file of legacy external IDs",
            Self::RoleCode => "role code",
            Self::Baseline => "baseline",
        }
    }
}

/// A file or folder that the caller has to load.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Input {
    /// Relative to the folder of `rolecall.toml`, unless it is absolute; `/` between its parts, no `.`, `..` only in front.
    pub path: String,
    /// What it is for.
    pub purpose: Purpose,
}

/// What the caller found at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Loaded {
    /// A text file.
    Text(String),
    /// Not UTF-8, or with a NUL byte: the part before the first byte that is no text, and that byte.
    Binary {
        /// The text before it.
        before: String,
        /// The byte.
        byte: u8,
    },
    /// Nothing is there.
    Missing,
    /// Larger than the caller reads, in bytes.
    TooLarge {
        /// Its size.
        bytes: u64,
        /// The largest that is read.
        limit: u64,
    },
    /// It is there and could not be read, with the system's reason.
    Unreadable(String),
    /// A folder: the files in it that role code can stand in, by name.
    Folder(BTreeMap<String, Loaded>),
}

impl Loaded {
    /// What is in the way of reading it as a text, to be put behind its path; empty for a text.
    pub fn complaint(&self) -> String {
        match self {
            Self::Text(_) => String::new(),
            Self::Binary { before, byte } => {
                format!("is no text: byte 0x{byte:02x} at offset {} is not UTF-8 text", before.len())
            }
            Self::Missing => "does not exist".to_owned(),
            Self::TooLarge { bytes, limit } => format!("has {bytes} bytes, more than the {limit} that are read"),
            Self::Unreadable(reason) => format!("cannot be read: {reason}"),
            Self::Folder(_) => "is a folder".to_owned(),
        }
    }
}

/// Everything that was loaded, by [`Input::path`]; a path that is not in it is missing.
pub type Files = BTreeMap<String, Loaded>;

/// A path with `/` between its parts, without `.` and empty parts, and with `..` only in front. Nothing is looked up:
/// what is behind symbolic links is the file system's matter.
pub fn normal_path(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if path.starts_with('/') => {}
            other => parts.push(other),
        }
    }
    let joined = parts.join("/");
    match (path.starts_with('/'), joined.is_empty()) {
        (true, _) => format!("/{joined}"),
        (false, true) => ".".to_owned(),
        (false, false) => joined,
    }
}

/// Texts that are already in the source map, so that a file that is named twice is one source.
#[derive(Debug, Default)]
pub(crate) struct Shelf {
    /// By the path relative to `rolecall.toml`; `None`: not readable, and said already.
    by_path: BTreeMap<String, Option<FileId>>,
}

impl Shelf {
    /// The text file at `path`. What is not a readable text is reported once, at `mention` where the path is written
    /// (a binary file: at the byte in question).
    pub(crate) fn text(
        &mut self,
        wanted: &Wanted<'_>,
        files: &Files,
        sources: &mut SourceMap,
        problems: &mut Problems,
    ) -> Option<FileId> {
        let path = normal_path(wanted.path);
        if let Some(known) = self.by_path.get(&path) {
            return *known;
        }
        let loaded = files.get(&path).unwrap_or(&Loaded::Missing);
        let file = place(&path, loaded, wanted, sources, problems);
        self.by_path.insert(path, file);
        file
    }

    /// All text files of a file or folder, by name; unreadable ones are reported.
    pub(crate) fn texts(
        &mut self,
        wanted: &Wanted<'_>,
        files: &Files,
        sources: &mut SourceMap,
        problems: &mut Problems,
    ) -> Option<Vec<FileId>> {
        let path = normal_path(wanted.path);
        let Some(Loaded::Folder(entries)) = files.get(&path) else {
            return self.text(wanted, files, sources, problems).map(|file| vec![file]);
        };
        if entries.is_empty() {
            let message = format!("the folder `{path}` holds no role code");
            let help =
                "expected files that end in `.tf`, `.tf.json` or `.tfvars`; for other kinds name the file itself";
            problems.add("no-role-found", wanted.mention, message, help);
            return None;
        }
        let mut found = Vec::with_capacity(entries.len());
        let mut complete = true;
        for (name, loaded) in entries {
            let inside = normal_path(&format!("{path}/{name}"));
            let known = self.by_path.get(&inside).copied();
            let file = known.unwrap_or_else(|| place(&inside, loaded, wanted, sources, problems));
            self.by_path.insert(inside, file);
            complete &= file.is_some();
            found.extend(file);
        }
        complete.then_some(found)
    }
}

/// Adds a text to the sources, or says why there is none.
fn place(
    path: &str,
    loaded: &Loaded,
    wanted: &Wanted<'_>,
    sources: &mut SourceMap,
    problems: &mut Problems,
) -> Option<FileId> {
    let what = wanted.purpose.as_str();
    let message = format!("the {what} `{path}` {}", loaded.complaint());
    let (code, help) = match loaded {
        Loaded::Text(text) => return Some(sources.add(path, text.clone())),
        Loaded::Binary { before, .. } => {
            let file = sources.add(path, before.clone());
            let end = Span::new(file, before.len(), before.len());
            let help = format!("a {what} as UTF-8 text was expected: this is a binary file or another encoding");
            problems.add_related("binary-file", end, message, help, (wanted.mention, "named here"));
            return None;
        }
        Loaded::Missing => {
            let help = match wanted.purpose {
                Purpose::Baseline => "`rolecall gate --write-baseline` writes it",
                Purpose::Argument => "correct the path",
                _ => "paths are relative to the folder of `rolecall.toml`: correct the path, or add the file",
            };
            ("missing-file", help.to_owned())
        }
        Loaded::TooLarge { .. } => ("file-too-large", format!("a {what} is far smaller: is this another file?")),
        Loaded::Unreadable(_) => ("unreadable-file", "check its permissions".to_owned()),
        Loaded::Folder(_) => ("unreadable-file", format!("a {what} is one file: name it")),
    };
    problems.add(code, wanted.mention, message, help);
    None
}

/// A file that a check asks for.
pub(crate) struct Wanted<'a> {
    /// As written in the configuration.
    pub(crate) path: &'a str,
    /// Where it is written.
    pub(crate) mention: Span,
    /// What it is for.
    pub(crate) purpose: Purpose,
}

#[cfg(test)]
mod tests;
