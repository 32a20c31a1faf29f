//! Errors as AWS's services give them: a code, an HTTP status, a message. Messages are kept as data and written when
//! somebody reads them (`World::message`), because probes are denied by the million.

use crate::account::AccountNumber;
use crate::text::TextId;
use rolecall_iam::evaluate::PolicyKind;

macro_rules! codes {
    ($($name:ident = $text:literal $status:literal),* $(,)?) => {
        /// An error code.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $(#[doc = concat!("`", $text, "`")] $name,)*
        }

        impl Code {
            /// As the service writes it.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// The HTTP status; 0 when no answer came.
            pub const fn http_status(self) -> u16 {
                match self { $(Self::$name => $status,)* }
            }
        }
    };
}

codes! {
    AccessDenied = "AccessDenied" 403,
    AccessDeniedException = "AccessDeniedException" 400,
    InvalidClientTokenId = "InvalidClientTokenId" 403,
    OptInRequired = "OptInRequired" 403,
    ExpiredToken = "ExpiredToken" 403,
    Throttling = "Throttling" 400,
    TooManyRequestsException = "TooManyRequestsException" 400,
    ServiceFailure = "ServiceFailure" 500,
    InternalFailure = "InternalFailure" 500,
    ServiceException = "ServiceException" 500,
    TimedOut = "RequestTimeout" 0,
    ValidationError = "ValidationError" 400,
    InvalidInput = "InvalidInput" 400,
    InvalidInputException = "InvalidInputException" 400,
    EntityAlreadyExists = "EntityAlreadyExists" 409,
    NoSuchEntity = "NoSuchEntity" 404,
    LimitExceeded = "LimitExceeded" 409,
    MalformedPolicyDocument = "MalformedPolicyDocument" 400,
    PolicyEvaluation = "PolicyEvaluation" 500,
    DeleteConflict = "DeleteConflict" 409,
    AwsOrganizationsNotInUse = "AWSOrganizationsNotInUseException" 400,
    AccountNotFound = "AccountNotFoundException" 400,
    AccountAlreadyClosed = "AccountAlreadyClosedException" 400,
    ConflictException = "ConflictException" 400,
    ConstraintViolation = "ConstraintViolationException" 400,
    ConcurrentModification = "ConcurrentModificationException" 400,
    SourceParentNotFound = "SourceParentNotFoundException" 400,
    DestinationParentNotFound = "DestinationParentNotFoundException" 400,
    ParentNotFound = "ParentNotFoundException" 400,
    DuplicateAccount = "DuplicateAccountException" 400,
    DuplicateOrganizationalUnit = "DuplicateOrganizationalUnitException" 400,
    DuplicatePolicyAttachment = "DuplicatePolicyAttachmentException" 400,
    PolicyNotAttached = "PolicyNotAttachedException" 400,
    MasterCannotLeave = "MasterCannotLeaveOrganizationException" 400,
    FinalizingOrganization = "FinalizingOrganizationException" 400,
    CreateAccountStatusNotFound = "CreateAccountStatusNotFoundException" 400,
    ChildNotFound = "ChildNotFoundException" 400,
    DuplicatePolicy = "DuplicatePolicyException" 400,
    MalformedPolicyDocumentException = "MalformedPolicyDocumentException" 400,
    PolicyNotFound = "PolicyNotFoundException" 400,
    TargetNotFound = "TargetNotFoundException" 400,
    UnitNotFound = "OrganizationalUnitNotFoundException" 400,
    AlreadyExists = "AlreadyExistsException" 400,
    NameAlreadyExists = "NameAlreadyExistsException" 409,
    StackSetNotFound = "StackSetNotFoundException" 404,
    StackSetNotEmpty = "StackSetNotEmptyException" 409,
    StackInstanceNotFound = "StackInstanceNotFoundException" 404,
    OperationNotFound = "OperationNotFoundException" 404,
    OperationInProgress = "OperationInProgressException" 409,
    InvalidOperation = "InvalidOperationException" 400,
    CfnLimitExceeded = "LimitExceededException" 400,
}

impl Code {
    /// Whether trying again may help: the service was busy, broken, or did not answer.
    pub const fn is_transient(self) -> bool {
        matches!(
            self,
            Self::Throttling
                | Self::TooManyRequestsException
                | Self::ServiceFailure
                | Self::InternalFailure
                | Self::ServiceException
                | Self::TimedOut
        )
    }
}

/// An error of a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiError {
    /// Its code.
    pub code: Code,
    pub(crate) detail: Detail,
}

/// What the message is written from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Detail {
    Text(&'static str),
    Written(Box<str>),
    /// `User: … is not authorized to perform: sts:AssumeRole on resource: …`: the one text for all its causes.
    AssumeRole(CallerName, RoleName),
    /// The same for any action, with the kind of policy at fault.
    Action(Box<DeniedAction>),
}

/// Who was denied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CallerName {
    Root(AccountNumber),
    User(AccountNumber, TextId),
    Session(AccountNumber, TextId, TextId),
}

/// A role by its ARN's parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RoleName {
    pub(crate) account: AccountNumber,
    pub(crate) path: TextId,
    pub(crate) name: TextId,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DeniedAction {
    pub(crate) caller: CallerName,
    pub(crate) action: Box<str>,
    pub(crate) resource: Box<str>,
    pub(crate) explicit: bool,
    pub(crate) by: PolicyKind,
}

impl ApiError {
    pub(crate) const fn new(code: Code, text: &'static str) -> Self {
        Self { code, detail: Detail::Text(text) }
    }

    pub(crate) fn written(code: Code, text: impl Into<Box<str>>) -> Self {
        Self { code, detail: Detail::Written(text.into()) }
    }
}

/// The end of a denial, in AWS's words (IAM user guide, `troubleshoot_access-denied`).
pub(crate) fn denial_reason(explicit: bool, by: PolicyKind, action: &str) -> String {
    let name = match by {
        PolicyKind::Identity => "identity-based policy",
        PolicyKind::Resource => "resource-based policy",
        other => other.as_str(),
    };
    let article = if name.starts_with('i') { "an" } else { "a" };
    if explicit {
        format!("with an explicit deny in {article} {name}")
    } else {
        format!("because no {name} allows the {action} action")
    }
}
