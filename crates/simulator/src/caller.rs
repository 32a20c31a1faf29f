//! Who calls: the credentials that a request is signed with. A session is a value that STS gave out; nothing in the
//! world holds a table of sessions.

use crate::account::AccountKey;
use crate::iam::UniqueId;
use crate::text::TextId;
use crate::time::SimTime;

/// Credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Caller {
    /// The root user of an account. It cannot assume roles.
    Root(AccountKey),
    /// The user `administrator` of an account, with `AdministratorAccess` and no boundary.
    Administrator(AccountKey),
    /// A session of a role.
    Session(Session),
    /// The role `stacksets-exec-…` that CloudFormation makes in a member for service-managed stack sets: it may do
    /// everything that SCPs let it.
    StackSetsExecution(AccountKey),
}

impl Caller {
    /// The account that is charged and limited.
    pub const fn account(&self) -> AccountKey {
        match self {
            Self::Root(account) | Self::Administrator(account) | Self::StackSetsExecution(account) => *account,
            Self::Session(session) => session.account,
        }
    }
}

/// Where STS was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Endpoint {
    /// `sts.amazonaws.com`. Its tokens are refused in Regions that must be opted into.
    Global,
    /// `sts.REGION.amazonaws.com`.
    Regional(TextId),
}

/// Temporary credentials of a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Session {
    pub(crate) account: AccountKey,
    pub(crate) role: UniqueId,
    pub(crate) name: TextId,
    pub(crate) expires_at: SimTime,
    pub(crate) from: Endpoint,
}

impl Session {
    /// The account of the role.
    pub const fn account(&self) -> AccountKey {
        self.account
    }

    /// The role's unique ID.
    pub const fn role(&self) -> UniqueId {
        self.role
    }

    /// `RoleSessionName`.
    pub const fn name(&self) -> TextId {
        self.name
    }

    /// `Expiration`.
    pub const fn expires_at(&self) -> SimTime {
        self.expires_at
    }
}
