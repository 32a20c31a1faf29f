//! What a run draws: each thing from a stream of its own, so that a parameter changes what it is about and nothing else.
//! Runs of the same seed with different parameters differ by these alone.

use super::model::{Arrivals, Model};
use crate::random::{Draw, EntityId, Stream};
use crate::text::mix;
use crate::time::{float, share};
use crate::world::World;

/// What is drawn.
#[derive(Clone, Copy, Debug)]
pub(super) enum Purpose {
    Phase = 1,
    Arrivals,
    Leavers,
    Replacements,
    Moves,
    Pipeline,
    Restoration,
}

/// Draws from the stream for a purpose and a number.
pub(super) fn draw<T>(world: &mut World, purpose: Purpose, number: u64, draw: impl FnOnce(&mut Draw<'_>) -> T) -> T {
    let entity = EntityId::other(mix(mix(number) ^ ((purpose as u64) << 56)));
    let mut stream = Stream::START;
    draw(&mut world.random.of(entity, &mut stream))
}

/// The moments at which an organization creates accounts, in milliseconds.
pub(super) fn arrivals(model: &Model, world: &mut World, organization: u16) -> Vec<u64> {
    let (count, horizon) = (u64::from(model.new_accounts), model.horizon.0);
    draw(world, Purpose::Arrivals, u64::from(organization), |draw| match model.arrivals {
        Arrivals::Uniform => (0..count).map(|_| draw.below(horizon)).collect(),
        Arrivals::Even => (0..count).map(|number| even(number, count, horizon)).collect(),
        Arrivals::Poisson => poisson(draw, count, horizon),
    })
}

fn even(number: u64, count: u64, horizon: u64) -> u64 {
    let at = u128::from(number) * u128::from(horizon) / u128::from(count.max(1));
    u64::try_from(at).unwrap_or(horizon)
}

/// Exponential gaps with the mean `horizon / count`.
fn poisson(draw: &mut Draw<'_>, count: u64, horizon: u64) -> Vec<u64> {
    let mut moments = Vec::new();
    // Without accounts the first gap has no end.
    let (mut at, end) = (0.0, float(horizon));
    loop {
        at -= libm::log(share(draw)) * end / float(count);
        if count == 0 || at >= end {
            return moments;
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "it is between zero and the horizon"
        )]
        moments.push(at as u64);
    }
}
