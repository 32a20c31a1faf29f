//! Patterns sorted by what stands before their first wildcard, to find those that may cover a text without looking at
//! all of them. What is found may cover; whether it does, the caller decides.

use super::steps::step;

/// Patterns with a number each.
#[derive(Clone, Debug, Default)]
pub(super) struct PrefixIndex<'p> {
    /// Sorted, without repetition.
    heads: Vec<Head<'p>>,
    /// The numbers of the patterns, those of one head together, in their order.
    numbers: Vec<usize>,
}

/// What patterns have before their first wildcard; of a pattern without wildcards all of it.
#[derive(Clone, Copy, Debug)]
struct Head<'p> {
    text: &'p str,
    /// Among the numbers: patterns without wildcards from `start`, with wildcards from `open`, up to `end`.
    start: usize,
    open: usize,
    end: usize,
    /// The longest other head that this one begins with.
    parent: Option<usize>,
}

/// The literal text that a pattern begins with, and whether more than that stands in it. A pattern with variables
/// covers only itself: all of it counts as literal.
fn head_of(pattern: &str) -> (&str, bool) {
    if pattern.contains("${") {
        return (pattern, false);
    }
    match pattern.bytes().position(|byte| matches!(byte, b'*' | b'?')) {
        Some(at) => (pattern.get(..at).unwrap_or(pattern), true),
        None => (pattern, false),
    }
}

impl<'p> PrefixIndex<'p> {
    /// An index of these patterns; a number may come several times.
    pub(super) fn new(patterns: impl IntoIterator<Item = (&'p str, usize)>) -> Self {
        let split = |(pattern, number)| {
            let (head, open) = head_of(pattern);
            (head, open, number)
        };
        let mut sorted: Vec<(&str, bool, usize)> = patterns.into_iter().map(split).collect();
        sorted.sort_unstable();
        let mut heads: Vec<Head<'p>> = Vec::with_capacity(sorted.len());
        let mut numbers = Vec::with_capacity(sorted.len());
        for (text, open, number) in sorted {
            let at = numbers.len();
            numbers.push(number);
            if let Some(head) = heads.last_mut().filter(|head| head.text == text) {
                head.open += usize::from(!open);
                head.end += 1;
            } else {
                let parent = parent_of(&heads, text);
                heads.push(Head { text, start: at, open: at + usize::from(!open), end: at + 1, parent });
            }
        }
        Self { heads, numbers }
    }

    /// The numbers of the patterns that may have a text in common with this one, list by list.
    pub(super) fn meeting<'i>(&'i self, pattern: &'i str) -> impl Iterator<Item = &'i [usize]> {
        let (head, open) = head_of(pattern);
        let start = self.heads.partition_point(|other| other.text < head);
        let longer = self.heads.get(start..).unwrap_or_default().iter();
        let longer = longer.take_while(move |other| open && other.text.starts_with(head));
        let whole = longer.map(|other| {
            step();
            self.numbers.get(other.start..other.end).unwrap_or_default()
        });
        self.covering(head).chain(whole)
    }

    /// The numbers of the patterns that may cover the text, which may be a pattern itself, list by list.
    pub(super) fn covering<'i>(&'i self, text: &'i str) -> impl Iterator<Item = &'i [usize]> {
        let mut at = self.heads.partition_point(|head| head.text <= text).checked_sub(1);
        std::iter::from_fn(move || {
            loop {
                step();
                let head = self.heads.get(at?)?;
                at = head.parent;
                if text.starts_with(head.text) {
                    let start = if head.text.len() == text.len() { head.start } else { head.open };
                    return self.numbers.get(start..head.end);
                }
            }
        })
    }
}

/// Of the heads so far, which are sorted and come before `text`, the longest that it begins with.
fn parent_of(heads: &[Head<'_>], text: &str) -> Option<usize> {
    let mut at = heads.len().checked_sub(1);
    while let Some(head) = at.and_then(|at| heads.get(at)) {
        step();
        if text.starts_with(head.text) {
            return at;
        }
        at = head.parent;
    }
    None
}
