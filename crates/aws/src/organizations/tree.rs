//! The organization itself, its roots and organizational units, and what stands where.

use super::page;
use crate::connection::Connection;
use crate::failure::Failure;
use crate::operation::Operation;
use crate::pages::Pages;
use crate::sts::{account, present};
use aws_sdk_organizations::types as sdk;
use rolecall_core::organization::OrganizationId;
use rolecall_iam::arn::AccountId;

/// `Organization`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organization {
    /// `Id`.
    pub id: OrganizationId,
    /// `Arn`.
    pub arn: String,
    /// `MasterAccountId`.
    pub management_account: AccountId,
    /// `FeatureSet`: `ALL`, or `CONSOLIDATED_BILLING` without policies and service-managed stack sets.
    pub all_features: bool,
}

/// `Root`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Root {
    /// `Id`: `r-…`.
    pub id: String,
    /// `Arn`.
    pub arn: String,
    /// `PolicyTypes` that are `ENABLED`: `SERVICE_CONTROL_POLICY`, `RESOURCE_CONTROL_POLICY`, …
    pub enabled_policy_types: Vec<String>,
}

/// `OrganizationalUnit`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrganizationalUnit {
    /// `Id`: `ou-…`.
    pub id: String,
    /// `Arn`.
    pub arn: String,
    /// `Name`.
    pub name: String,
}

/// What an account or a unit stands in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parent {
    /// `Id`.
    pub id: String,
    /// `Type`.
    pub kind: ParentKind,
}

/// `ParentType`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParentKind {
    /// `ROOT`.
    Root,
    /// `ORGANIZATIONAL_UNIT`.
    OrganizationalUnit,
}

impl Connection {
    /// `DescribeOrganization`: any account may. `AWSOrganizationsNotInUseException` where there is none.
    pub async fn describe_organization(&self) -> Result<Organization, Failure> {
        let operation = Operation::DescribeOrganization;
        let answer = self.send(operation, self.organizations().describe_organization().send()).await?;
        let Some(found) = answer.organization() else {
            return Err(Failure::malformed(operation, "it has no Organization"));
        };
        let id = present(operation, "Id", found.id())?;
        let id =
            OrganizationId::parse(id).map_err(|error| Failure::malformed(operation, format!("`{id}`: {error}")))?;
        Ok(Organization {
            id,
            arn: present(operation, "Arn", found.arn())?.to_owned(),
            management_account: account(operation, present(operation, "MasterAccountId", found.master_account_id())?)?,
            all_features: found.feature_set() == Some(&sdk::OrganizationFeatureSet::All),
        })
    }

    /// `ListRoots`: there is one.
    pub fn list_roots(&self) -> Pages<Root> {
        let operation = Operation::ListRoots;
        Pages::new(operation, self, move |connection, token| async move {
            let request = connection.organizations().list_roots().set_next_token(token);
            let answer = connection.send(operation, request.send()).await?;
            page(operation, "Roots", answer.roots, answer.next_token, |root| {
                let enabled = |kind: &&sdk::PolicyTypeSummary| kind.status() == Some(&sdk::PolicyTypeStatus::Enabled);
                let word = |kind: &sdk::PolicyTypeSummary| kind.r#type().map(|kind| kind.as_str().to_owned());
                Ok(Root {
                    id: present(operation, "Id", root.id())?.to_owned(),
                    arn: present(operation, "Arn", root.arn())?.to_owned(),
                    enabled_policy_types: root.policy_types().iter().filter(enabled).filter_map(word).collect(),
                })
            })
        })
    }

    /// `ListOrganizationalUnitsForParent`: the units directly below a root or a unit.
    pub fn list_organizational_units_for_parent(&self, parent: &str) -> Pages<OrganizationalUnit> {
        let operation = Operation::ListOrganizationalUnitsForParent;
        let parent = parent.to_owned();
        Pages::new(operation, self, move |connection, token| {
            let parent = parent.clone();
            async move {
                let request = connection.organizations().list_organizational_units_for_parent();
                let request = request.parent_id(parent).set_next_token(token);
                let answer = connection.send(operation, request.send()).await?;
                page(operation, "OrganizationalUnits", answer.organizational_units, answer.next_token, |unit| {
                    Ok(OrganizationalUnit {
                        id: present(operation, "Id", unit.id())?.to_owned(),
                        arn: present(operation, "Arn", unit.arn())?.to_owned(),
                        name: unit.name().unwrap_or_default().to_owned(),
                    })
                })
            }
        })
    }

    /// `ListParents` of an account or a unit: there is one.
    pub fn list_parents(&self, child: &str) -> Pages<Parent> {
        let operation = Operation::ListParents;
        let child = child.to_owned();
        Pages::new(operation, self, move |connection, token| {
            let child = child.clone();
            async move {
                let request = connection.organizations().list_parents().child_id(child).set_next_token(token);
                let answer = connection.send(operation, request.send()).await?;
                page(operation, "Parents", answer.parents, answer.next_token, |parent| {
                    let kind = match parent.r#type() {
                        Some(sdk::ParentType::Root) => ParentKind::Root,
                        Some(sdk::ParentType::OrganizationalUnit) => ParentKind::OrganizationalUnit,
                        _ => return Err(Failure::malformed(operation, "the Type of a parent is not known")),
                    };
                    Ok(Parent { id: present(operation, "Id", parent.id())?.to_owned(), kind })
                })
            }
        })
    }
}
