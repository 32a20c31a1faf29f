//! Stack instances: make, change, delete, list.

use super::{CallAs, following, parameters, preferences, word};
use crate::connection::Connection;
use crate::failure::Failure;
use crate::operation::Operation;
use crate::pages::Pages;
use crate::sts::{account, present};
use aws_sdk_cloudformation::types as sdk;
use rolecall_iam::arn::AccountId;
use rolecall_lifecycle::rollout::Preferences;

/// `AccountFilterType`: what the accounts mean beside units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountFilter {
    /// `INTERSECTION`: these accounts of the units only.
    Intersection,
    /// `DIFFERENCE`: the units without these accounts.
    Difference,
    /// `UNION`: the units and these accounts.
    Union,
}

/// Where instances are: accounts of a self-managed set, or units of a service-managed one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeploymentTargets {
    /// `Accounts`.
    pub accounts: Vec<AccountId>,
    /// `OrganizationalUnitIds`: at most 50 a call. Empty: a self-managed set, and `Accounts` is sent alone.
    pub organizational_unit_ids: Vec<String>,
    /// `AccountFilterType`; without one, accounts beside units are refused by AWS.
    pub account_filter: Option<AccountFilter>,
}

/// What the three calls on instances have in common.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InstancesRequest {
    /// `StackSetName`.
    pub stack_set_name: String,
    /// `DeploymentTargets` or `Accounts`.
    pub targets: DeploymentTargets,
    /// `Regions`: for IAM one only, names would collide.
    pub regions: Vec<String>,
    /// `ParameterOverrides`; not for a deletion.
    pub parameter_overrides: Vec<(String, String)>,
    /// `OperationPreferences`.
    pub preferences: Preferences,
    /// `OperationId`: one's own, so that a repeated call begins no second operation.
    pub operation_id: Option<String>,
    /// `CallAs`.
    pub call_as: CallAs,
}

/// `StackInstanceSummary`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StackInstance {
    /// `Account`.
    pub account: AccountId,
    /// `Region`.
    pub region: String,
    /// `StackId`: none where the stack was never made, as in a suspended account.
    pub stack_id: Option<String>,
    /// `Status`: `CURRENT`, `OUTDATED`, `INOPERABLE`.
    pub status: String,
    /// `StackInstanceStatus.DetailedStatus`: `SUCCEEDED`, `FAILED`, `SKIPPED_SUSPENDED_ACCOUNT`, …
    pub detailed_status: Option<String>,
    /// `StatusReason`.
    pub status_reason: Option<String>,
    /// `OrganizationalUnitId`.
    pub organizational_unit_id: Option<String>,
    /// `LastOperationId`.
    pub last_operation_id: Option<String>,
    /// `DriftStatus`.
    pub drift_status: Option<String>,
}

impl Connection {
    /// `CreateStackInstances`: gives the ID of the operation. `OperationInProgressException` while another one runs.
    pub async fn create_stack_instances(&self, wanted: &InstancesRequest) -> Result<String, Failure> {
        let operation = Operation::CreateStackInstances;
        let (accounts, targets) = targets_of(&wanted.targets);
        let request = self
            .cloudformation()
            .create_stack_instances()
            .stack_set_name(&wanted.stack_set_name)
            .set_accounts(accounts)
            .set_deployment_targets(targets)
            .set_regions(Some(wanted.regions.clone()))
            .set_parameter_overrides(parameters(&wanted.parameter_overrides))
            .operation_preferences(preferences(wanted.preferences))
            .set_operation_id(wanted.operation_id.clone())
            .call_as(wanted.call_as.sdk());
        let answer = self.send(operation, request.send()).await?;
        word(operation, "OperationId", answer.operation_id())
    }

    /// `UpdateStackInstances`: gives the ID of the operation.
    pub async fn update_stack_instances(&self, wanted: &InstancesRequest) -> Result<String, Failure> {
        let operation = Operation::UpdateStackInstances;
        let (accounts, targets) = targets_of(&wanted.targets);
        let request = self
            .cloudformation()
            .update_stack_instances()
            .stack_set_name(&wanted.stack_set_name)
            .set_accounts(accounts)
            .set_deployment_targets(targets)
            .set_regions(Some(wanted.regions.clone()))
            .set_parameter_overrides(parameters(&wanted.parameter_overrides))
            .operation_preferences(preferences(wanted.preferences))
            .set_operation_id(wanted.operation_id.clone())
            .call_as(wanted.call_as.sdk());
        let answer = self.send(operation, request.send()).await?;
        word(operation, "OperationId", answer.operation_id())
    }

    /// `DeleteStackInstances`: gives the ID of the operation. With `retain_stacks` the stacks stay, and leave the set.
    pub async fn delete_stack_instances(
        &self,
        wanted: &InstancesRequest,
        retain_stacks: bool,
    ) -> Result<String, Failure> {
        let operation = Operation::DeleteStackInstances;
        let (accounts, targets) = targets_of(&wanted.targets);
        let request = self
            .cloudformation()
            .delete_stack_instances()
            .stack_set_name(&wanted.stack_set_name)
            .set_accounts(accounts)
            .set_deployment_targets(targets)
            .set_regions(Some(wanted.regions.clone()))
            .operation_preferences(preferences(wanted.preferences))
            .retain_stacks(retain_stacks)
            .set_operation_id(wanted.operation_id.clone())
            .call_as(wanted.call_as.sdk());
        let answer = self.send(operation, request.send()).await?;
        word(operation, "OperationId", answer.operation_id())
    }

    /// `ListStackInstances` of a set, or of one account in it.
    pub fn list_stack_instances(&self, set: &str, account: Option<AccountId>, call_as: CallAs) -> Pages<StackInstance> {
        let operation = Operation::ListStackInstances;
        let set = set.to_owned();
        let only = account.map(|account| account.to_string());
        Pages::new(operation, self, move |connection, token| {
            let request = connection
                .cloudformation()
                .list_stack_instances()
                .stack_set_name(&set)
                .set_stack_instance_account(only.clone())
                .call_as(call_as.sdk())
                .set_next_token(token);
            async move {
                let answer = connection.send(operation, request.send()).await?;
                let instances = answer.summaries().iter().map(|found| read(operation, found));
                Ok((instances.collect::<Result<_, _>>()?, following(answer.next_token())))
            }
        })
    }
}

/// The parameters `Accounts` and `DeploymentTargets`, of which AWS takes one.
fn targets_of(targets: &DeploymentTargets) -> (Option<Vec<String>>, Option<sdk::DeploymentTargets>) {
    let accounts: Vec<String> = targets.accounts.iter().map(ToString::to_string).collect();
    if targets.organizational_unit_ids.is_empty() {
        return (Some(accounts), None);
    }
    let filter = targets.account_filter.map(|filter| match filter {
        AccountFilter::Intersection => sdk::AccountFilterType::Intersection,
        AccountFilter::Difference => sdk::AccountFilterType::Difference,
        AccountFilter::Union => sdk::AccountFilterType::Union,
    });
    let built = sdk::DeploymentTargets::builder()
        .set_accounts((!accounts.is_empty()).then_some(accounts))
        .set_organizational_unit_ids(Some(targets.organizational_unit_ids.clone()))
        .set_account_filter_type(filter)
        .build();
    (None, Some(built))
}

fn read(operation: Operation, found: &sdk::StackInstanceSummary) -> Result<StackInstance, Failure> {
    let detailed = found.stack_instance_status().and_then(sdk::StackInstanceComprehensiveStatus::detailed_status);
    Ok(StackInstance {
        account: account(operation, present(operation, "Account", found.account())?)?,
        region: word(operation, "Region", found.region())?,
        stack_id: found.stack_id().filter(|id| !id.is_empty()).map(str::to_owned),
        status: word(operation, "Status", found.status().map(sdk::StackInstanceStatus::as_str))?,
        detailed_status: detailed.map(|word| word.as_str().to_owned()),
        status_reason: found.status_reason().map(str::to_owned),
        organizational_unit_id: found.organizational_unit_id().map(str::to_owned),
        last_operation_id: found.last_operation_id().map(str::to_owned),
        drift_status: found.drift_status().map(|word| word.as_str().to_owned()),
    })
}
