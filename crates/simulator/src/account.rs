//! An account: its number, state and place, and its roles as numbers. It holds no text, so that a million fit in memory.
//! What changes it is in `organizations` and `iam`.

use crate::iam::Role;
use crate::organizations::{NodeId, OrganizationKey};
use crate::random::{EntityId, Stream};
use crate::time::SimTime;
pub use rolecall_core::access_check::{AccountNumber, AccountState};

/// An account of a world, in the order of creation: a handle, never shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountKey(pub(crate) u32);

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
        EntityId::account(self.number.get())
    }
}
