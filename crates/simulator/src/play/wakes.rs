//! The wakes of a play among those of the world: all have the highest bit set, which no other wake may have.

use crate::world::Wake;
use rolecall_lifecycle::vendor::OrganizationKey;

/// What a play wakes up for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Own {
    /// The discovery tick of an organization.
    Tick(OrganizationKey),
    /// The timer of the machine.
    Timer,
    /// The answer to a probe arrives.
    Answer(u32),
    /// The listing of an organization goes on, if it is still this round.
    Page(OrganizationKey, u16),
    /// Probes that wait for the budget.
    Turn,
}

const OWN: u64 = 1 << 63;
const KIND: u32 = 60;
const ROUND: u32 = 32;

impl Own {
    pub(super) const fn wake(self) -> Wake {
        let (kind, rest) = match self {
            Self::Tick(key) => (0, key.0 as u64),
            Self::Timer => (1, 0),
            Self::Answer(place) => (2, place as u64),
            Self::Page(key, round) => (3, (round as u64) << ROUND | key.0 as u64),
            Self::Turn => (4, 0),
        };
        Wake(OWN | kind << KIND | rest)
    }

    pub(super) fn read(wake: Wake) -> Option<Self> {
        if wake.0 & OWN == 0 {
            return None;
        }
        let low = u32::try_from(wake.0 & u64::from(u32::MAX)).unwrap_or(0);
        let round = u16::try_from(wake.0 >> ROUND & u64::from(u16::MAX)).unwrap_or(0);
        Some(match wake.0 >> KIND & 7 {
            0 => Self::Tick(OrganizationKey(low)),
            1 => Self::Timer,
            2 => Self::Answer(low),
            3 => Self::Page(OrganizationKey(low), round),
            _ => Self::Turn,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wakes_are_read_back_and_others_are_not() {
        let key = OrganizationKey(u32::MAX);
        for own in [Own::Tick(key), Own::Timer, Own::Answer(7), Own::Page(key, u16::MAX), Own::Turn] {
            assert_eq!(Own::read(own.wake()), Some(own));
        }
        assert_eq!(Own::read(Wake(u64::MAX >> 1)), None);
    }
}
