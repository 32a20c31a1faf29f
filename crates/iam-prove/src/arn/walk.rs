//! The partition of ARNs, segment by segment: which of the alternatives are still alive behind each.

use super::Segment;
use crate::bits::Bits;
use crate::text::atoms::{Atoms, Domain, MOST_ATOMS, OverBudget, palette};
use crate::text::pattern::Pattern;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// Lists up to this size are searched, longer ones have an index.
const FEW: usize = 24;

/// Which sets have been seen: few are searched, more are kept in order.
#[derive(Default)]
pub(super) struct Seen(BTreeSet<Bits>);

impl Seen {
    /// Whether a set is none of those so far, which `earlier` gives in the order that they were asked about.
    pub(super) fn is_new<'b>(&mut self, earlier: impl ExactSizeIterator<Item = &'b Bits>, bits: &Bits) -> bool {
        if earlier.len() < FEW {
            let mut earlier = earlier;
            return !earlier.any(|known| known == bits);
        }
        if self.0.is_empty() {
            self.0.extend(earlier.cloned());
        }
        self.0.insert(bits.clone())
    }
}

/// The walk over the segments: which alternatives are still alive, each set of them once. What belongs to one segment
/// stands together in `examples` and `ways`.
pub(super) struct Walk<'t> {
    alternatives: Vec<&'t [Pattern; 6]>,
    /// What is alive behind the last segment.
    pub(super) states: Vec<Bits>,
    /// The examples of the atoms of each segment.
    examples: Vec<Cow<'t, str>>,
    /// The alternatives that each atom of the segment at hand leaves alive.
    alive: Vec<Bits>,
    /// Where the patterns of the segment are whole texts or everything: the atom of each alternative that is a text. The
    /// first atom is that of all other texts.
    text_of: Vec<Option<usize>>,
    /// Behind each segment, for each state the one before, and the place of the example of the atom that led to it.
    ways: Vec<(usize, usize)>,
    /// Where the ways of each segment begin.
    begins: [usize; 6],
    pub(super) steps: u64,
}

impl<'t> Walk<'t> {
    pub(super) fn over(
        segments: &[Segment; 6],
        alternatives: Vec<&'t [Pattern; 6]>,
        budget: u64,
    ) -> Result<Self, OverBudget> {
        let mut walk = Self {
            states: vec![Bits::all(alternatives.len())],
            examples: Vec::with_capacity(2 * segments.len()),
            alive: Vec::with_capacity(FEW.min(alternatives.len()) + 1),
            text_of: Vec::with_capacity(alternatives.len()),
            ways: Vec::with_capacity(2 * segments.len() + alternatives.len()),
            begins: [0; 6],
            alternatives,
            steps: 0,
        };
        let mut next = Vec::with_capacity(walk.alternatives.len() + 1);
        for (at, segment) in segments.iter().enumerate() {
            walk.segment(at, *segment, budget, &mut next)?;
        }
        Ok(walk)
    }

    /// One more segment; `next` is room for states.
    fn segment(&mut self, at: usize, segment: Segment, budget: u64, next: &mut Vec<Bits>) -> Result<(), OverBudget> {
        let first_example = self.examples.len();
        if let Some(begin) = self.begins.get_mut(at) {
            *begin = self.ways.len();
        }
        self.alive.clear();
        self.text_of.clear();
        if self.plain_segment(at, segment).is_none() {
            self.any_segment(at, segment, budget)?;
        }
        let mut known = Seen::default();
        next.clear();
        let mut atoms: Vec<usize> = (0..self.alive.len()).collect();
        let only_own = self.alive.len() > FEW && !self.text_of.is_empty();
        for (from, state) in self.states.iter().enumerate() {
            if only_own {
                // The texts of patterns that are dead by now are like any other text.
                atoms.clear();
                atoms.push(0);
                atoms.extend(state.iter().filter_map(|alternative| *self.text_of.get(alternative)?));
                atoms.sort_unstable();
                atoms.dedup();
            }
            for atom in atoms.iter().copied() {
                let Some(alive) = self.alive.get(atom) else { continue };
                self.steps += 1;
                let mut both = state.clone();
                both.meet(alive);
                if !known.is_new(next.iter(), &both) {
                    continue;
                }
                next.push(both);
                self.ways.push((from, first_example + atom));
                if next.len() > MOST_ATOMS {
                    return Err(OverBudget);
                }
            }
        }
        std::mem::swap(&mut self.states, next);
        Ok(())
    }

    /// A segment of which the patterns are whole texts, or everything; `None` for any other.
    fn plain_segment(&mut self, at: usize, segment: Segment) -> Option<()> {
        let count = self.alternatives.len();
        let patterns = || self.alternatives.iter().filter_map(|tuple| tuple.get(at)).enumerate();
        let (domain, usual) = match segment {
            Segment::Fixed(text) => {
                let mut alive = Bits::none(count);
                patterns().filter(|(_, pattern)| pattern.matches(text)).for_each(|(at, _)| alive.insert(at));
                self.steps += 1;
                self.alive.push(alive);
                self.examples.push(Cow::Borrowed(text));
                return Some(());
            }
            Segment::Any(domain, usual) => (domain, usual),
        };
        let mut others = Bits::none(count);
        let mut texts: Vec<(&'t str, usize)> = Vec::new();
        for (at, pattern) in patterns() {
            match pattern {
                Pattern::Any => others.insert(at),
                Pattern::Exact(text) => texts.push((text, at)),
                Pattern::Nothing => {}
                Pattern::Prefix(_) | Pattern::Tokens(_) => return None,
            }
        }
        texts.sort_unstable();
        let example = if texts.iter().all(|(text, _)| *text != usual) && domain.holds(usual) {
            Cow::Borrowed(usual)
        } else {
            Cow::Owned(text_outside(domain, &texts)?)
        };
        self.text_of.resize(count, None);
        self.alive.push(others.clone());
        self.examples.push(example);
        for same in texts.chunk_by(|left, right| left.0 == right.0) {
            let Some((text, _)) = same.first().filter(|(text, _)| domain.holds(text)) else { continue };
            let mut own = others.clone();
            for (_, alternative) in same {
                own.insert(*alternative);
                if let Some(slot) = self.text_of.get_mut(*alternative) {
                    *slot = Some(self.alive.len());
                }
            }
            self.alive.push(own);
            self.examples.push(Cow::Borrowed(*text));
        }
        self.steps += self.alive.len() as u64;
        Some(())
    }

    fn any_segment(&mut self, at: usize, segment: Segment, budget: u64) -> Result<(), OverBudget> {
        let (distinct, own) = self.distinct(at);
        let atoms = match segment {
            Segment::Fixed(text) => fixed(&distinct, text),
            Segment::Any(domain, example) => {
                with_example(Atoms::of(&distinct, domain, budget)?, &distinct, domain, example)
            }
        };
        self.steps += atoms.steps;
        self.alive.resize(atoms.len(), Bits::none(self.alternatives.len()));
        for (alternative, pattern) in own.iter().enumerate() {
            let Some(set) = atoms.sets.get(*pattern) else { continue };
            for atom in set.iter() {
                if let Some(alive) = self.alive.get_mut(atom) {
                    alive.insert(alternative);
                }
            }
        }
        self.examples.extend(atoms.examples.into_iter().map(Cow::Owned));
        Ok(())
    }

    /// The distinct patterns of a segment, and for each alternative which of them is its own.
    fn distinct(&self, at: usize) -> (Vec<&'t Pattern>, Vec<usize>) {
        let patterns = self.alternatives.iter().filter_map(|tuple| tuple.get(at));
        let mut distinct: Vec<&'t Pattern> = Vec::new();
        let mut numbers: BTreeMap<&Pattern, usize> = BTreeMap::new();
        let few = self.alternatives.len() < FEW;
        let own = patterns.map(|pattern| {
            let next = distinct.len();
            let number = if few {
                distinct.iter().position(|known| *known == pattern).unwrap_or(next)
            } else {
                *numbers.entry(pattern).or_insert(next)
            };
            if number == next {
                distinct.push(pattern);
            }
            number
        });
        let own = own.collect();
        (distinct, own)
    }

    /// An example for a state of the last segment.
    pub(super) fn text(&self, state: usize) -> String {
        let mut parts = [""; 6];
        let mut state = state;
        for (begin, part) in self.begins.iter().zip(&mut parts).rev() {
            let Some((from, example)) = self.ways.get(begin + state) else { break };
            *part = self.examples.get(*example).map_or("", AsRef::as_ref);
            state = *from;
        }
        parts.join(":")
    }
}

/// A text of a domain without prefix that is none of these, which are sorted; `None` when it is hard to find.
fn text_outside(domain: Domain, texts: &[(&str, usize)]) -> Option<String> {
    if !domain.prefix.is_empty() {
        return None;
    }
    let begins = |first: char| texts.iter().any(|(text, _)| text.starts_with(first));
    let first = palette(domain).find(|first| !begins(*first))?;
    Some(std::iter::repeat_n(first, domain.length.unwrap_or(domain.least).max(1)).collect())
}

fn fixed(patterns: &[&Pattern], text: &str) -> Atoms {
    let mut row = Bits::none(patterns.len());
    patterns.iter().enumerate().filter(|(_, pattern)| pattern.matches(text)).for_each(|(at, _)| row.insert(at));
    Atoms::from_rows(patterns.len(), [(row, text.to_owned())], 1)
}

/// The usual text of a segment stands first, as the example of its atom.
fn with_example(mut atoms: Atoms, patterns: &[&Pattern], domain: Domain, example: &str) -> Atoms {
    if !domain.holds(example) {
        return atoms;
    }
    let row: Vec<bool> = patterns.iter().map(|pattern| pattern.matches(example)).collect();
    let fits = |atom: usize| row.iter().zip(&atoms.sets).all(|(matches, set)| *matches == set.contains(atom));
    if let Some(atom) = (0..atoms.len()).find(|atom| fits(*atom))
        && let Some(slot) = atoms.examples.get_mut(atom)
    {
        example.clone_into(slot);
    }
    atoms
}
