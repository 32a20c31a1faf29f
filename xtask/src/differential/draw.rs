//! Random draws from a stream of ChaCha numbers: the same on every machine for one seed and case. What is drawn is known
//! to the generator.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};

/// The draws for one case.
pub(super) struct Draw(ChaCha8Rng);

impl Draw {
    /// Every case has a stream of its own, so that it can be made again alone.
    pub(super) fn new(seed: u64, case: u64) -> Self {
        let mut numbers = ChaCha8Rng::seed_from_u64(seed);
        numbers.set_stream(case);
        Self(numbers)
    }

    /// A number below `end`; 0 when `end` is 0.
    pub(super) fn below(&mut self, end: usize) -> usize {
        let drawn = (u128::from(self.0.next_u64()) * end as u128) >> 64;
        usize::try_from(drawn).unwrap_or(0)
    }

    /// True in `percent` of 100 draws.
    pub(super) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of the items, of which there is at least one.
    pub(super) fn pick<'a, T: ?Sized>(&mut self, items: &[&'a T]) -> &'a T {
        let at = self.below(items.len());
        #[expect(clippy::indexing_slicing, reason = "drawn below the length; the pools are constants, none empty")]
        items[at]
    }
}
