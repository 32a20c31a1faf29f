//! What the vendor's machine wants done, as data.

use super::account::Slot;
use super::evidence::{CheckCause, Evidence};
use super::organization::OrganizationKey;
use crate::{AccountNumber, AccountState, TimeMs};
use rolecall_core::access_check::{CheckRecord, IdOf, Judgement, Probe};
use rolecall_core::organization::OrganizationId;

/// A check under way, by which an answer finds it again without a search.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CheckRef {
    /// Where the account is kept.
    pub slot: Slot,
    /// Which check: an answer to an older one is ignored.
    pub serial: u32,
    /// The account.
    pub account: AccountNumber,
    /// The organization whose IDs are sent.
    pub organization: OrganizationKey,
}

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// The organization has a key now.
    OrganizationAccepted {
        /// The key.
        organization: OrganizationKey,
    },
    /// The organization was not taken; nothing of it is kept.
    OrganizationRefused {
        /// Which.
        id: OrganizationId,
        /// Why.
        because: Refused,
    },
    /// Call ListAccounts page by page and hand in the pages with this round.
    ListAccounts {
        /// Which organization.
        organization: OrganizationKey,
        /// The round.
        round: u32,
    },
    /// Make one call of an access check; [`super::Vendor::call`] has it with the external ID.
    Probe {
        /// The check.
        check: CheckRef,
        /// The call.
        probe: Probe,
    },
    /// A check is over. Everything else that follows from it comes behind.
    Checked {
        /// Which account.
        account: AccountNumber,
        /// Which organization.
        organization: OrganizationKey,
        /// What started it.
        cause: CheckCause,
        /// The verdict with its reason.
        judgement: Judgement,
        /// Every outcome.
        record: CheckRecord,
        /// It failed so soon after a change that it is repeated before it counts.
        repeated: bool,
    },
    /// Serve the account from now on.
    Activate {
        /// Which account.
        account: AccountNumber,
        /// Which organization.
        organization: OrganizationKey,
        /// Whose ID opened the role. `Account`: offer a migration.
        by: IdOf,
    },
    /// Serve the account no more.
    Deactivate {
        /// Which account.
        account: AccountNumber,
        /// Which organization.
        organization: OrganizationKey,
        /// Why.
        because: Deactivated,
    },
    /// A complete listing does not have the account any more.
    Departed {
        /// Which account.
        account: AccountNumber,
        /// Which organization.
        organization: OrganizationKey,
    },
    /// Mail the customer that the account needs the role.
    Notify {
        /// Which account.
        account: AccountNumber,
        /// Which organization.
        organization: OrganizationKey,
        /// 1 since the account joined, reopened or was last validated: may be a race with the customer's automation. From 2
        /// on something is broken.
        number: u16,
        /// What a diagnosis can be made from.
        evidence: Box<Evidence>,
    },
    /// Stop active management of the whole billing family.
    PauseManagement {
        /// Which organization.
        organization: OrganizationKey,
        /// The first account that lacks access.
        account: AccountNumber,
    },
    /// Every account has access again.
    ResumeManagement {
        /// Which organization.
        organization: OrganizationKey,
        /// The last account that lacked access.
        account: AccountNumber,
    },
    /// A contradiction that people must look at.
    RaiseConflict(Conflict),
    /// It is gone.
    ClearConflict(Conflict),
    /// The window is open.
    MigrationStarted {
        /// Which organization.
        organization: OrganizationKey,
        /// When it ends.
        until: TimeMs,
    },
    /// The window is over: IDs of accounts do not count any more.
    MigrationEnded {
        /// Which organization.
        organization: OrganizationKey,
        /// So many active accounts were opened by an ID of their own when last checked; they are checked again.
        left: u32,
    },
    /// Hand in [`super::Event::TimerDue`] then. The one of the latest step counts; [`super::Vendor::next_due`] has it too.
    Schedule {
        /// When.
        at: TimeMs,
    },
    /// The event did not fit and changed nothing.
    Ignored(Ignored),
}

/// Why an account is served no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deactivated {
    /// It left the organization, by a complete listing. That the role still opens does not matter.
    Departed,
    /// Organizations lists it as something else than ACTIVE.
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

/// A contradiction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conflict {
    /// Two tenants claim one account: it is blocked under both until one lets go.
    AccountClaimedTwice {
        /// The account.
        account: AccountNumber,
        /// Who had it.
        holder: OrganizationKey,
        /// Who lists it as well.
        claimant: OrganizationKey,
    },
    /// The management account's role opens, but it may not list: it is no management account, or its policy is too old.
    ListingDenied {
        /// Which organization.
        organization: OrganizationKey,
    },
    /// A complete listing without the management account cannot be this organization's: nothing was taken from its end.
    ListingWithoutManagement {
        /// Which organization.
        organization: OrganizationKey,
    },
}

/// Why an organization was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It is connected already.
    #[error("this organization is connected already")]
    OrganizationTaken,
    /// Its management account belongs to another organization here.
    #[error("the management account {0} belongs to another organization that is connected")]
    ManagementTaken(AccountNumber),
    /// One of its external IDs is somebody else's, or differs from it only in case.
    #[error("an external ID is in use already, or differs from one in use only by case: make a new one")]
    ExternalIdTaken,
}

/// Why an event changed nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ignored {
    /// There is no such organization, or it was removed.
    UnknownOrganization,
    /// The organization has no such account.
    UnknownAccount,
    /// The listing is not the one under way.
    OldListing,
    /// The listing of the tick before has not ended.
    ListingUnderWay,
    /// The check was given up, or another probe was asked.
    OldAnswer,
    /// The account is being checked.
    CheckUnderWay,
    /// No role is asked for in this account: it is not ACTIVE, it is a member in lagging mode, or it is blocked.
    NotChecked,
    /// The end of the migration does not lie ahead.
    MigrationEndsInThePast,
    /// The migration has ended; IDs of accounts do not count any more.
    MigrationOver,
    /// Nobody else claims the account.
    NoConflict,
}
