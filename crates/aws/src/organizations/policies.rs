//! Service control policies and resource control policies: which are attached where, and their documents.

use super::page;
use crate::connection::Connection;
use crate::failure::Failure;
use crate::operation::Operation;
use crate::pages::Pages;
use crate::sts::present;
use aws_sdk_organizations::types as sdk;

/// The types of policy that limit what principals may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LimitPolicyKind {
    /// `SERVICE_CONTROL_POLICY`.
    ServiceControlPolicy,
    /// `RESOURCE_CONTROL_POLICY`.
    ResourceControlPolicy,
}

impl LimitPolicyKind {
    const fn sdk(self) -> sdk::PolicyType {
        match self {
            Self::ServiceControlPolicy => sdk::PolicyType::ServiceControlPolicy,
            Self::ResourceControlPolicy => sdk::PolicyType::ResourceControlPolicy,
        }
    }
}

/// `PolicySummary`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PolicySummary {
    /// `Id`: `p-…`.
    pub id: String,
    /// `Arn`.
    pub arn: String,
    /// `Name`.
    pub name: String,
    /// `AwsManaged`: `FullAWSAccess`, `RCPFullAWSAccess`.
    pub aws_managed: bool,
}

/// `Policy`: a summary with its document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LimitPolicy {
    /// Which.
    pub summary: PolicySummary,
    /// `Content`: the document's JSON text.
    pub content: String,
}

impl Connection {
    /// `ListPolicies`: all of this type that the organization has, AWS's own among them, attached or not.
    pub fn list_policies(&self, kind: LimitPolicyKind) -> Pages<PolicySummary> {
        let operation = Operation::ListPolicies;
        Pages::new(operation, self, move |connection, token| async move {
            let request = connection.organizations().list_policies().filter(kind.sdk()).set_next_token(token);
            let answer = connection.send(operation, request.send()).await?;
            page(operation, "Policies", answer.policies, answer.next_token, |policy| summary(operation, policy))
        })
    }

    /// `ListTargetsForPolicy`: the `TargetId`s of the roots, units and accounts that a policy is attached to, 20 a page at most.
    pub fn list_targets_for_policy(&self, policy_id: &str) -> Pages<String> {
        let operation = Operation::ListTargetsForPolicy;
        let policy_id = policy_id.to_owned();
        Pages::new(operation, self, move |connection, token| {
            let policy_id = policy_id.clone();
            async move {
                let request = connection.organizations().list_targets_for_policy();
                let request = request.policy_id(policy_id).set_next_token(token);
                let answer = connection.send(operation, request.send()).await?;
                let id = |target: &sdk::PolicyTargetSummary| {
                    present(operation, "TargetId", target.target_id()).map(str::to_owned)
                };
                page(operation, "Targets", answer.targets, answer.next_token, id)
            }
        })
    }

    /// `ListPoliciesForTarget`: what is attached to a root, a unit or an account itself, nothing inherited.
    pub fn list_policies_for_target(&self, target: &str, kind: LimitPolicyKind) -> Pages<PolicySummary> {
        let operation = Operation::ListPoliciesForTarget;
        let target = target.to_owned();
        Pages::new(operation, self, move |connection, token| {
            let target = target.clone();
            async move {
                let request = connection.organizations().list_policies_for_target();
                let request = request.target_id(target).filter(kind.sdk()).set_next_token(token);
                let answer = connection.send(operation, request.send()).await?;
                page(operation, "Policies", answer.policies, answer.next_token, |policy| summary(operation, policy))
            }
        })
    }

    /// `DescribePolicy`.
    pub async fn describe_policy(&self, policy_id: &str) -> Result<LimitPolicy, Failure> {
        let operation = Operation::DescribePolicy;
        let request = self.organizations().describe_policy().policy_id(policy_id);
        let answer = self.send(operation, request.send()).await?;
        let policy = answer.policy();
        let Some(found) = policy.and_then(sdk::Policy::policy_summary) else {
            return Err(Failure::malformed(operation, "it has no PolicySummary"));
        };
        let content = present(operation, "Content", policy.and_then(sdk::Policy::content))?.to_owned();
        Ok(LimitPolicy { summary: summary(operation, found)?, content })
    }
}

fn summary(operation: Operation, policy: &sdk::PolicySummary) -> Result<PolicySummary, Failure> {
    Ok(PolicySummary {
        id: present(operation, "Id", policy.id())?.to_owned(),
        arn: present(operation, "Arn", policy.arn())?.to_owned(),
        name: policy.name().unwrap_or_default().to_owned(),
        aws_managed: policy.aws_managed(),
    })
}
