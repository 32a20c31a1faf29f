//! What can happen to a rollout.

use super::state::{Action, RunKind};
use crate::AccountNumber;
use rolecall_core::access_check::{Outcome, Verdict};

/// An event. `jitter` is a random number of the caller, evenly drawn from all of `u32`; it spreads repetitions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// Begin a run.
    Begin {
        /// Which.
        kind: RunKind,
    },
    /// A call is answered.
    Answered {
        /// The account.
        account: AccountNumber,
        /// The call.
        action: Action,
        /// What came back.
        answer: Answer,
        /// A random number.
        jitter: u32,
    },
    /// The vendor's access check of the management account, where probes unlock.
    ProbesAnswered {
        /// Its verdict.
        verdict: Verdict,
        /// A random number.
        jitter: u32,
    },
    /// The customer says that the vendor's Validate Access passed, where confirmation unlocks.
    Confirmed,
    /// The moment of [`super::Effect::Schedule`] has come.
    TimerDue,
    /// Begin no further account; those under way are finished.
    StopRequested,
    /// Go on with a run that was stopped.
    ContinueRequested,
    /// The program was started anew from the journal.
    Restarted,
}

/// What came back from a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// A reading, of [`Action::Read`] and [`Action::Verify`].
    Found(Existing),
    /// A change was made, of the other actions.
    Succeeded,
    /// It failed.
    Failed(ErrorClass),
    /// It was refused before anything was made, of [`Action::Create`]: whatever role is found later is not ours.
    NotMade(ErrorClass),
}

/// The role as it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existing {
    /// There is none.
    Absent,
    /// It is the role of the profile.
    Equal,
    /// It is another one: trust, policies, path, description, a part that is missing.
    Different,
    /// There is one whose name differs in case; role names are unique ignoring case (IAM API reference, `CreateRole`).
    OtherCase,
}

/// Errors by what helps against them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ErrorClass {
    /// `Throttling`, `TooManyRequestsException`.
    Throttled,
    /// Network, time-out, or a 5xx answer: whether the call had its effect is not known.
    Fault,
    /// A new account that cannot be used yet: `OptInRequired`, `InvalidClientTokenId`.
    NotReady,
    /// Something else is under way: `ConcurrentModification`, `OperationInProgressException`.
    Busy,
    /// `EntityAlreadyExists`, `NameAlreadyExistsException`.
    AlreadyExists,
    /// `NoSuchEntity`, `StackSetNotFoundException`.
    NotFound,
    /// `AccessDenied`: a service control policy, or no way into the account.
    AccessDenied,
    /// `LimitExceeded`.
    LimitExceeded,
    /// `ValidationError`, `MalformedPolicyDocument`, `InvalidInputException`: it will be refused again.
    Invalid,
    /// The account is suspended, closed or being closed.
    NotActive,
}

impl ErrorClass {
    /// What an error of IAM, STS, Organizations or CloudFormation means for a rollout, by its code and its HTTP status (0
    /// when no answer came): the one place where answers of the real services and of simulated ones are read. What is not
    /// known is a fault: whether the call had its effect is read before anything is tried again.
    ///
    /// Codes: the API references of IAM, Organizations and CloudFormation, errors of each action, and botocore's models for
    /// how they are spelt on the wire; STS and what services have in common through [`Outcome::of_error`].
    pub fn of_error(code: &str, http_status: u16) -> Self {
        match code {
            "OptInRequired" | "InvalidClientTokenId" | "SubscriptionRequiredException" => return Self::NotReady,
            "ConcurrentModification"
            | "ConcurrentModificationException"
            | "OperationInProgressException"
            | "StaleRequestException"
            | "CreatedButModifiedException"
            | "StackSetNotEmptyException"
            | "EntityTemporarilyUnmodifiable"
            | "DeleteConflict" => return Self::Busy,
            "EntityAlreadyExists"
            | "EntityAlreadyExistsException"
            | "AlreadyExistsException"
            | "NameAlreadyExistsException"
            | "OperationIdAlreadyExistsException"
            | "TokenAlreadyExistsException" => return Self::AlreadyExists,
            "NoSuchEntity"
            | "NoSuchEntityException"
            | "StackSetNotFoundException"
            | "StackInstanceNotFoundException"
            | "OperationNotFoundException"
            | "ParentNotFoundException"
            | "ChildNotFoundException"
            | "TargetNotFoundException"
            | "PolicyNotFoundException" => return Self::NotFound,
            "LimitExceeded" | "LimitExceededException" => return Self::LimitExceeded,
            "InvalidInput"
            | "InvalidInputException"
            | "UnmodifiableEntity"
            | "PolicyNotAttachable"
            | "InvalidOperationException"
            | "InsufficientCapabilitiesException"
            | "UnsupportedAPIEndpointException"
            | "AWSOrganizationsNotInUseException" => return Self::Invalid,
            "AccountNotFoundException" => return Self::NotActive,
            _ => {}
        }
        match Outcome::of_error(code, http_status) {
            Outcome::Throttled => Self::Throttled,
            Outcome::AccessDenied => Self::AccessDenied,
            Outcome::BadRequest => Self::Invalid,
            _ => Self::Fault,
        }
    }
}
