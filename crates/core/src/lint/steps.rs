//! Counts steps of comparing, for tests of how the cost of a check grows. Nothing is counted outside of tests.

#[cfg(test)]
std::thread_local! {
    static TAKEN: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
}

/// One comparison of two things, or one look at an entry of a list that is searched.
#[inline]
pub(super) fn step() {
    #[cfg(test)]
    TAKEN.with(|taken| taken.set(taken.get() + 1));
}

/// The steps that `work` takes on this thread.
#[cfg(test)]
pub(super) fn counted(work: impl FnOnce()) -> u64 {
    let before = TAKEN.with(std::cell::Cell::get);
    work();
    TAKEN.with(std::cell::Cell::get) - before
}
