//! An operation on a stack set as data: what it does, to which accounts and Regions, how far it is.

use super::preferences::Preferences;
use super::template::TemplateId;
use super::{DetailedStatus, SetKey};
use crate::account::{AccountKey, AccountNumber};
use crate::api::Api;
use crate::caller::Caller;
use crate::error::{ApiError, Code};
use crate::iam::DefinitionId;
use crate::text::TextId;
use crate::time::SimTime;
use crate::world::World;

/// An operation of a stack set, counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OperationId(pub(crate) u32);

impl OperationId {
    /// The operation of this number, whether there is one or not.
    pub const fn of_number(number: u32) -> Self {
        Self(number)
    }

    /// Its number in the set.
    pub const fn number(self) -> u32 {
        self.0
    }
}

/// The status of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OperationStatus {
    /// `QUEUED`.
    Queued,
    /// `RUNNING`.
    Running,
    /// `SUCCEEDED`: not more failures than tolerated; instances may have failed.
    Succeeded,
    /// `FAILED`.
    Failed,
    /// `STOPPING`.
    Stopping,
    /// `STOPPED`.
    Stopped,
}

impl OperationStatus {
    /// The word of the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "QUEUED",
            Self::Running => "RUNNING",
            Self::Succeeded => "SUCCEEDED",
            Self::Failed => "FAILED",
            Self::Stopping => "STOPPING",
            Self::Stopped => "STOPPED",
        }
    }

    /// Whether it is over.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed | Self::Stopped)
    }
}

/// What is done to each instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Work {
    /// Creates or updates the stack with the set's template; the parameter override stands for another role.
    Deploy {
        template: TemplateId,
        role: RoleChoice,
    },
    Delete {
        retain: bool,
    },
    DetectDrift,
}

/// Which role an instance gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RoleChoice {
    /// The overrides that the instance has, else the template's role.
    AsTheInstanceHas,
    /// These overrides from now on; none means the template's role.
    Override(Option<DefinitionId>),
}

/// One instance of an operation.
#[derive(Clone, Copy, Debug)]
pub(super) struct Target {
    pub(super) number: AccountNumber,
    pub(super) region: TextId,
    pub(super) status: DetailedStatus,
}

/// The accounts of one Region.
#[derive(Clone, Copy, Debug)]
pub(super) struct RegionRun {
    /// Behind its last target.
    pub(super) end: usize,
    pub(super) accounts: u32,
    pub(super) failed: u32,
}

/// An operation.
#[derive(Clone, Debug)]
pub(super) struct Operation {
    pub(super) id: OperationId,
    /// `Action`: `CREATE`, `UPDATE`, `DELETE`, `DETECT_DRIFT`.
    pub(super) action: &'static str,
    pub(super) work: Work,
    pub(super) preferences: Preferences,
    /// By Region, then by account number.
    pub(super) targets: Vec<Target>,
    pub(super) regions: Vec<RegionRun>,
    /// The next target to begin.
    pub(super) next: usize,
    pub(super) region: usize,
    pub(super) running: u32,
    pub(super) status: OperationStatus,
    /// The status that it gets at its end.
    pub(super) ends_as: OperationStatus,
    pub(super) created_at: SimTime,
    pub(super) ended_at: Option<SimTime>,
}

impl Operation {
    /// Of accounts in Regions, in the order of the request.
    pub(super) fn new(
        work: Work,
        preferences: Preferences,
        accounts: &[(AccountNumber, AccountKey)],
        regions: &[TextId],
        now: SimTime,
    ) -> Self {
        let mut sorted = accounts.to_vec();
        sorted.sort_unstable();
        sorted.dedup();
        let of_region = |region: &TextId| {
            let region = *region;
            sorted.clone().into_iter().map(move |(number, _)| Target {
                number,
                region,
                status: DetailedStatus::Pending,
            })
        };
        Self::of_targets(work, preferences, regions.iter().flat_map(of_region).collect(), now)
    }

    /// Of targets that are ordered by Region already.
    pub(super) fn of_targets(work: Work, preferences: Preferences, targets: Vec<Target>, now: SimTime) -> Self {
        let mut regions: Vec<RegionRun> = Vec::new();
        let mut before = None;
        for (index, target) in targets.iter().enumerate() {
            if before != Some(target.region) {
                regions.push(RegionRun { end: index, accounts: 0, failed: 0 });
            }
            before = Some(target.region);
            if let Some(region) = regions.last_mut() {
                region.end = index + 1;
                region.accounts += 1;
            }
        }
        let action = match work {
            Work::Deploy { role: RoleChoice::Override(_), .. } => "CREATE",
            Work::Deploy { role: RoleChoice::AsTheInstanceHas, .. } => "UPDATE",
            Work::Delete { .. } => "DELETE",
            Work::DetectDrift => "DETECT_DRIFT",
        };
        Self {
            id: OperationId(0),
            action,
            work,
            preferences,
            targets,
            regions,
            next: 0,
            region: 0,
            running: 0,
            status: OperationStatus::Queued,
            ends_as: OperationStatus::Succeeded,
            created_at: now,
            ended_at: None,
        }
    }

    pub(super) fn touches(&self, other: &Self) -> bool {
        let keys = |operation: &Self| {
            let mut keys: Vec<_> = operation.targets.iter().map(|target| (target.number, target.region)).collect();
            keys.sort_unstable();
            keys
        };
        let theirs = keys(other);
        keys(self).iter().any(|key| theirs.binary_search(key).is_ok())
    }
}

/// `DescribeStackSetOperation`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OperationInfo {
    /// The operation.
    pub id: OperationId,
    /// `Action`.
    pub action: &'static str,
    /// Its status.
    pub status: OperationStatus,
    /// `StatusDetails.FailedStackInstancesCount`: also of an operation that succeeded.
    pub failed_stack_instances_count: u32,
    /// `CreationTimestamp`.
    pub created_at: SimTime,
    /// `EndTimestamp`.
    pub ended_at: Option<SimTime>,
}

/// One line of `ListStackSetOperationResults`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OperationResult {
    /// The account.
    pub account: AccountKey,
    /// The Region.
    pub region: TextId,
    /// The status.
    pub status: DetailedStatus,
}

impl World {
    /// `cloudformation:DescribeStackSetOperation`.
    ///
    /// # Errors
    /// `OperationNotFoundException`; old operations of a set are forgotten after a thousand newer ones.
    pub fn describe_stack_set_operation(
        &mut self,
        caller: &Caller,
        set: SetKey,
        id: OperationId,
    ) -> Result<OperationInfo, ApiError> {
        self.set_call(caller, Api::DescribeStackSetOperation, set, |world| {
            let operation = world.set(set).operations.get(&id.0).ok_or_else(no_operation)?;
            Ok(OperationInfo {
                id,
                action: operation.action,
                status: operation.status,
                failed_stack_instances_count: operation.regions.iter().map(|region| region.failed).sum(),
                created_at: operation.created_at,
                ended_at: operation.ended_at,
            })
        })
    }

    /// `cloudformation:ListStackSetOperationResults`, all at once.
    ///
    /// # Errors
    /// `OperationNotFoundException`.
    pub fn list_stack_set_operation_results(
        &mut self,
        caller: &Caller,
        set: SetKey,
        id: OperationId,
    ) -> Result<Vec<OperationResult>, ApiError> {
        self.set_call(caller, Api::ListStackSetOperationResults, set, |world| {
            let operation = world.set(set).operations.get(&id.0).ok_or_else(no_operation)?;
            let result = |target: &Target| {
                let account = world.key_of(target.number)?;
                Some(OperationResult { account, region: target.region, status: target.status })
            };
            Ok(operation.targets.iter().filter_map(result).collect())
        })
    }

    /// `cloudformation:StopStackSetOperation`: what runs is finished, the rest is cancelled.
    ///
    /// # Errors
    /// `OperationNotFoundException`; `InvalidOperationException` when it is over.
    pub fn stop_stack_set_operation(&mut self, caller: &Caller, set: SetKey, id: OperationId) -> Result<(), ApiError> {
        self.set_call(caller, Api::StopStackSetOperation, set, |world| {
            let operation = world.set(set).operations.get(&id.0).ok_or_else(no_operation)?;
            if operation.status.is_over() {
                return Err(ApiError::new(Code::InvalidOperation, "The specified operation is not running."));
            }
            world.stop(set, id);
            Ok(())
        })
    }
}

fn no_operation() -> ApiError {
    ApiError::new(Code::OperationNotFound, "The specified ID refers to an operation that doesn't exist.")
}
