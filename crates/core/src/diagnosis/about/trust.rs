//! The texts of the causes about whom the trust lets in and with which external ID.

use crate::diagnosis::cause::{About, Cause, Whose};

pub(in crate::diagnosis) const fn about(cause: Cause) -> &'static About {
    match cause {
        Cause::OtherOrganizationId => &OTHER_ORGANIZATION_ID,
        Cause::MovedBetweenOrganizations => &MOVED_BETWEEN_ORGANIZATIONS,
        Cause::LegacyId => &LEGACY_ID,
        Cause::LegacyIdOverwritten => &LEGACY_ID_OVERWRITTEN,
        Cause::LegacyIdAfterMigration => &LEGACY_ID_AFTER_MIGRATION,
        Cause::NoExternalIdCondition => &NO_EXTERNAL_ID_CONDITION,
        Cause::LooseExternalIdOperator => &LOOSE_EXTERNAL_ID_OPERATOR,
        Cause::SecondStatementWithoutId => &SECOND_STATEMENT_WITHOUT_ID,
        Cause::ExternalIdTextDiffers => &EXTERNAL_ID_TEXT_DIFFERS,
        Cause::ExternalIdEmpty => &EXTERNAL_ID_EMPTY,
        Cause::ExternalIdUnknown => &EXTERNAL_ID_UNKNOWN,
        Cause::OtherVendorAccount => &OTHER_VENDOR_ACCOUNT,
        Cause::PrincipalRecreated => &PRINCIPAL_RECREATED,
        Cause::OtherPartition => &OTHER_PARTITION,
        Cause::TrustDeniesVendor => &TRUST_DENIES_VENDOR,
        Cause::TrustEditedByHand => &TRUST_EDITED_BY_HAND,
        _ => &super::OTHER_FAMILY,
    }
}

static OTHER_ORGANIZATION_ID: About = About {
    title: "the trust has the external ID of another organization",
    means: "The role code of one organization was used in another one. Each organization has an \
        external ID of its own, so that the vendor's call with this organization's ID is \
        denied.",
    remedy: "Take the role code of this organization from the vendor's console and update the \
        trust with it.",
    whose: Whose::Customer,
    references: &["https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html"],
};

static MOVED_BETWEEN_ORGANIZATIONS: About = About {
    title: "the account came from another subscribed organization and kept its external ID",
    means: "The account was moved between two organizations that are both connected. Its trust \
        still has the ID of the one that it left; the vendor sends the ID of the one that it \
        is in.",
    remedy: "Bind the account again: update the trust with the role code of the organization that \
        it is in now.",
    whose: Whose::Customer,
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html",
        "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_remove.html",
    ],
};

static LEGACY_ID: About = About {
    title: "the role opens to the account's own, older external ID",
    means: "The account was configured before organizations had an ID. Its own ID is valid on \
        this account; the organization's ID is denied first, which is expected. Nothing is \
        broken.",
    remedy: "Nothing has to be done. Offer a migration to the organization's ID.",
    whose: Whose::Nobody,
    references: &["inferred: the vendor's rules on external IDs from before May 2021"],
};

static LEGACY_ID_OVERWRITTEN: About = About {
    title: "a new trust replaced the older external ID that the vendor still sends",
    means: "The account has an ID of its own that counts, and somebody wrote the organization's \
        code over the role, so that the older ID stopped opening it.",
    remedy: "Put the account's own ID back into the trust, or have the vendor migrate the account \
        to the organization's ID.",
    whose: Whose::Customer,
    references: &["https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html"],
};

static LEGACY_ID_AFTER_MIGRATION: About = About {
    title: "the migration is over and the trust still has the older external ID",
    means: "The account's own ID stopped counting at the end of the migration, and the trust was \
        not changed meanwhile.",
    remedy: "Update the trust with the organization's external ID, or have the vendor open the \
        migration again.",
    whose: Whose::Customer,
    references: &["https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html"],
};

static NO_EXTERNAL_ID_CONDITION: About = About {
    title: "the trust asks for no external ID",
    means: "The role opens to the vendor whatever ID is sent: anybody who can make the vendor \
        act can have it act in this account (the confused deputy problem). The role must not \
        be used.",
    remedy: "Add `StringEquals` on `sts:ExternalId` with the organization's ID to every `Allow` \
        statement of the trust.",
    whose: Whose::Customer,
    references: &["https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html"],
};

static LOOSE_EXTERNAL_ID_OPERATOR: About = About {
    title: "the condition on the external ID lets in other IDs",
    means: "The trust compares `sts:ExternalId` as a pattern, without regard to case, only if \
        there is one, or by negation. Other IDs than the expected one, or none, open the \
        role.",
    remedy: "Write the condition as `StringEquals` on `sts:ExternalId` with the one expected ID.",
    whose: Whose::Customer,
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html",
    ],
};

static SECOND_STATEMENT_WITHOUT_ID: About = About {
    title: "a second `Allow` statement of the trust asks for no external ID",
    means: "Statements are OR-ed: the statement without a condition opens the role, whatever the \
        other one asks for.",
    remedy: "Remove the second statement, or give it the same `StringEquals` on `sts:ExternalId`.",
    whose: Whose::Customer,
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html",
    ],
};

static EXTERNAL_ID_TEXT_DIFFERS: About = About {
    title: "the external ID in the trust differs by what the eye misses",
    means: "White space, a line break, an invisible character, a quotation mark, or another \
        case. STS compares the ID exactly.",
    remedy: "Copy the external ID again, without the characters around it; let a tool write it \
        rather than a form.",
    whose: Whose::Customer,
    references: &["https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html"],
};

static EXTERNAL_ID_EMPTY: About = About {
    title: "the external ID in the trust is empty or too short",
    means: "A variable or parameter was not set. An external ID has at least two characters, so \
        that no call can ever match.",
    remedy: "Set the parameter to the organization's external ID and require a minimum length of \
        two where it is declared.",
    whose: Whose::Customer,
    references: &["https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html"],
};

static EXTERNAL_ID_UNKNOWN: About = About {
    title: "the external ID in the trust is nobody's that is known",
    means: "The trust asks for an ID that is neither this organization's nor this account's, nor \
        one of the others that this viewpoint knows.",
    remedy: "Update the trust with the role code of this organization.",
    whose: Whose::Customer,
    references: &["https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html"],
};

static OTHER_VENDOR_ACCOUNT: About = About {
    title: "the trust names another account than the vendor's",
    means: "The principal of the trust is not in the account that the vendor calls from.",
    remedy: "Put the vendor's account into the `Principal` of the trust.",
    whose: Whose::Customer,
    references: &["https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html"],
};

static PRINCIPAL_RECREATED: About = About {
    title: "the principal of the trust is the unique ID of a role that was deleted",
    means: "A role or user ARN in `Principal` is stored as a unique ID. The vendor's role was \
        deleted and made again: the trust shows `AROA…` and matches nobody.",
    remedy: "Save the trust again with the vendor's account as the principal; narrow it with \
        `aws:PrincipalArn` in a condition if need be.",
    whose: Whose::Customer,
    references: &["https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html"],
};

static OTHER_PARTITION: About = About {
    title: "the role code is of another partition",
    means: "ARNs begin with the partition: `aws`, `aws-us-gov`, `aws-cn`. The trust names a \
        principal of another partition than the account is in.",
    remedy: "Use the role code of this partition.",
    whose: Whose::Customer,
    references: &["https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html"],
};

static TRUST_DENIES_VENDOR: About = About {
    title: "the trust keeps the vendor out in another way",
    means: "A `Deny`, a condition that the vendor's calls do not meet, or no statement that \
        allows `sts:AssumeRole`.",
    remedy: "Replace the trust by the one of the role code.",
    whose: Whose::Customer,
    references: &["https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html"],
};

static TRUST_EDITED_BY_HAND: About = About {
    title: "the trust was changed by hand: the stack instance has drifted",
    means: "The trust is not what the stack made. Drift detection reports the instance as \
        DRIFTED.",
    remedy: "Update the stack instance, or put the trust of the role code back; find out who \
        changed it and why.",
    whose: Whose::Customer,
    references: &["https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-drift.html"],
};
