//! One program writes a journal: a lock on a file beside it, which the system gives back when the program ends, however it
//! ends. Not on the database itself: SQLite's own locks are lost when another handle of the same file is closed.

use super::error::{JournalError, JournalTrouble, OrTrouble};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};

/// The lock, for as long as it lives.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock of a journal, or says who holds it.
    pub(super) fn take(journal: &Path) -> Result<Self, JournalError> {
        let path = lock_path(journal);
        let opened = OpenOptions::new().create(true).truncate(false).write(true).open(&path);
        let mut file = opened.or_trouble(journal, "opening its lock")?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let holder = std::fs::read_to_string(&path).ok().and_then(|text| text.trim().parse().ok());
                return Err(JournalError::new(journal, JournalTrouble::Locked { holder }));
            }
            Err(TryLockError::Error(error)) => return Err(error).or_trouble(journal, "taking its lock"),
        }
        // Only said to the next one who is refused: the lock holds without it.
        _ = file.set_len(0).and_then(|()| writeln!(file, "{}", std::process::id()));
        Ok(Self { _file: file })
    }
}

/// `NAME.lock` beside the journal.
pub(super) fn lock_path(journal: &Path) -> PathBuf {
    let mut name = journal.as_os_str().to_owned();
    name.push(".lock");
    PathBuf::from(name)
}
