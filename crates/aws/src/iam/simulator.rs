//! The IAM policy simulator: the calls that `core::simulation` plans, all pages of each. What answers mean is judged there.

use super::roles::next;
use crate::connection::Connection;
use crate::failure::Failure;
use crate::operation::Operation;
use crate::pages::Pages;
use aws_sdk_iam::types as sdk;
use rolecall_core::simulation::{
    EvaluationResult, MatchedStatement, ResourceSpecificResult, SimulationAnswer, SimulationCall, merge_pages,
};

impl Connection {
    /// `SimulateCustomPolicy`: the policies of the call alone, with these service control policies: level by level, the
    /// root's first, at most seven levels (IAM model, `OrderedOrganizationPolicyInputList`). All pages.
    pub async fn simulate_custom_policy(
        &self,
        call: &SimulationCall,
        service_control_policies: &[Vec<String>],
    ) -> Result<SimulationAnswer, Failure> {
        let operation = Operation::SimulateCustomPolicy;
        let context = context_of(call);
        let levels: Vec<_> = service_control_policies
            .iter()
            .map(|level| {
                let list = Some(level.clone());
                sdk::OrderedOrganizationPolicyType::builder().set_service_control_policy_input_list(list).build()
            })
            .collect();
        let call = call.clone();
        let pages = Pages::new(operation, self, move |connection, marker| {
            let request = connection
                .iam()
                .simulate_custom_policy()
                .set_policy_input_list(Some(call.policy_input_list.clone()))
                .set_permissions_boundary_policy_input_list(given(&call.permissions_boundary_policy_input_list))
                .set_ordered_organization_policy_input_list(given(&levels))
                .set_action_names(Some(call.action_names.clone()))
                .set_resource_arns(given(&call.resource_arns))
                .set_context_entries(given(&context))
                .set_marker(marker);
            async move {
                let answer = connection.send(operation, request.send()).await?;
                let results = answer.evaluation_results().iter().map(read).collect();
                page(operation, results, answer.is_truncated(), answer.marker())
            }
        });
        Ok(merge_pages(pages.all().await?))
    }

    /// `SimulatePrincipalPolicy`: the policies of a user, group or role, those of the call in addition, and the service
    /// control policies of its account. All pages.
    pub async fn simulate_principal_policy(
        &self,
        policy_source_arn: &str,
        call: &SimulationCall,
    ) -> Result<SimulationAnswer, Failure> {
        let operation = Operation::SimulatePrincipalPolicy;
        let context = context_of(call);
        let source = policy_source_arn.to_owned();
        let call = call.clone();
        let pages = Pages::new(operation, self, move |connection, marker| {
            let request = connection
                .iam()
                .simulate_principal_policy()
                .policy_source_arn(&source)
                .set_policy_input_list(given(&call.policy_input_list))
                .set_permissions_boundary_policy_input_list(given(&call.permissions_boundary_policy_input_list))
                .set_action_names(Some(call.action_names.clone()))
                .set_resource_arns(given(&call.resource_arns))
                .set_context_entries(given(&context))
                .set_marker(marker);
            async move {
                let answer = connection.send(operation, request.send()).await?;
                let results = answer.evaluation_results().iter().map(read).collect();
                page(operation, results, answer.is_truncated(), answer.marker())
            }
        });
        Ok(merge_pages(pages.all().await?))
    }
}

/// A list that has something, or no list.
fn given<T: Clone>(list: &[T]) -> Option<Vec<T>> {
    (!list.is_empty()).then(|| list.to_vec())
}

fn context_of(call: &SimulationCall) -> Vec<sdk::ContextEntry> {
    let entry = |entry: &rolecall_core::simulation::ContextEntry| {
        sdk::ContextEntry::builder()
            .context_key_name(&entry.name)
            .set_context_key_values(Some(entry.values.clone()))
            .context_key_type(sdk::ContextKeyTypeEnum::from(entry.value_type.as_str()))
            .build()
    };
    call.context_entries.iter().map(entry).collect()
}

/// One page as an answer of its own; it says itself whether there are more.
fn page(
    operation: Operation,
    evaluation_results: Vec<EvaluationResult>,
    is_truncated: bool,
    marker: Option<&str>,
) -> Result<crate::pages::Page<SimulationAnswer>, Failure> {
    let following = next(operation, is_truncated, marker)?;
    let answer = SimulationAnswer { evaluation_results, is_truncated, marker: following.clone() };
    Ok((vec![answer], following))
}

fn read(result: &sdk::EvaluationResult) -> EvaluationResult {
    let boundary = result.permissions_boundary_decision_detail();
    EvaluationResult {
        eval_action_name: result.eval_action_name().to_owned(),
        eval_resource_name: result.eval_resource_name().map(str::to_owned),
        eval_decision: result.eval_decision().as_str().to_owned(),
        matched_statements: result.matched_statements().iter().map(statement).collect(),
        missing_context_values: result.missing_context_values().to_vec(),
        allowed_by_organizations: result
            .organizations_decision_detail()
            .map(sdk::OrganizationsDecisionDetail::allowed_by_organizations),
        allowed_by_permissions_boundary: boundary
            .map(sdk::PermissionsBoundaryDecisionDetail::allowed_by_permissions_boundary),
        resource_specific_results: result.resource_specific_results().iter().map(specific).collect(),
    }
}

fn specific(result: &sdk::ResourceSpecificResult) -> ResourceSpecificResult {
    let boundary = result.permissions_boundary_decision_detail();
    ResourceSpecificResult {
        eval_resource_name: result.eval_resource_name().to_owned(),
        eval_resource_decision: result.eval_resource_decision().as_str().to_owned(),
        matched_statements: result.matched_statements().iter().map(statement).collect(),
        missing_context_values: result.missing_context_values().to_vec(),
        allowed_by_permissions_boundary: boundary
            .map(sdk::PermissionsBoundaryDecisionDetail::allowed_by_permissions_boundary),
    }
}

fn statement(statement: &sdk::Statement) -> MatchedStatement {
    let place =
        |position: &sdk::Position| Some((u32::try_from(position.line()).ok()?, u32::try_from(position.column()).ok()?));
    MatchedStatement {
        source_policy_id: statement.source_policy_id().map(str::to_owned),
        source_policy_type: statement.source_policy_type().map(|kind| kind.as_str().to_owned()),
        start: statement.start_position().and_then(place),
        end: statement.end_position().and_then(place),
    }
}
