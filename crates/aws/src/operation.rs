//! Every call that this crate makes, as data: its service, its name at AWS and its protocol. The tests go through
//! [`Operation::ALL`], so that no call is without its table of faults.

use std::fmt;

/// A service of AWS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Service {
    /// Security Token Service.
    Sts,
    /// Identity and Access Management.
    Iam,
    /// Organizations.
    Organizations,
    /// CloudFormation.
    CloudFormation,
}

/// How a service is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// A form in, XML out.
    Query,
    /// JSON in and out, the action in `X-Amz-Target`.
    Json,
}

impl Service {
    /// The prefix of its actions in a policy.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Sts => "sts",
            Self::Iam => "iam",
            Self::Organizations => "organizations",
            Self::CloudFormation => "cloudformation",
        }
    }

    /// Its protocol (botocore's service models, `metadata.protocol`).
    pub const fn protocol(self) -> Protocol {
        match self {
            Self::Organizations => Protocol::Json,
            Self::Sts | Self::Iam | Self::CloudFormation => Protocol::Query,
        }
    }
}

macro_rules! operations {
    ($($service:ident { $($operation:ident = $name:literal,)+ })+) => {
        /// A call of AWS.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Operation {
            $($(
                #[doc = concat!("`", $name, "`")]
                $operation,
            )+)+
        }

        impl Operation {
            /// All of them.
            pub const ALL: &'static [Self] = &[$($(Self::$operation,)+)+];

            /// Its service.
            pub const fn service(self) -> Service {
                match self {
                    $($(Self::$operation)|+ => Service::$service,)+
                }
            }

            /// Service and action as a policy names them: `iam:CreateRole`.
            pub const fn name(self) -> &'static str {
                match self {
                    $($(Self::$operation => $name,)+)+
                }
            }
        }
    };
}

operations! {
    Sts {
        GetCallerIdentity = "sts:GetCallerIdentity",
        AssumeRole = "sts:AssumeRole",
    }
    Iam {
        CreateRole = "iam:CreateRole",
        GetRole = "iam:GetRole",
        ListRoles = "iam:ListRoles",
        UpdateRole = "iam:UpdateRole",
        UpdateAssumeRolePolicy = "iam:UpdateAssumeRolePolicy",
        DeleteRole = "iam:DeleteRole",
        PutRolePolicy = "iam:PutRolePolicy",
        GetRolePolicy = "iam:GetRolePolicy",
        ListRolePolicies = "iam:ListRolePolicies",
        DeleteRolePolicy = "iam:DeleteRolePolicy",
        AttachRolePolicy = "iam:AttachRolePolicy",
        DetachRolePolicy = "iam:DetachRolePolicy",
        ListAttachedRolePolicies = "iam:ListAttachedRolePolicies",
        GetPolicy = "iam:GetPolicy",
        GetPolicyVersion = "iam:GetPolicyVersion",
        PutRolePermissionsBoundary = "iam:PutRolePermissionsBoundary",
        DeleteRolePermissionsBoundary = "iam:DeleteRolePermissionsBoundary",
        ListInstanceProfilesForRole = "iam:ListInstanceProfilesForRole",
        TagRole = "iam:TagRole",
        UntagRole = "iam:UntagRole",
        SimulateCustomPolicy = "iam:SimulateCustomPolicy",
        SimulatePrincipalPolicy = "iam:SimulatePrincipalPolicy",
        GetAccountSummary = "iam:GetAccountSummary",
    }
    Organizations {
        DescribeOrganization = "organizations:DescribeOrganization",
        ListAccounts = "organizations:ListAccounts",
        DescribeAccount = "organizations:DescribeAccount",
        ListRoots = "organizations:ListRoots",
        ListOrganizationalUnitsForParent = "organizations:ListOrganizationalUnitsForParent",
        ListParents = "organizations:ListParents",
        ListAccountsForParent = "organizations:ListAccountsForParent",
        ListPolicies = "organizations:ListPolicies",
        ListPoliciesForTarget = "organizations:ListPoliciesForTarget",
        ListTargetsForPolicy = "organizations:ListTargetsForPolicy",
        DescribePolicy = "organizations:DescribePolicy",
    }
    CloudFormation {
        CreateStackSet = "cloudformation:CreateStackSet",
        UpdateStackSet = "cloudformation:UpdateStackSet",
        DeleteStackSet = "cloudformation:DeleteStackSet",
        DescribeStackSet = "cloudformation:DescribeStackSet",
        CreateStackInstances = "cloudformation:CreateStackInstances",
        UpdateStackInstances = "cloudformation:UpdateStackInstances",
        DeleteStackInstances = "cloudformation:DeleteStackInstances",
        ListStackInstances = "cloudformation:ListStackInstances",
        DescribeStackSetOperation = "cloudformation:DescribeStackSetOperation",
        ListStackSetOperations = "cloudformation:ListStackSetOperations",
        ListStackSetOperationResults = "cloudformation:ListStackSetOperationResults",
        StopStackSetOperation = "cloudformation:StopStackSetOperation",
        CreateStack = "cloudformation:CreateStack",
        UpdateStack = "cloudformation:UpdateStack",
        DeleteStack = "cloudformation:DeleteStack",
        DescribeStacks = "cloudformation:DescribeStacks",
    }
}

impl Operation {
    /// The action alone: `CreateRole`.
    pub fn action(self) -> &'static str {
        self.name().split_once(':').map_or(self.name(), |(_, action)| action)
    }

    /// The call with this action, of this service's prefix.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|operation| operation.name() == name)
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}
