//! "Did you mean": looked for behind the first unknown names of a document only, because it takes a look at all names.

use super::steps::step;

/// So many names are looked for; a document with more mistakes needs another remedy than hints.
pub(super) const HINTS_MAX: usize = 32;

/// How many names may still be looked for.
#[derive(Debug)]
pub(super) struct Hints(usize);

impl Default for Hints {
    fn default() -> Self {
        Self(HINTS_MAX)
    }
}

impl Hints {
    /// What `look` finds, if a name may still be looked for.
    pub(super) fn find<T>(&mut self, look: impl FnOnce() -> Option<T>) -> Option<T> {
        self.0 = self.0.checked_sub(1)?;
        step();
        look()
    }
}
