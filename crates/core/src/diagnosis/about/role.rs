//! The texts of the causes about whether there is a role, under which name, and how it comes about.

use crate::diagnosis::cause::{About, Cause, Whose};

pub(in crate::diagnosis) const fn about(cause: Cause) -> &'static About {
    match cause {
        Cause::BenignRace => &BENIGN_RACE,
        Cause::RoleNotPropagated => &ROLE_NOT_PROPAGATED,
        Cause::DeploymentUnderWay => &DEPLOYMENT_UNDER_WAY,
        Cause::RoleMissing => &ROLE_MISSING,
        Cause::RoleDeleted => &ROLE_DELETED,
        Cause::DeploymentStepFailed => &DEPLOYMENT_STEP_FAILED,
        Cause::RoleHalfMade => &ROLE_HALF_MADE,
        Cause::RoleExistsAlready => &ROLE_EXISTS_ALREADY,
        Cause::RoleNameCase => &ROLE_NAME_CASE,
        Cause::RoleUnderPath => &ROLE_UNDER_PATH,
        Cause::RoleQuotaReached => &ROLE_QUOTA_REACHED,
        Cause::AccountNotReady => &ACCOUNT_NOT_READY,
        Cause::OrganizationAccessRoleMissing => &ORGANIZATION_ACCESS_ROLE_MISSING,
        _ => &super::OTHER_FAMILY,
    }
}

static BENIGN_RACE: About = About {
    title: "the role came after the first check: a harmless race",
    means: "The vendor's check came before the customer's automation was done. The next check \
        activates the account. One e-mail can be such a race; more than one for the same \
        account cannot.",
    remedy: "Nothing has to be done.",
    whose: Whose::Nobody,
    references: &["inferred: hourly discovery against the customer's automation"],
};

static ROLE_NOT_PROPAGATED: About = About {
    title: "the role is so new that STS does not see it yet",
    means: "Changes of IAM take seconds to arrive everywhere. A check in that time is denied and \
        says nothing.",
    remedy: "Check again after a minute. Nothing has to be done.",
    whose: Whose::Nobody,
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency",
    ],
};

static DEPLOYMENT_UNDER_WAY: About = About {
    title: "the customer's automation is still at work",
    means: "A step of the automation is open for this account; the role is to be expected when \
        it is done.",
    remedy: "Wait for the automation; check again then.",
    whose: Whose::Nobody,
    references: &["inferred: an open step is no failure"],
};

static ROLE_MISSING: About = About {
    title: "the role was never created",
    means: "There is no role by this name, and nothing shows that anything tried to make one.",
    remedy: "Create the role with the role code of this organization, and put the account under \
        the automation that makes it in new accounts.",
    whose: Whose::Customer,
    references: &["https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-user.html"],
};

static ROLE_DELETED: About = About {
    title: "the role was there and is gone",
    means: "The account was validated before, the role does not exist any more, and no move of \
        the account explains it.",
    remedy: "Create the role again; find out who deleted it (`DeleteRole` in CloudTrail).",
    whose: Whose::Customer,
    references: &["https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_manage_delete.html"],
};

static DEPLOYMENT_STEP_FAILED: About = About {
    title: "a step of the customer's automation failed",
    means: "The role is missing or incomplete because the step that is named failed, for a \
        reason that is in its message.",
    remedy: "Mend what the message says and run the step again.",
    whose: Whose::Customer,
    references: &["inferred: the error of the step is the cause that is known"],
};

static ROLE_HALF_MADE: About = About {
    title: "the role exists without its policies",
    means: "Its creation broke off between CreateRole and the policies, by a time-out for one. \
        AssumeRole works and actions are denied.",
    remedy: "Run the automation again until the role has all its policies.",
    whose: Whose::Customer,
    references: &["https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_manage_modify.html"],
};

static ROLE_EXISTS_ALREADY: About = About {
    title: "a role by this name exists already",
    means: "Something else made the role before: a hand, an older stack. CloudFormation cannot \
        take it over and fails with EntityAlreadyExists.",
    remedy: "Delete or rename the older role, or import it into a stack; then deploy again. Where \
        it has an older external ID that counts, keep that one.",
    whose: Whose::Customer,
    references: &[
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resource-import.html",
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-troubleshooting.html",
    ],
};

static ROLE_NAME_CASE: About = About {
    title: "the role's name differs in case",
    means: "Role names are unique ignoring case and matched with case: the vendor's call is \
        denied, and creating the right one collides with the other.",
    remedy: "Delete the role whose name is written differently and create it with the exact name.",
    whose: Whose::Customer,
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html",
        "https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html",
    ],
};

static ROLE_UNDER_PATH: About = About {
    title: "the role stands under another path",
    means: "The path is a part of the ARN. The vendor asks for the role under the path of the \
        profile and finds none there.",
    remedy: "Create the role again under the path of the profile; a path cannot be changed.",
    whose: Whose::Customer,
    references: &["https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html"],
};

static ROLE_QUOTA_REACHED: About = About {
    title: "the account has as many roles as it may have",
    means: "CreateRole failed with LimitExceeded: the quota of roles of an account is 1,000 by \
        default.",
    remedy: "Delete roles that are not used, or have the quota raised; then deploy again.",
    whose: Whose::Customer,
    references: &["https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"],
};

static ACCOUNT_NOT_READY: About = About {
    title: "the account is so new that its services do not answer yet",
    means: "Calls fail with OptInRequired or InvalidClientTokenId for some minutes after an \
        account was created.",
    remedy: "Have the automation repeat the step for ten minutes and more. Nothing else has to be \
        done.",
    whose: Whose::Nobody,
    references: &[
        "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_create.html",
        "inferred: others wait up to ten minutes",
    ],
};

static ORGANIZATION_ACCESS_ROLE_MISSING: About = About {
    title: "the account was invited and has no `OrganizationAccountAccessRole`",
    means: "Organizations makes this role in accounts that it creates, not in those that are \
        invited. A script that enters accounts through it is denied; stack sets with \
        service-managed permissions are not.",
    remedy: "Create `OrganizationAccountAccessRole` in the account, or deploy with a service- \
        managed stack set.",
    whose: Whose::Customer,
    references: &["https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_access.html"],
};
