//! Randomness with a seed: one ChaCha8 stream for each entity, keyed by the seed and the entity's own number.
//! An entity keeps only how many values it has drawn, so what one draws never disturbs another, and order of creation
//! does not matter.

use crate::text::mix;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// The seed of a world. There is no default: a run without a seed cannot be repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Seed(pub u64);

/// An entity by a number that does not depend on when it was created: an account ID, a hash of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntityId(pub u64);

impl EntityId {
    const ACCOUNT: u64 = 1 << 56;
    const ORGANIZATION: u64 = 2 << 56;
    const STACK_SET: u64 = 3 << 56;
    const OTHER: u64 = 4 << 56;
    const MASK: u64 = (1 << 56) - 1;

    /// An account, by its twelve digits.
    pub const fn account(number: u64) -> Self {
        Self(Self::ACCOUNT | number & Self::MASK)
    }

    /// An organization, by a hash of its ID.
    pub const fn organization(hash: u64) -> Self {
        Self(Self::ORGANIZATION | hash & Self::MASK)
    }

    /// A stack set, by a hash of its owner, Region and name.
    pub const fn stack_set(hash: u64) -> Self {
        Self(Self::STACK_SET | hash & Self::MASK)
    }

    /// The twelve digits of an account; nothing for others.
    pub const fn account_number(self) -> Option<u64> {
        if self.0 & !Self::MASK == Self::ACCOUNT { Some(self.0 & Self::MASK) } else { None }
    }

    /// Anything that a scenario adds (a pipeline, a vendor), by a hash of its name.
    pub const fn other(hash: u64) -> Self {
        Self(Self::OTHER | hash & Self::MASK)
    }
}

/// How far the stream of one entity has been drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stream(u32);

impl Stream {
    /// Nothing drawn yet.
    pub const START: Self = Self(0);

    /// How many values were drawn.
    pub const fn drawn(self) -> u32 {
        self.0
    }
}

/// All streams of a world.
#[derive(Clone, Debug)]
pub struct Randomness {
    seed: Seed,
    generator: ChaCha8Rng,
    /// Stretches of streams that were drawn from lately, each at the place that its name spreads to.
    kept: Vec<Stretch>,
}

/// So many values of a stream: what the generator makes at once, four blocks of ChaCha.
const STRETCH_VALUES: u32 = 32;
/// So many stretches are kept.
const STRETCHES: usize = 256;

/// A stretch of a stream.
#[derive(Clone, Copy, Debug)]
struct Stretch {
    /// Whose it is, and which.
    of: Option<(EntityId, u32)>,
    values: [u64; STRETCH_VALUES as usize],
}

impl Randomness {
    /// The streams of a seed.
    pub fn new(seed: Seed) -> Self {
        let mut key = [0; 32];
        for (place, byte) in key.iter_mut().zip(seed.0.to_le_bytes()) {
            *place = byte;
        }
        Self { seed, generator: ChaCha8Rng::from_seed(key), kept: Vec::new() }
    }

    /// The seed.
    pub const fn seed(&self) -> Seed {
        self.seed
    }

    /// A value of a stream, from the stretch that is kept or made of it.
    fn value(&mut self, entity: EntityId, number: u32) -> u64 {
        let (stretch, place) = (number / STRETCH_VALUES, number % STRETCH_VALUES);
        if self.kept.is_empty() {
            self.kept.resize(STRETCHES, Stretch { of: None, values: [0; STRETCH_VALUES as usize] });
        }
        let spread = usize::try_from(mix(entity.0 ^ u64::from(stretch))).unwrap_or(0) % STRETCHES;
        let Some(kept) = self.kept.get_mut(spread) else { return 0 };
        if kept.of != Some((entity, stretch)) {
            self.generator.set_stream(entity.0);
            self.generator.set_word_pos(u128::from(stretch) * u128::from(STRETCH_VALUES) * 2);
            kept.values.fill_with(|| self.generator.next_u64());
            kept.of = Some((entity, stretch));
        }
        kept.values.get(place as usize).copied().unwrap_or(0)
    }

    /// The stream of an entity, to draw from.
    pub fn of<'r>(&'r mut self, entity: EntityId, stream: &'r mut Stream) -> Draw<'r> {
        Draw { randomness: self, entity, stream }
    }
}

/// Draws from the stream of one entity.
#[derive(Debug)]
pub struct Draw<'r> {
    randomness: &'r mut Randomness,
    entity: EntityId,
    stream: &'r mut Stream,
}

impl Draw<'_> {
    /// 64 random bits.
    pub fn bits(&mut self) -> u64 {
        let number = self.stream.0;
        self.stream.0 = number.wrapping_add(1);
        self.randomness.value(self.entity, number)
    }

    /// A number below `bound`; 0 when the bound is 0. The bias is below 2⁻³⁰ for bounds that fit virtual time.
    pub fn below(&mut self, bound: u64) -> u64 {
        let product = u128::from(self.bits()) * u128::from(bound);
        u64::try_from(product >> 64).unwrap_or(0)
    }

    /// Whether something happens that happens `millionths` times in a million. Never and always draw nothing.
    pub fn happens(&mut self, millionths: u32) -> bool {
        match millionths {
            0 => false,
            1_000_000.. => true,
            some => self.below(1_000_000) < u64::from(some),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draw(randomness: &mut Randomness, entity: EntityId, stream: &mut Stream) -> u64 {
        randomness.of(entity, stream).bits()
    }

    #[test]
    fn streams_do_not_disturb_each_other() {
        let (one, other) = (EntityId::account(111_111_111_111), EntityId::account(222_222_222_222));
        let mut randomness = Randomness::new(Seed(7));
        let mut alone = Stream::default();
        let expected: Vec<_> = (0..100).map(|_| draw(&mut randomness, one, &mut alone)).collect();
        let (mut first, mut second) = (Stream::default(), Stream::default());
        let mut randomness = Randomness::new(Seed(7));
        let mut mixed = Vec::new();
        for turn in 0..100 {
            for _ in 0..turn % 3 {
                draw(&mut randomness, other, &mut second);
            }
            mixed.push(draw(&mut randomness, one, &mut first));
        }
        assert_eq!(mixed, expected);
        assert_eq!(first.drawn(), 100);
    }

    #[test]
    fn what_is_kept_of_streams_is_what_the_generator_makes() {
        // More streams than are kept, each over the end of two stretches, in an order that comes back to them late.
        let entities = (0..2 * STRETCHES as u64).map(EntityId::account);
        let mut streams: Vec<(EntityId, Stream)> = entities.map(|entity| (entity, Stream::default())).collect();
        let mut randomness = Randomness::new(Seed(9));
        for number in 0..2 * u128::from(STRETCH_VALUES) + 3 {
            for (entity, stream) in &mut streams {
                let mut generator = Randomness::new(Seed(9)).generator;
                generator.set_stream(entity.0);
                generator.set_word_pos(number * 2);
                assert_eq!(draw(&mut randomness, *entity, stream), generator.next_u64(), "{entity:?}: {number}");
            }
        }
    }

    #[test]
    fn seed_and_entity_make_the_stream() {
        let value =
            |seed, entity| draw(&mut Randomness::new(Seed(seed)), EntityId::account(entity), &mut Stream::default());
        assert_eq!(value(1, 5), value(1, 5));
        assert_ne!(value(1, 5), value(2, 5));
        assert_ne!(value(1, 5), value(1, 6));
        let organization = draw(&mut Randomness::new(Seed(1)), EntityId::organization(5), &mut Stream::default());
        assert_ne!(organization, value(1, 5));
    }

    #[test]
    fn the_first_value_is_the_same_on_every_machine() {
        // The first eight bytes of block 0 of ChaCha8 with the key `2a 00 …` and the stream 0x010000_19debd01c7 (account
        // 111111111111), computed by an independent implementation.
        let mut stream = Stream::default();
        let mut randomness = Randomness::new(Seed(42));
        let first = draw(&mut randomness, EntityId::account(111_111_111_111), &mut stream);
        assert_eq!(first, FIRST_OF_SEED_42);
    }

    const FIRST_OF_SEED_42: u64 = 9_886_897_825_293_818_482;

    #[test]
    fn bounds_and_shares_hold() {
        let mut stream = Stream::default();
        let mut randomness = Randomness::new(Seed(3));
        let mut draw = randomness.of(EntityId::account(1), &mut stream);
        let hits = (0..20_000).filter(|_| draw.happens(250_000)).count();
        assert!((4_600..5_400).contains(&hits), "{hits}");
        assert!((0..1_000).all(|_| draw.below(6) < 6));
        assert!(!draw.happens(0) && draw.happens(1_000_000));
        assert_eq!(draw.below(0), 0);
    }
}
