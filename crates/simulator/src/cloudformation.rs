//! CloudFormation: stacks and stack sets. A stack creates one IAM role from a role definition; templates are not parsed
//! here. Operations on stack sets run in virtual time: `engine` drives them, `deploy` does the work in an account.
//!
//! Basis: AWS CloudFormation user guide, "StackSets concepts", "Stack set operation options", "Automatic deployments";
//! botocore's CloudFormation model (2026-08).

mod auto;
mod deploy;
mod drift;
mod engine;
mod import;
mod instances;
mod operation;
mod preferences;
mod reading;
mod sets;
mod stacks;
mod template;

pub use drift::DriftStatus;
pub use import::ImportStacks;
pub use instances::{AccountFilter, CreateInstances, DeleteInstances, InstanceInfo, Targets, UpdateInstances};
pub use operation::{OperationId, OperationInfo, OperationResult, OperationStatus};
pub use preferences::{Amount, ConcurrencyMode, Preferences};
pub use reading::SetInfo;
pub use sets::{AutoDeployment, CallAs, CreateStackSet, PermissionModel, SetKey, UpdateStackSet};
pub use stacks::{StackInfo, StackKey, StackRef, StackStatus};
pub use template::{Template, TemplateId};

use crate::text::TextId;
use sets::StackSet;
use stacks::Stack;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

/// What CloudFormation holds.
#[derive(Clone, Debug, Default)]
pub(crate) struct CloudFormation {
    templates: Vec<Arc<Template>>,
    sets: Vec<StackSet>,
    stacks: Vec<Stack>,
    by_name: BTreeMap<(crate::account::AccountKey, TextId, TextId), StackKey>,
    /// Instance operations that run in the world.
    running: usize,
    /// Sets that could not go on because too many run.
    starved: VecDeque<SetKey>,
}

/// The status of a stack instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum InstanceStatus {
    /// `CURRENT`: up to date with the stack set.
    Current,
    /// `OUTDATED`.
    Outdated,
    /// `INOPERABLE`: a deletion failed; further updates leave it out.
    Inoperable,
}

impl InstanceStatus {
    /// The word of the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Current => "CURRENT",
            Self::Outdated => "OUTDATED",
            Self::Inoperable => "INOPERABLE",
        }
    }
}

/// The detailed status of a stack instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DetailedStatus {
    /// `PENDING`.
    Pending,
    /// `RUNNING`.
    Running,
    /// `SUCCEEDED`.
    Succeeded,
    /// `FAILED`.
    Failed,
    /// `CANCELLED`: the operation stopped before it came to this instance.
    Cancelled,
    /// `INOPERABLE`.
    Inoperable,
    /// `SKIPPED_SUSPENDED_ACCOUNT`.
    SkippedSuspendedAccount,
    /// `FAILED_IMPORT`.
    FailedImport,
}

impl DetailedStatus {
    /// The word of the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Running => "RUNNING",
            Self::Succeeded => "SUCCEEDED",
            Self::Failed => "FAILED",
            Self::Cancelled => "CANCELLED",
            Self::Inoperable => "INOPERABLE",
            Self::SkippedSuspendedAccount => "SKIPPED_SUSPENDED_ACCOUNT",
            Self::FailedImport => "FAILED_IMPORT",
        }
    }
}

#[cfg(test)]
mod tests;
