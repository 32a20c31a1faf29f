//! Every call that a rollout makes with the operator's credentials or through the way in, as the request that policies see:
//! action, resource, condition keys. The one list of them: the driver's tests hold it against the log of real rollouts, SCPs
//! are judged by it, and the operator's policies are made from it. `sts:GetCallerIdentity` is not in it: it needs no
//! permission (STS API reference).

use crate::role::expected::ExpectedRole;
use rolecall_iam::arn::{AccountId, Partition};

/// A request.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Call {
    /// As policies write it.
    pub action: &'static str,
    /// Its ARN; `*` where the action takes none, or where only the caller's own organization can be meant.
    pub resource: String,
    /// Condition keys that come with the call and that a policy can pin.
    pub keys: Vec<(&'static str, String)>,
}

impl Call {
    fn new(action: &'static str, resource: &str) -> Self {
        Self { action, resource: resource.to_owned(), keys: Vec::new() }
    }

    fn with(mut self, key: &'static str, value: &str) -> Self {
        self.keys.push((key, value.to_owned()));
        self
    }
}

/// What is done in an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Work {
    /// Read: before a plan, before and after each change, in a verification.
    Read,
    /// Make the role.
    Create,
    /// Make another role the one of the profile.
    Overwrite,
    /// Take the role away.
    Remove,
}

/// How much of the organization is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrganizationReading {
    /// The tree of units: for waves by unit, and for policies.
    pub tree: bool,
    /// SCPs and RCPs.
    pub policies: bool,
}

/// Calls of Organizations.
pub fn organization(reading: OrganizationReading) -> Vec<Call> {
    let mut actions =
        vec!["organizations:DescribeOrganization", "organizations:ListAccounts", "organizations:DescribeAccount"];
    if reading.tree || reading.policies {
        actions.extend([
            "organizations:ListRoots",
            "organizations:ListOrganizationalUnitsForParent",
            "organizations:ListAccountsForParent",
        ]);
    }
    if reading.policies {
        actions.extend(["organizations:ListPoliciesForTarget", "organizations:DescribePolicy"]);
    }
    actions.into_iter().map(|action| Call::new(action, "*")).collect()
}

/// The ARN of the role that a member is entered by; `role` has its path, without the leading slash.
pub fn way_in_arn(partition: Partition, account: AccountId, role: &str) -> String {
    format!("arn:{}:iam::{account}:role/{role}", partition.as_str())
}

/// The way into a member.
pub fn enter(partition: Partition, account: AccountId, role: &str) -> Call {
    Call::new("sts:AssumeRole", &way_in_arn(partition, account, role))
}

/// The calls of a kind of work in an account: by the way in in a member, by the operator in the management account.
pub fn inside(role: &ExpectedRole, work: Work) -> Vec<Call> {
    let arn = role.arn();
    let on_role = |action| Call::new(action, &arn);
    match work {
        Work::Read => vec![
            on_role("iam:GetRole"),
            on_role("iam:ListRolePolicies"),
            on_role("iam:GetRolePolicy"),
            on_role("iam:ListAttachedRolePolicies"),
            Call::new("iam:ListRoles", "*"),
            Call::new("iam:GetAccountSummary", "*"),
        ],
        Work::Create => creation(role, &arn),
        Work::Overwrite => {
            let mut calls = creation(role, &arn);
            calls.extend(
                [
                    "iam:UpdateAssumeRolePolicy",
                    "iam:UpdateRole",
                    "iam:DeleteRolePolicy",
                    "iam:DetachRolePolicy",
                    "iam:UntagRole",
                    // A role below another path is deleted and made anew, unless an instance profile has it.
                    "iam:ListInstanceProfilesForRole",
                    "iam:DeleteRole",
                ]
                .map(on_role),
            );
            calls.push(match &role.permissions_boundary {
                Some(boundary) => on_role("iam:PutRolePermissionsBoundary").with("iam:PermissionsBoundary", boundary),
                None => on_role("iam:DeleteRolePermissionsBoundary"),
            });
            calls
        }
        Work::Remove => ["iam:DeleteRolePolicy", "iam:DetachRolePolicy", "iam:DeleteRole"].map(on_role).to_vec(),
    }
}

fn creation(role: &ExpectedRole, arn: &str) -> Vec<Call> {
    let create = Call::new("iam:CreateRole", arn);
    let mut calls = vec![match &role.permissions_boundary {
        Some(boundary) => create.with("iam:PermissionsBoundary", boundary),
        None => create,
    }];
    // "To attach tags when you create a role … you must also have permission for `iam:TagRole`" in substance (IAM user guide,
    // `id_tags_roles`, read 2026-11).
    if !role.tags.is_empty() {
        calls.push(Call::new("iam:TagRole", arn));
    }
    calls.push(Call::new("iam:PutRolePolicy", arn));
    let attach = |policy: &String| Call::new("iam:AttachRolePolicy", arn).with("iam:PolicyARN", policy);
    calls.extend(role.managed_policy_arns.iter().map(attach));
    calls
}
