//! Stack sets: make, read, change, delete.

use super::{CallAs, capabilities, parameters, preferences, read_parameters, read_tags, tags, word};
use crate::connection::Connection;
use crate::failure::Failure;
use crate::operation::Operation;
use aws_sdk_cloudformation::types as sdk;
use rolecall_lifecycle::rollout::Preferences;

/// `PermissionModel`, with what belongs to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PermissionModel {
    /// `SERVICE_MANAGED`: through Organizations; never the management account.
    ServiceManaged(AutoDeployment),
    /// `SELF_MANAGED`: through roles that are there already.
    SelfManaged {
        /// `AdministrationRoleARN`; AWS's default is `AWSCloudFormationStackSetAdministrationRole`.
        administration_role_arn: Option<String>,
        /// `ExecutionRoleName`; AWS's default is `AWSCloudFormationStackSetExecutionRole`.
        execution_role_name: Option<String>,
    },
}

/// `AutoDeployment`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AutoDeployment {
    /// `Enabled`.
    pub enabled: bool,
    /// `RetainStacksOnAccountRemoval`; without auto-deployment it is not sent (API reference: only if enabled).
    pub retain_stacks_on_account_removal: bool,
}

/// `CreateStackSetInput`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewStackSet {
    /// `StackSetName`.
    pub name: String,
    /// `Description`.
    pub description: Option<String>,
    /// `TemplateBody`: at most 51,200 bytes.
    pub template_body: String,
    /// `Parameters`, key and value.
    pub parameters: Vec<(String, String)>,
    /// `Capabilities`: `CAPABILITY_NAMED_IAM`, …
    pub capabilities: Vec<String>,
    /// `Tags`, key and value.
    pub tags: Vec<(String, String)>,
    /// `PermissionModel`.
    pub permission_model: PermissionModel,
    /// `ManagedExecution.Active`: conflicting operations queue instead of failing.
    pub managed_execution: bool,
    /// `CallAs`.
    pub call_as: CallAs,
}

/// `UpdateStackSetInput`: the set as it shall be. Its instances are updated by the operation that this begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StackSetUpdate {
    /// The set as it shall be.
    pub stack_set: NewStackSet,
    /// `OperationPreferences`.
    pub preferences: Preferences,
    /// `OperationId`: one's own, so that a repeated call begins no second operation.
    pub operation_id: Option<String>,
}

/// `StackSet` as CloudFormation has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StackSet {
    /// `StackSetName`.
    pub name: String,
    /// `StackSetId`.
    pub id: String,
    /// `Status`: `ACTIVE` or `DELETED`.
    pub status: String,
    /// `Description`.
    pub description: Option<String>,
    /// `TemplateBody`.
    pub template_body: Option<String>,
    /// `Parameters`, key and value.
    pub parameters: Vec<(String, String)>,
    /// `Capabilities`.
    pub capabilities: Vec<String>,
    /// `Tags`, key and value.
    pub tags: Vec<(String, String)>,
    /// `PermissionModel`; `SELF_MANAGED` where the answer has none (API reference: the default).
    pub permission_model: PermissionModel,
    /// `ManagedExecution.Active`.
    pub managed_execution: bool,
    /// `OrganizationalUnitIds` that it is deployed to.
    pub organizational_unit_ids: Vec<String>,
    /// `Regions`.
    pub regions: Vec<String>,
}

impl Connection {
    /// `CreateStackSet`: gives its ID. `NameAlreadyExistsException` when there is one of that name.
    pub async fn create_stack_set(
        &self,
        set: &NewStackSet,
        client_request_token: Option<&str>,
    ) -> Result<String, Failure> {
        let operation = Operation::CreateStackSet;
        let (model, deployment, administration, execution) = model_of(&set.permission_model);
        let request = self
            .cloudformation()
            .create_stack_set()
            .stack_set_name(&set.name)
            .set_description(set.description.clone())
            .template_body(&set.template_body)
            .set_parameters(parameters(&set.parameters))
            .set_capabilities(capabilities(&set.capabilities))
            .set_tags(tags(&set.tags))
            .permission_model(model)
            .set_auto_deployment(deployment)
            .set_administration_role_arn(administration)
            .set_execution_role_name(execution)
            .managed_execution(sdk::ManagedExecution::builder().active(set.managed_execution).build())
            .call_as(set.call_as.sdk())
            .set_client_request_token(client_request_token.map(str::to_owned));
        let answer = self.send(operation, request.send()).await?;
        word(operation, "StackSetId", answer.stack_set_id())
    }

    /// `UpdateStackSet`: gives the ID of the operation. `OperationInProgressException` while another one runs.
    pub async fn update_stack_set(&self, update: &StackSetUpdate) -> Result<String, Failure> {
        let operation = Operation::UpdateStackSet;
        let set = &update.stack_set;
        let (model, deployment, administration, execution) = model_of(&set.permission_model);
        let request = self
            .cloudformation()
            .update_stack_set()
            .stack_set_name(&set.name)
            .set_description(set.description.clone())
            .template_body(&set.template_body)
            .set_parameters(parameters(&set.parameters))
            .set_capabilities(capabilities(&set.capabilities))
            .set_tags(tags(&set.tags))
            .permission_model(model)
            .set_auto_deployment(deployment)
            .set_administration_role_arn(administration)
            .set_execution_role_name(execution)
            .managed_execution(sdk::ManagedExecution::builder().active(set.managed_execution).build())
            .operation_preferences(preferences(update.preferences))
            .set_operation_id(update.operation_id.clone())
            .call_as(set.call_as.sdk());
        let answer = self.send(operation, request.send()).await?;
        word(operation, "OperationId", answer.operation_id())
    }

    /// `DeleteStackSet`: `StackSetNotEmptyException` while it has instances.
    pub async fn delete_stack_set(&self, name: &str, call_as: CallAs) -> Result<(), Failure> {
        let request = self.cloudformation().delete_stack_set().stack_set_name(name).call_as(call_as.sdk());
        self.send(Operation::DeleteStackSet, request.send()).await.map(|_| ())
    }

    /// `DescribeStackSet`: nothing when there is none of that name (`StackSetNotFoundException`).
    pub async fn describe_stack_set(&self, name: &str, call_as: CallAs) -> Result<Option<StackSet>, Failure> {
        let operation = Operation::DescribeStackSet;
        let request = self.cloudformation().describe_stack_set().stack_set_name(name).call_as(call_as.sdk());
        match self.send(operation, request.send()).await {
            Ok(answer) => match answer.stack_set() {
                Some(set) => read(operation, set).map(Some),
                None => Err(Failure::malformed(operation, "it has no StackSet")),
            },
            Err(failure) if failure.code == "StackSetNotFoundException" => Ok(None),
            Err(failure) => Err(failure),
        }
    }
}

type Model = (sdk::PermissionModels, Option<sdk::AutoDeployment>, Option<String>, Option<String>);

fn model_of(model: &PermissionModel) -> Model {
    match model {
        PermissionModel::ServiceManaged(deployment) => {
            let retain = deployment.enabled.then_some(deployment.retain_stacks_on_account_removal);
            let builder = sdk::AutoDeployment::builder().enabled(deployment.enabled);
            let deployment = builder.set_retain_stacks_on_account_removal(retain).build();
            (sdk::PermissionModels::ServiceManaged, Some(deployment), None, None)
        }
        PermissionModel::SelfManaged { administration_role_arn, execution_role_name } => {
            (sdk::PermissionModels::SelfManaged, None, administration_role_arn.clone(), execution_role_name.clone())
        }
    }
}

fn read(operation: Operation, set: &sdk::StackSet) -> Result<StackSet, Failure> {
    let permission_model = match set.permission_model() {
        Some(sdk::PermissionModels::ServiceManaged) => {
            let found = set.auto_deployment();
            PermissionModel::ServiceManaged(AutoDeployment {
                enabled: found.and_then(sdk::AutoDeployment::enabled).unwrap_or(false),
                retain_stacks_on_account_removal: found
                    .and_then(sdk::AutoDeployment::retain_stacks_on_account_removal)
                    .unwrap_or(false),
            })
        }
        Some(sdk::PermissionModels::SelfManaged) | None => PermissionModel::SelfManaged {
            administration_role_arn: set.administration_role_arn().map(str::to_owned),
            execution_role_name: set.execution_role_name().map(str::to_owned),
        },
        Some(other) => {
            return Err(Failure::malformed(
                operation,
                format!("the PermissionModel `{}` is not known", other.as_str()),
            ));
        }
    };
    Ok(StackSet {
        name: word(operation, "StackSetName", set.stack_set_name())?,
        id: word(operation, "StackSetId", set.stack_set_id())?,
        status: word(operation, "Status", set.status().map(sdk::StackSetStatus::as_str))?,
        description: set.description().filter(|text| !text.is_empty()).map(str::to_owned),
        template_body: set.template_body().map(str::to_owned),
        parameters: read_parameters(set.parameters()),
        capabilities: set.capabilities().iter().map(|word| word.as_str().to_owned()).collect(),
        tags: read_tags(set.tags()),
        permission_model,
        managed_execution: set.managed_execution().and_then(sdk::ManagedExecution::active).unwrap_or(false),
        organizational_unit_ids: set.organizational_unit_ids().to_vec(),
        regions: set.regions().to_vec(),
    })
}
