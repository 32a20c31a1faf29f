//! The texts of the causes about stack sets and their operations.

use crate::diagnosis::cause::{About, Cause, Whose};

pub(in crate::diagnosis) const fn about(cause: Cause) -> &'static About {
    match cause {
        Cause::ManagementOutsideStackSet => &MANAGEMENT_OUTSIDE_STACK_SET,
        Cause::TargetGap => &TARGET_GAP,
        Cause::RoleRemovedByMove => &ROLE_REMOVED_BY_MOVE,
        Cause::StackRetainedAfterMove => &STACK_RETAINED_AFTER_MOVE,
        Cause::TwoRegions => &TWO_REGIONS,
        Cause::CancelledAfterFailure => &CANCELLED_AFTER_FAILURE,
        Cause::OperationHidesFailures => &OPERATION_HIDES_FAILURES,
        Cause::OperationInProgress => &OPERATION_IN_PROGRESS,
        Cause::CallAsMissing => &CALL_AS_MISSING,
        Cause::ConsolidatedBillingOnly => &CONSOLIDATED_BILLING_ONLY,
        Cause::StackUpdatedDirectly => &STACK_UPDATED_DIRECTLY,
        Cause::NoEchoImport => &NO_ECHO_IMPORT,
        _ => &super::OTHER_FAMILY,
    }
}

static MANAGEMENT_OUTSIDE_STACK_SET: About = About {
    title: "a service-managed stack set never reaches the management account",
    means: "Service-managed stack sets do not deploy to the management account, not even inside \
        a targeted unit. Members are fine, the management account is denied, and the whole \
        family is paused.",
    remedy: "Deploy a stack of its own with the same role in the management account.",
    whose: Whose::Customer,
    references: &[
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-associate-stackset-with-org.html",
    ],
};

static TARGET_GAP: About = About {
    title: "the account is in no unit that the stack set targets",
    means: "There is no stack instance for the account at all, because its unit is not targeted. \
        It is no failure of a stack.",
    remedy: "Target the account's unit, or the root; or move the account into a targeted unit.",
    whose: Whose::Customer,
    references: &[
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-manage-auto-deployment.html",
    ],
};

static ROLE_REMOVED_BY_MOVE: About = About {
    title: "the account moved out of the targets and its role was deleted",
    means: "Automatic deployment deletes the stack, and the role with it, when an account leaves \
        the targeted units and stacks are not retained.",
    remedy: "Target the new unit as well, or move the account back; set \
        `RetainStacksOnAccountRemoval` for later moves.",
    whose: Whose::Customer,
    references: &[
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-manage-auto-deployment.html",
    ],
};

static STACK_RETAINED_AFTER_MOVE: About = About {
    title: "the account moved out of the targets and keeps a stack that gets no updates",
    means: "The role still works. The stack belongs to no stack set any more and misses later \
        versions of the policy.",
    remedy: "Target the new unit as well and import the stack, or update it by itself.",
    whose: Whose::Customer,
    references: &[
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-manage-auto-deployment.html",
    ],
};

static TWO_REGIONS: About = About {
    title: "the stack set has two Regions",
    means: "IAM is global: the stack of the second Region fails because the role exists. The \
        first Region's role works.",
    remedy: "Deploy a role in one Region only: delete the instances of the other Regions.",
    whose: Whose::Customer,
    references: &["https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-bestpractices.html"],
};

static CANCELLED_AFTER_FAILURE: About = About {
    title: "the operation stopped at another account's failure",
    means: "With a tolerance of 0 the first failure cancels the rest. The cause is the one \
        failure, not this account.",
    remedy: "Mend the account that failed, then run the operation again; raise the failure \
        tolerance.",
    whose: Whose::Customer,
    references: &[
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stackinstances-create.html",
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/what-is-cfnstacksets.html",
    ],
};

static OPERATION_HIDES_FAILURES: About = About {
    title: "the operation is SUCCEEDED although this account failed",
    means: "Failures within the tolerance do not fail an operation; `FailedStackInstancesCount` \
        tells them.",
    remedy: "Look at the results of the operation by account, mend this one, and deploy to it \
        again.",
    whose: Whose::Customer,
    references: &[
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackSetOperationStatusDetails.html",
    ],
};

static OPERATION_IN_PROGRESS: About = About {
    title: "another operation of the stack set is under way",
    means: "A stack set does one operation at a time unless managed execution is on: the second \
        one is refused with OperationInProgressException.",
    remedy: "Start the deployment again when the operation is done; or turn managed execution on.",
    whose: Whose::Customer,
    references: &["https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStackInstances.html"],
};

static CALL_AS_MISSING: About = About {
    title: "a delegated administrator did not pass `CallAs=DELEGATED_ADMIN`",
    means: "Without it CloudFormation takes the caller for a management account and refuses the \
        call.",
    remedy: "Pass `CallAs=DELEGATED_ADMIN` (`--call-as DELEGATED_ADMIN`, `call_as` in Terraform).",
    whose: Whose::Customer,
    references: &["https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-delegated-admin.html"],
};

static CONSOLIDATED_BILLING_ONLY: About = About {
    title: "the organization has consolidated billing only",
    means: "Service-managed stack sets need all features and trusted access; without them the \
        role must be made in each account by itself.",
    remedy: "Enable all features, or deploy with a script or Terraform for each account, or a \
        self-managed stack set.",
    whose: Whose::Customer,
    references: &[
        "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_org_support-all-features.html",
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-enable-trusted-access.html",
    ],
};

static STACK_UPDATED_DIRECTLY: About = About {
    title: "the account's stack was updated directly",
    means: "The stack matches its own template, so that drift detection says IN_SYNC; its \
        template is not the stack set's.",
    remedy: "Update the stack instance from the stack set; forbid updates of its stacks by \
        others.",
    whose: Whose::Customer,
    references: &["https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-drift.html"],
};

static NO_ECHO_IMPORT: About = About {
    title: "the import was refused because of a `NoEcho` parameter",
    means: "Stacks whose template has a `NoEcho` parameter cannot be imported into a stack set. \
        An external ID is no secret.",
    remedy: "Remove `NoEcho` from the parameter, update the stack, and import again.",
    whose: Whose::Customer,
    references: &["https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-import.html"],
};
