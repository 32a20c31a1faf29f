//! Policies: the role's own, the boundary, control policies, and AWS's limits on their length.

use super::ask::{failed_as, member, never_validated, opens, role_not_right};
use crate::access_check::Verdict;
use crate::diagnosis::case::Case;
use crate::diagnosis::cause::Cause;
use crate::diagnosis::clue::{Clue, Rule};
use crate::diagnosis::evidence::TriedAction;
use crate::diagnosis::look::Look;
use crate::diagnosis::policy_reading::{Limited, PolicyReading};
use crate::diagnosis::symptom::Symptom;
use crate::diagnosis::trouble::Class;

use Symptom::{ActionDenied, Denied, DeploymentFailed, ListingRefused, RoleAbsent, RoleWrong};

pub(super) const RULES: &[Rule] = &[
    Rule {
        cause: Cause::RcpDeniesAssumeRole,
        explains: &[Denied],
        needs: &[member],
        proofs: &[|case| limited(&case.resource_control, Look::ResourceControl)],
        hints: &[every_member_denied],
    },
    Rule {
        cause: Cause::ScpDeniesRoleCreation,
        explains: &[Denied, RoleAbsent, DeploymentFailed],
        needs: &[member, never_validated, role_not_right],
        proofs: &[|case| failed_as(case, &[Class::ServiceControl])],
        hints: &[],
    },
    Rule {
        cause: Cause::ScpDeniesActions,
        explains: &[ActionDenied, ListingRefused],
        needs: &[member, opens],
        proofs: &[scp_denies],
        hints: &[],
    },
    Rule {
        cause: Cause::PermissionsBoundary,
        explains: &[ActionDenied, ListingRefused],
        needs: &[opens],
        proofs: &[boundary_denies],
        hints: &[],
    },
    Rule {
        cause: Cause::TrustTooLong,
        explains: &[Denied, RoleAbsent, DeploymentFailed],
        needs: &[never_validated, role_not_right],
        proofs: &[|case| failed_as(case, &[Class::TrustLength])],
        hints: &[],
    },
    Rule {
        cause: Cause::PolicyTooLong,
        explains: &[Denied, RoleAbsent, DeploymentFailed, ActionDenied],
        needs: &[denied_since_ever, role_not_right, identity_denies, some_allowed],
        proofs: &[|case| failed_as(case, &[Class::PolicyLength])],
        hints: &[],
    },
    Rule {
        cause: Cause::PolicyOutdated,
        explains: &[ActionDenied, RoleWrong, ListingRefused],
        needs: &[opens, identity_denies, some_allowed],
        proofs: &[|case| policy_is(case, PolicyReading::Older)],
        hints: &[],
    },
    Rule {
        cause: Cause::PolicyOfOtherKind,
        explains: &[ActionDenied, RoleWrong, ListingRefused],
        needs: &[opens, identity_denies, some_allowed],
        proofs: &[|case| policy_is(case, PolicyReading::OtherKind)],
        hints: &[],
    },
    Rule {
        cause: Cause::PolicyDiffers,
        explains: &[ActionDenied, RoleWrong, ListingRefused],
        needs: &[opens, identity_denies],
        proofs: &[|case| policy_is(case, PolicyReading::Other)],
        hints: &[],
    },
];

fn limited(limited: &Limited, look: Look) -> Clue {
    match limited {
        Limited::Unknown => Clue::Open(look),
        Limited::No(fact) => Clue::Fails(fact.clone()),
        Limited::Yes(fact) => Clue::Holds(fact.clone()),
    }
}

fn every_member_denied(case: &Case<'_>) -> Clue {
    let near = &case.evidence.neighbours;
    let (management, validated, denied) = (
        near.management.present().copied(),
        near.members_validated.present().copied(),
        near.members_denied.present().copied(),
    );
    match (management, validated, denied) {
        (Some(Verdict::Validated), Some(0), Some(denied)) if denied > 0 => {
            Clue::holds("the management account passes and every member is denied", "neighbours")
        }
        (_, Some(validated), _) if validated > 0 => {
            Clue::fails(format!("{validated} other members are validated"), "neighbours.membersValidated")
        }
        _ => Clue::Idle,
    }
}

/// The vendor's tries that AWS refused, with their messages.
fn refused<'e>(case: &Case<'e>) -> Option<Vec<(usize, &'e TriedAction, &'e str)>> {
    let tried = case.evidence.actions.present()?.iter().enumerate();
    Some(tried.filter_map(|(index, one)| Some((index, one, one.error.present()?.1.as_str()))).collect())
}

/// AWS names the kind of policy at fault in a denial (IAM user guide, `troubleshoot_access-denied`).
fn names_policy(case: &Case<'_>, words: &str) -> Option<Clue> {
    let refused = refused(case)?;
    if let Some((index, tried, message)) = refused.iter().find(|(_, _, message)| message.contains(words)) {
        return Some(Clue::holds(format!("`{}`: {message}", tried.action), format!("actions[{index}]")));
    }
    let (index, tried, message) = refused.first()?;
    Some(Clue::fails(format!("`{}`: {message}", tried.action), format!("actions[{index}]")))
}

fn scp_denies(case: &Case<'_>) -> Clue {
    let told = names_policy(case, "service control policy");
    told.unwrap_or_else(|| limited(&case.service_control, Look::Actions))
}

fn boundary_denies(case: &Case<'_>) -> Clue {
    let told = names_policy(case, "permissions boundary");
    told.unwrap_or_else(|| limited(&case.boundary, Look::Actions))
}

/// Of the actions that were refused, one is not allowed by the role's own policies.
pub(super) fn identity_denies(case: &Case<'_>) -> Clue {
    let Some(refused) = refused(case) else { return Clue::Open(Look::Actions) };
    if refused.is_empty() || refused.iter().any(|(_, _, message)| message.contains("identity-based policy")) {
        return Clue::Idle;
    }
    // A refusal that names no kind of policy leaves it open.
    let names = ["service control policy", "permissions boundary"];
    if refused.iter().all(|(_, _, message)| names.iter().any(|name| message.contains(name))) {
        return Clue::fails("the refused actions are denied by another kind of policy", "actions");
    }
    Clue::Idle
}

/// A policy that is only incomplete allows something.
pub(super) fn some_allowed(case: &Case<'_>) -> Clue {
    let Some(tried) = case.evidence.actions.present() else { return Clue::Open(Look::Actions) };
    if !tried.is_empty() && tried.iter().all(|one| one.error.present().is_some()) {
        return Clue::fails("not one of the actions is allowed", "actions");
    }
    Clue::Idle
}

/// Where the role does not open, it never did: a failed update leaves the role as it was.
pub(super) fn denied_since_ever(case: &Case<'_>) -> Clue {
    match case.last_decided() {
        Some((_, check)) if check.verdict == Verdict::Denied => never_validated(case),
        _ => Clue::Idle,
    }
}

pub(super) fn policy_is(case: &Case<'_>, wanted: PolicyReading) -> Clue {
    const PLACE: &str = "readings.role.inline";
    let text = match case.policy {
        PolicyReading::Unknown => return Clue::Open(Look::Policies),
        PolicyReading::NoRole => return Clue::fails("the account has no role by this name", "readings.role"),
        PolicyReading::Right => "the role's policies mean what was agreed",
        PolicyReading::Missing => "the role has no policies",
        PolicyReading::Older => "the role's policies mean an older version of what was agreed",
        PolicyReading::OtherKind => "the role's policies mean those of the other kind of account",
        PolicyReading::Other => "the role's policies mean neither what was agreed nor an older version",
        PolicyReading::Unsure { older, other_kind } => {
            let open = match wanted {
                PolicyReading::Older => older,
                PolicyReading::OtherKind => other_kind,
                _ => wanted == PolicyReading::Other,
            };
            if open {
                return Clue::Open(Look::AgreedPolicy);
            }
            "the role's policies do not mean what was agreed"
        }
    };
    if case.policy == wanted { Clue::holds(text, PLACE) } else { Clue::fails(text, PLACE) }
}
