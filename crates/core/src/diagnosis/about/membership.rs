//! The texts of the causes about the account in its organization.

use crate::diagnosis::cause::{About, Cause, Whose};

pub(in crate::diagnosis) const fn about(cause: Cause) -> &'static About {
    match cause {
        Cause::AccountLeftOrganization => &ACCOUNT_LEFT_ORGANIZATION,
        Cause::AccountNotActive => &ACCOUNT_NOT_ACTIVE,
        Cause::AccountPendingActivation => &ACCOUNT_PENDING_ACTIVATION,
        Cause::StatusRetired => &STATUS_RETIRED,
        Cause::ListingIncomplete => &LISTING_INCOMPLETE,
        Cause::NotAManagementAccount => &NOT_A_MANAGEMENT_ACCOUNT,
        Cause::LaggingMode => &LAGGING_MODE,
        Cause::AccountClaimedTwice => &ACCOUNT_CLAIMED_TWICE,
        _ => &super::OTHER_FAMILY,
    }
}

static ACCOUNT_LEFT_ORGANIZATION: About = About {
    title: "the account left the organization",
    means: "A complete listing does not have it. Its role may still open; it is not served \
        because it is no member.",
    remedy: "Nothing has to be done, unless the account was meant to stay; the role may be \
        deleted.",
    whose: Whose::Nobody,
    references: &["https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_remove.html"],
};

static ACCOUNT_NOT_ACTIVE: About = About {
    title: "the account is suspended, closed or being closed",
    means: "Roles of such an account cannot be assumed. It gets no e-mail and is checked again \
        when it is ACTIVE.",
    remedy: "Nothing has to be done. A closed account can be reopened for 90 days.",
    whose: Whose::Nobody,
    references: &[
        "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_account_state.html",
        "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_close.html",
    ],
};

static ACCOUNT_PENDING_ACTIVATION: About = About {
    title: "the account waits for its activation",
    means: "PENDING_ACTIVATION: it was created and cannot be used yet.",
    remedy: "Wait. It is checked when it is ACTIVE; it gets no e-mail.",
    whose: Whose::Nobody,
    references: &["https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_account_state.html"],
};

static STATUS_RETIRED: About = About {
    title: "`Status` is not listed any more; `State` is",
    means: "AWS retires the field `Status` of accounts on 2026-09-09. A reader that knows no \
        `State` takes the account for one without a state.",
    remedy: "Read `State`, and `Status` only where `State` is absent.",
    whose: Whose::Reader,
    references: &["https://docs.aws.amazon.com/organizations/latest/APIReference/API_Account.html"],
};

static LISTING_INCOMPLETE: About = About {
    title: "the listing of accounts was not complete",
    means: "It was throttled or broke off, or a page was empty and had a next token. Accounts \
        that are missing in it have not departed.",
    remedy: "Nothing has to be done: the next listing is waited for.",
    whose: Whose::Nobody,
    references: &[
        "https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccounts.html",
        "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html",
    ],
};

static NOT_A_MANAGEMENT_ACCOUNT: About = About {
    title: "the account given as the management account is none",
    means: "The role opens, and ListAccounts is refused: the account is a member, or in no \
        organization.",
    remedy: "Connect the organization with its management account (`DescribeOrganization`, \
        `MasterAccountId`).",
    whose: Whose::Customer,
    references: &["https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccounts.html"],
};

static LAGGING_MODE: About = About {
    title: "the organization is served in lagging mode",
    means: "Resellers are served from billing data. Roles in member accounts are not needed and \
        not asked for.",
    remedy: "Nothing has to be done.",
    whose: Whose::Nobody,
    references: &["inferred: the vendor's mode for resellers"],
};

static ACCOUNT_CLAIMED_TWICE: About = About {
    title: "two customers claim the account",
    means: "Organizations of two tenants list the account: one listing is older, or the account \
        is changing hands. It is blocked under both.",
    remedy: "Settle to whom the account belongs; the other side disconnects it or waits for its \
        next complete listing.",
    whose: Whose::Vendor,
    references: &["https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_remove.html"],
};
