//! The management account's own stack, which comes first.

use super::observed::{Observed, Stack, StackPhase};
use super::step::{Part, Refusal, Step};
use super::wanted::{Management, Settings, Wanted};
use crate::rollout::Existing;

/// The next step until the management account is in order; nothing when it is.
pub(super) fn bring(wanted: &Wanted, settings: &Settings, seen: &Observed) -> Option<Step> {
    if settings.management == Management::OutOfReach {
        return None;
    }
    let Some(stack) = seen.stack.get() else { return Some(Step::Read(Part::Stack)) };
    let Some(stack) = stack else { return without_stack(seen) };
    match stack.phase() {
        StackPhase::UnderWay => Some(Step::WaitForStack),
        StackPhase::Settled => with_stack(wanted, stack, seen),
        StackPhase::NotCreated => Some(clear_away(stack, seen.tried.stack_creation || seen.tried.stack_deletion)),
        StackPhase::NotDeleted if is_ours(wanted, stack) => Some(clear_away(stack, seen.tried.stack_deletion)),
        StackPhase::NotDeleted => Some(Step::Refused(Refusal::AnotherStack)),
        StackPhase::Stuck => Some(Step::Refused(Refusal::StackStuck(stack.status.clone()))),
    }
}

/// An equal role without a stack is adopted: nothing is made beside it.
fn without_stack(seen: &Observed) -> Option<Step> {
    match seen.role.get() {
        None => Some(Step::Read(Part::Role)),
        Some(Existing::Equal) => None,
        Some(Existing::Different) => Some(Step::Refused(Refusal::RoleInTheWay)),
        Some(Existing::OtherCase) => Some(Step::Refused(Refusal::NameTaken)),
        Some(Existing::Absent) if seen.tried.stack_creation => Some(Step::Refused(Refusal::Vanished("the stack"))),
        Some(Existing::Absent) => Some(Step::CreateStack),
    }
}

/// Whether a stack is up to date its template does not tell (`DescribeStacks` has none), the role does: it is what counts.
fn with_stack(wanted: &Wanted, stack: &Stack, seen: &Observed) -> Option<Step> {
    if !is_ours(wanted, stack) {
        return Some(Step::Refused(Refusal::AnotherStack));
    }
    match seen.role.get() {
        None => Some(Step::Read(Part::Role)),
        Some(Existing::Equal) => None,
        Some(Existing::Different) if !seen.tried.stack_update => Some(Step::UpdateStack),
        Some(Existing::Different) if stack.status.contains("ROLLBACK") => Some(Step::Refused(failed(stack))),
        Some(Existing::Different) => Some(Step::Refused(Refusal::RoleChanged)),
        Some(Existing::Absent) => Some(Step::Refused(Refusal::RoleGone)),
        Some(Existing::OtherCase) => Some(Step::Refused(Refusal::NameTaken)),
    }
}

fn clear_away(stack: &Stack, tried: bool) -> Step {
    if tried { Step::Refused(failed(stack)) } else { Step::DeleteStack }
}

pub(super) fn failed(stack: &Stack) -> Refusal {
    Refusal::StackFailed { status: stack.status.clone(), reason: stack.reason.clone() }
}

/// A stack is ours when its outputs name the role, also below another path.
pub(super) fn is_ours(wanted: &Wanted, stack: &Stack) -> bool {
    let name = format!("/{}", wanted.role_name);
    stack.outputs.iter().any(|value| *value == wanted.role_arn || (value.contains(":role/") && value.ends_with(&name)))
}
