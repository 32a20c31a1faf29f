//! The texts of the causes about the policies of the role and those that limit it.

use crate::diagnosis::cause::{About, Cause, Whose};

pub(in crate::diagnosis) const fn about(cause: Cause) -> &'static About {
    match cause {
        Cause::PolicyOutdated => &POLICY_OUTDATED,
        Cause::PolicyOfOtherKind => &POLICY_OF_OTHER_KIND,
        Cause::PolicyDiffers => &POLICY_DIFFERS,
        Cause::ScpDeniesActions => &SCP_DENIES_ACTIONS,
        Cause::ScpDeniesRoleCreation => &SCP_DENIES_ROLE_CREATION,
        Cause::RcpDeniesAssumeRole => &RCP_DENIES_ASSUME_ROLE,
        Cause::PermissionsBoundary => &PERMISSIONS_BOUNDARY,
        Cause::PolicyTooLong => &POLICY_TOO_LONG,
        Cause::TrustTooLong => &TRUST_TOO_LONG,
        _ => &super::OTHER_FAMILY,
    }
}

static POLICY_OUTDATED: About = About {
    title: "the role has an older version of the policy",
    means: "AssumeRole works, and the actions that came with a later version are denied.",
    remedy: "Update the policy of the role with the present role code.",
    whose: Whose::Customer,
    references: &["https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_manage-edit.html"],
};

static POLICY_OF_OTHER_KIND: About = About {
    title: "the role has the policy of the other kind of account",
    means: "A member account has the management account's policy, or the reverse: it grants too \
        much or too little.",
    remedy: "Update the role with the code that is meant for this account, or with one that \
        decides by the account ID.",
    whose: Whose::Customer,
    references: &["https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege"],
};

static POLICY_DIFFERS: About = About {
    title: "the role's policy is not the one that was agreed",
    means: "The policy grants less, or more, than that of the role code.",
    remedy: "Update the policy of the role with the present role code.",
    whose: Whose::Customer,
    references: &["https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_manage-edit.html"],
};

static SCP_DENIES_ACTIONS: About = About {
    title: "a service control policy denies what the vendor does",
    means: "AssumeRole works, for service control policies do not bind the vendor's own \
        principals; the session of the role is a principal of the account and bound by them.",
    remedy: "Exempt the role from the policy by `aws:PrincipalArn`.",
    whose: Whose::Customer,
    references: &[
        "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html",
    ],
};

static SCP_DENIES_ROLE_CREATION: About = About {
    title: "a service control policy denies the creation of the role",
    means: "The automation's own role is bound by the policy: `iam:CreateRole` is denied to \
        `stacksets-exec-*`, or to the pipeline.",
    remedy: "Exempt the automation's role from the policy by `aws:PrincipalArn`; then deploy \
        again.",
    whose: Whose::Customer,
    references: &[
        "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html",
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-troubleshooting.html",
    ],
};

static RCP_DENIES_ASSUME_ROLE: About = About {
    title: "a resource control policy denies `sts:AssumeRole` to outsiders",
    means: "Resource control policies bind principals from outside, on members and never on the \
        management account: every member is denied, and the management account passes.",
    remedy: "Exempt the vendor's account from the policy by `aws:PrincipalAccount`.",
    whose: Whose::Customer,
    references: &["https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html"],
};

static PERMISSIONS_BOUNDARY: About = About {
    title: "a permissions boundary limits the role",
    means: "The role's policies allow the actions, and the boundary does not.",
    remedy: "Widen the boundary by the actions of the role code, or set none on this role.",
    whose: Whose::Customer,
    references: &["https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html"],
};

static POLICY_TOO_LONG: About = About {
    title: "the role's policies are longer than AWS allows",
    means: "Inline policies of a role have 10,240 characters together, a managed policy 6,144, \
        white space not counted. Adding the version failed with LimitExceeded.",
    remedy: "Use the shorter form of the policy, or split it; remove other inline policies of the \
        role.",
    whose: Whose::Customer,
    references: &["https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"],
};

static TRUST_TOO_LONG: About = About {
    title: "the trust policy is longer than AWS allows",
    means: "A trust policy has 2,048 characters; a quota increase lets it have 4,096.",
    remedy: "Shorten the trust (one statement, one account as the principal), or have the quota \
        raised.",
    whose: Whose::Customer,
    references: &["https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"],
};
