//! What was read, in words of the API where it has some. A word that is not known counts for the worst that it can be.

use crate::rollout::Existing;
use crate::{AccountNumber, AccountState};
use std::collections::{BTreeMap, BTreeSet};

/// Something that was read, or was not yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Seen<T> {
    /// It was not read, or was changed since.
    #[default]
    Unread,
    /// What was read.
    Is(T),
}

impl<T> Seen<T> {
    /// What was read.
    pub const fn get(&self) -> Option<&T> {
        match self {
            Self::Unread => None,
            Self::Is(value) => Some(value),
        }
    }
}

/// Everything that was read, and what this run has tried: kept in memory alone, because losing it costs one more try.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Observed {
    /// The stack of the management account.
    pub stack: Seen<Option<Stack>>,
    /// The role in the management account.
    pub role: Seen<Existing>,
    /// Whether the members are unlocked.
    pub gate: Gate,
    /// The stack set.
    pub set: Seen<Option<StackSet>>,
    /// Its operations, the newest first: all that are not over, and the newest of those that are.
    pub operations: Seen<Vec<Operation>>,
    /// Its instances.
    pub instances: Seen<Vec<Instance>>,
    /// What the newest operation left failed or cancelled.
    pub results: Seen<Vec<OperationResult>>,
    /// The accounts of the organization, the management account included.
    pub accounts: Seen<Vec<ListedAccount>>,
    /// The roles of members, read in the accounts.
    pub roles: Seen<BTreeMap<AccountNumber, RoleSeen>>,
    /// What this run has tried.
    pub tried: Tried,
}

/// What this run has tried already, so that nothing is tried for ever.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each call was made or was not; no two of them depend on each other")]
pub struct Tried {
    /// `CreateStack`.
    pub stack_creation: bool,
    /// `UpdateStack`.
    pub stack_update: bool,
    /// `DeleteStack`.
    pub stack_deletion: bool,
    /// `CreateStackSet`.
    pub set_creation: bool,
    /// `UpdateStackSet`.
    pub set_update: bool,
    /// `DeleteStackSet`.
    pub set_deletion: bool,
    /// Units that were targeted.
    pub units: BTreeSet<String>,
    /// Accounts whose instances were tried once more.
    pub repaired: BTreeSet<AccountNumber>,
    /// Regions and units whose instances were deleted.
    pub emptied: BTreeSet<(String, String)>,
}

/// The answer of the gate between the management account and the members.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Gate {
    /// Nobody was asked.
    #[default]
    Unasked,
    /// The members are unlocked.
    Open,
    /// They are not.
    Shut,
}

/// A stack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stack {
    /// `StackStatus`.
    pub status: String,
    /// `StackStatusReason`.
    pub reason: Option<String>,
    /// The values of its outputs.
    pub outputs: Vec<String>,
}

/// What can be done with a stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StackPhase {
    /// Something is under way.
    UnderWay,
    /// It can be updated.
    Settled,
    /// Its creation failed and was rolled back: it holds nothing and can only be deleted (CloudFormation User Guide, "View
    /// stack status codes").
    NotCreated,
    /// Its deletion failed: it can be deleted again.
    NotDeleted,
    /// Somebody must do something by hand first.
    Stuck,
}

impl Stack {
    /// What its status allows.
    pub fn phase(&self) -> StackPhase {
        match self.status.as_str() {
            // It has no resources until somebody executes a change set.
            "REVIEW_IN_PROGRESS" => StackPhase::Stuck,
            "CREATE_COMPLETE"
            | "UPDATE_COMPLETE"
            | "UPDATE_ROLLBACK_COMPLETE"
            | "IMPORT_COMPLETE"
            | "IMPORT_ROLLBACK_COMPLETE" => StackPhase::Settled,
            // What failed without being rolled back may hold resources of somebody else.
            "ROLLBACK_COMPLETE" => StackPhase::NotCreated,
            "DELETE_FAILED" => StackPhase::NotDeleted,
            status if status.ends_with("_IN_PROGRESS") => StackPhase::UnderWay,
            _ => StackPhase::Stuck,
        }
    }
}

/// A stack set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StackSet {
    /// `StackSetId`.
    pub id: String,
    /// `TemplateBody`; nothing where AWS answered none.
    pub template: Option<String>,
    /// How many `Parameters` it has: ours has none.
    pub parameters: usize,
    /// `PermissionModel` is `SERVICE_MANAGED`.
    pub service_managed: bool,
    /// `RetainStacksOnAccountRemoval` where `AutoDeployment` is enabled.
    pub auto_deployment: Option<bool>,
    /// `OrganizationalUnitIds` that it was deployed to.
    pub units: Vec<String>,
    /// `Regions`.
    pub regions: Vec<String>,
}

/// An operation of the set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation {
    /// `OperationId`.
    pub id: String,
    /// `Action`.
    pub action: String,
    /// `Status`.
    pub status: OperationStatus,
    /// `FailedStackInstancesCount`: not 0 under `SUCCEEDED` as well.
    pub failed: u32,
}

/// The status of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OperationStatus {
    /// `QUEUED`, `RUNNING`, `STOPPING`, and any word that is not known: nothing else may be begun.
    Open,
    /// It is over.
    Over(OperationOutcome),
}

/// How an operation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OperationOutcome {
    /// `SUCCEEDED`: no more instances failed than are tolerated.
    Succeeded,
    /// `FAILED`.
    Failed,
    /// `STOPPED`.
    Stopped,
}

impl OperationStatus {
    /// Reads the word of the API.
    pub fn of(word: &str) -> Self {
        match word {
            "SUCCEEDED" => Self::Over(OperationOutcome::Succeeded),
            "FAILED" => Self::Over(OperationOutcome::Failed),
            "STOPPED" => Self::Over(OperationOutcome::Stopped),
            _ => Self::Open,
        }
    }
}

impl StackSet {
    /// Whether the template makes a role of this name: else the set is somebody else's.
    pub fn makes(&self, role_name: &str) -> bool {
        let names = |line: &str| line.contains("RoleName") && line.contains(role_name);
        self.template.as_ref().is_some_and(|template| template.lines().any(names))
    }
}

impl Operation {
    /// Whether its results must be read: `SUCCEEDED` hides instances that failed.
    pub fn left_something(&self) -> bool {
        self.changes() && (self.failed > 0 || self.status != OperationStatus::Over(OperationOutcome::Succeeded))
    }

    /// Whether it changes instances. The detection of drift does not.
    pub fn changes(&self) -> bool {
        self.action != "DETECT_DRIFT"
    }
}

/// `StackInstanceStatus`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InstanceStatus {
    /// `CURRENT`.
    Current,
    /// `OUTDATED`, and any word that is not known.
    Outdated,
    /// `INOPERABLE`: a deletion failed, no update touches it any more.
    Inoperable,
}

impl InstanceStatus {
    /// Reads the word of the API.
    pub fn of(word: &str) -> Self {
        match word {
            "CURRENT" => Self::Current,
            "INOPERABLE" => Self::Inoperable,
            _ => Self::Outdated,
        }
    }
}

/// `DetailedStatus`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detailed {
    /// `PENDING` or `RUNNING`.
    UnderWay,
    /// `SUCCEEDED`.
    Succeeded,
    /// `FAILED`, `FAILED_IMPORT` or `INOPERABLE`.
    Failed,
    /// `CANCELLED`: the operation ended before it came here.
    Cancelled,
    /// `SKIPPED_SUSPENDED_ACCOUNT`.
    Suspended,
    /// None, or a word that is not known.
    Unknown,
}

impl Detailed {
    /// Reads the word of the API.
    pub fn of(word: Option<&str>) -> Self {
        match word {
            Some("PENDING" | "RUNNING") => Self::UnderWay,
            Some("SUCCEEDED") => Self::Succeeded,
            Some("FAILED" | "FAILED_IMPORT" | "INOPERABLE") => Self::Failed,
            Some("CANCELLED") => Self::Cancelled,
            Some("SKIPPED_SUSPENDED_ACCOUNT") => Self::Suspended,
            _ => Self::Unknown,
        }
    }
}

/// A stack instance. That it may have no `StackId` means nothing here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instance {
    /// `Account`.
    pub account: AccountNumber,
    /// `Region`.
    pub region: String,
    /// `Status`.
    pub status: InstanceStatus,
    /// `DetailedStatus`.
    pub detailed: Detailed,
    /// `StatusReason`.
    pub reason: Option<String>,
    /// `OrganizationalUnitId`: the unit, or root, through which it came.
    pub unit: Option<String>,
    /// `LastOperationId`.
    pub operation: Option<String>,
}

/// A line of `ListStackSetOperationResults` that did not succeed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperationResult {
    /// `Account`.
    pub account: AccountNumber,
    /// `Status` is `FAILED`; else it is `CANCELLED`.
    pub failed: bool,
    /// `StatusReason`.
    pub reason: Option<String>,
}

/// An account of the organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListedAccount {
    /// The account.
    pub account: AccountNumber,
    /// Its state.
    pub state: AccountState,
}

/// What came of reading the role in an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoleSeen {
    /// It was read.
    Is(Existing),
    /// It was not: no way in, or the calls failed.
    Unread,
}
