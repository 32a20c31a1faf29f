//! The members: the stack set, its instances, and what became of them.

use super::judge::{Problem, Standing, judge};
use super::observed::{Gate, Observed, Operation, OperationStatus, StackSet};
use super::step::{Part, Refusal, Step, Targets};
use super::wanted::{Management, Members, Settings, Wanted};
use super::{ACCOUNTS_A_CALL, UNITS_A_CALL};
use crate::AccountNumber;
use crate::rollout::Unlock;
use std::collections::BTreeMap;

/// The next step once the management account is in order.
pub(super) fn bring(wanted: &Wanted, members: &Members, settings: &Settings, seen: &Observed) -> Step {
    let Some(set) = seen.set.get() else { return Step::Read(Part::Set) };
    let Some(set) = set else {
        let vanished = Step::Refused(Refusal::Vanished("the stack set"));
        return if seen.tried.set_creation { vanished } else { unlocked(settings, seen, Step::CreateSet) };
    };
    if let Some(refusal) = check(wanted, members, set) {
        return Step::Refused(refusal);
    }
    let operations = match free(seen) {
        Ok(operations) => operations,
        Err(step) => return step,
    };
    if set.template.as_ref() != Some(&wanted.template) || set.parameters > 0 {
        let not_equal = Step::Refused(Refusal::NotEqual);
        return if seen.tried.set_update { not_equal } else { unlocked(settings, seen, Step::UpdateSet) };
    }
    let is_missing = |unit: &&String| !set.units.contains(unit) && !seen.tried.units.contains(*unit);
    let missing: Vec<String> = members.units.iter().filter(is_missing).take(UNITS_A_CALL).cloned().collect();
    if !missing.is_empty() {
        let targets = Targets { units: missing, only: Vec::new(), region: members.region.clone() };
        return unlocked(settings, seen, Step::CreateInstances(targets));
    }
    settle(wanted, members, settings, seen, operations)
}

/// Reads what became of the instances, and repairs where that is asked.
fn settle(wanted: &Wanted, members: &Members, settings: &Settings, seen: &Observed, operations: &[Operation]) -> Step {
    if seen.accounts.get().is_none() {
        return Step::Read(Part::Accounts);
    }
    let Some(instances) = seen.instances.get() else { return Step::Read(Part::Instances) };
    if let Some(other) = instances.iter().find(|instance| instance.region != members.region) {
        let (found, wanted) = (other.region.clone(), members.region.clone());
        return Step::Refused(Refusal::OtherRegion { found, wanted });
    }
    if operations.first().is_some_and(Operation::left_something) && seen.results.get().is_none() {
        return Step::Read(Part::Results);
    }
    if settings.repair
        && let Some(step) = repair(wanted, members, settings, seen)
    {
        return unlocked(settings, seen, step);
    }
    if settings.read_roles && seen.roles.get().is_none() { Step::Read(Part::Roles) } else { Step::Done }
}

/// What is wrong with the set as it is, so that it is not touched.
pub(super) fn check(wanted: &Wanted, members: &Members, set: &StackSet) -> Option<Refusal> {
    let in_words = |retain: Option<bool>| match retain {
        None => "off",
        Some(false) => "on, and stacks go with their accounts",
        Some(true) => "on, and stacks stay when their accounts go",
    };
    let deployment = Some(members.retain_stacks);
    let other_region = set.regions.iter().find(|region| **region != members.region);
    match &set.template {
        _ if !set.service_managed => Some(Refusal::SelfManaged),
        None => Some(Refusal::NoTemplate),
        Some(_) if !set.makes(&wanted.role_name) => Some(Refusal::AnotherSet),
        Some(_) if set.auto_deployment != deployment => {
            Some(Refusal::AutoDeployment { found: in_words(set.auto_deployment), wanted: in_words(deployment) })
        }
        Some(_) => {
            other_region.map(|found| Refusal::OtherRegion { found: found.clone(), wanted: members.region.clone() })
        }
    }
}

/// The operations, when none is under way: a second one is never begun.
pub(super) fn free(seen: &Observed) -> Result<&[Operation], Step> {
    let operations = seen.operations.get().ok_or(Step::Read(Part::Operations))?;
    match operations.iter().find(|operation| operation.status == OperationStatus::Open) {
        Some(open) => Err(Step::Watch(open.id.clone())),
        None => Ok(operations),
    }
}

/// The step, once the members are unlocked.
fn unlocked(settings: &Settings, seen: &Observed, step: Step) -> Step {
    match (settings.unlock, seen.gate) {
        // The role of the management account was read and is equal, or no step came here.
        (Unlock::Reading, _) if settings.management == Management::Reachable => step,
        (Unlock::Reading, _) => Step::Refused(Refusal::NothingToReadWith),
        (_, Gate::Open) => step,
        (_, Gate::Shut) => Step::Refused(Refusal::NotUnlocked),
        (unlock, Gate::Unasked) => Step::Unlock(unlock),
    }
}

/// One more try for instances that failed or were cancelled, and for accounts below the root that have none. Each account
/// is tried once in a run; an inoperable instance no update touches.
fn repair(wanted: &Wanted, members: &Members, settings: &Settings, seen: &Observed) -> Option<Step> {
    let judgement = judge(wanted, settings, seen);
    let units: BTreeMap<AccountNumber, &String> =
        seen.instances.get()?.iter().filter_map(|instance| Some((instance.account, instance.unit.as_ref()?))).collect();
    let (mut again, mut missing): (BTreeMap<&String, Vec<AccountNumber>>, Vec<AccountNumber>) =
        (BTreeMap::new(), Vec::new());
    for judged in judgement.accounts.iter().filter(|judged| !seen.tried.repaired.contains(&judged.account)) {
        match &judged.standing {
            Standing::Cancelled | Standing::Failed(Problem::Instance { .. } | Problem::Outdated) => {
                if let Some(unit) = units.get(&judged.account) {
                    again.entry(unit).or_default().push(judged.account);
                }
            }
            Standing::Failed(Problem::NoInstance) if members.has_root() => missing.push(judged.account),
            _ => {}
        }
    }
    let region = members.region.clone();
    let some = |accounts: Vec<AccountNumber>| accounts.into_iter().take(ACCOUNTS_A_CALL).collect();
    if let Some((unit, accounts)) = again.into_iter().next() {
        return Some(Step::UpdateInstances(Targets { units: vec![unit.clone()], only: some(accounts), region }));
    }
    let root = members.units.iter().find(|unit| unit.starts_with("r-"))?;
    (!missing.is_empty())
        .then(|| Step::CreateInstances(Targets { units: vec![root.clone()], only: some(missing), region }))
}
