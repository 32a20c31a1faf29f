//! The causes that a diagnosis can name: a documented enumeration with stable names. What each means and what to do about
//! it is told in `about`, one file for each family; when one is concluded, in `rules`.

use super::about;

macro_rules! causes {
    ($($(#[$documentation:meta])* $name:ident = $text:literal $family:ident),* $(,)?) => {
        /// Why an account is not served as it should be, or why it only looks so.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Cause {
            $($(#[$documentation])* $name,)*
        }

        impl Cause {
            /// All of them, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The stable name: kebab-case, unique, never reused.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// What kind of cause it is.
            pub const fn family(self) -> Family {
                match self { $(Self::$name => Family::$family,)* }
            }
        }
    };
}

causes! {
    /// The trust names the external ID of another organization.
    OtherOrganizationId = "other-organization-id" Trust,
    /// The account was moved from another subscribed organization and kept that one's ID.
    MovedBetweenOrganizations = "moved-between-organizations" Trust,
    /// The role opens to the account's own, older ID: not broken.
    LegacyId = "legacy-id" Trust,
    /// A new trust replaced the older ID that is still the expected one.
    LegacyIdOverwritten = "legacy-id-overwritten" Trust,
    /// The migration to the organization's ID is over, and the trust still has the older one.
    LegacyIdAfterMigration = "legacy-id-after-migration" Trust,
    /// No statement of the trust asks for an external ID.
    NoExternalIdCondition = "no-external-id-condition" Trust,
    /// The condition on the external ID lets in others: `StringLike`, `…IfExists`, ignoring case, negated.
    LooseExternalIdOperator = "loose-external-id-operator" Trust,
    /// One statement asks for the ID, another does not.
    SecondStatementWithoutId = "second-statement-without-id" Trust,
    /// The ID in the trust differs by what the eye misses: white space, a line break, case.
    ExternalIdTextDiffers = "external-id-text-differs" Trust,
    /// The ID in the trust is empty, or too short for STS.
    ExternalIdEmpty = "external-id-empty" Trust,
    /// The ID in the trust is nobody's that is known.
    ExternalIdUnknown = "external-id-unknown" Trust,
    /// The trust names another account than the vendor's.
    OtherVendorAccount = "other-vendor-account" Trust,
    /// The principal of the trust is the unique ID of an entity that was deleted.
    PrincipalRecreated = "principal-recreated" Trust,
    /// ARNs of another partition.
    OtherPartition = "other-partition" Trust,
    /// The trust keeps the vendor out in another way: a `Deny`, a further condition, no statement at all.
    TrustDeniesVendor = "trust-denies-vendor" Trust,
    /// Somebody changed the trust behind CloudFormation's back: the instance has drifted.
    TrustEditedByHand = "trust-edited-by-hand" Trust,

    /// The role came after the first check: the next one activates.
    BenignRace = "benign-race" Role,
    /// The role is seconds old, and STS does not see it yet.
    RoleNotPropagated = "role-not-propagated" Role,
    /// The customer's automation is still at work.
    DeploymentUnderWay = "deployment-under-way" Role,
    /// The role was never created, and nothing says that anybody tried.
    RoleMissing = "role-missing" Role,
    /// The role was there and is gone.
    RoleDeleted = "role-deleted" Role,
    /// A step of the customer's automation failed, in a way that no other cause names.
    DeploymentStepFailed = "deployment-step-failed" Role,
    /// The role exists without all of its policies: its creation broke off.
    RoleHalfMade = "role-half-made" Role,
    /// There is a role by this name already, and the automation may not take it over.
    RoleExistsAlready = "role-exists-already" Role,
    /// The role's name differs in case.
    RoleNameCase = "role-name-case" Role,
    /// The role stands under another path.
    RoleUnderPath = "role-under-path" Role,
    /// The account has as many roles as it may have.
    RoleQuotaReached = "role-quota-reached" Role,
    /// The account is so new that its services do not answer yet.
    AccountNotReady = "account-not-ready" Role,
    /// An invited account has no `OrganizationAccountAccessRole`, so that a script cannot enter it.
    OrganizationAccessRoleMissing = "organization-access-role-missing" Role,

    /// The role has an older version of the policy.
    PolicyOutdated = "policy-outdated" Policy,
    /// A member has the policy of the management account, or the reverse.
    PolicyOfOtherKind = "policy-of-other-kind" Policy,
    /// The policy grants something else than it should.
    PolicyDiffers = "policy-differs" Policy,
    /// A service control policy denies what the role's sessions do.
    ScpDeniesActions = "scp-denies-actions" Policy,
    /// A service control policy denies the creation of the role.
    ScpDeniesRoleCreation = "scp-denies-role-creation" Policy,
    /// A resource control policy denies `sts:AssumeRole` to outsiders.
    RcpDeniesAssumeRole = "rcp-denies-assume-role" Policy,
    /// A permissions boundary limits the role.
    PermissionsBoundary = "permissions-boundary" Policy,
    /// The policies of the role are longer than AWS allows.
    PolicyTooLong = "policy-too-long" Policy,
    /// The trust policy is longer than AWS allows.
    TrustTooLong = "trust-too-long" Policy,

    /// A service-managed stack set never reaches the management account.
    ManagementOutsideStackSet = "management-outside-stack-set" StackSet,
    /// The account is in no unit that the stack set targets.
    TargetGap = "target-gap" StackSet,
    /// The account moved out of the targets, and its stack was deleted.
    RoleRemovedByMove = "role-removed-by-move" StackSet,
    /// The account moved out of the targets and kept its stack, which gets no later version.
    StackRetainedAfterMove = "stack-retained-after-move" StackSet,
    /// The stack set has two Regions, and a role exists once in an account.
    TwoRegions = "two-regions" StackSet,
    /// The operation stopped at another account's failure before it came to this one.
    CancelledAfterFailure = "cancelled-after-failure" StackSet,
    /// The operation is SUCCEEDED, and this account's instance failed within its tolerance.
    OperationHidesFailures = "operation-hides-failures" StackSet,
    /// Another operation of the stack set is under way.
    OperationInProgress = "operation-in-progress" StackSet,
    /// A delegated administrator did not pass `CallAs=DELEGATED_ADMIN`.
    CallAsMissing = "call-as-missing" StackSet,
    /// The organization has consolidated billing only: there are no service-managed stack sets.
    ConsolidatedBillingOnly = "consolidated-billing-only" StackSet,
    /// The member's stack was updated directly: IN_SYNC and yet different.
    StackUpdatedDirectly = "stack-updated-directly" StackSet,
    /// An import was refused because of a `NoEcho` parameter.
    NoEchoImport = "no-echo-import" StackSet,

    /// The account left the organization.
    AccountLeftOrganization = "account-left-organization" Membership,
    /// The account is SUSPENDED, CLOSED or PENDING_CLOSURE.
    AccountNotActive = "account-not-active" Membership,
    /// The account is PENDING_ACTIVATION.
    AccountPendingActivation = "account-pending-activation" Membership,
    /// `Status` is not listed any more, and somebody reads it instead of `State`.
    StatusRetired = "status-retired" Membership,
    /// The listing was throttled or broke off: who is missing in it has not departed.
    ListingIncomplete = "listing-incomplete" Membership,
    /// The account given as the management account is none.
    NotAManagementAccount = "not-a-management-account" Membership,
    /// The organization is served in lagging mode: member roles are not asked for.
    LaggingMode = "lagging-mode" Membership,
    /// Two tenants claim the account.
    AccountClaimedTwice = "account-claimed-twice" Membership,

    /// The vendor's probes were throttled.
    VendorThrottled = "vendor-throttled" Service,
    /// AWS's service failed, or the network.
    ServiceFault = "service-fault" Service,
    /// The vendor's own credentials failed.
    VendorCredentials = "vendor-credentials" Service,
    /// A token of the global endpoint was used in a Region that the account opted into.
    GlobalEndpointToken = "global-endpoint-token" Service,
    /// STS is not activated in the Region.
    RegionDisabled = "region-disabled" Service,
    /// The session was asked for longer than a chained role, or the role, allows.
    SessionTooLong = "session-too-long" Service,
    /// An e-mail went out for an account whose check had not failed.
    DuplicateNotification = "duplicate-notification" Service,
}

/// What kind of cause it is: also where its rules stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// Whom the trust lets in, with which ID.
    Trust,
    /// Whether there is a role, under which name.
    Role,
    /// Policies of the role, and those that limit it.
    Policy,
    /// Stack sets and their operations.
    StackSet,
    /// The account in its organization.
    Membership,
    /// Listings, STS, the vendor's own service.
    Service,
}

/// Who has to do something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Whose {
    /// The customer.
    Customer,
    /// The vendor.
    Vendor,
    /// Whoever reads the list of accounts: the vendor's service, or the customer's script.
    Reader,
    /// Nobody: nothing is wrong, or it passes by itself.
    Nobody,
}

impl Whose {
    /// In a word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Vendor => "vendor",
            Self::Reader => "reader",
            Self::Nobody => "nobody",
        }
    }
}

/// The text of a cause.
#[derive(Debug, PartialEq, Eq)]
pub struct About {
    /// One line.
    pub title: &'static str,
    /// What it means, for somebody who has to explain it.
    pub means: &'static str,
    /// What to do.
    pub remedy: &'static str,
    /// Who does it.
    pub whose: Whose,
    /// Pages that it rests on, or "inferred: …" / "unverified: …".
    pub references: &'static [&'static str],
}

impl Cause {
    /// The cause with this name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|cause| cause.as_str() == text)
    }

    /// Its text.
    pub const fn about(self) -> &'static About {
        match self.family() {
            Family::Trust => about::trust::about(self),
            Family::Role => about::role::about(self),
            Family::Policy => about::policy::about(self),
            Family::StackSet => about::stack_set::about(self),
            Family::Membership => about::membership::about(self),
            Family::Service => about::service::about(self),
        }
    }

    /// One line.
    pub const fn title(self) -> &'static str {
        self.about().title
    }

    /// What to do.
    pub const fn remedy(self) -> &'static str {
        self.about().remedy
    }

    /// Who has to do something.
    pub const fn whose(self) -> Whose {
        self.about().whose
    }
}
