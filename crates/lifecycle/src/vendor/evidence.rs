//! What a notification brings along: what the vendor could see by then, and nothing else. A diagnosis is derived from it
//! elsewhere, so that the machine never decides on a guess.

use super::organization::OrganizationKey;
use crate::{AccountNumber, AccountState, TimeMs};
use rolecall_core::access_check::CheckRecord;
use rolecall_core::organization::AccountKind;

/// What started a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CheckCause {
    /// The so-many-th discovery tick of the organization, from 1.
    Tick(u32),
    /// Somebody pressed Validate Access.
    Requested,
}

/// What the account was before its checks failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occasion {
    /// It never was active since it joined.
    NewAccount,
    /// It was active.
    LostAccess,
}

/// The vendor's view of an account whose checks fail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// The account.
    pub account: AccountNumber,
    /// Its organization.
    pub organization: OrganizationKey,
    /// Management or member.
    pub kind: AccountKind,
    /// As last listed.
    pub state: AccountState,
    /// When it was first listed in this organization, since it last joined.
    pub first_listed: TimeMs,
    /// When something was last known to change.
    pub changed: TimeMs,
    /// What it was before.
    pub occasion: Occasion,
    /// Whether it has an external ID of its own that still counts.
    pub own_id: bool,
    /// Whether a migration to the organization's ID has ended.
    pub migration_over: bool,
    /// Failed checks since it joined, reopened or was last validated, this one included.
    pub failed_checks: u16,
    /// The checks, newest last; the last one that was validated comes first when there is room.
    pub checks: Vec<CheckRecord>,
}
