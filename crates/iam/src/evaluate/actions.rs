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
    /// Names without wildcards.
    exact: Names,
    /// What stands before the only wildcard, a `*` at the end; none a prefix of another.
    prefixes: Names,
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
                exact.push(lower);
            } else {
                prefixes.push(body);
            }
        }
        exact.sort_unstable();
        exact.dedup();
        prefixes.sort_unstable();
        // Sorted, a covering prefix stands before what it covers.
        prefixes.dedup_by(|later, kept| later.starts_with(*kept));
        Self {
            negated: element.negated,
            all,
            exact: Names::new(&exact),
            prefixes: Names::new(&prefixes),
            globs: globs.into(),
        }
    }

    /// Whether the element covers an action given in lower case.
    pub(super) fn matches(&self, action: &str) -> bool {
        self.listed(action) != self.negated
    }

    fn listed(&self, action: &str) -> bool {
        self.all || self.is_exact(action) || self.has_prefix(action) || self.matches_glob(action)
    }

    fn is_exact(&self, action: &str) -> bool {
        self.exact.last_not_behind(action) == Some(action.as_bytes())
    }

    /// In a prefix-free sorted list, only the last entry that is not greater can be a prefix.
    fn has_prefix(&self, action: &str) -> bool {
        self.prefixes.last_not_behind(action).is_some_and(|prefix| action.as_bytes().starts_with(prefix))
    }

    fn matches_glob(&self, action: &str) -> bool {
        self.globs.iter().any(|pattern| {
            step();
            glob::matches(pattern, action)
        })
    }
}

/// Sorted texts, one behind the other in one piece of memory.
#[derive(Clone, Debug)]
struct Names {
    bytes: Box<[u8]>,
    /// Where each ends.
    ends: Box<[usize]>,
}

impl Names {
    /// Keeps texts that are sorted already.
    fn new(sorted: &[&str]) -> Self {
        let mut end = 0;
        let ends = sorted.iter().map(|name| {
            end += name.len();
            end
        });
        Self { ends: ends.collect(), bytes: sorted.concat().into_bytes().into() }
    }

    /// The last one that does not sort behind `text`.
    fn last_not_behind(&self, text: &str) -> Option<&[u8]> {
        let (mut low, mut high) = (0, self.ends.len());
        while low < high {
            step();
            let middle = low.midpoint(high);
            if self.get(middle)? <= text.as_bytes() {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        self.get(low.checked_sub(1)?)
    }

    fn get(&self, at: usize) -> Option<&[u8]> {
        let start = at.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied())?;
        self.bytes.get(start..*self.ends.get(at)?)
    }
}
