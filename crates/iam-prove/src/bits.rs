//! Sets of small numbers as bits. All sets of one dimension have the same size; up to 128 members nothing is allocated.
//! Laws (tested): union, intersection and complement form a Boolean algebra; `is_subset` agrees with them.

mod interner;

pub(crate) use interner::Interner;

use std::cmp::Ordering;

const INLINE_WORDS: usize = 2;

/// A subset of `0..size`. The bits behind `size` are always zero.
#[derive(Clone, Debug)]
pub(crate) struct Bits {
    size: u32,
    few: [u64; INLINE_WORDS],
    /// In use when `size` is too large for `few`; else empty.
    many: Vec<u64>,
}

impl Bits {
    /// The empty subset.
    pub(crate) fn none(size: usize) -> Self {
        let words = size.div_ceil(64);
        let many = if words > INLINE_WORDS { vec![0; words] } else { Vec::new() };
        Self { size: u32::try_from(size).unwrap_or(u32::MAX), few: [0; INLINE_WORDS], many }
    }

    /// The whole set.
    pub(crate) fn all(size: usize) -> Self {
        let mut bits = Self::none(size);
        bits.set_range(0, size);
        bits
    }

    /// The set of one member.
    pub(crate) fn one(size: usize, member: usize) -> Self {
        let mut bits = Self::none(size);
        bits.insert(member);
        bits
    }

    /// The size of the whole set.
    pub(crate) const fn size(&self) -> usize {
        self.size as usize
    }

    pub(crate) fn words(&self) -> &[u64] {
        if self.many.is_empty() { &self.few } else { &self.many }
    }

    pub(crate) fn words_mut(&mut self) -> &mut [u64] {
        if self.many.is_empty() { &mut self.few } else { &mut self.many }
    }

    /// Adds a member; what is not below the size is ignored.
    pub(crate) fn insert(&mut self, member: usize) {
        if member < self.size()
            && let Some(word) = self.words_mut().get_mut(member / 64)
        {
            *word |= 1 << (member % 64);
        }
    }

    /// Takes a member out.
    pub(crate) fn remove(&mut self, member: usize) {
        if let Some(word) = self.words_mut().get_mut(member / 64) {
            *word &= !(1 << (member % 64));
        }
    }

    /// Adds `from..to`.
    pub(crate) fn set_range(&mut self, from: usize, to: usize) {
        let to = to.min(self.size());
        let mut at = from;
        while at < to {
            let (word, bit) = (at / 64, at % 64);
            let count = (64 - bit).min(to - at);
            let mask = if count == 64 { u64::MAX } else { ((1 << count) - 1) << bit };
            if let Some(word) = self.words_mut().get_mut(word) {
                *word |= mask;
            }
            at += count;
        }
    }

    pub(crate) fn contains(&self, member: usize) -> bool {
        self.words().get(member / 64).is_some_and(|word| word >> (member % 64) & 1 == 1)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.words().iter().all(|word| *word == 0)
    }

    #[cfg(test)]
    pub(crate) fn count(&self) -> usize {
        self.words().iter().map(|word| word.count_ones() as usize).sum()
    }

    pub(crate) fn intersects(&self, other: &Self) -> bool {
        self.words().iter().zip(other.words()).any(|(left, right)| left & right != 0)
    }

    pub(crate) fn is_subset(&self, other: &Self) -> bool {
        self.words().iter().zip(other.words()).all(|(left, right)| left & !right == 0)
    }

    pub(crate) fn meet(&mut self, other: &Self) {
        for (left, right) in self.words_mut().iter_mut().zip(other.words()) {
            *left &= right;
        }
    }

    pub(crate) fn join(&mut self, other: &Self) {
        for (left, right) in self.words_mut().iter_mut().zip(other.words()) {
            *left |= right;
        }
    }

    pub(crate) fn minus(&mut self, other: &Self) {
        for (left, right) in self.words_mut().iter_mut().zip(other.words()) {
            *left &= !right;
        }
    }

    pub(crate) fn complement(&self) -> Self {
        let mut all = Self::all(self.size());
        all.minus(self);
        all
    }

    /// The least member.
    pub(crate) fn first(&self) -> Option<usize> {
        let at = self.words().iter().position(|word| *word != 0)?;
        let word = self.words().get(at)?;
        Some(at * 64 + word.trailing_zeros() as usize)
    }

    /// The members in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = usize> {
        self.words().iter().enumerate().flat_map(|(at, word)| {
            let mut left = *word;
            std::iter::from_fn(move || {
                let bit = left.trailing_zeros() as usize;
                left &= left.checked_sub(1)?;
                Some(at * 64 + bit)
            })
        })
    }
}

impl PartialEq for Bits {
    fn eq(&self, other: &Self) -> bool {
        self.words() == other.words()
    }
}

impl Eq for Bits {}

impl PartialOrd for Bits {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Bits {
    fn cmp(&self, other: &Self) -> Ordering {
        self.words().cmp(other.words())
    }
}

#[cfg(test)]
mod tests;
