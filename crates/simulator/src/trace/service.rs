//! What the vendor's service and the customer's automation leave in the trace. The checker reads these records and those
//! of the world, and nothing else; so each says what was done in terms of AWS's API and of the article, not of the machine
//! that decided it.

use crate::account::{AccountNumber, AccountState};
use crate::random::EntityId;
use crate::time::SimTime;
use rolecall_core::access_check::{IdOf, Outcome, Outcomes, Probe, Verdict};

/// What the vendor's service was told or did. Organizations stand by their entity, external IDs by the hash of their text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum VendorEvent {
    /// Subject: organization. A customer connected it.
    Connected {
        /// Whose it is.
        tenant: u32,
        /// Its management account.
        management: AccountNumber,
        /// A reseller's: member accounts are never asked for a role.
        lagging: bool,
        /// Failed checks are notified from now on.
        subscribed: bool,
    },
    /// Subject: organization. Failed checks are notified from now on.
    Subscribed,
    /// Subject: organization. The customer left.
    Disconnected,
    /// Subject: organization. An external ID belongs to it, or to one of its accounts alone.
    IdBound {
        /// The account, when the ID is its own.
        account: Option<AccountNumber>,
        /// The hash of the ID.
        id: u64,
    },
    /// Subject: organization. Its accounts' own IDs stop to count then.
    MigrationBegan {
        /// The end of the window.
        until: SimTime,
    },
    /// Subject: organization. They do not count any more.
    MigrationEnded,
    /// Subject: organization. The hourly discovery, counted from 1.
    Tick(u32),
    /// Subject: organization. A listing begins: the role of the management account is asked for, then page by page.
    ListingBegan {
        /// Which one, from 1.
        round: u32,
        /// The hash of the external ID that is sent for it.
        id: u64,
    },
    /// Subject: organization. A listing is over.
    ListingEnded {
        /// Which one, from 1.
        round: u32,
        /// Whether the last page was reached.
        complete: bool,
    },
    /// Subject: organization. Active management of the family stopped.
    Paused {
        /// The first account that lacks access.
        account: AccountNumber,
    },
    /// Subject: organization. It went on.
    Resumed {
        /// The last account that lacked access.
        account: AccountNumber,
    },
    /// Subject: account. A page of ListAccounts, or DescribeAccount, had it, for the first time or with another state.
    Listed {
        /// Which organization.
        organization: EntityId,
        /// The listing.
        round: u32,
        /// The state that was read.
        state: AccountState,
    },
    /// Subject: account. A complete listing did not have it any more.
    Unlisted {
        /// Which organization.
        organization: EntityId,
        /// The listing.
        round: u32,
    },
    /// Subject: account. Somebody pressed Validate Access.
    ValidateRequested {
        /// In which organization.
        organization: EntityId,
    },
    /// Subject: account. One probe and what came back.
    Probed {
        /// Whose check.
        organization: EntityId,
        /// Which check of the vendor.
        check: u32,
        /// The probe.
        probe: Probe,
        /// The hash of the external ID that was sent; nothing when none was.
        id: Option<u64>,
        /// What came back.
        outcome: Outcome,
    },
    /// Subject: account. A check is over.
    Checked {
        /// Whose check.
        organization: EntityId,
        /// The discovery tick that it belongs to; nothing for Validate Access.
        tick: Option<u32>,
        /// The verdict.
        verdict: Verdict,
        /// What every probe of it found.
        outcomes: Outcomes,
        /// It is repeated before it counts.
        repeated: bool,
    },
    /// Subject: account. It is served from now on.
    Activated {
        /// In which organization.
        organization: EntityId,
        /// Whose ID opened the role.
        by: IdOf,
    },
    /// Subject: account. It is served no more.
    Deactivated {
        /// In which organization.
        organization: EntityId,
        /// Why.
        because: Deactivation,
    },
    /// Subject: account. It is no member any more.
    Departed {
        /// Of which organization.
        organization: EntityId,
    },
    /// Subject: account. A mail to the customer that the role is missing.
    Notified {
        /// In which organization.
        organization: EntityId,
        /// 1 for the first; from 2 on something is broken.
        number: u16,
    },
    /// Subject: account. Two tenants claim it: blocked under both.
    ConflictRaised {
        /// Who lists it as well.
        claimant: EntityId,
    },
    /// Subject: account. One of them let go.
    ConflictCleared {
        /// Who claimed it.
        claimant: EntityId,
    },
    /// Subject: account. Somebody decided whose it is.
    ConflictSettled {
        /// Whose.
        organization: EntityId,
    },
    /// Subject: organization. Its listing contradicts what is known, which people must look at.
    ListingDoubted {
        /// The management account's role opens and may not list; otherwise the listing lacks the management account.
        denied: bool,
    },
    /// Subject: organization. A complete listing cleared that.
    ListingTrusted,
    /// The service was started anew: answers under way are lost.
    Restarted,
}

/// Why an account is served no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Deactivation {
    /// It left the organization.
    Departed,
    /// Organizations lists it with another state than ACTIVE.
    State(AccountState),
    /// A check was denied.
    AccessLost,
    /// A check found that the role opens without the right ID.
    Insecure,
    /// Another organization of the same customer lists it now.
    Moved,
    /// Two customers claim it.
    Conflict,
    /// The customer left.
    Unsubscribed,
}

/// What the customer's automation did, beside the calls that it made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CustomerEvent {
    /// Subject: organization. A rollout began.
    RolloutBegan,
    /// Subject: organization. Its management account has the role, and the members may follow.
    ManagementUnlocked,
    /// Subject: account. The rollout asks for the creation of the role.
    RolloutCreates,
    /// Subject: organization. The rollout is over.
    RolloutEnded,
    /// Subject: account. The rollout makes the role that it found the one that it should be.
    RolloutOverwrites,
    /// Subject: account. The removal asks for the deletion of the role.
    RolloutRemoves,
    /// Subject: organization. A removal began: members are locked again.
    RemovalBegan,
    /// Subject: organization. The removal is over.
    RemovalEnded,
    /// Subject: account. The pipeline gave up.
    DeliveryFailed,
}

impl VendorEvent {
    /// What makes the event, as numbers. Each kind has a tag of its own.
    pub(super) const fn words(self) -> [u64; 4] {
        match self {
            Self::Connected { tenant, management, lagging, subscribed } => {
                [64, tenant as u64, management.get(), (lagging as u64) << 1 | subscribed as u64]
            }
            Self::Subscribed => [65, 0, 0, 0],
            Self::Disconnected => [66, 0, 0, 0],
            Self::IdBound { account, id } => [67, number(account), id, 0],
            Self::MigrationBegan { until } => [68, until.0, 0, 0],
            Self::MigrationEnded => [69, 0, 0, 0],
            Self::Tick(tick) => [70, tick as u64, 0, 0],
            Self::ListingEnded { round, complete } => [71, round as u64, complete as u64, 0],
            Self::Paused { account } => [72, account.get(), 0, 0],
            Self::Resumed { account } => [73, account.get(), 0, 0],
            Self::Listed { organization, round, state } => [74, organization.0, round as u64, state as u64],
            Self::Unlisted { organization, round } => [75, organization.0, round as u64, 0],
            Self::ValidateRequested { organization } => [76, organization.0, 0, 0],
            Self::Probed { organization, check, probe, id, outcome } => {
                let id = match id {
                    None => 0,
                    Some(id) => id | 1,
                };
                let made = (check as u64) << 16 | (probe_number(probe) << 8) | outcome as u64;
                [77, organization.0, id, made]
            }
            Self::Checked { organization, tick, verdict, outcomes, repeated } => {
                let tick = match tick {
                    None => 0,
                    Some(tick) => 1 + tick as u64,
                };
                [78, organization.0, tick, outcomes.packed() << 8 | (verdict as u64) << 1 | repeated as u64]
            }
            Self::Activated { organization, by } => [79, organization.0, by as u64, 0],
            Self::Deactivated { organization, because } => [80, organization.0, because.number(), 0],
            Self::Departed { organization } => [81, organization.0, 0, 0],
            Self::Notified { organization, number } => [82, organization.0, number as u64, 0],
            Self::ConflictRaised { claimant } => [83, claimant.0, 0, 0],
            Self::ConflictCleared { claimant } => [84, claimant.0, 0, 0],
            Self::ConflictSettled { organization } => [85, organization.0, 0, 0],
            Self::ListingDoubted { denied } => [86, denied as u64, 0, 0],
            Self::ListingTrusted => [87, 0, 0, 0],
            Self::Restarted => [88, 0, 0, 0],
            Self::ListingBegan { round, id } => [89, round as u64, id, 0],
        }
    }
}

impl CustomerEvent {
    /// What makes the event, as numbers.
    pub(super) const fn words(self) -> [u64; 4] {
        [128 + self as u64, 0, 0, 0]
    }
}

impl Deactivation {
    const fn number(self) -> u64 {
        match self {
            Self::Departed => 1,
            Self::State(state) => 16 + state as u64,
            Self::AccessLost => 2,
            Self::Insecure => 3,
            Self::Moved => 4,
            Self::Conflict => 5,
            Self::Unsubscribed => 6,
        }
    }
}

const fn number(account: Option<AccountNumber>) -> u64 {
    match account {
        None => 0,
        Some(account) => account.get() + 1,
    }
}

const fn probe_number(probe: Probe) -> u64 {
    match probe {
        Probe::Right(of) => of as u64,
        Probe::NoId => 2,
        Probe::Wrong(kind) => 3 + kind as u64,
        Probe::CallerIdentity => 6,
    }
}
