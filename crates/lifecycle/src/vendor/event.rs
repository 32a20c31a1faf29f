//! What can happen to the vendor's machine.

use super::effect::CheckRef;
use super::organization::{OrganizationKey, TenantId};
use crate::{AccountNumber, AccountState, TimeMs};
use rolecall_core::access_check::{Answer, Outcome, Probe};
use rolecall_core::external_id::ExternalId;
use rolecall_core::organization::{OrganizationId, ServiceMode};

/// An event. Pages are borrowed, so that a listing of 50,000 accounts is not copied.
#[derive(Clone, Debug)]
pub enum Event<'a> {
    /// A customer connects an organization. Accepted ones get keys in the order of arrival, from 0.
    OrganizationAdded(Box<NewOrganization>),
    /// A customer disconnects one: its accounts are deactivated, its IDs stay reserved.
    OrganizationRemoved {
        /// Which.
        organization: OrganizationKey,
    },
    /// The onboarding is over: from now on failed checks are notified and pause active management.
    SubscriptionActivated {
        /// Which.
        organization: OrganizationKey,
    },
    /// The hourly discovery of an organization is due.
    DiscoveryTick {
        /// Which.
        organization: OrganizationKey,
    },
    /// A page of ListAccounts. An empty one is legal and means nothing (Organizations API reference, `ListAccounts`).
    ListingPage {
        /// Which.
        organization: OrganizationKey,
        /// The round that [`super::Effect::ListAccounts`] named.
        round: u32,
        /// The accounts of the page.
        accounts: &'a [ListedAccount],
    },
    /// The last page, the one without a `NextToken`, has been handed in.
    ListingComplete {
        /// Which.
        organization: OrganizationKey,
        /// Its round.
        round: u32,
    },
    /// The listing ended early: whoever was not on its pages is not known to be gone.
    ListingPartial {
        /// Which.
        organization: OrganizationKey,
        /// Its round.
        round: u32,
        /// Why.
        problem: ListingProblem,
    },
    /// A complete listing by what is different from all that was handed in before, whatever became of it; equal to its pages and
    /// `ListingComplete`, at the cost of the difference alone.
    ListingDifference {
        /// Which.
        organization: OrganizationKey,
        /// Its round.
        round: u32,
        /// Accounts that are new or whose state is another.
        changed: &'a [ListedAccount],
        /// Members that are listed no more.
        departed: &'a [AccountNumber],
    },
    /// The state of a single member, as DescribeAccount or an event of Organizations has it.
    AccountState {
        /// Which organization.
        organization: OrganizationKey,
        /// Which account.
        account: AccountNumber,
        /// Its state.
        state: AccountState,
    },
    /// The answer to [`super::Effect::Probe`]. Each probe is answered, with a fault when nothing came back.
    ProbeAnswered {
        /// The check that it belongs to.
        check: CheckRef,
        /// The probe.
        probe: Probe,
        /// What came back.
        answer: Answer,
    },
    /// Somebody pressed Validate Access. The verdict goes to the console; a failure is not mailed.
    ValidateRequested {
        /// Which organization.
        organization: OrganizationKey,
        /// Which account.
        account: AccountNumber,
    },
    /// Something was done to the role of an account, or to what limits it: check it again.
    AccessMayHaveChanged {
        /// Which account.
        account: AccountNumber,
    },
    /// The moment of [`super::Effect::Schedule`] has come.
    TimerDue,
    /// The customer wants the organization's ID everywhere; until then accounts may keep IDs of their own.
    MigrationRequested {
        /// Which organization.
        organization: OrganizationKey,
        /// From then on an account's own ID does not count any more.
        until: TimeMs,
    },
    /// Somebody decided whose an account is that two organizations claim.
    ConflictSettled {
        /// Which account.
        account: AccountNumber,
        /// Whose it is.
        organization: OrganizationKey,
    },
    /// The program was started anew from this state: answers under way are lost.
    Restarted,
}

/// A line of ListAccounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListedAccount {
    /// The account.
    pub account: AccountNumber,
    /// Its state.
    pub state: AccountState,
}

/// Why a listing ended early.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListingProblem {
    /// `AccessDenied`, or `AWSOrganizationsNotInUseException`: the role is gone, or this is no management account.
    AccessDenied,
    /// `TooManyRequestsException`.
    Throttled,
    /// Network, time-out, or a 5xx answer.
    Fault,
}

impl ListingProblem {
    /// What an error means that came instead of a page, by its code and its HTTP status (0 when no answer came).
    pub fn of_error(code: &str, http_status: u16) -> Self {
        match (code, Outcome::of_error(code, http_status)) {
            ("AWSOrganizationsNotInUseException", _) | (_, Outcome::AccessDenied) => Self::AccessDenied,
            (_, Outcome::Throttled) => Self::Throttled,
            _ => Self::Fault,
        }
    }
}

/// An organization that a customer connects.
#[derive(Clone, Debug)]
pub struct NewOrganization {
    /// Whose it is.
    pub tenant: TenantId,
    /// Its ID at AWS.
    pub id: OrganizationId,
    /// Its management account.
    pub management: AccountNumber,
    /// Resellers are lagging: their member accounts are never asked for a role.
    pub mode: ServiceMode,
    /// The organization's external ID, made by the vendor.
    pub external_id: ExternalId,
    /// The IDs of accounts that were configured before organization IDs existed.
    pub own_ids: Vec<(AccountNumber, ExternalId)>,
    /// Whether the onboarding is over already.
    pub subscribed: bool,
}
