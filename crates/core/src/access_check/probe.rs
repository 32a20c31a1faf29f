//! The probes of an access check, and what can come back. Outcomes are one byte each, so that histories stay small.

use super::AccountNumber;
use std::fmt;

/// Whose external ID is sent as the right one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IdOf {
    /// The one of the organization.
    Organization,
    /// The account's own, from the time before organization IDs.
    Account,
}

/// What makes a wrong ID wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WrongKind {
    /// It has nothing to do with the right one: finds a role without a condition, and `StringLike "*"`.
    Random,
    /// The right ID and a character more: finds `StringLike "abc*"`.
    Suffix,
    /// The right ID with its case flipped: finds `StringEqualsIgnoreCase`.
    CaseFlipped,
}

impl WrongKind {
    /// All of them, in the order in which they are tried.
    pub const ALL: [Self; 3] = [Self::Random, Self::Suffix, Self::CaseFlipped];

    const fn bit(self) -> u8 {
        match self {
            Self::Random => 1,
            Self::Suffix => 2,
            Self::CaseFlipped => 4,
        }
    }
}

/// A set of kinds of wrong IDs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WrongKinds(u8);

impl WrongKinds {
    /// All three.
    pub const ALL: Self = Self(7);
    /// None.
    pub const NONE: Self = Self(0);

    /// The set with `kind` in it.
    #[must_use]
    pub const fn with(self, kind: WrongKind) -> Self {
        Self(self.0 | kind.bit())
    }

    /// Whether `kind` is in it.
    pub const fn contains(self, kind: WrongKind) -> bool {
        self.0 & kind.bit() != 0
    }
}

/// One call of an access check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Probe {
    /// AssumeRole with a right ID: must be allowed.
    Right(IdOf),
    /// AssumeRole without an external ID: must be denied.
    NoId,
    /// AssumeRole with a wrong ID, made from the one that opened the role: must be denied.
    Wrong(WrongKind),
    /// GetCallerIdentity with the credentials that the right ID gave: must name the account.
    CallerIdentity,
}

impl Probe {
    /// All of them, by their place in [`Outcomes`].
    pub const ALL: [Self; 7] = [
        Self::Right(IdOf::Organization),
        Self::Right(IdOf::Account),
        Self::NoId,
        Self::Wrong(WrongKind::Random),
        Self::Wrong(WrongKind::Suffix),
        Self::Wrong(WrongKind::CaseFlipped),
        Self::CallerIdentity,
    ];

    /// What follows when a right ID opened the role, in this order.
    pub(super) const AFTER_SUCCESS: [Self; 5] = [
        Self::NoId,
        Self::Wrong(WrongKind::Random),
        Self::Wrong(WrongKind::Suffix),
        Self::Wrong(WrongKind::CaseFlipped),
        Self::CallerIdentity,
    ];

    /// Whether it must be denied.
    pub const fn is_negative(self) -> bool {
        matches!(self, Self::NoId | Self::Wrong(_))
    }

    /// In words, for messages.
    pub const fn describe(self) -> &'static str {
        match self {
            Self::Right(IdOf::Organization) => "AssumeRole with the organization's ID",
            Self::Right(IdOf::Account) => "AssumeRole with the account's own ID",
            Self::NoId => "AssumeRole without an external ID",
            Self::Wrong(WrongKind::Random) => "AssumeRole with a random ID",
            Self::Wrong(WrongKind::Suffix) => "AssumeRole with the right ID and a suffix",
            Self::Wrong(WrongKind::CaseFlipped) => "AssumeRole with the right ID in other case",
            Self::CallerIdentity => "GetCallerIdentity",
        }
    }

    const fn place(self) -> usize {
        match self {
            Self::Right(IdOf::Organization) => 0,
            Self::Right(IdOf::Account) => 1,
            Self::NoId => 2,
            Self::Wrong(WrongKind::Random) => 3,
            Self::Wrong(WrongKind::Suffix) => 4,
            Self::Wrong(WrongKind::CaseFlipped) => 5,
            Self::CallerIdentity => 6,
        }
    }
}

/// What came back from one probe, classified by who made the call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// Not tried.
    #[default]
    NotMade,
    /// The call succeeded.
    Allowed,
    /// `AccessDenied`. One text for: no role, wrong ID, wrong principal, suspended account (STS API reference).
    AccessDenied,
    /// GetCallerIdentity named another account than the one that was probed.
    OtherAccount,
    /// `Throttling`, `RequestLimitExceeded` and their kin.
    Throttled,
    /// Network, time-out, or a 5xx answer.
    Fault,
    /// The vendor's own credentials failed: `ExpiredToken`, `InvalidClientTokenId`, `SignatureDoesNotMatch`.
    OwnCredentials,
    /// `RegionDisabledException`: STS is not activated for the account in this Region.
    RegionDisabled,
    /// `ValidationError` and the like: the request itself was wrong, such as a session that is too long.
    BadRequest,
    /// An answer that nobody could classify.
    Unrecognised,
}

impl Outcome {
    /// What an error of STS means, by its code and its HTTP status (0 when no answer came): the one place where answers of
    /// the real STS and of a simulated one are read. A code that is not known is `Unrecognised`, never a denial.
    ///
    /// Codes: STS API reference, `API_AssumeRole` and "Common errors"; botocore's retry handler for throttling; the SDK's list
    /// of codes of a wrong clock (`RequestTimeTooSkewed`, …); botocore's Organizations model for `ServiceException`, which comes
    /// with status 400. `TimedOut`, `ConnectionFailed`, `MalformedAnswer`, `NoCredentials` and `RequestNotSent` are the
    /// adapters' own, for calls that AWS did not answer.
    pub fn of_error(code: &str, http_status: u16) -> Self {
        // "Too Many Requests" (RFC 6585), whoever says so and in whichever words.
        if http_status == 429 {
            return Self::Throttled;
        }
        match code {
            "AccessDenied" | "AccessDeniedException" => Self::AccessDenied,
            "Throttling"
            | "ThrottlingException"
            | "ThrottledException"
            | "RequestThrottled"
            | "RequestThrottledException"
            | "RequestLimitExceeded"
            | "TooManyRequestsException"
            | "BandwidthLimitExceeded"
            | "PriorRequestNotComplete"
            | "SlowDown" => Self::Throttled,
            "ExpiredToken"
            | "ExpiredTokenException"
            | "RequestExpired"
            | "InvalidClientTokenId"
            | "UnrecognizedClientException"
            | "InvalidAccessKeyId"
            | "SignatureDoesNotMatch"
            | "IncompleteSignature"
            | "InvalidSignatureException"
            | "RequestTimeTooSkewed"
            | "RequestInTheFuture"
            | "NoCredentials"
            | "MissingAuthenticationToken"
            | "MissingAuthenticationTokenException"
            | "OptInRequired" => Self::OwnCredentials,
            "RegionDisabledException" => Self::RegionDisabled,
            "ValidationError"
            | "ValidationException"
            | "InvalidParameterValue"
            | "InvalidParameterCombination"
            | "MissingParameter"
            | "MalformedPolicyDocument"
            | "PackedPolicyTooLarge"
            | "InvalidAction"
            | "InvalidQueryParameter"
            | "MalformedQueryString"
            | "MissingAction"
            | "RequestNotSent" => Self::BadRequest,
            "RequestTimeout"
            | "RequestTimeoutException"
            | "TimedOut"
            | "ConnectionFailed"
            | "MalformedAnswer"
            | "ServiceException" => Self::Fault,
            _ if http_status == 0 || http_status >= 500 => Self::Fault,
            _ => Self::Unrecognised,
        }
    }

    /// Whether it says something about the role: allowed, denied, another account. `NotMade` leaves all open.
    pub const fn is_decided(self) -> bool {
        matches!(self, Self::NotMade | Self::Allowed | Self::AccessDenied | Self::OtherAccount)
    }
}

/// What the caller hands in for a probe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The outcome of an AssumeRole, or a GetCallerIdentity that failed.
    Outcome(Outcome),
    /// GetCallerIdentity named this account.
    CallerIs(AccountNumber),
}

/// The outcome of every probe of one check.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Outcomes([Outcome; Probe::ALL.len()]);

impl Outcomes {
    /// Nothing tried yet.
    pub const NONE: Self = Self([Outcome::NotMade; Probe::ALL.len()]);

    /// What came back from `probe`.
    pub fn get(&self, probe: Probe) -> Outcome {
        self.0.get(probe.place()).copied().unwrap_or_default()
    }

    /// The same with this outcome of one probe: for outcomes that were recorded elsewhere.
    #[must_use]
    pub fn with(mut self, probe: Probe, outcome: Outcome) -> Self {
        self.set(probe, outcome);
        self
    }

    pub(super) fn set(&mut self, probe: Probe, outcome: Outcome) {
        if let Some(place) = self.0.get_mut(probe.place()) {
            *place = outcome;
        }
    }

    /// Every probe with its outcome, those that were not made too.
    pub fn iter(&self) -> impl Iterator<Item = (Probe, Outcome)> + '_ {
        Probe::ALL.into_iter().zip(self.0)
    }

    /// The outcomes of these probes; nothing tried of the others.
    pub fn of(outcomes: impl IntoIterator<Item = (Probe, Outcome)>) -> Self {
        let mut all = Self::NONE;
        for (probe, outcome) in outcomes {
            all.set(probe, outcome);
        }
        all
    }

    /// All outcomes in one number, four bits each.
    pub const fn packed(&self) -> u64 {
        let [first, second, third, fourth, fifth, sixth, last] = self.0;
        let high = (first as u64) << 8 | (second as u64) << 4 | third as u64;
        high << 16 | (fourth as u64) << 12 | (fifth as u64) << 8 | (sixth as u64) << 4 | last as u64
    }

    /// Which right ID opened the role.
    pub fn opened_by(&self) -> Option<IdOf> {
        [IdOf::Organization, IdOf::Account].into_iter().find(|id| self.get(Probe::Right(*id)) == Outcome::Allowed)
    }
}

impl fmt::Debug for Outcomes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let made = self.iter().filter(|(_, outcome)| *outcome != Outcome::NotMade);
        formatter.debug_map().entries(made).finish()
    }
}
