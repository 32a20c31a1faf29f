//! The four verdicts of an access check, each with the reason that it rests on.

use super::{IdOf, Outcome, Probe};

/// The verdict alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// The right ID opens the role, nothing else does, and it is the right account.
    Validated,
    /// The role does not open, or not to the account that was meant.
    Denied,
    /// The role opens to a caller without the right ID.
    Insecure,
    /// It could not be judged. Never to be read as denied, and never as validated.
    Unknown,
}

impl Verdict {
    /// `validated`, `denied`, `insecure`, `unknown`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Validated => "validated",
            Self::Denied => "denied",
            Self::Insecure => "insecure",
            Self::Unknown => "unknown",
        }
    }
}

/// The verdict with its reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judgement {
    /// Validated, and by whose ID.
    Validated(IdOf),
    /// Denied.
    Denied(DeniedBecause),
    /// Insecure: the first probe that had to be denied and was not. The outcomes have the others.
    Insecure(Probe),
    /// Unknown.
    Unknown(UnknownBecause),
}

impl Judgement {
    /// The verdict without its reason.
    pub const fn verdict(self) -> Verdict {
        match self {
            Self::Validated(_) => Verdict::Validated,
            Self::Denied(_) => Verdict::Denied,
            Self::Insecure(_) => Verdict::Insecure,
            Self::Unknown(_) => Verdict::Unknown,
        }
    }
}

/// Why a check is `denied`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeniedBecause {
    /// Every ID that may open the role was answered with AccessDenied.
    RightIdDenied,
    /// The session was one of another account.
    OtherAccount,
    /// The account is not listed in the organization that owns the ID.
    NotListed,
}

/// Why a check is `unknown`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnknownBecause {
    /// A probe was throttled.
    Throttled,
    /// A probe failed on the way.
    Fault,
    /// The vendor's own credentials failed.
    OwnCredentials,
    /// STS is not activated in the Region that was called.
    RegionDisabled,
    /// The request itself was refused.
    BadRequest,
    /// An answer that nobody could classify.
    Unrecognised,
    /// Probes are missing.
    NotFinished,
    /// The negative probes came so long after the right one that their denial may have another cause.
    WindowPassed,
    /// GetCallerIdentity did not answer.
    IdentityNotTold,
    /// Everything passed, but whether the organization lists the account is not known yet.
    MembershipNotKnown,
}

impl DeniedBecause {
    /// In words, for messages.
    pub const fn describe(self) -> &'static str {
        match self {
            Self::RightIdDenied => "AssumeRole with the right external ID is denied",
            Self::OtherAccount => "the session of the role is one of another account",
            Self::NotListed => "the organization that owns the external ID does not list the account",
        }
    }
}

impl UnknownBecause {
    /// In words, for messages.
    pub const fn describe(self) -> &'static str {
        match self {
            Self::Throttled => "a probe was throttled",
            Self::Fault => "a probe failed on the way",
            Self::OwnCredentials => "the vendor's own credentials were refused",
            Self::RegionDisabled => "STS is not activated in the Region",
            Self::BadRequest => "a probe was refused as a wrong request",
            Self::Unrecognised => "an answer that nobody knows",
            Self::NotFinished => "probes are missing",
            Self::WindowPassed => "the probes took so long that a denial may have another cause",
            Self::IdentityNotTold => "GetCallerIdentity did not answer",
            Self::MembershipNotKnown => "whether the organization lists the account is not known",
        }
    }

    /// The reason that an outcome gives by itself.
    pub(super) const fn of(outcome: Outcome) -> Option<Self> {
        match outcome {
            Outcome::NotMade | Outcome::Allowed | Outcome::AccessDenied | Outcome::OtherAccount => None,
            Outcome::Throttled => Some(Self::Throttled),
            Outcome::Fault => Some(Self::Fault),
            Outcome::OwnCredentials => Some(Self::OwnCredentials),
            Outcome::RegionDisabled => Some(Self::RegionDisabled),
            Outcome::BadRequest => Some(Self::BadRequest),
            Outcome::Unrecognised => Some(Self::Unrecognised),
        }
    }
}

/// Whether the organization that owns the external ID lists the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Membership {
    /// It does.
    Listed,
    /// A complete listing does not have it.
    NotListed,
    /// Nobody could list yet: the management account before its first validation.
    NotYetKnown,
}
