//! Stack sets: whom they reach, what a move does, how operations end.

use super::ask::{
    billing_only, failed_as, management, member, never_validated, opens, role_absent, role_not_right, role_there,
    service_managed, targets, trust_shows, was_validated,
};
use crate::diagnosis::case::Case;
use crate::diagnosis::cause::Cause;
use crate::diagnosis::clue::{Clue, Rule};
use crate::diagnosis::evidence::{DriftStatus, FeatureSet, InstanceStatus, PermissionModel, ReadRole, Seen, SeenSet};
use crate::diagnosis::look::Look;
use crate::diagnosis::outcome::Fact;
use crate::diagnosis::symptom::Symptom;
use crate::diagnosis::trouble::{Class, hidden_failure};

use Symptom::{ActionDenied, Denied, DeploymentFailed, Insecure, RoleAbsent, RoleWrong};

pub(super) const RULES: &[Rule] = &[
    Rule {
        cause: Cause::ConsolidatedBillingOnly,
        explains: &[Denied, RoleAbsent, DeploymentFailed],
        needs: &[never_validated, role_not_right],
        proofs: &[no_service_managed_sets],
        hints: &[],
    },
    Rule {
        cause: Cause::CallAsMissing,
        explains: &[Denied, RoleAbsent, DeploymentFailed],
        needs: &[never_validated, role_not_right],
        proofs: &[|case| failed_as(case, &[Class::CallAs])],
        hints: &[delegated],
    },
    Rule {
        cause: Cause::OperationInProgress,
        explains: &[Denied, RoleAbsent, DeploymentFailed],
        needs: &[never_validated, role_not_right],
        proofs: &[|case| failed_as(case, &[Class::Busy])],
        hints: &[],
    },
    Rule {
        cause: Cause::ManagementOutsideStackSet,
        explains: &[Denied, RoleAbsent],
        needs: &[management, role_absent],
        proofs: &[only_service_managed],
        hints: &[members_work],
    },
    Rule {
        cause: Cause::RoleRemovedByMove,
        explains: &[Denied, RoleAbsent],
        needs: &[member, was_validated, role_absent],
        proofs: &[moved_out],
        hints: &[],
    },
    Rule {
        cause: Cause::StackRetainedAfterMove,
        explains: &[ActionDenied, RoleWrong],
        needs: &[member, opens, super::policy::identity_denies, super::policy::some_allowed],
        proofs: &[moved_out, role_kept],
        hints: &[],
    },
    Rule {
        cause: Cause::TargetGap,
        explains: &[Denied, RoleAbsent],
        needs: &[member, never_validated, role_absent, not_moved_out],
        proofs: &[in_no_target],
        hints: &[],
    },
    Rule {
        cause: Cause::TwoRegions,
        explains: &[DeploymentFailed],
        needs: &[],
        proofs: &[|case| failed_as(case, &[Class::AlreadyExists]), several_regions],
        hints: &[],
    },
    Rule {
        cause: Cause::CancelledAfterFailure,
        explains: &[Denied, RoleAbsent, DeploymentFailed],
        needs: &[member, never_validated, role_not_right],
        proofs: &[|case| failed_as(case, &[Class::Cancelled])],
        hints: &[another_failed],
    },
    Rule {
        cause: Cause::OperationHidesFailures,
        explains: &[Denied, RoleAbsent, DeploymentFailed],
        needs: &[member, never_validated, role_not_right],
        proofs: &[|case| failed_as(case, &[Class::Other]), succeeded_with_failures],
        hints: &[],
    },
    Rule {
        cause: Cause::NoEchoImport,
        explains: &[DeploymentFailed],
        needs: &[],
        proofs: &[|case| failed_as(case, &[Class::NoEcho])],
        hints: &[],
    },
    Rule {
        cause: Cause::StackUpdatedDirectly,
        explains: &[Denied, Insecure, ActionDenied, RoleWrong],
        needs: &[member, was_validated, role_there, role_not_right, no_limit_denies, not_recreated],
        proofs: &[in_sync_and_different],
        hints: &[],
    },
];

fn no_service_managed_sets(case: &Case<'_>) -> Clue {
    if let Some(fact) = billing_only(case) {
        return Clue::Holds(fact);
    }
    match case.evidence.listing.features.present() {
        Some(FeatureSet::All) => Clue::fails("the organization has all features", "listing.features"),
        _ => failed_as(case, &[Class::OrganizationsAccess]),
    }
}

fn delegated(case: &Case<'_>) -> Clue {
    let mut steps = case.evidence.steps.present().into_iter().flatten().enumerate();
    match steps.find(|(_, step)| step.delegated.present() == Some(&true)) {
        Some((index, _)) => Clue::holds("the caller is a delegated administrator", format!("steps[{index}]")),
        None => Clue::Idle,
    }
}

/// The role comes from service-managed sets alone.
fn only_service_managed(case: &Case<'_>) -> Clue {
    match &case.evidence.stack_sets {
        Seen::NotLooked => return Clue::Open(Look::StackInstances),
        Seen::Absent => return Clue::fails("there is no stack set", "stackSets"),
        Seen::Present(_) => {}
    }
    let Some(fact) = service_managed(case) else {
        return Clue::fails("no stack set is service-managed", "stackSets");
    };
    match case.troubles().first() {
        Some(trouble) => Clue::Fails(trouble.fact.clone()),
        None if !case.evidence.steps.is_looked() => Clue::Open(Look::Steps),
        None => Clue::Holds(fact),
    }
}

fn members_work(case: &Case<'_>) -> Clue {
    match case.evidence.neighbours.members_validated.present() {
        Some(count) if *count > 0 => {
            Clue::holds(format!("{count} members are validated"), "neighbours.membersValidated")
        }
        _ => Clue::Idle,
    }
}

/// The set whose targets a move left: it targets a unit on the way to where the account was, and none to where it is.
fn left_set(case: &Case<'_>) -> Option<Fact> {
    let moved = case.evidence.readings.moved.present()?;
    let mut sets = case.sets().filter_map(|(index, set)| Some((index, set, set.units.present()?)));
    let left = sets.find(|(_, _, units)| targets(&moved.from, units) && !targets(&moved.to, units));
    left.map(|(index, set, _)| {
        let text = format!("the account moved out of the units that stack set `{}` targets", set.name);
        Fact::new(text, format!("stackSets[{index}].units"))
    })
}

fn moved_out(case: &Case<'_>) -> Clue {
    if let Some(fact) = left_set(case) {
        return Clue::Holds(fact);
    }
    let units = match &case.evidence.stack_sets {
        Seen::NotLooked => false,
        Seen::Absent => return Clue::fails("there is no stack set", "stackSets"),
        Seen::Present(sets) => sets.iter().all(|set| set.units.is_looked()),
    };
    match &case.evidence.readings.moved {
        Seen::Absent => Clue::fails("the account never moved", "readings.moved"),
        Seen::NotLooked => Clue::Open(Look::Moves),
        Seen::Present(_) if units => Clue::fails("the move left no stack set's targets", "readings.moved"),
        Seen::Present(_) => Clue::Open(Look::Units),
    }
}

pub(super) fn not_moved_out(case: &Case<'_>) -> Clue {
    match moved_out(case) {
        Clue::Holds(fact) => Clue::Fails(fact),
        Clue::Fails(_) | Clue::Idle => Clue::Idle,
        Clue::Open(look) => Clue::Open(look),
    }
}

fn role_kept(case: &Case<'_>) -> Clue {
    match role_there(case) {
        Clue::Idle => Clue::holds("the role is there", "readings.role"),
        other => other,
    }
}

/// Service-managed sets exist, and none reaches the account's units.
pub(super) fn in_no_target(case: &Case<'_>) -> Clue {
    let sets = match &case.evidence.stack_sets {
        Seen::NotLooked => return Clue::Open(Look::StackInstances),
        Seen::Absent => return Clue::fails("there is no stack set", "stackSets"),
        Seen::Present(sets) => sets,
    };
    let managed: Vec<(usize, &SeenSet)> =
        sets.iter().enumerate().filter(|(_, set)| set.model.present() != Some(&PermissionModel::SelfManaged)).collect();
    let Some((first, _)) = managed.first() else {
        return Clue::fails("no stack set is service-managed", "stackSets");
    };
    if let Some((set, index, _)) = case.instances().next() {
        let text = "the stack set has an instance in the account";
        return Clue::fails(text, format!("stackSets[{set}].instances[{index}]"));
    }
    if !case.instances_looked() {
        return Clue::Open(Look::StackInstances);
    }
    let Some(units) = case.evidence.readings.units.present() else { return Clue::Open(Look::Units) };
    for (index, set) in &managed {
        match &set.units {
            Seen::NotLooked => return Clue::Open(Look::Units),
            Seen::Present(targeted) if targets(units, targeted) => {
                let text = format!("stack set `{}` targets the account's units", set.name);
                return Clue::fails(text, format!("stackSets[{index}].units"));
            }
            Seen::Present(_) | Seen::Absent => {}
        }
    }
    let own = units.last().map_or("none", String::as_str);
    Clue::holds(format!("no stack set targets `{own}` or what is above it"), format!("stackSets[{first}].units"))
}

fn several_regions(case: &Case<'_>) -> Clue {
    let sets: Vec<_> = case.sets().collect();
    let several = sets.iter().find(|(_, set)| set.regions.present().is_some_and(|regions| regions.len() > 1));
    if let Some((index, set)) = several {
        let regions = set.regions.present().map_or_else(String::new, |regions| regions.join(", "));
        let text = format!("stack set `{}` has the Regions {regions}", set.name);
        return Clue::holds(text, format!("stackSets[{index}].regions"));
    }
    if !case.evidence.stack_sets.is_looked() || sets.iter().any(|(_, set)| !set.regions.is_looked()) {
        return Clue::Open(Look::StackInstances);
    }
    Clue::fails("no stack set has more than one Region", "stackSets")
}

/// The role collides with that of the other Region, not with one that was there before.
pub(super) fn one_region(case: &Case<'_>) -> Clue {
    match several_regions(case) {
        Clue::Holds(fact) if case.role_right() => Clue::Fails(fact),
        Clue::Open(look) => Clue::Open(look),
        Clue::Holds(_) | Clue::Fails(_) | Clue::Idle => Clue::Idle,
    }
}

fn another_failed(case: &Case<'_>) -> Clue {
    let account = case.evidence.subject.account.to_string();
    for (index, set) in case.sets() {
        let operations = set.operations.present().into_iter().flatten().enumerate();
        for (number, operation) in operations {
            let results = operation.results.present().into_iter().flatten().enumerate();
            let mut failed = results.filter(|(_, result)| result.status == "FAILED" && result.account != account);
            if let Some((row, result)) = failed.next() {
                let reason = result.reason.present().map_or("", String::as_str);
                let text = format!("account {} failed: {reason}", result.account);
                let place = format!("stackSets[{index}].operations[{number}].results[{row}]");
                return Clue::holds(text.trim_end_matches([':', ' ']), place);
            }
        }
    }
    Clue::Idle
}

fn succeeded_with_failures(case: &Case<'_>) -> Clue {
    if let Some(fact) = case.sets().find_map(|(index, set)| hidden_failure(set, index)) {
        return Clue::Holds(fact);
    }
    let operations = match &case.evidence.stack_sets {
        Seen::NotLooked => false,
        Seen::Absent => true,
        Seen::Present(sets) => sets.iter().all(|set| set.operations.is_looked()),
    };
    if operations {
        return Clue::fails("no operation is SUCCEEDED with failed instances", "stackSets");
    }
    Clue::Open(Look::Operations)
}

/// What a control policy or a boundary denies is no difference of the stack.
fn no_limit_denies(case: &Case<'_>) -> Clue {
    if case.last_decided().is_some_and(|(_, check)| check.verdict != crate::access_check::Verdict::Validated) {
        return Clue::Idle;
    }
    super::policy::identity_denies(case)
}

/// A principal that was re-created differs from the template's text without anybody's doing.
fn not_recreated(case: &Case<'_>) -> Clue {
    match trust_shows(case, Cause::PrincipalRecreated) {
        Clue::Holds(fact) => Clue::Fails(fact),
        _ => Clue::Idle,
    }
}

fn in_sync_and_different(case: &Case<'_>) -> Clue {
    let Some(role) = case.evidence.readings.role.present() else { return Clue::Open(Look::Role) };
    let mut open = None;
    for (set, index, instance) in case.instances() {
        let place = format!("stackSets[{set}].instances[{index}]");
        match instance.drift.present() {
            None | Some(DriftStatus::NotChecked | DriftStatus::Unknown) => open = Some(Look::Drift),
            Some(DriftStatus::Drifted) => return Clue::fails("the instance has drifted from its own stack", place),
            Some(DriftStatus::InSync) => {
                let template = case.sets().nth(set).and_then(|(_, seen)| seen.template.present());
                let Some(template) = template else {
                    open = Some(Look::StackInstances);
                    continue;
                };
                return match differs(template, role) {
                    None => Clue::Open(Look::Role),
                    Some(true) if instance.status == InstanceStatus::Current => {
                        Clue::holds("the instance is IN_SYNC and the role is not what the set's template makes", place)
                    }
                    Some(_) => Clue::fails("the instance is IN_SYNC, and the role is as its template makes it", place),
                };
            }
        }
    }
    if let Some(look) = open {
        return Clue::Open(look);
    }
    if case.instances_looked() {
        return Clue::fails("no stack set has an instance in the account", "stackSets");
    }
    Clue::Open(Look::StackInstances)
}

/// Whether two roles differ in what a stack writes; nothing when a part was not read and the others are equal. Texts are
/// compared: a difference of form alone is one that somebody made.
fn differs(template: &ReadRole, role: &ReadRole) -> Option<bool> {
    fn other<T: PartialEq>(left: &Seen<T>, right: &Seen<T>) -> Option<bool> {
        (left.is_looked() && right.is_looked()).then_some(left != right)
    }
    let parts = [
        other(&template.trust, &role.trust),
        other(&template.inline, &role.inline),
        other(&template.managed, &role.managed),
        other(&template.boundary, &role.boundary),
    ];
    if parts.contains(&Some(true)) {
        return Some(true);
    }
    (!parts.contains(&None)).then_some(false)
}
