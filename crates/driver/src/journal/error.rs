//! What can be wrong with a journal, in words for the one who has to do something about it.

use rolecall_lifecycle::rollout::PlanError;
use std::path::{Path, PathBuf};

/// A journal that cannot be used, and why.
#[derive(Debug, thiserror::Error)]
#[error("the journal `{}`: {trouble}", path.display())]
pub struct JournalError {
    /// The file.
    pub path: PathBuf,
    /// What is wrong with it.
    pub trouble: JournalTrouble,
}

/// Why a journal cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum JournalTrouble {
    /// There is a file already.
    #[error("there is a file of this name already: go on with the rollout in it, or name another file")]
    Exists,
    /// There is none.
    #[error("there is no such file: name the file of the rollout, or begin one")]
    Missing,
    /// Another program writes it.
    #[error(
        "another program{} works on it: wait until that one has ended, or stop it; a lock goes with its program, \
         so there is nothing to clean up", holder.map(|pid| format!(" (process {pid})")).unwrap_or_default()
    )]
    Locked {
        /// The process that holds it, as far as it said.
        holder: Option<u32>,
    },
    /// Something else.
    #[error(
        "it is no journal of a rollout (application ID {found:#010x}, expected {expected:#010x}): name another file"
    )]
    NotAJournal {
        /// SQLite's `application_id` in the file.
        found: i32,
        /// That of a journal.
        expected: i32,
    },
    /// Written by a newer program.
    #[error("it has version {found}, this program knows versions up to {known}: use a newer rolecall")]
    Newer {
        /// The version of the file.
        found: i32,
        /// The newest version that is known.
        known: i32,
    },
    /// Of another plan.
    #[error(
        "it is of another plan: {difference}; go on with the plan that it was begun with, or begin another journal"
    )]
    OtherPlan {
        /// The first difference.
        difference: String,
    },
    /// Damaged.
    #[error(
        "it is damaged: {what}; restore it from a copy, or begin another journal: roles that are in place are read and \
         adopted then, but a removal no longer knows which of them this rollout made"
    )]
    Damaged {
        /// What was found and what was expected.
        what: String,
    },
    /// An entry that nobody can read.
    #[error(
        "entry {number} (`{what}`) is not known to this program, and without it the state would be a wrong one: use the \
         rolecall that wrote it, or a newer one"
    )]
    UnknownEntry {
        /// Its number.
        number: i64,
        /// Its text.
        what: String,
    },
    /// A plan that is none.
    #[error("the plan in it cannot be used: {0}")]
    Plan(#[from] PlanError),
    /// SQLite or the file system refused.
    #[error(
        "{doing} failed: {source}; check the disk (space, permissions), then run the command again: it goes on from here"
    )]
    Refused {
        /// What was being done.
        doing: &'static str,
        /// The reason.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl JournalError {
    pub(super) fn new(path: &Path, trouble: JournalTrouble) -> Self {
        Self { path: path.to_owned(), trouble }
    }
}

/// Turns what SQLite and the file system say into troubles of a journal.
pub(super) trait OrTrouble<T> {
    /// With the file, and what was being done.
    fn or_trouble(self, path: &Path, doing: &'static str) -> Result<T, JournalError>;
}

impl<T> OrTrouble<T> for rusqlite::Result<T> {
    fn or_trouble(self, path: &Path, doing: &'static str) -> Result<T, JournalError> {
        use rusqlite::ErrorCode;
        self.map_err(|error| {
            let trouble = match error.sqlite_error_code() {
                Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
                    JournalTrouble::Damaged { what: format!("{doing}: {error}") }
                }
                Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => JournalTrouble::Locked { holder: None },
                _ => JournalTrouble::Refused { doing, source: Box::new(error) },
            };
            JournalError::new(path, trouble)
        })
    }
}

impl<T> OrTrouble<T> for std::io::Result<T> {
    fn or_trouble(self, path: &Path, doing: &'static str) -> Result<T, JournalError> {
        self.map_err(|error| JournalError::new(path, JournalTrouble::Refused { doing, source: Box::new(error) }))
    }
}
