//! An account: its number, state and place, and its roles as numbers. It holds no text, so that a million fit in memory.
//! What changes it is in `organizations` and `iam`.

use crate::iam::Role;
use crate::organizations::{NodeId, OrganizationKey};
use crate::random::{EntityId, Stream};
use crate::time::SimTime;
use rolecall_iam::arn::AccountId;
use std::fmt;

/// The twelve digits of an account as a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountNumber(pub(crate) u64);

impl AccountNumber {
    /// The number of an account ID.
    pub fn of(account: AccountId) -> Self {
        Self(account.as_str().bytes().fold(0, |number, digit| number * 10 + u64::from(digit - b'0')))
    }

    /// The account ID. Numbers are made from account IDs or drawn below 10¹², so that they have twelve digits.
    pub fn id(self) -> Option<AccountId> {
        AccountId::parse(&self.to_string()).ok()
    }
}

impl fmt::Display for AccountNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:012}", self.0)
    }
}

/// An account of a world, in the order of creation: a handle, never shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountKey(pub(crate) u32);

/// The state of an account (`State`; botocore's Organizations model, 2026-08).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AccountState {
    /// Sign-up was begun and not completed: unusable.
    PendingActivation,
    /// In use.
    Active,
    /// Suspended by AWS.
    Suspended,
    /// Closing.
    PendingClosure,
    /// Closed; it can be reopened for 90 days.
    Closed,
}

impl AccountState {
    /// The word of the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PendingActivation => "PENDING_ACTIVATION",
            Self::Active => "ACTIVE",
            Self::Suspended => "SUSPENDED",
            Self::PendingClosure => "PENDING_CLOSURE",
            Self::Closed => "CLOSED",
        }
    }

    /// The older `Status`: `ACTIVE`, `SUSPENDED` or `PENDING_CLOSURE`. After a closure it is `SUSPENDED`
    /// (`API_CloseAccount`); for a pending activation AWS's pages name none: `SUSPENDED` is inferred.
    pub const fn status(self) -> &'static str {
        match self {
            Self::Active => "ACTIVE",
            Self::PendingClosure => "PENDING_CLOSURE",
            Self::PendingActivation | Self::Suspended | Self::Closed => "SUSPENDED",
        }
    }

    /// Whether its principals can act and its roles be assumed.
    pub const fn is_usable(self) -> bool {
        matches!(self, Self::Active)
    }
}

/// How an account came into its organization (`JoinedMethod`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// Created by the organization: it has `OrganizationAccountAccessRole`.
    Created,
    /// Invited: it has no such role.
    Invited,
}

/// An account.
#[derive(Clone, Debug)]
pub struct Account {
    pub(crate) number: AccountNumber,
    pub(crate) organization: Option<OrganizationKey>,
    pub(crate) parent: NodeId,
    pub(crate) state: AccountState,
    pub(crate) origin: Origin,
    /// Whether a quota increase lets trust policies have 4,096 characters.
    pub(crate) long_trust: bool,
    /// Roles besides those of the simulation: they only count against the quota.
    pub(crate) other_roles: u16,
    /// The number of the next role's unique ID.
    pub(crate) next_role: u32,
    pub(crate) stream: Stream,
    pub(crate) joined_at: SimTime,
    pub(crate) state_since: SimTime,
    /// From when on its services answer.
    pub(crate) ready_at: SimTime,
    /// By the name in lower case, then the unique ID.
    pub(crate) roles: Vec<Role>,
}

impl Account {
    pub(crate) const fn new(number: AccountNumber, state: AccountState, origin: Origin, now: SimTime) -> Self {
        Self {
            number,
            organization: None,
            parent: NodeId::ROOT,
            state,
            origin,
            long_trust: false,
            other_roles: 0,
            next_role: 0,
            stream: Stream::START,
            joined_at: now,
            state_since: now,
            ready_at: now,
            roles: Vec::new(),
        }
    }

    /// Its number.
    pub const fn number(&self) -> AccountNumber {
        self.number
    }

    /// Its organization.
    pub const fn organization(&self) -> Option<OrganizationKey> {
        self.organization
    }

    /// The root or organizational unit that it stands in; without an organization it means nothing.
    pub const fn parent(&self) -> NodeId {
        self.parent
    }

    /// Its state.
    pub const fn state(&self) -> AccountState {
        self.state
    }

    /// Since when it has this state.
    pub const fn state_since(&self) -> SimTime {
        self.state_since
    }

    /// When it joined its organization.
    pub const fn joined_at(&self) -> SimTime {
        self.joined_at
    }

    /// How it came into its organization.
    pub const fn origin(&self) -> Origin {
        self.origin
    }

    /// From when on its services answer.
    pub const fn ready_at(&self) -> SimTime {
        self.ready_at
    }

    /// The entity whose stream it draws from.
    pub const fn entity(&self) -> EntityId {
        EntityId::account(self.number.0)
    }
}
