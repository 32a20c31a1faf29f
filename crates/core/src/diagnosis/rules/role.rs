//! The role itself: whether it is there, when it came, under which name, and why it could not be made.

use super::ask::{
    closed_now, failed_as, never_validated, not_looked_for_failures, nothing_failed, opens, role_absent,
    role_not_right, was_validated,
};
use super::policy::{denied_since_ever, identity_denies, policy_is};
use super::stack_set::{in_no_target, not_moved_out, one_region};
use crate::access_check::{DurationMs, TimeMs, Verdict};
use crate::diagnosis::case::Case;
use crate::diagnosis::cause::Cause;
use crate::diagnosis::clue::{Clue, Rule};
use crate::diagnosis::evidence::{DetailedStatus, FeatureSet, JoinedMethod, Seen};
use crate::diagnosis::look::Look;
use crate::diagnosis::policy_reading::PolicyReading;
use crate::diagnosis::symptom::Symptom;
use crate::diagnosis::trouble::Class;

use Symptom::{ActionDenied, Denied, DeniedBefore, DeploymentFailed, RoleAbsent, RoleWrong};

/// A change of a role is seen by STS within seconds, rarely a minute (measured by others; AWS has no figure).
const PROPAGATION: DurationMs = DurationMs::from_minutes(1);
/// A denied check that is followed by a good one within this time may have been either a race or propagation.
const SOON: DurationMs = DurationMs::from_minutes(2);

pub(super) const RULES: &[Rule] = &[
    Rule {
        cause: Cause::RoleNotPropagated,
        explains: &[Denied, DeniedBefore],
        needs: &[one_failure, denied_since_ever],
        proofs: &[changed_just_before],
        hints: &[],
    },
    Rule {
        cause: Cause::BenignRace,
        explains: &[Denied, DeniedBefore],
        needs: &[one_failure, denied_since_ever],
        proofs: &[came_after],
        hints: &[],
    },
    Rule {
        cause: Cause::DeploymentUnderWay,
        explains: &[Denied, RoleAbsent],
        needs: &[never_validated, closed_now, role_not_right],
        proofs: &[under_way],
        hints: &[],
    },
    Rule {
        cause: Cause::AccountNotReady,
        explains: &[Denied, RoleAbsent, DeploymentFailed],
        needs: &[never_validated, role_not_right],
        proofs: &[|case| failed_as(case, &[Class::NotReady])],
        hints: &[],
    },
    Rule {
        cause: Cause::OrganizationAccessRoleMissing,
        explains: &[Denied, RoleAbsent, DeploymentFailed],
        needs: &[never_validated, role_not_right, invited],
        proofs: &[|case| failed_as(case, &[Class::AccessRole])],
        hints: &[],
    },
    Rule {
        cause: Cause::RoleQuotaReached,
        explains: &[Denied, RoleAbsent, DeploymentFailed],
        needs: &[never_validated, role_absent],
        proofs: &[|case| failed_as(case, &[Class::RoleQuota])],
        hints: &[roles_used],
    },
    Rule {
        cause: Cause::RoleNameCase,
        explains: &[Denied, RoleWrong, DeploymentFailed],
        needs: &[],
        proofs: &[other_case],
        hints: &[],
    },
    Rule {
        cause: Cause::RoleExistsAlready,
        explains: &[Denied, DeploymentFailed],
        needs: &[denied_since_ever, one_region, same_name],
        proofs: &[|case| failed_as(case, &[Class::AlreadyExists])],
        hints: &[],
    },
    Rule { cause: Cause::RoleUnderPath, explains: &[Denied, RoleWrong], needs: &[], proofs: &[other_path], hints: &[] },
    Rule {
        cause: Cause::RoleHalfMade,
        explains: &[ActionDenied, RoleWrong],
        needs: &[opens, identity_denies, nothing_allowed],
        proofs: &[|case| policy_is(case, PolicyReading::Missing)],
        hints: &[],
    },
    Rule {
        cause: Cause::DeploymentStepFailed,
        explains: &[Denied, RoleAbsent, DeploymentFailed],
        needs: &[never_validated, role_not_right],
        proofs: &[failed_otherwise],
        hints: &[],
    },
    Rule {
        cause: Cause::RoleDeleted,
        explains: &[Denied, RoleAbsent],
        needs: &[was_validated, not_moved_out],
        proofs: &[gone],
        hints: &[],
    },
    Rule {
        cause: Cause::RoleMissing,
        explains: &[Denied, RoleAbsent],
        needs: &[never_validated, not_in_gap, not_under_way, not_outside],
        proofs: &[role_absent, nothing_tried],
        hints: &[],
    },
];

/// There is no role now. Who does not know whether the account ever worked cannot say that it was there.
fn gone(case: &Case<'_>) -> Clue {
    match (role_absent(case), was_validated(case)) {
        (Clue::Holds(_), Clue::Open(look)) => Clue::Open(look),
        (absent, _) => absent,
    }
}

/// One failed check may be a race or propagation; two that lie apart are neither.
fn one_failure(case: &Case<'_>) -> Clue {
    let emails = case.evidence.emails.present().map_or(0, Vec::len);
    let failures = match case.last_decided() {
        Some((_, check)) if check.verdict == Verdict::Denied => case.failures_since_validated(),
        Some(_) => case.failures_before_last(),
        None => 0,
    };
    match (failures, emails) {
        (2.., _) => Clue::fails(format!("{failures} checks failed"), "checks"),
        (_, 2..) => Clue::fails(format!("{emails} e-mails went out"), "emails"),
        _ => Clue::Idle,
    }
}

/// When the check was denied that is to be explained, and when the account was validated after it.
fn denied_at(case: &Case<'_>) -> Option<(TimeMs, Option<TimeMs>)> {
    let (_, last) = case.last_decided()?;
    match last.verdict {
        Verdict::Denied => Some((last.at, None)),
        _ => Some((case.checks().get(case.denied_before_last()?)?.at, Some(last.at))),
    }
}

/// When the role came, where it is right now.
fn changed(case: &Case<'_>) -> Option<TimeMs> {
    case.evidence.readings.role.present()?.changed.present().copied()
}

fn changed_just_before(case: &Case<'_>) -> Clue {
    if let Clue::Fails(fact) = role_is_right(case) {
        return Clue::Fails(fact);
    }
    let Some((denied, validated)) = denied_at(case) else { return Clue::Open(Look::Checks) };
    if let Some(changed) = changed(case) {
        let place = "readings.role.changed";
        let before = changed <= denied && denied.since(changed) <= PROPAGATION;
        let text = if before { "the role is as old as seconds at the check" } else { "the role was not just made" };
        return if before { Clue::holds(text, place) } else { Clue::fails(text, place) };
    }
    match validated {
        Some(validated) if validated.since(denied) > SOON => {
            Clue::fails("the next check came long after propagation ends", "checks")
        }
        Some(_) => Clue::Open(Look::Role),
        None => Clue::Open(Look::NextCheck),
    }
}

fn came_after(case: &Case<'_>) -> Clue {
    if let Clue::Fails(fact) = role_is_right(case) {
        return Clue::Fails(fact);
    }
    let Some((denied, validated)) = denied_at(case) else { return Clue::Open(Look::Checks) };
    if let Some(changed) = changed(case) {
        let place = "readings.role.changed";
        return if changed > denied {
            Clue::holds("the role came after the check, and is right", place)
        } else {
            Clue::fails("the role was there before the check", place)
        };
    }
    match validated {
        Some(validated) if validated.since(denied) > SOON => {
            Clue::holds("the next check validated the account", "checks")
        }
        Some(_) => Clue::Open(Look::Role),
        None => Clue::Open(Look::NextCheck),
    }
}

fn role_is_right(case: &Case<'_>) -> Clue {
    if let Some(fact) = case.role_wrong() {
        return Clue::Fails(fact);
    }
    match role_absent(case) {
        Clue::Holds(fact) => Clue::Fails(fact),
        _ => Clue::Idle,
    }
}

fn under_way(case: &Case<'_>) -> Clue {
    if let Some(fact) = case.open_step() {
        return Clue::Holds(fact);
    }
    let mut instances = case.instances();
    let busy = instances.find(|(_, _, instance)| {
        matches!(instance.detailed.present(), Some(DetailedStatus::Pending | DetailedStatus::Running))
    });
    if let Some((set, index, _)) = busy {
        return Clue::holds("the stack instance is being made", format!("stackSets[{set}].instances[{index}]"));
    }
    match not_looked_for_failures(case) {
        Some(look) => Clue::Open(look),
        None => Clue::fails("nothing of the automation is under way", "steps"),
    }
}

fn not_under_way(case: &Case<'_>) -> Clue {
    match under_way(case) {
        Clue::Holds(fact) => Clue::Fails(fact),
        Clue::Open(look) => Clue::Open(look),
        Clue::Fails(_) | Clue::Idle => Clue::Idle,
    }
}

fn not_in_gap(case: &Case<'_>) -> Clue {
    match in_no_target(case) {
        Clue::Holds(fact) if !case.is_management() => Clue::Fails(fact),
        Clue::Open(look) => Clue::Open(look),
        Clue::Holds(_) | Clue::Fails(_) | Clue::Idle => Clue::Idle,
    }
}

/// A management account without a stack of its own is another cause.
fn not_outside(case: &Case<'_>) -> Clue {
    match super::ask::service_managed(case) {
        Some(fact) if case.is_management() => Clue::Fails(fact),
        _ => Clue::Idle,
    }
}

fn nothing_tried(case: &Case<'_>) -> Clue {
    match nothing_failed(case) {
        Clue::Idle => Clue::holds("nothing shows that anybody tried to make the role", "steps"),
        other => other,
    }
}

fn invited(case: &Case<'_>) -> Clue {
    match case.evidence.listing.entry.present().and_then(|entry| entry.joined_method.present()) {
        None => Clue::Open(Look::Listing),
        Some(JoinedMethod::Invited) => Clue::holds("the account was invited", "listing.entry.joinedMethod"),
        Some(JoinedMethod::Created) => {
            Clue::fails("the account was created by the organization and has the role", "listing.entry.joinedMethod")
        }
    }
}

fn roles_used(case: &Case<'_>) -> Clue {
    match case.evidence.readings.limits.roles.present() {
        Some(figure) if figure.used >= figure.limit => {
            Clue::holds(format!("the account has {} of {} roles", figure.used, figure.limit), "readings.limits.roles")
        }
        Some(figure) => {
            Clue::fails(format!("the account has {} of {} roles", figure.used, figure.limit), "readings.limits.roles")
        }
        None => Clue::Idle,
    }
}

fn other_case(case: &Case<'_>) -> Clue {
    let wanted = &case.evidence.subject.role_name;
    match &case.evidence.readings.role {
        Seen::NotLooked => Clue::Open(Look::Role),
        Seen::Absent => Clue::fails("the account has no role by this name in any case", "readings.role"),
        Seen::Present(role) if role.name == *wanted => Clue::fails("the role's name is right", "readings.role.name"),
        Seen::Present(role) => {
            Clue::holds(format!("the role is named `{}`, expected `{wanted}`", role.name), "readings.role.name")
        }
    }
}

fn same_name(case: &Case<'_>) -> Clue {
    match other_case(case) {
        Clue::Holds(fact) => Clue::Fails(fact),
        Clue::Fails(_) | Clue::Idle => super::ask::role_there(case),
        Clue::Open(look) => Clue::Open(look),
    }
}

fn other_path(case: &Case<'_>) -> Clue {
    let wanted = &case.evidence.subject.role_path;
    match &case.evidence.readings.role {
        Seen::NotLooked => Clue::Open(Look::Role),
        Seen::Absent => Clue::fails("the account has no role by this name under any path", "readings.role"),
        Seen::Present(role) if role.path == *wanted => Clue::fails("the role's path is right", "readings.role.path"),
        Seen::Present(role) => {
            Clue::holds(format!("the role stands under `{}`, expected `{wanted}`", role.path), "readings.role.path")
        }
    }
}

fn nothing_allowed(case: &Case<'_>) -> Clue {
    let Some(tried) = case.evidence.actions.present() else { return Clue::Open(Look::Actions) };
    match tried.iter().enumerate().find(|(_, one)| one.error.is_absent()) {
        Some((index, one)) => Clue::fails(format!("`{}` is allowed", one.action), format!("actions[{index}]")),
        None => Clue::Idle,
    }
}

/// A failure that no other cause names.
fn failed_otherwise(case: &Case<'_>) -> Clue {
    let all_features = case.evidence.listing.features.present() == Some(&FeatureSet::All);
    if all_features {
        return failed_as(case, &[Class::Other, Class::OrganizationsAccess]);
    }
    failed_as(case, &[Class::Other])
}
