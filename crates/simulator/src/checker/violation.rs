//! A property that does not hold of a trace: where, for whom, why, and the records that show it.

use super::property::Property;
use super::words::{Entity, Words};
use crate::account::AccountNumber;
use crate::random::EntityId;
use crate::time::SimTime;
use crate::trace::Record;
use std::fmt;

/// A violation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Which property.
    pub property: Property,
    /// When it was seen.
    pub at: SimTime,
    /// The account, when there is one.
    pub account: Option<AccountNumber>,
    /// The organization, when there is one.
    pub organization: Option<EntityId>,
    /// What is wrong.
    pub explanation: String,
    /// The last records about the account and the organization before it, oldest first.
    pub records: Vec<Record>,
}

impl fmt::Display for Violation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} at {}", self.property.name(), self.at)?;
        self.account.map_or(Ok(()), |account| write!(formatter, ", account {account}"))?;
        self.organization
            .map_or(Ok(()), |organization| write!(formatter, ", organization {}", Entity(organization)))?;
        write!(formatter, ": {}", self.explanation)?;
        self.records.iter().try_for_each(|record| write!(formatter, "\n    {}", Words(record)))
    }
}
