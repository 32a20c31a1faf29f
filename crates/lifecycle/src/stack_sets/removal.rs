//! Taking away: the instances with their stacks, then the set, and the management account's stack last.

use super::UNITS_A_CALL;
use super::management::{failed, is_ours};
use super::members::free;
use super::observed::{Instance, Observed, StackPhase};
use super::step::{Part, Refusal, Step, Targets};
use super::wanted::{Management, Settings, Wanted};
use std::collections::BTreeSet;

/// The next step of a removal. What cannot be deleted from a member keeps the set and the management account's stack.
pub(super) fn take(wanted: &Wanted, settings: &Settings, seen: &Observed) -> Step {
    let Some(set) = seen.set.get() else { return Step::Read(Part::Set) };
    let Some(set) = set else { return management(wanted, settings, seen) };
    match &set.template {
        _ if !set.service_managed => return Step::Refused(Refusal::SelfManaged),
        None => return Step::Refused(Refusal::NoTemplate),
        Some(_) if !set.makes(&wanted.role_name) => return Step::Refused(Refusal::AnotherSet),
        Some(_) => {}
    }
    let operations = match free(seen) {
        Ok(operations) => operations,
        Err(step) => return step,
    };
    let Some(instances) = seen.instances.get() else { return Step::Read(Part::Instances) };
    let Some(first) = instances.first() else {
        let vanished = Step::Refused(Refusal::NotEqual);
        return if seen.tried.set_deletion { vanished } else { Step::DeleteSet };
    };
    match remaining(first, instances, seen) {
        Err(refusal) => Step::Refused(refusal),
        Ok(Some(targets)) => Step::DeleteInstances(targets),
        // What is left was tried.
        Ok(None) if seen.accounts.get().is_none() => Step::Read(Part::Accounts),
        Ok(None)
            if seen.results.get().is_none() && operations.first().is_some_and(super::Operation::left_something) =>
        {
            Step::Read(Part::Results)
        }
        Ok(None) => Step::Done,
    }
}

/// The units of one Region whose instances were not tried yet: deletions go by the unit through which an instance came.
fn remaining(first: &Instance, instances: &[Instance], seen: &Observed) -> Result<Option<Targets>, Refusal> {
    let mut places: BTreeSet<(String, String)> = BTreeSet::new();
    for instance in instances {
        let unit = instance.unit.clone().ok_or(Refusal::NoUnit(instance.account))?;
        places.insert((instance.region.clone(), unit));
    }
    let open: Vec<_> = places.difference(&seen.tried.emptied).collect();
    let region = match open.iter().find(|(region, _)| *region == first.region).or_else(|| open.first()) {
        Some((region, _)) => region.clone(),
        None => return Ok(None),
    };
    let units = open.iter().filter(|(at, _)| *at == region).map(|(_, unit)| unit.clone());
    Ok(Some(Targets { units: units.take(UNITS_A_CALL).collect(), only: Vec::new(), region }))
}

fn management(wanted: &Wanted, settings: &Settings, seen: &Observed) -> Step {
    if settings.management == Management::OutOfReach {
        return Step::Done;
    }
    let Some(stack) = seen.stack.get() else { return Step::Read(Part::Stack) };
    let Some(stack) = stack else { return Step::Done };
    let ours = is_ours(wanted, stack);
    match stack.phase() {
        StackPhase::UnderWay => Step::WaitForStack,
        StackPhase::Settled | StackPhase::NotDeleted if !ours => Step::Refused(Refusal::AnotherStack),
        StackPhase::Stuck if !ours => Step::Refused(Refusal::StackStuck(stack.status.clone())),
        _ if seen.tried.stack_deletion => Step::Refused(failed(stack)),
        _ => Step::DeleteStack,
    }
}
