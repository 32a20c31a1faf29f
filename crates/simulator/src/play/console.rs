//! What customers see: mails, and the vendor's console.

use crate::account::AccountNumber;
use crate::time::SimTime;
use rolecall_core::access_check::{CheckRecord, Judgement};
use rolecall_lifecycle::vendor::{Conflict, Evidence, Ignored, OrganizationKey};

/// A mail to a customer: an account needs the role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// When.
    pub at: SimTime,
    /// To the customer of which organization.
    pub organization: OrganizationKey,
    /// About which account.
    pub account: AccountNumber,
    /// 1 for the first; from 2 on something is broken.
    pub number: u16,
    /// What the vendor knew.
    pub evidence: Box<Evidence>,
}

/// What became of an account, for those who count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewsItem {
    /// When.
    pub at: SimTime,
    /// Of which account.
    pub account: AccountNumber,
    /// What.
    pub news: News,
}

/// What can become of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    /// It is served from now on.
    Activated,
    /// The customer was mailed about it.
    Mailed,
    /// Active management of its family stopped, it being the first that lacks access.
    Paused,
}

/// An entry of the console.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConsoleRecord {
    /// When.
    pub at: SimTime,
    /// What it says.
    pub entry: Console,
}

/// What the console says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Console {
    /// The verdict of Validate Access.
    Validated {
        /// Which organization.
        organization: OrganizationKey,
        /// Which account.
        account: AccountNumber,
        /// The verdict with its reason.
        judgement: Judgement,
        /// Every outcome.
        record: CheckRecord,
        /// It failed so soon after a change that it is repeated before it counts.
        repeated: bool,
    },
    /// What the customer asked for was not done.
    Refused(Ignored),
    /// A contradiction that people must look at.
    ConflictRaised(Conflict),
    /// It is gone.
    ConflictCleared(Conflict),
    /// Active management of the family stopped.
    Paused {
        /// Which organization.
        organization: OrganizationKey,
        /// The first account that lacks access.
        account: AccountNumber,
    },
    /// It goes on.
    Resumed {
        /// Which organization.
        organization: OrganizationKey,
        /// The last account that lacked access.
        account: AccountNumber,
    },
    /// Accounts may use IDs of their own until then.
    MigrationBegan {
        /// Which organization.
        organization: OrganizationKey,
        /// The end of the window.
        until: SimTime,
    },
    /// They may not any more.
    MigrationEnded {
        /// Which organization.
        organization: OrganizationKey,
        /// So many active accounts used one when last checked.
        left: u32,
    },
}
