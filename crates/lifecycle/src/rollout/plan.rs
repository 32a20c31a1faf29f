//! What is to be rolled out: accounts in waves, and the customer's choices.

use super::preferences::{Amount, Preferences};
use super::retry::Retries;
use crate::{AccountNumber, AccountState, DurationMs};
use std::collections::BTreeMap;

/// What unlocks the members once the role stands in the management account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unlock {
    /// The vendor's access check of the management account.
    Probes,
    /// That the role was read and is equal to the profile.
    Reading,
    /// The customer's word that the vendor's Validate Access passed.
    Confirm,
}

/// What to do with a role of the same name that is not ours and is another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Collision {
    /// The account fails.
    Fail,
    /// The role becomes the one of the profile; what it accepted before stops.
    Overwrite,
    /// The account is left alone and does not count as failed.
    Skip,
}

/// The customer's choices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// What unlocks the members.
    pub unlock: Unlock,
    /// How many accounts at once, and how many may fail.
    pub preferences: Preferences,
    /// Roles that are there already.
    pub collision: Collision,
    /// Repetitions by class of error.
    pub retries: Retries,
    /// The rest between two waves.
    pub bake: DurationMs,
    /// Whether a removal takes roles that this rollout found or overwrote, too.
    pub remove_adopted: bool,
}

/// A member account of the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlannedMember {
    /// The account.
    pub account: AccountNumber,
    /// Waves go in this order; numbers may have gaps.
    pub wave: u16,
    /// As Organizations lists it: only ACTIVE ones are touched.
    pub state: AccountState,
}

/// A plan.
///
/// Invariants: the target at place 0 is the management account, every account is there once, no wave is empty.
#[derive(Clone, Debug)]
pub struct Plan {
    settings: Settings,
    management: AccountNumber,
    targets: Vec<(AccountNumber, AccountState)>,
    index: BTreeMap<AccountNumber, u32>,
    waves: Vec<Vec<u32>>,
}

/// Why accounts and choices are no plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// An account twice.
    #[error("account {0} is in the plan twice: leave one of the two out")]
    Twice(AccountNumber),
    /// The management account as a member.
    #[error("account {0} is the management account: it goes first by itself, leave it out of the waves")]
    ManagementAsMember(AccountNumber),
    /// A percentage over 100.
    #[error("{0} is no percentage: expected 0 to 100")]
    Percentage(u8),
    /// More accounts than an organization can have.
    #[error("the plan has {0} accounts, more than can be numbered")]
    TooMany(usize),
}

impl Plan {
    /// Makes a plan; members of a wave go in the order given.
    ///
    /// # Errors
    /// See [`PlanError`].
    pub fn new(management: AccountNumber, members: &[PlannedMember], settings: Settings) -> Result<Self, PlanError> {
        let preferences = settings.preferences;
        for amount in [preferences.concurrency, preferences.tolerance] {
            if let Amount::Percentage(percentage @ 101..) = amount {
                return Err(PlanError::Percentage(percentage));
            }
        }
        let mut targets = vec![(management, AccountState::Active)];
        let mut index = BTreeMap::from([(management, 0)]);
        let mut waves: BTreeMap<u16, Vec<u32>> = BTreeMap::new();
        for member in members {
            if member.account == management {
                return Err(PlanError::ManagementAsMember(management));
            }
            let place = u32::try_from(targets.len()).map_err(|_| PlanError::TooMany(members.len()))?;
            if index.insert(member.account, place).is_some() {
                return Err(PlanError::Twice(member.account));
            }
            targets.push((member.account, member.state));
            waves.entry(member.wave).or_default().push(place);
        }
        Ok(Self { settings, management, targets, index, waves: waves.into_values().collect() })
    }

    /// The choices.
    pub const fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The management account.
    pub const fn management(&self) -> AccountNumber {
        self.management
    }

    /// The accounts, the management account first.
    pub fn accounts(&self) -> impl Iterator<Item = AccountNumber> + '_ {
        self.targets.iter().map(|(account, _)| *account)
    }

    /// How many waves of members there are.
    pub fn wave_count(&self) -> usize {
        self.waves.len()
    }

    pub(super) fn target_count(&self) -> usize {
        self.targets.len()
    }

    pub(super) fn place(&self, account: AccountNumber) -> Option<u32> {
        self.index.get(&account).copied()
    }

    pub(super) fn target(&self, place: u32) -> Option<(AccountNumber, AccountState)> {
        self.targets.get(place as usize).copied()
    }

    pub(super) fn wave(&self, wave: u32) -> &[u32] {
        self.waves.get(wave as usize).map_or(&[], Vec::as_slice)
    }
}
