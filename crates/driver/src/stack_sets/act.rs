//! Performs changes. Whether one was made whose answer was lost is not guessed: everything is read again, and the IDs of
//! operations follow from what was read, so that the same request twice is one operation.

use super::{StackSetError, StackSetRollout};
use crate::clock::Clock;
use rolecall_aws::{
    AccountFilter, AutoDeployment, DeploymentTargets, Failure, InstancesRequest, NewStack, NewStackSet,
    PermissionModel, StackSetUpdate,
};
use rolecall_iam::arn::AccountId;
use rolecall_lifecycle::TimeMs;
use rolecall_lifecycle::rollout::{ErrorClass, Retry};
use rolecall_lifecycle::stack_sets::{Step, Targets, Wanted as Target};
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// A role with a name asks for it (CloudFormation User Guide, "Acknowledging IAM resources in CloudFormation templates").
const CAPABILITY: &str = "CAPABILITY_NAMED_IAM";

/// What the IDs of our operations begin with.
const PREFIX: &str = "rolecall-";

/// Whether an operation was begun by rolecall.
pub(super) fn is_ours(operation_id: &str) -> bool {
    operation_id.starts_with(PREFIX)
}

const fn doing(step: &Step) -> &'static str {
    match step {
        Step::CreateStack => "create the stack of the management account",
        Step::UpdateStack => "update the stack of the management account",
        Step::DeleteStack => "delete the stack of the management account",
        Step::CreateSet => "create the stack set",
        Step::UpdateSet => "update the stack set",
        Step::DeleteSet => "delete the stack set",
        Step::CreateInstances(_) => "create stack instances",
        Step::UpdateInstances(_) => "update stack instances",
        Step::DeleteInstances(_) => "delete stack instances",
        _ => "look",
    }
}

impl<C: Clock> StackSetRollout<C> {
    /// Makes the change, and forgets what it may have changed.
    pub(super) async fn change(&mut self, step: &Step, target: &Target) -> Result<(), StackSetError> {
        let answer = self.make(step, target).await;
        if matches!(step, Step::CreateStack | Step::UpdateStack | Step::DeleteStack) {
            self.forget_stack();
        } else {
            self.forget_set();
        }
        match answer {
            Ok(()) => {
                self.note(step);
                (self.memory.doubtful, self.memory.waits) = (0, 0);
                Ok(())
            }
            // The same request began it before: its answer was lost, or the listing did not show it yet.
            Err(failure) if failure.code == "OperationIdAlreadyExistsException" => {
                self.note(step);
                self.rest_after(step, failure).await
            }
            Err(failure) => self.rest_after(step, failure).await,
        }
    }

    /// Waits before everything is read again; gives up on what will be refused again.
    async fn rest_after(&mut self, step: &Step, failure: Failure) -> Result<(), StackSetError> {
        let retries = &self.settings.retries;
        let retry: Option<&Retry> = match failure.class {
            // Something was there, or gone, that was not when it was read.
            ErrorClass::AlreadyExists | ErrorClass::NotFound => Some(&retries.propagation),
            ErrorClass::Throttled | ErrorClass::Fault | ErrorClass::Busy => retries.of(failure.class),
            _ => None,
        };
        let jitter = self.clock.jitter();
        let Some(wait) = retry.and_then(|retry| retry.wait(self.memory.doubtful, jitter)) else {
            return Err(StackSetError::call(doing(step))(failure));
        };
        self.memory.doubtful = self.memory.doubtful.saturating_add(1);
        let until = TimeMs(self.clock.now().0.saturating_add(wait.0));
        self.clock.sleep_until(until).await;
        Ok(())
    }

    /// Writes down that this was tried.
    fn note(&mut self, step: &Step) {
        let tried = &mut self.memory.seen.tried;
        match step {
            Step::CreateStack => tried.stack_creation = true,
            Step::UpdateStack => tried.stack_update = true,
            Step::DeleteStack => tried.stack_deletion = true,
            Step::CreateSet => tried.set_creation = true,
            Step::UpdateSet => tried.set_update = true,
            Step::DeleteSet => tried.set_deletion = true,
            Step::CreateInstances(targets) if targets.only.is_empty() => {
                tried.units.extend(targets.units.iter().cloned());
            }
            Step::CreateInstances(targets) | Step::UpdateInstances(targets) => tried.repaired.extend(&targets.only),
            Step::DeleteInstances(targets) => {
                tried.emptied.extend(targets.units.iter().map(|unit| (targets.region.clone(), unit.clone())));
            }
            _ => {}
        }
    }

    async fn make(&self, step: &Step, target: &Target) -> Result<(), Failure> {
        let (sets, name) = (&self.access.sets, self.parts.name.as_str());
        match (step, &self.access.management) {
            (Step::CreateStack, Some(management)) => management.create_stack(&self.stack(target)).await.map(|_| ()),
            (Step::UpdateStack, Some(management)) => management.update_stack(&self.stack(target)).await.map(|_| ()),
            (Step::DeleteStack, Some(management)) => management.delete_stack(name, None).await,
            (Step::CreateSet, _) => sets.create_stack_set(&self.set(target), None).await.map(|_| ()),
            (Step::UpdateSet, _) => {
                let update = StackSetUpdate {
                    stack_set: self.set(target),
                    preferences: self.settings.preferences,
                    operation_id: Some(self.operation_id(step, target)),
                };
                sets.update_stack_set(&update).await.map(|_| ())
            }
            (Step::DeleteSet, _) => sets.delete_stack_set(name, self.call_as()).await,
            (Step::CreateInstances(targets), _) => {
                sets.create_stack_instances(&self.instances(targets, step, target)).await.map(|_| ())
            }
            (Step::UpdateInstances(targets), _) => {
                sets.update_stack_instances(&self.instances(targets, step, target)).await.map(|_| ())
            }
            (Step::DeleteInstances(targets), _) => {
                sets.delete_stack_instances(&self.instances(targets, step, target), false).await.map(|_| ())
            }
            _ => Ok(()),
        }
    }

    fn stack(&self, target: &Target) -> NewStack {
        NewStack {
            name: self.parts.name.clone(),
            template_body: target.template.clone(),
            capabilities: vec![CAPABILITY.to_owned()],
            ..NewStack::default()
        }
    }

    /// Without managed execution AWS itself refuses a second operation, also to somebody who did not look. A set that has it
    /// keeps it.
    fn set(&self, target: &Target) -> NewStackSet {
        let retain = target.members.as_ref().is_some_and(|members| members.retain_stacks);
        let deployment = AutoDeployment { enabled: true, retain_stacks_on_account_removal: retain };
        let organization = self.wanted.organization.id.as_str();
        NewStackSet {
            name: self.parts.name.clone(),
            description: Some(format!("rolecall: role {} of organization {organization}", target.role_name)),
            template_body: target.template.clone(),
            parameters: Vec::new(),
            capabilities: vec![CAPABILITY.to_owned()],
            tags: Vec::new(),
            permission_model: PermissionModel::ServiceManaged(deployment),
            managed_execution: self.memory.managed_execution,
            call_as: self.call_as(),
        }
    }

    fn instances(&self, targets: &Targets, step: &Step, target: &Target) -> InstancesRequest {
        InstancesRequest {
            stack_set_name: self.parts.name.clone(),
            targets: DeploymentTargets {
                accounts: targets.only.iter().map(|account| AccountId::from(*account)).collect(),
                organizational_unit_ids: targets.units.clone(),
                account_filter: (!targets.only.is_empty()).then_some(AccountFilter::Intersection),
            },
            regions: vec![targets.region.clone()],
            parameter_overrides: Vec::new(),
            preferences: self.settings.preferences,
            operation_id: Some(self.operation_id(step, target)),
            call_as: self.call_as(),
        }
    }

    /// The ID of the operation that a step begins: it follows from the set, its newest operation, and what is asked for.
    /// While nothing came in between it is the same in every process, so that AWS knows a repetition.
    fn operation_id(&self, step: &Step, target: &Target) -> String {
        let seen = &self.memory.seen;
        let set = seen.set.get().and_then(Option::as_ref).map_or("", |set| set.id.as_str());
        let newest = seen.operations.get().and_then(|operations| operations.first());
        let mut hash = Sha256::new();
        let mut put = |part: &str| {
            hash.update(format!("{}:", part.len()));
            hash.update(part);
        };
        put(set);
        put(newest.map_or("", |newest| newest.id.as_str()));
        put(doing(step));
        match step {
            Step::CreateInstances(targets) | Step::UpdateInstances(targets) | Step::DeleteInstances(targets) => {
                put(&targets.region);
                targets.units.iter().for_each(|unit| put(unit));
                targets.only.iter().for_each(|account| put(&account.to_string()));
            }
            _ => put(&target.template),
        }
        let mut id = String::from(PREFIX);
        for byte in hash.finalize().iter().take(16) {
            _ = write!(id, "{byte:02x}");
        }
        id
    }
}
