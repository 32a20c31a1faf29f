//! What one can look at, and how: the names that a diagnosis uses for what it was not given.

macro_rules! looks {
    ($($(#[$documentation:meta])* $name:ident = $text:literal, $how:literal;)*) => {
        /// Something to look at.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Look {
            $($(#[$documentation])* $name,)*
        }

        impl Look {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The stable name.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// How to look.
            pub const fn how(self) -> &'static str {
                match self { $(Self::$name => $how,)* }
            }
        }
    };
}

looks! {
    /// The listing of accounts.
    Listing = "listing", "list the organization's accounts with their state (organizations:ListAccounts)";
    /// The access checks.
    Checks = "checks", "have the vendor check access, with all probes (Validate Access)";
    /// One check more.
    NextCheck = "next-check", "wait for the next check";
    /// AWS's answers to the probes in full.
    ProbeErrors = "probe-errors", "take AWS's error code and message of the failed probe from the vendor's log";
    /// Whether the account ever was validated.
    Validated = "validated", "ask the vendor when the account was last validated";
    /// The e-mails.
    Emails = "emails", "collect the e-mails about the account with their dates";
    /// What the session may do.
    Actions = "actions", "try the needed actions in a session of the role and keep AWS's messages";
    /// Which roles there are.
    Role = "role", "look for the role in the account, whatever its case and path (iam:ListRoles, iam:GetRole)";
    /// The trust policy.
    Trust = "trust", "read the role's trust policy (iam:GetRole, AssumeRolePolicyDocument)";
    /// The role's policies.
    Policies = "policies", "read the role's policies (iam:ListRolePolicies, iam:GetRolePolicy, iam:ListAttachedRolePolicies)";
    /// The boundary.
    Boundary = "boundary", "read the role's permissions boundary (iam:GetRole)";
    /// Service control policies.
    ServiceControl = "service-control-policies", "read the service control policies from the root down to the account (organizations:ListPoliciesForTarget)";
    /// Resource control policies.
    ResourceControl = "resource-control-policies", "read the resource control policies from the root down to the account (organizations:ListPoliciesForTarget)";
    /// Instances of the stack sets.
    StackInstances = "stack-instances", "list the stack set's instances in the account with their reasons (cloudformation:ListStackInstances)";
    /// Operations of the stack sets.
    Operations = "operations", "list the stack set's operations and their results (cloudformation:ListStackSetOperationResults)";
    /// Drift.
    Drift = "drift", "detect drift of the stack set (cloudformation:DetectStackSetDrift)";
    /// The account's place and the targets.
    Units = "units", "compare the account's organizational units with the stack set's targets (organizations:ListParents, cloudformation:DescribeStackSet)";
    /// Moves of the account.
    Moves = "moves", "look for MoveAccount of this account in CloudTrail";
    /// The customer's automation.
    Steps = "steps", "read the log of the automation that makes the role";
    /// The agreed policies.
    AgreedPolicy = "agreed-policy", "take the role's policy, and its older versions, from the role code";
    /// Where the account was before.
    EarlierOrganization = "earlier-organization", "ask the vendor whether the account was listed in another connected organization before";
    /// IDs of the customer's other organizations and accounts.
    OtherIds = "other-ids", "compare with the external IDs of the customer's other organizations and accounts";
    /// The own ID.
    OwnId = "own-id", "ask the vendor whether the account has an external ID of its own";
}
