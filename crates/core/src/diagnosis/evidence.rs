//! What a viewpoint obtained about one account: plain data, as calls and records gave it. Nothing is concluded here, and
//! nothing may stand here that the viewpoint could not obtain.
//!
//! What was not looked at says nothing: a rule must never read it as absence.

mod account;
mod listing;
mod stack_sets;
mod vendor;

pub use account::{ControlPolicies, Figure, Limits, ListedRole, Move, NamedPolicy, ReadRole, Readings};
pub use listing::{Entry, FeatureSet, JoinedMethod, Listing, ListingEnd};
pub use stack_sets::{
    DetailedStatus, DriftStatus, InstanceStatus, OperationStatus, PermissionModel, SeenInstance, SeenOperation,
    SeenResult, SeenSet, Step, StepEnd,
};
pub use vendor::{Bindings, Check, CheckStart, Email, KnownId, Neighbours, OwnId, ProbeError, TriedAction};

use crate::access_check::TimeMs;
use crate::organization::{AccountKind, OrganizationId, ServiceMode};
use crate::profile::VendorPrincipal;
use rolecall_iam::arn::{AccountId, Partition};

/// What is known of one thing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Seen<T> {
    /// Nobody looked, or could look: says nothing.
    #[default]
    NotLooked,
    /// Somebody looked, and there is none.
    Absent,
    /// This is what was seen.
    Present(T),
}

impl<T> Seen<T> {
    /// What a look gave.
    pub fn looked(found: Option<T>) -> Self {
        found.map_or(Self::Absent, Self::Present)
    }

    /// What was seen.
    pub const fn present(&self) -> Option<&T> {
        match self {
            Self::Present(value) => Some(value),
            Self::NotLooked | Self::Absent => None,
        }
    }

    /// Whether somebody looked and there is none.
    pub const fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// Whether somebody looked.
    pub const fn is_looked(&self) -> bool {
        !matches!(self, Self::NotLooked)
    }

    /// The same by reference.
    pub const fn as_ref(&self) -> Seen<&T> {
        match self {
            Self::NotLooked => Seen::NotLooked,
            Self::Absent => Seen::Absent,
            Self::Present(value) => Seen::Present(value),
        }
    }
}

/// Who looked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Viewpoint {
    /// The vendor: its probes, what the role may list, its own records.
    Vendor,
    /// The customer: whatever an administrator of the organization can read; what the vendor told besides.
    Customer,
}

impl Viewpoint {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Vendor, Self::Customer];

    /// `vendor` or `customer`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Vendor => "vendor",
            Self::Customer => "customer",
        }
    }

    /// The viewpoint with this name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == text)
    }
}

/// The account that the question is about, and what its role should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// The account.
    pub account: AccountId,
    /// As what it was bound.
    pub kind: AccountKind,
    /// The organization that it was bound to.
    pub organization: OrganizationId,
    /// The partition of that organization.
    pub partition: Partition,
    /// How the organization is served.
    pub mode: ServiceMode,
    /// The name that the role must have; case matters.
    pub role_name: String,
    /// The path that the role must have.
    pub role_path: String,
    /// Who must be able to assume it.
    pub vendor: VendorPrincipal,
}

/// Everything that one viewpoint obtained about one account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// Who looked.
    pub viewpoint: Viewpoint,
    /// When this was put together.
    pub at: TimeMs,
    /// What it is about.
    pub subject: Subject,
    /// External IDs and policies as they were agreed.
    pub bindings: Bindings,
    /// What Organizations listed.
    pub listing: Listing,
    /// The vendor's access checks of the account, oldest first.
    pub checks: Seen<Vec<Check>>,
    /// When a check last validated the account since it joined. Absent: never.
    pub validated: Seen<TimeMs>,
    /// The e-mails about the account, oldest first. Absent: none.
    pub emails: Seen<Vec<Email>>,
    /// Actions that were tried in a session of the role.
    pub actions: Seen<Vec<TriedAction>>,
    /// What is known of the other accounts.
    pub neighbours: Neighbours,
    /// What the account's administrator reads.
    pub readings: Readings,
    /// The stack sets that deploy the role, as far as they concern this account. Absent: there are none.
    pub stack_sets: Seen<Vec<SeenSet>>,
    /// What the customer's automation did for this account, oldest first. Absent: nothing.
    pub steps: Seen<Vec<Step>>,
}

impl Evidence {
    /// Evidence of which nothing was obtained yet.
    pub fn new(viewpoint: Viewpoint, at: TimeMs, subject: Subject) -> Self {
        Self {
            viewpoint,
            at,
            subject,
            bindings: Bindings::default(),
            listing: Listing::default(),
            checks: Seen::NotLooked,
            validated: Seen::NotLooked,
            emails: Seen::NotLooked,
            actions: Seen::NotLooked,
            neighbours: Neighbours::default(),
            readings: Readings::default(),
            stack_sets: Seen::NotLooked,
            steps: Seen::NotLooked,
        }
    }
}

impl Evidence {
    /// What the vendor has of it: without what only the customer can read.
    #[must_use]
    pub fn of_vendor(mut self) -> Self {
        self.viewpoint = Viewpoint::Vendor;
        self.readings = Readings::default();
        (self.stack_sets, self.steps) = (Seen::NotLooked, Seen::NotLooked);
        self.listing.features = Seen::NotLooked;
        self
    }
}

/// Words of AWS's APIs as an enumeration.
macro_rules! words {
    ($(#[$documentation:meta])* $name:ident { $($variant:ident = $text:literal),* $(,)? }) => {
        $(#[$documentation])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $(#[doc = concat!("`", $text, "`")] $variant,)*
        }

        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The word of the API.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }

            /// The one with this word.
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|known| known.as_str() == text)
            }
        }
    };
}
pub(crate) use words;
