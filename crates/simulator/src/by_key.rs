//! A table by key for what is looked up at every call. It can be read in no order, so none can leak; keys are spread by
//! one fixed function, the same in every run.

use crate::text::mix;
use hashbrown::HashMap;
use std::hash::{BuildHasherDefault, Hash, Hasher};

/// Values by key.
#[derive(Clone, Debug)]
pub(crate) struct ByKey<K, V>(HashMap<K, V, BuildHasherDefault<Spread>>);

impl<K, V> Default for ByKey<K, V> {
    fn default() -> Self {
        Self(HashMap::default())
    }
}

impl<K: Eq + Hash, V> ByKey<K, V> {
    pub(crate) fn get(&self, key: &K) -> Option<&V> {
        self.0.get(key)
    }

    pub(crate) fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        self.0.get_mut(key)
    }

    pub(crate) fn contains(&self, key: &K) -> bool {
        self.0.contains_key(key)
    }

    /// The value of a key, which is made when there is none.
    pub(crate) fn get_or_insert_with(&mut self, key: K, make: impl FnOnce() -> V) -> &mut V {
        self.0.entry(key).or_insert_with(make)
    }

    pub(crate) fn insert(&mut self, key: K, value: V) {
        self.0.insert(key, value);
    }

    pub(crate) fn remove(&mut self, key: &K) -> Option<V> {
        self.0.remove(key)
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }
}

/// Spreads the numbers that a key is made of. Not for secrets.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Spread(u64);

impl Spread {
    const fn add(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(23) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

impl Hasher for Spread {
    fn finish(&self) -> u64 {
        mix(self.0)
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let word = chunk.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte));
            self.add(word);
        }
    }

    fn write_u8(&mut self, number: u8) {
        self.add(u64::from(number));
    }

    fn write_u16(&mut self, number: u16) {
        self.add(u64::from(number));
    }

    fn write_u32(&mut self, number: u32) {
        self.add(u64::from(number));
    }

    fn write_u64(&mut self, number: u64) {
        self.add(number);
    }

    fn write_usize(&mut self, number: usize) {
        self.add(number as u64);
    }

    /// Which variant of an `enum` it is.
    fn write_isize(&mut self, number: isize) {
        self.add(number.unsigned_abs() as u64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spread(key: impl Hash) -> u64 {
        let mut hasher = Spread::default();
        key.hash(&mut hasher);
        hasher.finish()
    }

    #[test]
    fn every_part_of_a_key_counts() {
        let keys = [(1_u64, Some(2_u32), "a"), (2, Some(2), "a"), (1, Some(3), "a"), (1, None, "a"), (1, Some(2), "b")];
        let mut spreads: Vec<u64> = keys.iter().map(spread).collect();
        spreads.sort_unstable();
        spreads.dedup();
        assert_eq!(spreads.len(), keys.len());
        assert_ne!(spread("12345678"), spread("123456789"));
    }

    #[test]
    fn what_is_put_in_is_found() {
        let mut table = ByKey::default();
        for key in 0..1_000_u64 {
            table.insert((key * 7, Some(key)), key);
        }
        assert!((0..1_000).all(|key| table.get(&(key * 7, Some(key))) == Some(&key)));
        assert_eq!(table.get(&(7, Some(2))), None);
        assert_eq!(table.remove(&(7, Some(1))), Some(1));
        assert_eq!((table.contains(&(7, Some(1))), table.len()), (false, 999));
        *table.get_or_insert_with((7, Some(1)), || 5) += 1;
        assert_eq!(table.get(&(7, Some(1))), Some(&6));
    }
}
