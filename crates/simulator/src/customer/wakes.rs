//! The wakes of automations among those of the caller: the second highest bit is set, the highest is not.

use crate::account::AccountKey;
use crate::world::Wake;

/// What an automation wakes up for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Own {
    /// A factory makes its next account.
    Arrival(u16),
    /// A factory looks after accounts in creation.
    Creation(u16),
    /// A pipeline delivers to an account, for the so-many-th time.
    Delivery(u16, u8, AccountKey),
    /// Churn strikes.
    Churn(u16),
    /// Something of a rollout.
    Rollout(u16, RolloutWake),
}

/// What a rollout wakes up for. A program that has ended since does not hear of it: each has a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RolloutWake {
    /// The timer of the machine.
    Timer(u8),
    /// The answer to a call arrives.
    Answer(u8, u32),
    /// Look whether the probes were answered.
    Probes(u8),
    /// The customer confirms.
    Confirmation(u8),
}

const OWN: u64 = 1 << 62;
const PLAY: u64 = 1 << 63;
const KIND: u32 = 58;
const PLACE: u32 = 40;
const SMALL: u32 = 32;

impl Own {
    pub(super) const fn wake(self) -> Wake {
        let (kind, place, small, rest) = match self {
            Self::Arrival(place) => (0, place, 0, 0),
            Self::Creation(place) => (1, place, 0, 0),
            Self::Delivery(place, attempt, account) => (2, place, attempt, account.0),
            Self::Churn(place) => (3, place, 0, 0),
            Self::Rollout(place, RolloutWake::Timer(program)) => (4, place, program, 0),
            Self::Rollout(place, RolloutWake::Answer(program, answer)) => (5, place, program, answer),
            Self::Rollout(place, RolloutWake::Probes(program)) => (6, place, program, 0),
            Self::Rollout(place, RolloutWake::Confirmation(program)) => (7, place, program, 0),
        };
        Wake(OWN | kind << KIND | (place as u64) << PLACE | (small as u64) << SMALL | rest as u64)
    }

    pub(super) fn read(wake: Wake) -> Option<Self> {
        if wake.0 & (OWN | PLAY) != OWN {
            return None;
        }
        let place = u16::try_from(wake.0 >> PLACE & 0xffff).unwrap_or(0);
        let small = u8::try_from(wake.0 >> SMALL & 0xff).unwrap_or(0);
        let rest = u32::try_from(wake.0 & 0xffff_ffff).unwrap_or(0);
        Some(match wake.0 >> KIND & 0xf {
            0 => Self::Arrival(place),
            1 => Self::Creation(place),
            2 => Self::Delivery(place, small, AccountKey(rest)),
            3 => Self::Churn(place),
            4 => Self::Rollout(place, RolloutWake::Timer(small)),
            5 => Self::Rollout(place, RolloutWake::Answer(small, rest)),
            6 => Self::Rollout(place, RolloutWake::Probes(small)),
            _ => Self::Rollout(place, RolloutWake::Confirmation(small)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wakes_are_read_back_and_others_are_not() {
        for own in [
            Own::Arrival(u16::MAX),
            Own::Creation(3),
            Own::Delivery(9, 200, AccountKey(u32::MAX)),
            Own::Churn(1),
            Own::Rollout(2, RolloutWake::Timer(7)),
            Own::Rollout(2, RolloutWake::Answer(255, u32::MAX)),
            Own::Rollout(2, RolloutWake::Probes(0)),
            Own::Rollout(2, RolloutWake::Confirmation(1)),
        ] {
            assert_eq!(Own::read(own.wake()), Some(own));
        }
        for other in [0, OWN - 1, PLAY, PLAY | OWN] {
            assert_eq!(Own::read(Wake(other)), None);
        }
    }
}
