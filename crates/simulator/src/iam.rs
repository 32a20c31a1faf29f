//! IAM: roles of accounts, their definitions, managed policies, limits, and how role ARNs in `Principal` are stored.
//! A definition is shared by all accounts that have the same role; an account holds its number.

mod bind;
mod definitions;
mod policies;
mod roles;
mod validate;
pub(crate) use validate::invalid;
mod write;

pub use definitions::{DefinitionId, Definitions, ManagedPolicy, RoleDefinition};
pub use roles::{CreateRole, RoleInfo, UpdateRole};

use crate::account::AccountNumber;
use crate::text::{TextId, mix};
use std::fmt;

/// The unique ID of a role: never used again, also for a role of the same name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UniqueId(u64);

/// Bits for the serial number of a role in its account.
const SERIAL_BITS: u32 = 24;

impl UniqueId {
    pub(crate) const fn new(account: AccountNumber, serial: u32) -> Self {
        Self(account.0 << SERIAL_BITS | serial as u64 & ((1 << SERIAL_BITS) - 1))
    }

    /// The account that the role is or was in.
    pub const fn account(self) -> AccountNumber {
        AccountNumber(self.0 >> SERIAL_BITS)
    }
}

impl fmt::Display for UniqueId {
    /// `AROA` and 17 capital letters and digits, as IAM writes them (`reference_identifiers`, unique IDs).
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        const DIGITS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        formatter.write_str("AROA")?;
        let (mut rest, second) = (mix(self.0), mix(!self.0));
        for place in 0..17 {
            let digit = if place < 13 { rest & 31 } else { (second >> (5 * (place - 13))) & 31 };
            rest >>= 5;
            let letter = DIGITS.get(usize::try_from(digit).unwrap_or(0)).copied().unwrap_or(b'A');
            write!(formatter, "{}", char::from(letter))?;
        }
        Ok(())
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
