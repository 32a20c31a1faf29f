//! What a play is made from: the vendor's choices, and the organizations that customers connect.

use crate::account::AccountKey;
use crate::caller::{Caller, Endpoint};
use crate::iam::{ManagedPolicy, RoleDefinition};
use crate::text::TextId;
use crate::time::{Delay, SimSpan, SimTime};
use crate::world::World;
use rolecall_core::external_id::{ExternalId, ExternalIdError};
use rolecall_core::organization::ServiceMode;
use rolecall_iam::document::PolicyType;
use rolecall_lifecycle::AccountNumber;
use rolecall_lifecycle::vendor::{Rechecks, Refused, Settings};
use std::num::NonZeroU32;

/// The role that the vendor looks for in every account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleAddress {
    /// Its name; case matters.
    pub name: String,
    /// Its path, `/` when it has none.
    pub path: String,
}

impl RoleAddress {
    /// A role without a path.
    pub fn named(name: &str) -> Self {
        Self { name: name.to_owned(), path: "/".to_owned() }
    }
}

/// How the vendor's ticks are performed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Schedule {
    /// As the real service does: every page of every listing, every probe of every check.
    Naive,
    /// What has not changed is not asked again. The facts of the trace ([`crate::trace::Trace::facts`]) are those of
    /// `Naive`; calls and re-checks that find everything as it was are left out. Needs a world in which the vendor's calls
    /// neither fail nor take time; when that ends under way, ticks are naive from then on.
    Lazy,
}

/// The vendor's choices.
#[derive(Clone, Debug)]
pub struct VendorSetup {
    /// The vendor's account.
    pub account: AccountKey,
    /// With whose credentials it probes. A session of a role makes every session that it opens a chained one, of at most
    /// one hour; the account's administrator does not.
    pub prober: Caller,
    /// The role.
    pub role: RoleAddress,
    /// `RoleSessionName`.
    pub session_name: String,
    /// `DurationSeconds`; absent means 3,600.
    pub session_duration_s: Option<u32>,
    /// The endpoint of STS.
    pub endpoint: Endpoint,
    /// Windows and intervals of the machine. The schedule decides `rechecks`.
    pub lifecycle: Settings,
    /// From one discovery tick of an organization to the next.
    pub discovery_interval: SimSpan,
    /// Probes per second, all organizations together: those beyond wait, checks that have begun before new ones. Without
    /// it nothing waits, and STS throttles at its quota.
    pub sts_budget: Option<NonZeroU32>,
    /// How long the answer to a probe takes.
    pub probe_latency: Delay,
    /// How long the answer to a page of a listing takes.
    pub listing_latency: Delay,
    /// How ticks are performed.
    pub schedule: Schedule,
    /// Whether mails are kept, or only counted.
    pub keep_mails: bool,
    /// Whether news of accounts are kept for [`super::Play::take_news`].
    pub keep_news: bool,
}

impl VendorSetup {
    /// A vendor that looks for a role every hour, without latency or budget.
    pub fn new(account: AccountKey, prober: Caller, endpoint: Endpoint, role: RoleAddress) -> Self {
        Self {
            account,
            prober,
            role,
            session_name: "rolecall".to_owned(),
            session_duration_s: None,
            endpoint,
            lifecycle: Settings::default(),
            discovery_interval: SimSpan::hours(1),
            sts_budget: None,
            probe_latency: Delay::ZERO,
            listing_latency: Delay::ZERO,
            schedule: Schedule::Naive,
            keep_mails: true,
            keep_news: false,
        }
    }

    pub(super) fn check(&self, world: &World) -> Result<(), PlayError> {
        if self.prober.account() != self.account {
            return Err(PlayError::ProberOfAnotherAccount);
        }
        if self.discovery_interval == SimSpan::ZERO {
            return Err(PlayError::NoInterval);
        }
        self.check_lazy(world)
    }

    pub(super) fn adapt(&mut self) {
        self.lifecycle.rechecks = match self.schedule {
            Schedule::Naive => Rechecks::Every,
            Schedule::Lazy => Rechecks::OnHint,
        };
    }
}

/// Why there is no play.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlayError {
    /// The prober is somebody else's.
    #[error(
        "the prober's credentials belong to another account than the vendor's: use a caller of the vendor's account"
    )]
    ProberOfAnotherAccount,
    /// Lazy ticks would have other facts than naive ones.
    #[error("lazy ticks would not be the same as naive ones: {0}; take `Schedule::Naive`")]
    NotTheSame(&'static str),
    /// Ticks would not end.
    #[error("the discovery interval is zero: expected one millisecond at least, one hour is usual")]
    NoInterval,
}

/// An organization that a customer connects.
#[derive(Clone, Debug)]
pub struct Connection {
    /// Whose it is: organizations with the same number belong to one customer.
    pub tenant: u32,
    /// The organization's external ID.
    pub external_id: ExternalId,
    /// IDs of accounts that were configured before organization IDs existed.
    pub own_ids: Vec<(AccountNumber, ExternalId)>,
    /// Resellers are lagging.
    pub mode: ServiceMode,
    /// The onboarding is over: failed checks are notified.
    pub subscribed: bool,
    /// The first discovery tick; it gives the phase of all others.
    pub first_tick: SimTime,
    /// The account that the customer gives as the management account; absent means the right one.
    pub management: Option<AccountKey>,
}

impl Connection {
    /// A direct customer with one organization, subscribed.
    ///
    /// # Errors
    /// When AWS would not take the external ID.
    pub fn new(tenant: u32, external_id: &str, first_tick: SimTime) -> Result<Self, ExternalIdError> {
        Ok(Self {
            tenant,
            external_id: ExternalId::parse(external_id)?,
            own_ids: Vec::new(),
            mode: ServiceMode::RealTime,
            subscribed: true,
            first_tick,
            management: None,
        })
    }
}

/// Why an organization was not connected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConnectionRefused {
    /// The vendor's machine refused it.
    #[error(transparent)]
    ByVendor(#[from] Refused),
    /// The world's ID of the organization is none.
    #[error("`{0}` is no organization ID: expected `o-` and 10 to 32 lower-case letters or digits")]
    OrganizationId(String),
}

/// The vendor's own role `name`, which EC2 gives to its workers and which may assume any role: a session of it, as a
/// prober. Nothing when the vendor's account cannot have the role.
pub fn prober_role(world: &mut World, vendor: AccountKey, region: TextId, name: &str) -> Option<Caller> {
    let trust =
        r#"{"Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
    let trust = world.policy(trust, PolicyType::Trust);
    let mut definition = RoleDefinition::new(world.texts_mut(), name, trust);
    let administrator = world.text("AdministratorAccess");
    definition.managed.push(ManagedPolicy::Aws(administrator));
    let role = world.place_role(vendor, &definition).ok()?;
    let session = world.text("worker");
    // Longer than any play: EC2 renews the credentials of its instances.
    world.service_session(role, session, region, SimSpan::days(36_500)).map(Caller::Session)
}
