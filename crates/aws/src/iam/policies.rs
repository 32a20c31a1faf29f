//! The policies of a role: inline, attached, and the permissions boundary.

use super::documents::decoded;
use super::roles::next;
use crate::connection::Connection;
use crate::failure::Failure;
use crate::operation::Operation;
use crate::pages::Pages;
use crate::sts::present;

/// `AttachedPolicy`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AttachedPolicy {
    /// `PolicyArn`.
    pub arn: String,
    /// `PolicyName`.
    pub name: String,
}

/// `Policy`: a managed policy without its document, which each version has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManagedPolicy {
    /// `Arn`.
    pub arn: String,
    /// `DefaultVersionId`: the version that counts.
    pub default_version_id: String,
}

impl Connection {
    /// `PutRolePolicy`: makes the inline policy or puts it anew. `LimitExceeded` above 10,240 characters together.
    pub async fn put_role_policy(&self, role: &str, policy: &str, document: &str) -> Result<(), Failure> {
        let request = self.iam().put_role_policy().role_name(role).policy_name(policy).policy_document(document);
        self.send(Operation::PutRolePolicy, request.send()).await.map(|_| ())
    }

    /// `GetRolePolicy`: the document, decoded; nothing when the role or the policy is not there.
    pub async fn get_role_policy(&self, role: &str, policy: &str) -> Result<Option<String>, Failure> {
        let operation = Operation::GetRolePolicy;
        let request = self.iam().get_role_policy().role_name(role).policy_name(policy);
        match self.send(operation, request.send()).await {
            Ok(answer) => decoded(operation, "PolicyDocument", answer.policy_document()).map(Some),
            Err(failure) if failure.code == "NoSuchEntity" => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    /// `ListRolePolicies`: the names of the inline policies.
    pub fn list_role_policies(&self, role: &str) -> Pages<String> {
        let operation = Operation::ListRolePolicies;
        let role = role.to_owned();
        Pages::new(operation, self, move |connection, marker| {
            let role = role.clone();
            async move {
                let request = connection.iam().list_role_policies().role_name(role).set_marker(marker);
                let answer = connection.send(operation, request.send()).await?;
                Ok((answer.policy_names().to_vec(), next(operation, answer.is_truncated(), answer.marker())?))
            }
        })
    }

    /// `DeleteRolePolicy`.
    pub async fn delete_role_policy(&self, role: &str, policy: &str) -> Result<(), Failure> {
        let request = self.iam().delete_role_policy().role_name(role).policy_name(policy);
        self.send(Operation::DeleteRolePolicy, request.send()).await.map(|_| ())
    }

    /// `AttachRolePolicy`.
    pub async fn attach_role_policy(&self, role: &str, policy_arn: &str) -> Result<(), Failure> {
        let request = self.iam().attach_role_policy().role_name(role).policy_arn(policy_arn);
        self.send(Operation::AttachRolePolicy, request.send()).await.map(|_| ())
    }

    /// `DetachRolePolicy`.
    pub async fn detach_role_policy(&self, role: &str, policy_arn: &str) -> Result<(), Failure> {
        let request = self.iam().detach_role_policy().role_name(role).policy_arn(policy_arn);
        self.send(Operation::DetachRolePolicy, request.send()).await.map(|_| ())
    }

    /// `ListAttachedRolePolicies`.
    pub fn list_attached_role_policies(&self, role: &str) -> Pages<AttachedPolicy> {
        let operation = Operation::ListAttachedRolePolicies;
        let role = role.to_owned();
        Pages::new(operation, self, move |connection, marker| {
            let role = role.clone();
            async move {
                let request = connection.iam().list_attached_role_policies().role_name(role).set_marker(marker);
                let answer = connection.send(operation, request.send()).await?;
                let read = |policy: &aws_sdk_iam::types::AttachedPolicy| {
                    Ok(AttachedPolicy {
                        arn: present(operation, "PolicyArn", policy.policy_arn())?.to_owned(),
                        name: present(operation, "PolicyName", policy.policy_name())?.to_owned(),
                    })
                };
                let policies: Result<Vec<_>, Failure> = answer.attached_policies().iter().map(read).collect();
                Ok((policies?, next(operation, answer.is_truncated(), answer.marker())?))
            }
        })
    }

    /// `GetPolicy`: nothing when there is no managed policy of that ARN.
    pub async fn get_policy(&self, policy_arn: &str) -> Result<Option<ManagedPolicy>, Failure> {
        let operation = Operation::GetPolicy;
        match self.send(operation, self.iam().get_policy().policy_arn(policy_arn).send()).await {
            Ok(answer) => {
                let policy = answer.policy();
                let arn = present(operation, "Arn", policy.and_then(|policy| policy.arn()))?.to_owned();
                let version = policy.and_then(|policy| policy.default_version_id());
                let default_version_id = present(operation, "DefaultVersionId", version)?.to_owned();
                Ok(Some(ManagedPolicy { arn, default_version_id }))
            }
            Err(failure) if failure.code == "NoSuchEntity" => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    /// `GetPolicyVersion`: the document of a version, decoded; nothing when the policy or the version is not there.
    pub async fn get_policy_version(&self, policy_arn: &str, version: &str) -> Result<Option<String>, Failure> {
        let operation = Operation::GetPolicyVersion;
        let request = self.iam().get_policy_version().policy_arn(policy_arn).version_id(version);
        match self.send(operation, request.send()).await {
            Ok(answer) => {
                let document = answer.policy_version().and_then(|version| version.document());
                decoded(operation, "Document", document.unwrap_or_default()).map(Some)
            }
            Err(failure) if failure.code == "NoSuchEntity" => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    /// `PutRolePermissionsBoundary`: sets or replaces it.
    pub async fn put_role_permissions_boundary(&self, role: &str, policy_arn: &str) -> Result<(), Failure> {
        let request = self.iam().put_role_permissions_boundary().role_name(role).permissions_boundary(policy_arn);
        self.send(Operation::PutRolePermissionsBoundary, request.send()).await.map(|_| ())
    }

    /// `DeleteRolePermissionsBoundary`.
    pub async fn delete_role_permissions_boundary(&self, role: &str) -> Result<(), Failure> {
        let request = self.iam().delete_role_permissions_boundary().role_name(role);
        self.send(Operation::DeleteRolePermissionsBoundary, request.send()).await.map(|_| ())
    }
}
