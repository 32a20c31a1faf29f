//! Sets by number, each kept once: open addressing over their words, so that the order is that of coming, on every machine.

use super::Bits;

/// Sets, numbered as they come; a tag tells equal sets apart.
#[derive(Debug, Default)]
pub(crate) struct Interner {
    sets: Vec<(u32, Bits)>,
    /// Numbers of sets plus one; 0 is free. A power of two, at most three quarters full.
    slots: Vec<u32>,
    words: usize,
}

/// The room that a set takes besides its words, in words.
const OVERHEAD_WORDS: usize = 10;

impl Interner {
    pub(crate) const fn len(&self) -> usize {
        self.sets.len()
    }

    pub(crate) fn get(&self, number: usize) -> Option<&Bits> {
        self.sets.get(number).map(|(_, bits)| bits)
    }

    /// The room that the sets take, in words of 8 bytes.
    pub(crate) const fn words(&self) -> usize {
        self.words
    }

    /// The number of a set, and whether it is new.
    pub(crate) fn number(&mut self, tag: u32, bits: Bits) -> (usize, bool) {
        if self.sets.len() * 4 >= self.slots.len() * 3 {
            self.grow();
        }
        let mut place = self.place(tag, &bits);
        while let Some(slot) = self.slots.get(place).copied() {
            let Some(number) = (slot as usize).checked_sub(1) else { break };
            if self.sets.get(number).is_some_and(|(own, known)| *own == tag && *known == bits) {
                return (number, false);
            }
            place = (place + 1) & (self.slots.len() - 1);
        }
        self.words += bits.words().len() + OVERHEAD_WORDS;
        self.sets.push((tag, bits));
        let count = self.sets.len();
        if let Some(slot) = self.slots.get_mut(place) {
            *slot = u32::try_from(count).unwrap_or(u32::MAX);
        }
        (count - 1, true)
    }

    fn grow(&mut self) {
        let size = (self.slots.len() * 2).max(64);
        self.slots = vec![0; size];
        for (number, (tag, bits)) in (1..).zip(&self.sets) {
            let mut place = self.place(*tag, bits);
            while self.slots.get(place).is_some_and(|slot| *slot != 0) {
                place = (place + 1) & (size - 1);
            }
            if let Some(slot) = self.slots.get_mut(place) {
                *slot = number;
            }
        }
    }

    /// Where to look first. The multiplier is that of FNV-1a; the upper half is mixed best.
    fn place(&self, tag: u32, bits: &Bits) -> usize {
        let mix = |hash: u64, word: &u64| {
            let mixed = (hash ^ word).wrapping_mul(0x0000_0100_0000_01b3);
            mixed ^ (mixed >> 29)
        };
        let hash =
            bits.words().iter().fold(0xcbf2_9ce4_8422_2325 ^ u64::from(tag), mix).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (hash >> 32) as usize & (self.slots.len() - 1)
    }
}
