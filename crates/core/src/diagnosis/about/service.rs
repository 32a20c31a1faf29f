//! The texts of the causes about listings, STS, and the vendor's own service.

use crate::diagnosis::cause::{About, Cause, Whose};

pub(in crate::diagnosis) const fn about(cause: Cause) -> &'static About {
    match cause {
        Cause::VendorThrottled => &VENDOR_THROTTLED,
        Cause::ServiceFault => &SERVICE_FAULT,
        Cause::VendorCredentials => &VENDOR_CREDENTIALS,
        Cause::GlobalEndpointToken => &GLOBAL_ENDPOINT_TOKEN,
        Cause::RegionDisabled => &REGION_DISABLED,
        Cause::SessionTooLong => &SESSION_TOO_LONG,
        Cause::DuplicateNotification => &DUPLICATE_NOTIFICATION,
        _ => &super::OTHER_FAMILY,
    }
}

static VENDOR_THROTTLED: About = About {
    title: "the vendor's calls were throttled",
    means: "AssumeRole is limited for each calling account and Region. A throttled probe is \
        unknown, never denied: the account may be fine.",
    remedy: "Spread the checks over time or Regions; check again. The customer has nothing to do.",
    whose: Whose::Vendor,
    references: &["https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"],
};

static SERVICE_FAULT: About = About {
    title: "AWS's service failed, or the network",
    means: "The probe got a 5xx answer or none. It says nothing about the role.",
    remedy: "Check again. The customer has nothing to do.",
    whose: Whose::Vendor,
    references: &["https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html"],
};

static VENDOR_CREDENTIALS: About = About {
    title: "the vendor's own credentials failed",
    means: "ExpiredToken, InvalidClientTokenId or SignatureDoesNotMatch: the call never came to \
        the role.",
    remedy: "Renew the credentials of the vendor's service. The customer has nothing to do.",
    whose: Whose::Vendor,
    references: &["https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html"],
};

static GLOBAL_ENDPOINT_TOKEN: About = About {
    title: "a token of the global STS endpoint was used in an opt-in Region",
    means: "Such tokens are valid only in Regions that are enabled by default; elsewhere the \
        call fails with InvalidClientTokenId.",
    remedy: "Call the regional STS endpoint. The customer has nothing to do.",
    whose: Whose::Vendor,
    references: &["https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_region-endpoints.html"],
};

static REGION_DISABLED: About = About {
    title: "STS is not activated in the Region",
    means: "RegionDisabledException: the account has not activated STS in the Region that was \
        called.",
    remedy: "Call another regional endpoint, or have the customer activate STS in the Region.",
    whose: Whose::Vendor,
    references: &["https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_enable-regions.html"],
};

static SESSION_TOO_LONG: About = About {
    title: "the session was asked for longer than is allowed",
    means: "A chained role gives one hour at most, any role its `MaxSessionDuration`. This is a \
        ValidationError, not a denial.",
    remedy: "Ask for one hour where the caller is itself a role's session; else set \
        `MaxSessionDuration` as in the profile.",
    whose: Whose::Vendor,
    references: &[
        "https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html#iam-term-role-chaining",
    ],
};

static DUPLICATE_NOTIFICATION: About = About {
    title: "an e-mail went out although no check had failed",
    means: "The e-mail belongs to no failed check of its time: the vendor's store repeated it.",
    remedy: "Mend the vendor's own bookkeeping; tell the customer that nothing is wrong.",
    whose: Whose::Vendor,
    references: &["inferred: a notification follows a failed check"],
};
