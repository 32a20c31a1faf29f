//! The operations of a stack set: one, all, and what came of each account.

use super::{CallAs, following, word};
use crate::connection::Connection;
use crate::failure::Failure;
use crate::operation::Operation;
use crate::pages::Pages;
use crate::sts::{account, present};
use aws_sdk_cloudformation::types as sdk;
use aws_smithy_types::DateTime;
use rolecall_iam::arn::AccountId;

/// `StackSetOperation` or `StackSetOperationSummary`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StackSetOperation {
    /// `OperationId`.
    pub id: String,
    /// `Action`: `CREATE`, `UPDATE`, `DELETE`, `DETECT_DRIFT`.
    pub action: String,
    /// `Status`: `QUEUED`, `RUNNING`, `SUCCEEDED`, `FAILED`, `STOPPING`, `STOPPED`.
    pub status: String,
    /// `StatusReason`.
    pub status_reason: Option<String>,
    /// `StatusDetails.FailedStackInstancesCount`: not 0 also under `SUCCEEDED`, within the tolerance.
    pub failed_stack_instances: Option<i32>,
    /// `CreationTimestamp`, in seconds since 1970.
    pub created_at_s: Option<i64>,
    /// `EndTimestamp`, in seconds since 1970.
    pub ended_at_s: Option<i64>,
}

impl StackSetOperation {
    /// Whether it is over. A word that is not known is not the end.
    pub fn is_over(&self) -> bool {
        matches!(self.status.as_str(), "SUCCEEDED" | "FAILED" | "STOPPED")
    }
}

/// `StackSetOperationResultSummary`: one account and Region of an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperationResult {
    /// `Account`.
    pub account: AccountId,
    /// `Region`.
    pub region: String,
    /// `Status`: `PENDING`, `RUNNING`, `SUCCEEDED`, `FAILED`, `CANCELLED`.
    pub status: String,
    /// `StatusReason`.
    pub status_reason: Option<String>,
    /// `OrganizationalUnitId`.
    pub organizational_unit_id: Option<String>,
}

impl Connection {
    /// `DescribeStackSetOperation`.
    pub async fn describe_stack_set_operation(
        &self,
        set: &str,
        operation_id: &str,
        call_as: CallAs,
    ) -> Result<StackSetOperation, Failure> {
        let operation = Operation::DescribeStackSetOperation;
        let request = self.cloudformation().describe_stack_set_operation();
        let request = request.stack_set_name(set).operation_id(operation_id).call_as(call_as.sdk());
        let answer = self.send(operation, request.send()).await?;
        let Some(found) = answer.stack_set_operation() else {
            return Err(Failure::malformed(operation, "it has no StackSetOperation"));
        };
        Ok(StackSetOperation {
            id: word(operation, "OperationId", found.operation_id())?,
            action: word(operation, "Action", found.action().map(sdk::StackSetOperationAction::as_str))?,
            status: word(operation, "Status", found.status().map(sdk::StackSetOperationStatus::as_str))?,
            status_reason: found.status_reason().map(str::to_owned),
            failed_stack_instances: failed(found.status_details()),
            created_at_s: found.creation_timestamp().map(DateTime::secs),
            ended_at_s: found.end_timestamp().map(DateTime::secs),
        })
    }

    /// `ListStackSetOperations`, the newest first (API reference: reverse chronological order).
    pub fn list_stack_set_operations(&self, set: &str, call_as: CallAs) -> Pages<StackSetOperation> {
        let operation = Operation::ListStackSetOperations;
        let set = set.to_owned();
        Pages::new(operation, self, move |connection, token| {
            let request = connection.cloudformation().list_stack_set_operations();
            let request = request.stack_set_name(&set).call_as(call_as.sdk()).set_next_token(token);
            async move {
                let answer = connection.send(operation, request.send()).await?;
                let operations = answer.summaries().iter().map(|found| read(operation, found));
                Ok((operations.collect::<Result<_, _>>()?, following(answer.next_token())))
            }
        })
    }

    /// `ListStackSetOperationResults`: what came of each account.
    pub fn list_stack_set_operation_results(
        &self,
        set: &str,
        operation_id: &str,
        call_as: CallAs,
    ) -> Pages<OperationResult> {
        let operation = Operation::ListStackSetOperationResults;
        let (set, id) = (set.to_owned(), operation_id.to_owned());
        Pages::new(operation, self, move |connection, token| {
            let request = connection.cloudformation().list_stack_set_operation_results();
            let request = request.stack_set_name(&set).operation_id(&id).call_as(call_as.sdk()).set_next_token(token);
            async move {
                let answer = connection.send(operation, request.send()).await?;
                let results = answer.summaries().iter().map(|found| result(operation, found));
                Ok((results.collect::<Result<_, _>>()?, following(answer.next_token())))
            }
        })
    }

    /// `StopStackSetOperation`: what is under way is finished.
    pub async fn stop_stack_set_operation(
        &self,
        set: &str,
        operation_id: &str,
        call_as: CallAs,
    ) -> Result<(), Failure> {
        let request = self.cloudformation().stop_stack_set_operation();
        let request = request.stack_set_name(set).operation_id(operation_id).call_as(call_as.sdk());
        self.send(Operation::StopStackSetOperation, request.send()).await.map(|_| ())
    }
}

fn failed(details: Option<&sdk::StackSetOperationStatusDetails>) -> Option<i32> {
    details.and_then(sdk::StackSetOperationStatusDetails::failed_stack_instances_count)
}

fn read(operation: Operation, found: &sdk::StackSetOperationSummary) -> Result<StackSetOperation, Failure> {
    Ok(StackSetOperation {
        id: word(operation, "OperationId", found.operation_id())?,
        action: word(operation, "Action", found.action().map(sdk::StackSetOperationAction::as_str))?,
        status: word(operation, "Status", found.status().map(sdk::StackSetOperationStatus::as_str))?,
        status_reason: found.status_reason().map(str::to_owned),
        failed_stack_instances: failed(found.status_details()),
        created_at_s: found.creation_timestamp().map(DateTime::secs),
        ended_at_s: found.end_timestamp().map(DateTime::secs),
    })
}

fn result(operation: Operation, found: &sdk::StackSetOperationResultSummary) -> Result<OperationResult, Failure> {
    Ok(OperationResult {
        account: account(operation, present(operation, "Account", found.account())?)?,
        region: word(operation, "Region", found.region())?,
        status: word(operation, "Status", found.status().map(sdk::StackSetOperationResultStatus::as_str))?,
        status_reason: found.status_reason().map(str::to_owned),
        organizational_unit_id: found.organizational_unit_id().map(str::to_owned),
    })
}
