//! What must hold of every trace: the properties by name, each with the sentence that it stands for.

/// A property of traces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Property {
    /// Active without the probes right in one window.
    ActivationProbes,
    /// Active although not listed as ACTIVE in the organization whose ID opened the role.
    ActivationListing,
    /// Served on after the access was lost, the state changed, a conflict or a departure.
    StaysActive,
    /// Activated twice, or deactivated without being active or without a reason.
    ServiceOrder,
    /// One account active in two organizations, or while two tenants claim it.
    TwoTenants,
    /// A notification without a failed check at that tick.
    NotificationCheck,
    /// Two notifications of one account at one tick.
    NotificationTwice,
    /// A notification about an account that is suspended, closed, pending, not listed, or not subscribed to.
    NotificationState,
    /// Notification numbers count up by one since the account joined, reopened or was last validated.
    NotificationNumber,
    /// A partial listing, or none at all, made an account depart.
    Departure,
    /// Another tenant's external ID, or another account's, was sent.
    ForeignId,
    /// A probe sent another ID than the one that it is named after.
    ProbeId,
    /// The account's own ID was tried without AccessDenied for the organization's before, or after a migration.
    FallBack,
    /// Throttling or a fault was read as a denial.
    UnknownAsDenied,
    /// A verdict that the probes of its check do not bear out.
    Verdict,
    /// Active management is paused from the check that sees a loss to the check that sees recovery, and never else.
    Pause,
    /// A member of a lagging organization was probed, activated or notified.
    Lagging,
    /// A role was asked for in a member before the management account was unlocked.
    ManagementFirst,
    /// A right role is active by the next check.
    RightBecomesActive,
    /// A wrong role is notified a second time.
    WrongIsNotifiedTwice,
    /// Who left is not served for good.
    DepartureIsNoticed,
}

impl Property {
    /// All of them.
    pub const ALL: [Self; 21] = [
        Self::ActivationProbes,
        Self::ActivationListing,
        Self::StaysActive,
        Self::ServiceOrder,
        Self::TwoTenants,
        Self::NotificationCheck,
        Self::NotificationTwice,
        Self::NotificationState,
        Self::NotificationNumber,
        Self::Departure,
        Self::ForeignId,
        Self::ProbeId,
        Self::FallBack,
        Self::UnknownAsDenied,
        Self::Verdict,
        Self::Pause,
        Self::Lagging,
        Self::ManagementFirst,
        Self::RightBecomesActive,
        Self::WrongIsNotifiedTwice,
        Self::DepartureIsNoticed,
    ];

    /// Its name in reports: kebab-case, never reused.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ActivationProbes => "activation-probes",
            Self::ActivationListing => "activation-listing",
            Self::StaysActive => "stays-active",
            Self::ServiceOrder => "service-order",
            Self::TwoTenants => "two-tenants",
            Self::NotificationCheck => "notification-check",
            Self::NotificationTwice => "notification-twice",
            Self::NotificationState => "notification-state",
            Self::NotificationNumber => "notification-number",
            Self::Departure => "departure",
            Self::ForeignId => "foreign-id",
            Self::ProbeId => "probe-id",
            Self::FallBack => "fall-back",
            Self::UnknownAsDenied => "unknown-as-denied",
            Self::Verdict => "verdict",
            Self::Pause => "pause",
            Self::Lagging => "lagging",
            Self::ManagementFirst => "management-first",
            Self::RightBecomesActive => "right-becomes-active",
            Self::WrongIsNotifiedTwice => "wrong-is-notified-twice",
            Self::DepartureIsNoticed => "departure-is-noticed",
        }
    }
}
