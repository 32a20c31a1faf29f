//! Stack sets that deploy the role, as far as they concern the account; and what else the customer's automation did.

use super::{ReadRole, Seen, words};
use crate::access_check::TimeMs;

words! {
    /// The status of a stack instance.
    InstanceStatus { Current = "CURRENT", Outdated = "OUTDATED", Inoperable = "INOPERABLE" }
}

words! {
    /// The detailed status of a stack instance.
    DetailedStatus {
        Pending = "PENDING",
        Running = "RUNNING",
        Succeeded = "SUCCEEDED",
        Failed = "FAILED",
        Cancelled = "CANCELLED",
        Inoperable = "INOPERABLE",
        SkippedSuspendedAccount = "SKIPPED_SUSPENDED_ACCOUNT",
        FailedImport = "FAILED_IMPORT",
    }
}

words! {
    /// Whether an instance has drifted.
    DriftStatus { Drifted = "DRIFTED", InSync = "IN_SYNC", Unknown = "UNKNOWN", NotChecked = "NOT_CHECKED" }
}

words! {
    /// The status of an operation.
    OperationStatus {
        Queued = "QUEUED",
        Running = "RUNNING",
        Succeeded = "SUCCEEDED",
        Failed = "FAILED",
        Stopping = "STOPPING",
        Stopped = "STOPPED",
    }
}

words! {
    /// How a set gets its rights in the accounts.
    PermissionModel { ServiceManaged = "SERVICE_MANAGED", SelfManaged = "SELF_MANAGED" }
}

/// A stack set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenSet {
    /// `StackSetName`.
    pub name: String,
    /// `PermissionModel`.
    pub model: Seen<PermissionModel>,
    /// `RetainStacksOnAccountRemoval` of its automatic deployment. Absent: there is none.
    pub retain_stacks: Seen<bool>,
    /// IDs of the units that it targets. Absent: none.
    pub units: Seen<Vec<String>>,
    /// Its Regions.
    pub regions: Seen<Vec<String>>,
    /// The role that its template makes in this account, parameters and overrides filled in.
    pub template: Seen<ReadRole>,
    /// Its instances in this account. Absent: none.
    pub instances: Seen<Vec<SeenInstance>>,
    /// Its operations, oldest first, with the results that matter. Absent: none.
    pub operations: Seen<Vec<SeenOperation>>,
}

/// A stack instance in this account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenInstance {
    /// `Region`.
    pub region: String,
    /// `Status`.
    pub status: InstanceStatus,
    /// `StackInstanceStatus.DetailedStatus`.
    pub detailed: Seen<DetailedStatus>,
    /// `StatusReason`.
    pub reason: Seen<String>,
    /// `DriftStatus`, of a detection after the trouble began.
    pub drift: Seen<DriftStatus>,
}

/// An operation of a stack set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenOperation {
    /// `OperationId`.
    pub id: String,
    /// `Action`: `CREATE`, `UPDATE`, `DELETE`, `DETECT_DRIFT`.
    pub action: String,
    /// `Status`.
    pub status: OperationStatus,
    /// `StatusDetails.FailedStackInstancesCount`.
    pub failed_instances: Seen<u32>,
    /// ListStackSetOperationResults: of this account, and of every account that failed.
    pub results: Seen<Vec<SeenResult>>,
}

/// What an operation did in one account and Region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenResult {
    /// `Account`.
    pub account: String,
    /// `Region`.
    pub region: String,
    /// `Status`: `PENDING`, `RUNNING`, `SUCCEEDED`, `FAILED`, `CANCELLED`.
    pub status: String,
    /// `StatusReason`.
    pub reason: Seen<String>,
}

/// A step of the customer's automation for this account: a call of AWS, or a stage of a pipeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// When it began.
    pub at: TimeMs,
    /// What: an API's name such as `CreateRole`, or a stage's name.
    pub what: String,
    /// Whether the caller is a delegated administrator of stack sets.
    pub delegated: Seen<bool>,
    /// What became of it.
    pub end: StepEnd,
}

/// What became of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StepEnd {
    /// It is under way, or waits.
    Open,
    /// Done.
    Done,
    /// It failed.
    Failed {
        /// AWS's error code, or the pipeline's word.
        code: String,
        /// The message.
        message: String,
    },
}
