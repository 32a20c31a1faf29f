//! What several rules ask.

use crate::access_check::{IdOf, Verdict};
use crate::diagnosis::case::Case;
use crate::diagnosis::cause::Cause;
use crate::diagnosis::clue::Clue;
use crate::diagnosis::evidence::{FeatureSet, PermissionModel, Seen};
use crate::diagnosis::look::Look;
use crate::diagnosis::outcome::Fact;
use crate::diagnosis::trouble::Class;
use crate::diagnosis::trust_reading::{PLACE, TrustReading};

/// It is a member account.
pub(in crate::diagnosis) fn member(case: &Case<'_>) -> Clue {
    if case.is_management() {
        return Clue::fails("the account is the management account", "subject.kind");
    }
    Clue::Idle
}

/// It is the management account.
pub(in crate::diagnosis) fn management(case: &Case<'_>) -> Clue {
    if case.is_management() {
        return Clue::holds("the account is the management account", "subject.kind");
    }
    Clue::fails("the account is a member account", "subject.kind")
}

/// The account never worked since it joined.
pub(in crate::diagnosis) fn never_validated(case: &Case<'_>) -> Clue {
    match case.validated() {
        Seen::NotLooked => Clue::Open(Look::Validated),
        Seen::Absent => Clue::Idle,
        Seen::Present(_) => Clue::fails("the account was validated before, so that the role was there", "validated"),
    }
}

/// The account worked before.
pub(in crate::diagnosis) fn was_validated(case: &Case<'_>) -> Clue {
    match case.validated() {
        Seen::NotLooked => Clue::Open(Look::Validated),
        Seen::Absent => Clue::fails("the account was never validated since it joined", "validated"),
        Seen::Present(_) => Clue::Idle,
    }
}

/// There is no role by this name.
pub(in crate::diagnosis) fn role_absent(case: &Case<'_>) -> Clue {
    match &case.evidence.readings.role {
        Seen::NotLooked => Clue::Open(Look::Role),
        Seen::Absent => Clue::holds("the account has no role by this name", "readings.role"),
        Seen::Present(role) => {
            Clue::fails(format!("the account has the role `{}{}`", role.path, role.name), "readings.role")
        }
    }
}

/// There is a role by this name.
pub(in crate::diagnosis) fn role_there(case: &Case<'_>) -> Clue {
    match &case.evidence.readings.role {
        Seen::NotLooked => Clue::Open(Look::Role),
        Seen::Absent => Clue::fails("the account has no role by this name", "readings.role"),
        Seen::Present(_) => Clue::Idle,
    }
}

/// The role does not open to the vendor as it stands: there is none, or its trust keeps the vendor out.
pub(in crate::diagnosis) fn role_not_right(case: &Case<'_>) -> Clue {
    if case.role_right() {
        return Clue::fails("the role is there and is what it should be", "readings.role");
    }
    if case.evidence.readings.role.is_looked() { Clue::Idle } else { Clue::Open(Look::Role) }
}

/// The role does not open now, or nobody knows.
pub(in crate::diagnosis) fn closed_now(case: &Case<'_>) -> Clue {
    match case.last_decided() {
        Some((index, check)) if check.verdict == Verdict::Validated && !case.may_be_outdated(check) => {
            Clue::fails("the last check validated the account", format!("checks[{index}]"))
        }
        _ => Clue::Idle,
    }
}

/// The right ID opens the role.
pub(in crate::diagnosis) fn opens(case: &Case<'_>) -> Clue {
    match case.last_decided() {
        Some((index, check)) if check.verdict == Verdict::Denied && !case.may_be_outdated(check) => {
            Clue::fails("the right external ID is denied", format!("checks[{index}]"))
        }
        None | Some(_) => Clue::Idle,
    }
}

/// The account has an own ID that counts.
pub(in crate::diagnosis) fn own_id_counts(case: &Case<'_>) -> Clue {
    match &case.evidence.bindings.own_id {
        Seen::NotLooked => Clue::Open(Look::OwnId),
        Seen::Present(own) if own.counts => Clue::Idle,
        Seen::Absent => Clue::fails("the account has no external ID of its own", "bindings.ownId"),
        Seen::Present(_) => Clue::fails("the account's own external ID does not count any more", "bindings.ownId"),
    }
}

/// The automation failed in a way of one class.
pub(in crate::diagnosis) fn failed_as(case: &Case<'_>, classes: &[Class]) -> Clue {
    let troubles = case.troubles();
    if let Some(trouble) = troubles.iter().find(|trouble| classes.contains(&trouble.class)) {
        return Clue::Holds(trouble.fact.clone());
    }
    no_such_failure(case)
}

/// No failure of the kind that is looked for was kept, where both places of failures were looked at.
fn no_such_failure(case: &Case<'_>) -> Clue {
    if let Some(look) = not_looked_for_failures(case) {
        return Clue::Open(look);
    }
    match case.troubles().first() {
        Some(other) => Clue::Fails(other.fact.clone()),
        None => Clue::fails("nothing of the automation failed for this account", "steps"),
    }
}

/// What is missing to say that something did not fail.
pub(in crate::diagnosis) fn not_looked_for_failures(case: &Case<'_>) -> Option<Look> {
    if !case.evidence.steps.is_looked() {
        return Some(Look::Steps);
    }
    (!case.instances_looked()).then_some(Look::StackInstances)
}

/// Nothing failed that would explain a missing role better.
pub(in crate::diagnosis) fn nothing_failed(case: &Case<'_>) -> Clue {
    if let Some(trouble) = case.troubles().first() {
        return Clue::Fails(trouble.fact.clone());
    }
    not_looked_for_failures(case).map_or(Clue::Idle, Clue::Open)
}

/// The trust shows this cause.
pub(in crate::diagnosis) fn trust_shows(case: &Case<'_>, cause: Cause) -> Clue {
    let shown = match &case.trust {
        TrustReading::Unknown => {
            let look = if case.evidence.readings.role.is_looked() { Look::Trust } else { Look::Role };
            return Clue::Open(look);
        }
        TrustReading::Absent => return Clue::fails("the account has no role by this name", "readings.role"),
        TrustReading::Judged(shown) => shown,
    };
    if let Some((_, fact)) = shown.causes.iter().find(|(known, _)| *known == cause) {
        return Clue::Holds(fact.clone());
    }
    if let Some((_, look)) = shown.open.iter().find(|(known, _)| *known == cause) {
        return Clue::Open(*look);
    }
    match &shown.wrong {
        Some(fact) => Clue::Fails(fact.clone()),
        None => Clue::fails("the trust lets the vendor in with the right external ID alone", PLACE),
    }
}

/// Whether a check was opened by the account's own ID, ever.
pub(in crate::diagnosis) fn own_id_opened_before(case: &Case<'_>) -> Option<Fact> {
    let mut checks = case.checks().iter().enumerate();
    let found = checks.find(|(_, check)| check.outcomes.opened_by() == Some(IdOf::Account));
    found
        .map(|(index, _)| Fact::new("the account's own external ID opened the role before", format!("checks[{index}]")))
}

/// Whether an account's units lie in what a set targets.
pub(in crate::diagnosis) fn targets(units: &[String], set_units: &[String]) -> bool {
    units.iter().any(|unit| set_units.contains(unit))
}

/// The organization has all features, or nobody knows.
pub(in crate::diagnosis) fn billing_only(case: &Case<'_>) -> Option<Fact> {
    let features = case.evidence.listing.features.present();
    (features == Some(&FeatureSet::ConsolidatedBilling))
        .then(|| Fact::new("the organization has consolidated billing only", "listing.features"))
}

/// A service-managed set that was seen.
pub(in crate::diagnosis) fn service_managed(case: &Case<'_>) -> Option<Fact> {
    let mut sets = case.sets();
    let found = sets.find(|(_, set)| set.model.present() == Some(&PermissionModel::ServiceManaged));
    found.map(|(index, set)| {
        Fact::new(format!("stack set `{}` is service-managed", set.name), format!("stackSets[{index}]"))
    })
}
