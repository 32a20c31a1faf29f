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
        actions.extend([
            "organizations:ListPolicies",
            "organizations:ListTargetsForPolicy",
            "organizations:DescribePolicy",
        ]);
    }
    actions.into_iter().map(|action| Call::new(action, "*")).collect()
}

/// A stack and a stack set that bring the role into the accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StackSet<'a> {
    /// Name of both.
    pub name: &'a str,
    /// The Region that they stand in.
    pub region: &'a str,
    /// Whether there is a set; the role of a management account alone has none.
    pub members: bool,
}

/// Calls of stack sets beside those that read the organization, with the operator's credentials. A set that a delegated
/// administrator makes stands in the management account as well (CloudFormation user guide, `stacksets-orgs-delegated-admin`),
/// so that its ARN has that account (inferred); it makes no stack there. The ID at the end of an ARN is AWS's own choice. The
/// service authorization reference lists no resource for `CreateStackSet`; targets and types need none of their own (optional
/// resources; read 2026-11).
pub fn stack_set(partition: Partition, management: AccountId, delegated: bool, set: &StackSet<'_>) -> Vec<Call> {
    let StackSet { name, region, members } = set;
    let arn = |kind: &str, separator: char| {
        format!("arn:{}:cloudformation:{region}:{management}:{kind}/{name}{separator}{ANY_ID}", partition.as_str())
    };
    let mut calls = Vec::new();
    if !delegated {
        let on_stack = arn("stack", '/');
        calls.extend(ON_STACK.map(|action| Call::new(action, &on_stack)));
    }
    if *members {
        if delegated {
            // CloudFormation asks with the caller's permissions whether it is one; without, the answer is that it is none (known
            // to others: hashicorp/terraform-provider-aws, pull request 37069; in no page of AWS).
            calls.push(Call::new("organizations:ListDelegatedAdministrators", "*"));
        }
        // Where no units are named, the root is what the set is deployed to.
        calls.push(Call::new("organizations:ListRoots", "*"));
        calls.push(Call::new("cloudformation:CreateStackSet", "*"));
        let on_set = arn("stackset", ':');
        calls.extend(ON_STACK_SET.map(|action| Call::new(action, &on_set)));
    }
    calls
}

/// What AWS puts behind the name in the ARN of a stack and of a stack set.
const ANY_ID: char = '*';

const ON_STACK: [&str; 4] = [
    "cloudformation:DescribeStacks",
    "cloudformation:CreateStack",
    "cloudformation:UpdateStack",
    "cloudformation:DeleteStack",
];

const ON_STACK_SET: [&str; 11] = [
    "cloudformation:DescribeStackSet",
    "cloudformation:UpdateStackSet",
    "cloudformation:DeleteStackSet",
    "cloudformation:CreateStackInstances",
    "cloudformation:UpdateStackInstances",
    "cloudformation:DeleteStackInstances",
    "cloudformation:ListStackInstances",
    "cloudformation:ListStackSetOperations",
    "cloudformation:ListStackSetOperationResults",
    "cloudformation:DescribeStackSetOperation",
    "cloudformation:StopStackSetOperation",
];

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
