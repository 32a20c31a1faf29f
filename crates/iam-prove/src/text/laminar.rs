//! The fast path: exact texts and prefixes only. Sorted, a prefix stands right before all that begins with it, so the
//! patterns are intervals that nest, and the partition is one sweep.

use super::atoms::{Atoms, Domain, palette};
use super::pattern::Pattern;
use crate::bits::Bits;
use std::borrow::Borrow;

/// One pattern in the sorted order.
struct Entry<'p> {
    text: &'p str,
    is_prefix: bool,
    pattern: usize,
}

/// How many characters may be added to find a text that no pattern asks for.
const MOST_ADDED: usize = 8;

/// How many bytes mostly are.
const LIKELY_ADDED: usize = 4;

/// The partition; `None` where an example is hard to find, so that the general path has to do it.
pub(crate) fn partition<P: Borrow<Pattern>>(patterns: &[P], domain: Domain) -> Option<Atoms> {
    let mut entries = Vec::with_capacity(patterns.len());
    for (pattern, form) in patterns.iter().enumerate() {
        match form.borrow() {
            Pattern::Exact(text) => entries.push(Entry { text, is_prefix: false, pattern }),
            Pattern::Prefix(text) => entries.push(Entry { text, is_prefix: true, pattern }),
            Pattern::Any | Pattern::Nothing => {}
            Pattern::Tokens(_) => return None,
        }
    }
    entries.sort_unstable_by(|left, right| (left.text, !left.is_prefix).cmp(&(right.text, !right.is_prefix)));
    let mut sweep = Sweep {
        entries: &entries,
        domain,
        examples: Vec::with_capacity(entries.len() + 1),
        open: Vec::new(),
        ranges: Vec::with_capacity(entries.len()),
    };
    sweep.remainder("", 0)?;
    for (at, entry) in entries.iter().enumerate() {
        sweep.close(|open| !entry.text.starts_with(open));
        let begin = sweep.examples.len();
        if entry.is_prefix {
            sweep.open.push((entry.text, entry.pattern, begin));
            sweep.remainder(entry.text, at + 1)?;
        } else {
            // The same text twice is one atom; patterns are interned, so it does not happen.
            if domain.holds(entry.text) {
                sweep.examples.push(entry.text.to_owned());
            }
            sweep.ranges.push((entry.pattern, begin, sweep.examples.len()));
        }
    }
    sweep.close(|_| true);
    let (examples, ranges) = (sweep.examples, sweep.ranges);
    let size = examples.len();
    let any = |form: &P| if matches!(form.borrow(), Pattern::Any) { Bits::all(size) } else { Bits::none(size) };
    let mut sets: Vec<Bits> = patterns.iter().map(any).collect();
    for (pattern, begin, end) in ranges {
        if let Some(set) = sets.get_mut(pattern) {
            set.set_range(begin, end);
        }
    }
    Some(Atoms { sets, examples, steps: entries.len() as u64 + 1 })
}

struct Sweep<'e> {
    entries: &'e [Entry<'e>],
    domain: Domain,
    examples: Vec<String>,
    /// Prefixes that the sweep is inside of: text, pattern, its first atom.
    open: Vec<(&'e str, usize, usize)>,
    /// Finished patterns with the atoms that they match.
    ranges: Vec<(usize, usize, usize)>,
}

impl Sweep<'_> {
    fn close(&mut self, left: impl Fn(&str) -> bool) {
        while let Some((text, pattern, begin)) = self.open.last().copied() {
            if !left(text) {
                return;
            }
            self.open.pop();
            self.ranges.push((pattern, begin, self.examples.len()));
        }
    }

    /// The atom of the texts that begin with `prefix` and that no later entry matches; none where the domain has none.
    /// `None` when it cannot be told here.
    fn remainder(&mut self, prefix: &str, later: usize) -> Option<()> {
        let required = self.domain.prefix;
        let base = if prefix.starts_with(required) {
            if !prefix.get(required.len()..).unwrap_or("").chars().all(self.domain.allowed) {
                return Some(());
            }
            prefix
        } else if required.starts_with(prefix) {
            // A longer prefix inside the required one takes everything.
            let inner = self.entries.get(later..).unwrap_or_default().iter();
            let mut inner = inner.take_while(|entry| entry.text.starts_with(prefix));
            if inner.any(|entry| entry.is_prefix && required.starts_with(entry.text)) {
                return Some(());
            }
            required
        } else {
            return Some(());
        };
        let length = base.chars().count();
        if let Some(fixed) = self.domain.length
            && length >= fixed
        {
            let is_exact = |entry: &Entry<'_>| entry.text == base;
            if length == fixed && !self.entries.get(later..).unwrap_or_default().first().is_some_and(is_exact) {
                self.examples.push(base.to_owned());
            }
            return Some(());
        }
        let mut text = String::with_capacity(base.len() + LIKELY_ADDED + self.domain.least);
        text.push_str(base);
        let example = self.extend(text, length)?;
        self.examples.push(example);
        Some(())
    }

    /// A text of the domain that begins with `text` and with no entry longer than it.
    fn extend(&self, mut text: String, mut length: usize) -> Option<String> {
        for _ in 0..MOST_ADDED {
            let mut best: Option<(usize, char)> = None;
            for character in palette(self.domain) {
                text.push(character);
                let (count, covered) = self.beginning_with(&text);
                text.pop();
                if !covered && best.is_none_or(|(least, _)| count < least) {
                    best = Some((count, character));
                }
                if count == 0 {
                    break;
                }
            }
            let (count, character) = best?;
            text.push(character);
            length += 1;
            if count == 0 {
                let missing = self.domain.length.unwrap_or(self.domain.least).saturating_sub(length);
                text.extend(std::iter::repeat_n(character, missing));
                return Some(text);
            }
        }
        None
    }

    /// How many entries begin with `text`, and whether one of them is this very prefix.
    fn beginning_with(&self, text: &str) -> (usize, bool) {
        let from = self.entries.partition_point(|entry| entry.text < text);
        let rest = self.entries.get(from..).unwrap_or_default();
        let count = rest.partition_point(|entry| entry.text.starts_with(text));
        let covered = rest.first().is_some_and(|entry| count > 0 && entry.is_prefix && entry.text == text);
        (count, covered)
    }
}
