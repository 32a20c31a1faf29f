//! The `Action` element compiled: exact names in a sorted list, prefixes in a prefix-free sorted list, the rest as globs.
//! Matching costs the logarithm of their number, not their number.

use super::steps::step;
use crate::action::ActionPattern;
use crate::document::Element;
use crate::glob;

/// A compiled `Action` or `NotAction` element; everything in lower case.
#[derive(Clone, Debug)]
pub(super) struct ActionMatcher {
    negated: bool,
    /// Whether a pattern is `*`.
    all: bool,
    /// Names without wildcards, sorted.
    exact: Box<[Box<str>]>,
    /// What stands before the only wildcard, a `*` at the end; sorted, none a prefix of another.
    prefixes: Box<[Box<str>]>,
    /// Patterns with wildcards elsewhere.
    globs: Box<[Box<str>]>,
}

impl ActionMatcher {
    pub(super) fn new(element: &Element<ActionPattern>) -> Self {
        let (mut exact, mut prefixes, mut globs) = (Vec::new(), Vec::new(), Vec::new());
        let mut all = false;
        for pattern in &element.values {
            let lower = pattern.value.lower();
            let body = lower.trim_end_matches('*');
            if body.is_empty() {
                all = true;
            } else if glob::has_wildcard(body) {
                globs.push(Box::from(lower));
            } else if body.len() == lower.len() {
                exact.push(Box::from(lower));
            } else {
                prefixes.push(Box::<str>::from(body));
            }
        }
        exact.sort_unstable();
        exact.dedup();
        prefixes.sort_unstable();
        // Sorted, a covering prefix stands before what it covers.
        prefixes.dedup_by(|later, kept| later.starts_with(kept.as_ref()));
        Self { negated: element.negated, all, exact: exact.into(), prefixes: prefixes.into(), globs: globs.into() }
    }

    /// Whether the element covers an action given in lower case.
    pub(super) fn matches(&self, action: &str) -> bool {
        self.listed(action) != self.negated
    }

    fn listed(&self, action: &str) -> bool {
        self.all || self.is_exact(action) || self.has_prefix(action) || self.matches_glob(action)
    }

    fn is_exact(&self, action: &str) -> bool {
        let found = self.exact.binary_search_by(|name| {
            step();
            name.as_ref().cmp(action)
        });
        found.is_ok()
    }

    /// In a prefix-free sorted list, only the last entry that is not greater can be a prefix.
    fn has_prefix(&self, action: &str) -> bool {
        let behind = self.prefixes.partition_point(|prefix| {
            step();
            prefix.as_ref() <= action
        });
        let candidate = behind.checked_sub(1).and_then(|at| self.prefixes.get(at));
        candidate.is_some_and(|prefix| action.starts_with(prefix.as_ref()))
    }

    fn matches_glob(&self, action: &str) -> bool {
        self.globs.iter().any(|pattern| {
            step();
            glob::matches(pattern, action)
        })
    }
}
