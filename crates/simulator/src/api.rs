//! The APIs that the fake organization answers, by AWS's names: which service, which action permits them, how fast they
//! may be called. Rates: AWS Organizations quotas page (2026) and the STS quota in the IAM guide.

use crate::rate::Rate;

/// A service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Service {
    /// AWS Organizations.
    Organizations,
    /// IAM.
    Iam,
    /// STS.
    Sts,
    /// CloudFormation.
    CloudFormation,
    /// Any other, called through `World::act`.
    Other,
}

macro_rules! apis {
    ($($name:ident = $service:ident $action:literal),* $(,)?) => {
        /// An API.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Api {
            $(#[doc = concat!("`", $action, "`")] $name,)*
        }

        impl Api {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The service.
            pub const fn service(self) -> Service {
                match self { $(Self::$name => Service::$service,)* }
            }

            /// The action that permits it, as policies write it.
            pub const fn action(self) -> &'static str {
                match self { $(Self::$name => $action,)* }
            }
        }
    };
}

apis! {
    ListAccounts = Organizations "organizations:ListAccounts",
    DescribeAccount = Organizations "organizations:DescribeAccount",
    DescribeOrganization = Organizations "organizations:DescribeOrganization",
    ListParents = Organizations "organizations:ListParents",
    ListRoots = Organizations "organizations:ListRoots",
    ListOrganizationalUnitsForParent = Organizations "organizations:ListOrganizationalUnitsForParent",
    ListAccountsForParent = Organizations "organizations:ListAccountsForParent",
    CreateOrganizationalUnit = Organizations "organizations:CreateOrganizationalUnit",
    CreateAccount = Organizations "organizations:CreateAccount",
    DescribeCreateAccountStatus = Organizations "organizations:DescribeCreateAccountStatus",
    MoveAccount = Organizations "organizations:MoveAccount",
    CloseAccount = Organizations "organizations:CloseAccount",
    RemoveAccountFromOrganization = Organizations "organizations:RemoveAccountFromOrganization",
    AttachPolicy = Organizations "organizations:AttachPolicy",
    DetachPolicy = Organizations "organizations:DetachPolicy",
    DescribePolicy = Organizations "organizations:DescribePolicy",
    ListPoliciesForTarget = Organizations "organizations:ListPoliciesForTarget",
    DescribeOrganizationalUnit = Organizations "organizations:DescribeOrganizationalUnit",
    CreateRole = Iam "iam:CreateRole",
    GetRole = Iam "iam:GetRole",
    ListRoles = Iam "iam:ListRoles",
    UpdateRole = Iam "iam:UpdateRole",
    UpdateAssumeRolePolicy = Iam "iam:UpdateAssumeRolePolicy",
    PutRolePolicy = Iam "iam:PutRolePolicy",
    DeleteRolePolicy = Iam "iam:DeleteRolePolicy",
    AttachRolePolicy = Iam "iam:AttachRolePolicy",
    DetachRolePolicy = Iam "iam:DetachRolePolicy",
    PutRolePermissionsBoundary = Iam "iam:PutRolePermissionsBoundary",
    DeleteRolePermissionsBoundary = Iam "iam:DeleteRolePermissionsBoundary",
    TagRole = Iam "iam:TagRole",
    UntagRole = Iam "iam:UntagRole",
    DeleteRole = Iam "iam:DeleteRole",
    CreatePolicy = Iam "iam:CreatePolicy",
    ListRolePolicies = Iam "iam:ListRolePolicies",
    GetRolePolicy = Iam "iam:GetRolePolicy",
    ListAttachedRolePolicies = Iam "iam:ListAttachedRolePolicies",
    ListRoleTags = Iam "iam:ListRoleTags",
    ListInstanceProfilesForRole = Iam "iam:ListInstanceProfilesForRole",
    GetPolicy = Iam "iam:GetPolicy",
    GetPolicyVersion = Iam "iam:GetPolicyVersion",
    ListPolicyVersions = Iam "iam:ListPolicyVersions",
    DeletePolicy = Iam "iam:DeletePolicy",
    GetAccountSummary = Iam "iam:GetAccountSummary",
    SimulatePrincipalPolicy = Iam "iam:SimulatePrincipalPolicy",
    SimulateCustomPolicy = Iam "iam:SimulateCustomPolicy",
    AssumeRole = Sts "sts:AssumeRole",
    GetCallerIdentity = Sts "sts:GetCallerIdentity",
    CreateStack = CloudFormation "cloudformation:CreateStack",
    UpdateStack = CloudFormation "cloudformation:UpdateStack",
    DeleteStack = CloudFormation "cloudformation:DeleteStack",
    DescribeStacks = CloudFormation "cloudformation:DescribeStacks",
    CreateStackSet = CloudFormation "cloudformation:CreateStackSet",
    UpdateStackSet = CloudFormation "cloudformation:UpdateStackSet",
    DeleteStackSet = CloudFormation "cloudformation:DeleteStackSet",
    DescribeStackSet = CloudFormation "cloudformation:DescribeStackSet",
    CreateStackInstances = CloudFormation "cloudformation:CreateStackInstances",
    UpdateStackInstances = CloudFormation "cloudformation:UpdateStackInstances",
    DeleteStackInstances = CloudFormation "cloudformation:DeleteStackInstances",
    DescribeStackInstance = CloudFormation "cloudformation:DescribeStackInstance",
    ListStackInstances = CloudFormation "cloudformation:ListStackInstances",
    DescribeStackSetOperation = CloudFormation "cloudformation:DescribeStackSetOperation",
    ListStackSetOperationResults = CloudFormation "cloudformation:ListStackSetOperationResults",
    StopStackSetOperation = CloudFormation "cloudformation:StopStackSetOperation",
    DetectStackSetDrift = CloudFormation "cloudformation:DetectStackSetDrift",
    ListStackSets = CloudFormation "cloudformation:ListStackSets",
    ListStackSetOperations = CloudFormation "cloudformation:ListStackSetOperations",
    ImportStacksToStackSet = CloudFormation "cloudformation:ImportStacksToStackSet",
    CreateControlPolicy = Organizations "organizations:CreatePolicy",
    ListControlPolicies = Organizations "organizations:ListPolicies",
    ListTargetsForPolicy = Organizations "organizations:ListTargetsForPolicy",
    Other = Other "",
}

impl Api {
    /// The name without the service.
    pub fn name(self) -> &'static str {
        self.action().split_once(':').map_or("", |(_, name)| name)
    }

    /// The published rate; `None` where AWS publishes none.
    pub const fn rate(self) -> Option<Rate> {
        match self {
            Self::ListAccounts => Some(Rate::new(8_000, 12)),
            Self::DescribeAccount => Some(Rate::new(20_000, 30)),
            Self::ListParents => Some(Rate::new(5_000, 8)),
            Self::ListRoots => Some(Rate::new(1_000, 2)),
            Self::CreateAccount => Some(Rate::new(100, 3)),
            // "600 requests per second, per account, per Region"; the burst is inferred to be one second's worth.
            Self::AssumeRole | Self::GetCallerIdentity => Some(Rate::new(600_000, 600)),
            _ => None,
        }
    }
}
