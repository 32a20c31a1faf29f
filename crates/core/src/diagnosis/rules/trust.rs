//! The trust policy: who changed it, whose ID it has, how far it opens. What the text says is judged in `trust_reading`.

use super::ask::{
    member, not_looked_for_failures, own_id_counts, own_id_opened_before, role_there, trust_shows, was_validated,
};
use super::policy::denied_since_ever;
use crate::access_check::{Outcome, Probe, WrongKind};
use crate::diagnosis::case::Case;
use crate::diagnosis::cause::Cause;
use crate::diagnosis::clue::{Clue, Rule};
use crate::diagnosis::evidence::{DriftStatus, Seen};
use crate::diagnosis::look::Look;
use crate::diagnosis::symptom::Symptom;
use crate::diagnosis::trouble::Class;
use crate::diagnosis::trust_reading::TrustReading;

use Symptom::{Denied, DeploymentFailed, Insecure, OwnIdUsed, RoleAbsent, RoleWrong};

pub(super) const RULES: &[Rule] = &[
    Rule {
        cause: Cause::LegacyId,
        explains: &[OwnIdUsed],
        needs: &[own_id_counts],
        proofs: &[own_id_opens],
        hints: &[],
    },
    Rule {
        cause: Cause::TrustEditedByHand,
        explains: &[Denied, Insecure, RoleWrong],
        needs: &[member, was_validated, role_there, trust_is_wrong],
        proofs: &[drifted],
        hints: &[],
    },
    Rule {
        cause: Cause::LegacyIdOverwritten,
        explains: &[Denied, RoleWrong],
        needs: &[own_id_counts, was_validated, role_there],
        proofs: &[own_id_replaced],
        hints: &[],
    },
    Rule {
        cause: Cause::LegacyIdAfterMigration,
        explains: &[Denied, RoleWrong],
        needs: &[own_id_over],
        proofs: &[|case| trust_shows(case, Cause::LegacyIdAfterMigration)],
        hints: &[],
    },
    Rule {
        cause: Cause::MovedBetweenOrganizations,
        explains: &[Denied, RoleWrong],
        needs: &[came_from_elsewhere],
        proofs: &[|case| trust_shows(case, Cause::MovedBetweenOrganizations)],
        hints: &[],
    },
    Rule {
        cause: Cause::OtherPartition,
        explains: &[Denied, RoleWrong, RoleAbsent, DeploymentFailed],
        needs: &[denied_since_ever],
        proofs: &[|case| refused_or_shown(case, Class::Partition, Cause::OtherPartition)],
        hints: &[],
    },
    denied(&[|case| trust_shows(case, Cause::OtherVendorAccount)], Cause::OtherVendorAccount),
    Rule {
        cause: Cause::PrincipalRecreated,
        explains: &[Denied, RoleWrong],
        needs: &[was_validated],
        proofs: &[|case| trust_shows(case, Cause::PrincipalRecreated)],
        hints: &[],
    },
    denied(&[|case| trust_shows(case, Cause::OtherOrganizationId)], Cause::OtherOrganizationId),
    denied(&[|case| trust_shows(case, Cause::ExternalIdTextDiffers)], Cause::ExternalIdTextDiffers),
    Rule {
        cause: Cause::ExternalIdEmpty,
        explains: &[Denied, RoleWrong, RoleAbsent, DeploymentFailed],
        needs: &[],
        proofs: &[|case| refused_or_shown(case, Class::EmptyId, Cause::ExternalIdEmpty)],
        hints: &[],
    },
    denied(&[|case| trust_shows(case, Cause::ExternalIdUnknown)], Cause::ExternalIdUnknown),
    denied(&[|case| trust_shows(case, Cause::TrustDeniesVendor)], Cause::TrustDeniesVendor),
    Rule {
        cause: Cause::NoExternalIdCondition,
        explains: &[Insecure, RoleWrong],
        needs: &[opens_to_all],
        proofs: &[|case| trust_shows(case, Cause::NoExternalIdCondition)],
        hints: &[],
    },
    Rule {
        cause: Cause::SecondStatementWithoutId,
        explains: &[Insecure, RoleWrong],
        needs: &[opens_to_all],
        proofs: &[|case| trust_shows(case, Cause::SecondStatementWithoutId)],
        hints: &[],
    },
    Rule {
        cause: Cause::LooseExternalIdOperator,
        explains: &[Insecure, RoleWrong],
        needs: &[],
        proofs: &[|case| trust_shows(case, Cause::LooseExternalIdOperator)],
        hints: &[],
    },
];

/// A cause that the trust's text shows and that keeps the vendor out.
const fn denied(proofs: &'static [crate::diagnosis::clue::Ask], cause: Cause) -> Rule {
    Rule { cause, explains: &[Denied, RoleWrong], needs: &[], proofs, hints: &[] }
}

fn own_id_opens(case: &Case<'_>) -> Clue {
    let Some((index, check)) = case.last_decided() else { return Clue::Open(Look::Checks) };
    let place = format!("checks[{index}]");
    match check.outcomes.opened_by() {
        Some(crate::access_check::IdOf::Account) => {
            Clue::holds("the organization's ID is denied, the account's own is accepted", place)
        }
        Some(crate::access_check::IdOf::Organization) => Clue::fails("the organization's ID opens the role", place),
        None => Clue::fails("no ID opens the role", place),
    }
}

fn trust_is_wrong(case: &Case<'_>) -> Clue {
    match &case.trust {
        TrustReading::Unknown => Clue::Open(Look::Trust),
        TrustReading::Absent => Clue::fails("the account has no role by this name", "readings.role"),
        TrustReading::Judged(shown) if shown.wrong.is_none() => {
            Clue::fails("the trust lets the vendor in with the right external ID alone", "readings.role.trust")
        }
        TrustReading::Judged(_) => Clue::Idle,
    }
}

fn drifted(case: &Case<'_>) -> Clue {
    let mut open = None;
    let mut in_sync = None;
    for (set, index, instance) in case.instances() {
        let place = format!("stackSets[{set}].instances[{index}]");
        match instance.drift.present() {
            Some(DriftStatus::Drifted) => return Clue::holds("the stack instance is DRIFTED", place),
            Some(DriftStatus::InSync) => in_sync = Some(place),
            None | Some(DriftStatus::NotChecked | DriftStatus::Unknown) => open = Some(Look::Drift),
        }
    }
    match (open, in_sync) {
        (Some(look), _) => Clue::Open(look),
        (None, Some(place)) => Clue::fails("the stack instance is IN_SYNC", place),
        (None, None) if case.instances_looked() => {
            Clue::fails("no stack set has an instance in the account", "stackSets")
        }
        (None, None) => Clue::Open(Look::StackInstances),
    }
}

fn own_id_replaced(case: &Case<'_>) -> Clue {
    let shown = match &case.trust {
        TrustReading::Unknown => return Clue::Open(Look::Trust),
        TrustReading::Absent => return Clue::fails("the account has no role by this name", "readings.role"),
        TrustReading::Judged(shown) => shown,
    };
    let ids = [
        Cause::OtherOrganizationId,
        Cause::MovedBetweenOrganizations,
        Cause::ExternalIdUnknown,
        Cause::ExternalIdTextDiffers,
    ];
    let told = shown.causes.iter().map(|(cause, _)| cause);
    let mut causes = told.chain(shown.open.iter().map(|(cause, _)| cause));
    let Some(wrong) = shown.wrong.as_ref().filter(|_| causes.any(|cause| ids.contains(cause))) else {
        return Clue::fails("no other external ID keeps the vendor out", "readings.role.trust");
    };
    if own_id_opened_before(case).is_some() {
        return Clue::Holds(wrong.clone());
    }
    if case.evidence.checks.is_looked() {
        return Clue::fails("the account's own external ID opened the role at no check that was kept", "checks");
    }
    Clue::Open(Look::Checks)
}

fn own_id_over(case: &Case<'_>) -> Clue {
    match &case.evidence.bindings.own_id {
        Seen::NotLooked => Clue::Open(Look::OwnId),
        Seen::Absent => Clue::fails("the account has no external ID of its own", "bindings.ownId"),
        Seen::Present(own) if own.counts => Clue::fails("the account's own external ID still counts", "bindings.ownId"),
        Seen::Present(_) => Clue::holds("the migration is over", "bindings.ownId"),
    }
}

fn came_from_elsewhere(case: &Case<'_>) -> Clue {
    match &case.evidence.listing.earlier_organization {
        Seen::NotLooked => Clue::Open(Look::EarlierOrganization),
        Seen::Absent => Clue::fails("no other connected organization listed it before", "listing.earlierOrganization"),
        Seen::Present(earlier) => {
            Clue::holds(format!("organization {} listed it before", earlier.as_str()), "listing.earlierOrganization")
        }
    }
}

/// AWS, or the template, refused it; else the trust has it.
fn refused_or_shown(case: &Case<'_>, class: Class, cause: Cause) -> Clue {
    let failed = case.troubles().iter().find(|trouble| trouble.class == class);
    if let Some(trouble) = failed {
        return Clue::Holds(trouble.fact.clone());
    }
    match trust_shows(case, cause) {
        // Without a role only the automation tells.
        Clue::Fails(fact) if case.evidence.readings.role.is_absent() => {
            not_looked_for_failures(case).map_or(Clue::Fails(fact), Clue::Open)
        }
        told => told,
    }
}

/// A statement without a condition opens to every ID and to none.
fn opens_to_all(case: &Case<'_>) -> Clue {
    let Some((index, check)) = case.last_decided() else { return Clue::Open(Look::Checks) };
    if case.may_be_outdated(check) {
        return Clue::Idle;
    }
    let negatives = [
        Probe::NoId,
        Probe::Wrong(WrongKind::Random),
        Probe::Wrong(WrongKind::Suffix),
        Probe::Wrong(WrongKind::CaseFlipped),
    ];
    let denied = negatives.into_iter().find(|probe| check.outcomes.get(*probe) == Outcome::AccessDenied);
    match denied {
        Some(probe) => Clue::fails(format!("{} is denied", probe.describe()), format!("checks[{index}]")),
        None => Clue::Idle,
    }
}
