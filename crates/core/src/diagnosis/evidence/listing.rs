//! What AWS Organizations lists, and since when.

use super::{Seen, words};
use crate::access_check::{AccountState, TimeMs};
use crate::organization::OrganizationId;

/// What Organizations said of the account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// How the last listing ended.
    pub end: Seen<ListingEnd>,
    /// The account's entry. Absent: a complete listing does not have the account.
    pub entry: Seen<Entry>,
    /// When the account was first listed in this organization, since it last joined.
    pub first_listed: Seen<TimeMs>,
    /// Since when it has the state that it has. Absent: since it was first listed.
    pub state_since: Seen<TimeMs>,
    /// Another connected organization of the same customer that listed the account before. Absent: none did.
    pub earlier_organization: Seen<OrganizationId>,
    /// An organization of another customer that lists the account. Absent: none does.
    pub also_listed_by: Seen<OrganizationId>,
    /// What the organization is for.
    pub features: Seen<FeatureSet>,
}

/// How a listing ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ListingEnd {
    /// The last page has no next token.
    Complete,
    /// It broke off: throttled, failed.
    Partial {
        /// AWS's error code; of another call than ListAccounts with its name before it, as in `AssumeRole/Throttling`.
        code: String,
    },
    /// It was refused: `AccessDeniedException`, `AWSOrganizationsNotInUseException`.
    Refused {
        /// AWS's error code.
        code: String,
    },
}

/// One account as Organizations lists it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// `State`, AWS's word.
    pub state: Seen<String>,
    /// The older `Status`, AWS's word.
    pub status: Seen<String>,
    /// What the reader made of it. Absent: it could make nothing of it.
    pub read_as: Seen<AccountState>,
    /// `JoinedMethod`.
    pub joined_method: Seen<JoinedMethod>,
}

words! {
    /// How an account joined.
    JoinedMethod { Created = "CREATED", Invited = "INVITED" }
}

words! {
    /// What an organization is for.
    FeatureSet { All = "ALL", ConsolidatedBilling = "CONSOLIDATED_BILLING" }
}
