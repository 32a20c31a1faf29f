//! What would stand after a step that succeeds: for a plan, which shows what will be done and does nothing.

use super::observed::{Detailed, Gate, Instance, InstanceStatus, Observed, OperationStatus, Seen, Stack, StackSet};
use super::step::{Step, Targets};
use super::wanted::{Members, Wanted};
use super::{OperationOutcome, Settings};
use crate::AccountState;
use crate::rollout::Existing;

/// Changes what was read to what would be read after the step. Which accounts stand below a unit is not known: a plan takes
/// all that were listed.
pub fn assume(wanted: &Wanted, settings: &Settings, seen: &mut Observed, step: &Step) {
    match step {
        Step::Read(_) | Step::Done | Step::Refused(_) => {}
        Step::CreateStack | Step::UpdateStack => {
            let status = if *step == Step::CreateStack { "CREATE_COMPLETE" } else { "UPDATE_COMPLETE" };
            seen.stack = Seen::Is(Some(stack(wanted, status)));
            seen.role = Seen::Is(Existing::Equal);
        }
        Step::DeleteStack => {
            (seen.stack, seen.role) = (Seen::Is(None), Seen::Is(Existing::Absent));
        }
        Step::WaitForStack => settle_stack(wanted, seen),
        Step::Unlock(_) => seen.gate = Gate::Open,
        Step::CreateSet => {
            let set = wanted.members.as_ref().map(|members| empty_set(wanted, members));
            seen.set = Seen::Is(set);
            seen.operations = Seen::Is(Vec::new());
            seen.instances = Seen::Is(Vec::new());
        }
        Step::UpdateSet => {
            if let Seen::Is(Some(set)) = &mut seen.set {
                (set.template, set.parameters) = (Some(wanted.template.clone()), 0);
            }
            seen.instances = Seen::Unread;
        }
        Step::DeleteSet => seen.set = Seen::Is(None),
        Step::CreateInstances(targets) => deployed(seen, targets),
        Step::UpdateInstances(targets) => {
            seen.tried.repaired.extend(&targets.only);
            mend(seen, targets);
        }
        Step::DeleteInstances(_) => seen.instances = Seen::Is(Vec::new()),
        Step::Watch(_) => {
            if let Seen::Is(operations) = &mut seen.operations {
                for operation in operations {
                    operation.status = OperationStatus::Over(OperationOutcome::Succeeded);
                }
            }
        }
    }
    // The roles of members are not read for a plan.
    if settings.read_roles && step.is_change() {
        seen.roles = Seen::Unread;
    }
}

fn stack(wanted: &Wanted, status: &str) -> Stack {
    Stack { status: status.to_owned(), reason: None, outputs: vec![wanted.role_arn.clone()] }
}

/// What is under way ends well: a deletion leaves nothing.
fn settle_stack(wanted: &Wanted, seen: &mut Observed) {
    let Seen::Is(Some(found)) = &seen.stack else { return };
    if found.status == "DELETE_IN_PROGRESS" {
        (seen.stack, seen.role) = (Seen::Is(None), Seen::Is(Existing::Absent));
    } else {
        (seen.stack, seen.role) = (Seen::Is(Some(stack(wanted, "UPDATE_COMPLETE"))), Seen::Is(Existing::Equal));
    }
}

fn empty_set(wanted: &Wanted, members: &Members) -> StackSet {
    StackSet {
        id: String::new(),
        template: Some(wanted.template.clone()),
        parameters: 0,
        service_managed: true,
        auto_deployment: Some(members.retain_stacks),
        units: Vec::new(),
        regions: Vec::new(),
    }
}

fn deployed(seen: &mut Observed, targets: &Targets) {
    if let Seen::Is(Some(set)) = &mut seen.set {
        set.units.extend(targets.units.iter().filter(|unit| !set.units.contains(unit)).cloned().collect::<Vec<_>>());
    }
    seen.tried.repaired.extend(&targets.only);
    let listed = seen.accounts.get().cloned().unwrap_or_default();
    let active = listed.iter().filter(|listed| listed.state == AccountState::Active);
    let Seen::Is(instances) = &mut seen.instances else { return };
    for listed in active {
        if !instances.iter().any(|instance| instance.account == listed.account) {
            instances.push(current(listed.account, targets));
        }
    }
}

fn current(account: crate::AccountNumber, targets: &Targets) -> Instance {
    Instance {
        account,
        region: targets.region.clone(),
        status: InstanceStatus::Current,
        detailed: Detailed::Succeeded,
        reason: None,
        unit: targets.units.first().cloned(),
        operation: None,
    }
}

fn mend(seen: &mut Observed, targets: &Targets) {
    let Seen::Is(instances) = &mut seen.instances else { return };
    for instance in instances.iter_mut().filter(|instance| targets.only.contains(&instance.account)) {
        (instance.status, instance.detailed, instance.reason) = (InstanceStatus::Current, Detailed::Succeeded, None);
    }
    seen.results = Seen::Is(Vec::new());
}
