//! IAM: roles of accounts, their definitions, managed policies, limits, and how role ARNs in `Principal` are stored.
//! A definition is shared by all accounts that have the same role; an account holds its number.

mod bind;
mod definitions;
mod policies;
mod reading;
mod roles;
mod simulation;
mod validate;
pub(crate) use validate::invalid;
mod write;

pub use definitions::{DefinitionId, Definitions, ManagedPolicy, RoleDefinition};
pub use reading::AccountQuotas;
pub use roles::{CreateRole, RoleInfo, UpdateRole};

pub use simulation::{MatchedStatement, Simulated, Simulation};

use crate::account::AccountNumber;
use crate::text::{TextId, mix};
use std::fmt;
use std::num::NonZeroU32;

/// The unique ID of a role: never used again, also for a role of the same name. In halves, one of them never 0: so it
/// takes no more room where it may be missing, nor for its alignment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UniqueId {
    high: NonZeroU32,
    low: u32,
}

/// Bits for the serial number of a role in its account; above them stands the account's number (40 bits).
const SERIAL_BITS: u32 = 24;
const SERIAL_MASK: u32 = (1 << SERIAL_BITS) - 1;

impl UniqueId {
    pub(crate) fn new(account: AccountNumber, serial: u32) -> Self {
        let high = u32::try_from((account.get() >> 8) + 1).ok().and_then(NonZeroU32::new).unwrap_or(NonZeroU32::MAX);
        let low = u32::try_from(account.get() & 0xff).unwrap_or(0) << SERIAL_BITS | serial & SERIAL_MASK;
        Self { high, low }
    }

    /// The serial number in the account.
    pub(crate) const fn serial(self) -> u32 {
        self.low & SERIAL_MASK
    }

    /// The account that the role is or was in.
    pub const fn account(self) -> AccountNumber {
        AccountNumber::of_last_digits((self.high.get() as u64 - 1) << 8 | (self.low >> SERIAL_BITS) as u64)
    }

    const fn bits(self) -> u64 {
        (self.high.get() as u64) << 32 | self.low as u64
    }
}

impl fmt::Display for UniqueId {
    /// `AROA` and 17 capital letters and digits, as IAM writes them (`reference_identifiers`, unique IDs).
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        const DIGITS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        let mut written = *b"AROA_________________";
        let (mut rest, second) = (mix(self.bits()), mix(!self.bits()));
        for (place, byte) in (0..17).zip(written.iter_mut().skip(4)) {
            let digit = if place < 13 { rest & 31 } else { (second >> (5 * (place - 13))) & 31 };
            rest >>= 5;
            *byte = DIGITS.get(usize::try_from(digit).unwrap_or(0)).copied().unwrap_or(b'A');
        }
        formatter.write_str(std::str::from_utf8(&written).unwrap_or_default())
    }
}

/// A role of an account: as IAM has it and as STS sees it.
#[derive(Clone, Copy, Debug)]
pub struct Role {
    pub(crate) folded: TextId,
    pub(crate) unique: UniqueId,
    /// `None` once it is deleted, until STS has seen that.
    pub(crate) current: Option<DefinitionId>,
    /// What STS sees; `None` until it has seen the creation.
    pub(crate) visible: Option<DefinitionId>,
    /// Counts the writes, so that a late arrival of an early one changes nothing.
    pub(crate) written: u16,
    pub(crate) seen: u16,
}

#[cfg(test)]
mod tests;
