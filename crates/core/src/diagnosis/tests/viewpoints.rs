//! What the vendor cannot tell apart is reported together, all of it.

use super::scene::*;
use crate::diagnosis::{Cause, Evidence, Weight, diagnose};
use std::collections::BTreeSet;

fn set(evidence: &Evidence) -> BTreeSet<Cause> {
    diagnose(evidence).causes.iter().map(|ranked| ranked.cause).collect()
}

#[test]
fn a_denial_alone_names_everything_that_denies() {
    let never = set(&never(vendor()));
    for cause in [
        Cause::RoleMissing,
        Cause::TargetGap,
        Cause::RoleExistsAlready,
        Cause::RoleNameCase,
        Cause::RoleUnderPath,
        Cause::OtherOrganizationId,
        Cause::ExternalIdTextDiffers,
        Cause::OtherVendorAccount,
        Cause::RcpDeniesAssumeRole,
        Cause::ScpDeniesRoleCreation,
    ] {
        assert!(never.contains(&cause), "{cause:?}");
    }
    // Two failed checks are no race, what worked never was not lost, and an own ID there is none.
    for cause in [
        Cause::BenignRace,
        Cause::RoleNotPropagated,
        Cause::RoleDeleted,
        Cause::RoleRemovedByMove,
        Cause::PrincipalRecreated,
        Cause::TrustEditedByHand,
        Cause::LegacyIdOverwritten,
        Cause::ManagementOutsideStackSet,
        Cause::OrganizationAccessRoleMissing,
        Cause::NoExternalIdCondition,
        Cause::ScpDeniesActions,
    ] {
        assert!(!never.contains(&cause), "{cause:?}");
    }
    let lost = set(&lost(vendor()));
    for cause in [Cause::RoleDeleted, Cause::RoleRemovedByMove, Cause::TrustEditedByHand, Cause::OtherOrganizationId] {
        assert!(lost.contains(&cause), "{cause:?}");
    }
    for cause in [Cause::RoleMissing, Cause::TargetGap, Cause::ScpDeniesRoleCreation, Cause::RoleQuotaReached] {
        assert!(!lost.contains(&cause), "{cause:?}");
    }
}

#[test]
fn nothing_is_certain_of_a_denial_from_outside() {
    let diagnosis = diagnose(&never(vendor()));
    assert!(diagnosis.causes.iter().all(|ranked| ranked.weight != Weight::Certain));
    // The one look that tells of the most.
    assert_eq!(diagnosis.next.map(|next| next.look), Some(crate::diagnosis::Look::Role));
}
