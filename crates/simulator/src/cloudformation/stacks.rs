//! Plain stacks, outside of stack sets, and direct updates of the stacks that instances have.

use super::CloudFormation;
use super::sets::{InstanceStack, SetKey};
use super::template::TemplateId;
use crate::account::AccountKey;
use crate::api::Api;
use crate::caller::Caller;
use crate::error::{ApiError, Code};
use crate::gateway::{Resource, Subject};
use crate::iam::{DefinitionId, UniqueId};
use crate::text::TextId;
use crate::world::{Pending, World};

/// A plain stack of a world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StackKey(pub(crate) u32);

/// Any stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StackRef {
    /// A plain one.
    Own(StackKey),
    /// That of a stack instance: set, account, Region.
    Instance(SetKey, AccountKey, TextId),
}

/// The status of a plain stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StackStatus {
    /// `CREATE_IN_PROGRESS`.
    CreateInProgress,
    /// `CREATE_COMPLETE`.
    CreateComplete,
    /// `ROLLBACK_COMPLETE`: the creation failed.
    RollbackComplete,
    /// `UPDATE_COMPLETE`.
    UpdateComplete,
    /// `UPDATE_ROLLBACK_COMPLETE`: the update failed.
    UpdateRollbackComplete,
    /// `DELETE_FAILED`.
    DeleteFailed,
    /// `DELETE_COMPLETE`.
    DeleteComplete,
}

impl StackStatus {
    /// The word of the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CreateInProgress => "CREATE_IN_PROGRESS",
            Self::CreateComplete => "CREATE_COMPLETE",
            Self::RollbackComplete => "ROLLBACK_COMPLETE",
            Self::UpdateComplete => "UPDATE_COMPLETE",
            Self::UpdateRollbackComplete => "UPDATE_ROLLBACK_COMPLETE",
            Self::DeleteFailed => "DELETE_FAILED",
            Self::DeleteComplete => "DELETE_COMPLETE",
        }
    }
}

/// A plain stack.
#[derive(Clone, Debug)]
pub(super) struct Stack {
    pub(super) account: AccountKey,
    pub(super) region: TextId,
    pub(super) name: TextId,
    pub(super) template: TemplateId,
    pub(super) wanted: DefinitionId,
    pub(super) role: Option<UniqueId>,
    pub(super) status: StackStatus,
    pub(super) reason: Option<Box<str>>,
    /// With whose rights it is made.
    caller: Caller,
}

/// A plain stack as CloudFormation answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StackInfo {
    /// `StackStatus`.
    pub status: StackStatus,
    /// `StackStatusReason`.
    pub reason: Option<Box<str>>,
    /// The role that it made.
    pub role: Option<UniqueId>,
    /// `StackName`.
    pub name: TextId,
}

impl CloudFormation {
    pub(super) fn stack_mut(&mut self, key: StackKey) -> Option<&mut Stack> {
        self.stacks.get_mut(key.0 as usize)
    }

    pub(super) fn stack(&self, key: StackKey) -> Option<&Stack> {
        self.stacks.get(key.0 as usize)
    }

    /// The plain stack of this name that is not deleted.
    pub(super) fn named(&self, account: AccountKey, region: TextId, name: TextId) -> Option<StackKey> {
        let key = *self.by_name.get(&(account, region, name))?;
        self.stack(key).filter(|stack| stack.status != StackStatus::DeleteComplete).map(|_| key)
    }
}

impl World {
    /// `cloudformation:CreateStack` in the caller's account: it is made after the time that a stack takes.
    ///
    /// # Errors
    /// `AlreadyExistsException`, `ValidationError` for the size of the template.
    pub fn create_stack(
        &mut self,
        caller: &Caller,
        region: TextId,
        name: TextId,
        template: TemplateId,
    ) -> Result<StackKey, ApiError> {
        let account = caller.account();
        let resource = Resource::Stack { account, region, name };
        self.call_in(caller, Api::CreateStack, Subject::Account(account), resource, Some(region), |world| {
            world.template(template).check_size()?;
            if world.cloudformation.named(account, region, name).is_some() {
                let text = format!("Stack [{}] already exists", world.texts.get(name));
                return Err(ApiError::written(Code::AlreadyExists, text));
            }
            let wanted = world.template(template).role_in(world.account(account).number);
            let status = StackStatus::CreateInProgress;
            let stack =
                Stack { account, region, name, template, wanted, role: None, status, reason: None, caller: *caller };
            let key = StackKey(u32::try_from(world.cloudformation.stacks.len()).unwrap_or(u32::MAX));
            world.cloudformation.stacks.push(stack);
            world.cloudformation.by_name.insert((account, region, name), key);
            let delay = world.draw_account(account, |settings, draw| settings.stack.draw(draw));
            world.queue.push(world.now + delay, Pending::StackDone(key));
            Ok(key)
        })
    }

    /// The event that a plain stack is made.
    pub(crate) fn stack_done(&mut self, key: StackKey) {
        let Some((caller, wanted)) = self.cloudformation.stack(key).map(|stack| (stack.caller, stack.wanted)) else {
            return;
        };
        let made = self.make_role(&caller, wanted);
        let (status, role, reason) = match made {
            Ok(role) => (StackStatus::CreateComplete, Some(role), None),
            Err(error) => (StackStatus::RollbackComplete, None, Some(self.message(&error).into())),
        };
        if let Some(stack) = self.cloudformation.stack_mut(key) {
            (stack.status, stack.role, stack.reason) = (status, role, reason);
        }
    }

    /// `cloudformation:UpdateStack`, of a plain stack or of the stack of an instance; done at once.
    ///
    /// # Errors
    /// `ValidationError` when there is no such stack in the caller's account, or none that can be updated; what IAM
    /// answers, when the update failed and was rolled back.
    pub fn update_stack(&mut self, caller: &Caller, stack: StackRef, template: TemplateId) -> Result<(), ApiError> {
        let account = caller.account();
        let resource = self.stack_resource(stack);
        self.call(caller, Api::UpdateStack, Subject::Account(account), resource, |world| {
            world.template(template).check_size()?;
            let wanted = world.template(template).role_in(world.account(account).number);
            let (owner, role, before) = world.stack_parts(stack).ok_or_else(no_stack)?;
            if owner != account {
                return Err(no_stack());
            }
            let role = role.ok_or_else(|| {
                ApiError::new(Code::ValidationError, "The stack is in a state that cannot be updated.")
            })?;
            let changed = world.change_role(caller, role, before, wanted);
            world.stack_updated(stack, template, wanted, &changed);
            changed.map(|_| ())
        })
    }

    /// What permission is asked for; the stacks of instances, whose names AWS makes up, are not told apart.
    fn stack_resource(&self, stack: StackRef) -> Resource {
        let found = match stack {
            StackRef::Own(key) => self.cloudformation.stack(key),
            StackRef::Instance(..) => None,
        };
        found.map_or(Resource::Any, |Stack { account, region, name, .. }| Resource::Stack {
            account: *account,
            region: *region,
            name: *name,
        })
    }

    fn stack_parts(&self, stack: StackRef) -> Option<(AccountKey, Option<UniqueId>, DefinitionId)> {
        match stack {
            StackRef::Own(key) => {
                let stack = self.cloudformation.stack(key)?;
                let there = stack.status != StackStatus::DeleteComplete;
                there.then_some((stack.account, stack.role, stack.wanted))
            }
            StackRef::Instance(set, account, region) => {
                let instance = self.set(set).instances.get(&(self.account(account).number, region))?;
                let stack = instance.stack?;
                Some((account, stack.role, stack.wanted))
            }
        }
    }

    fn stack_updated(
        &mut self,
        stack: StackRef,
        template: TemplateId,
        wanted: DefinitionId,
        changed: &Result<UniqueId, ApiError>,
    ) {
        let reason = changed.as_ref().err().map(|error| self.message(error).into());
        match stack {
            StackRef::Own(key) => {
                let Some(stack) = self.cloudformation.stack_mut(key) else { return };
                stack.reason = reason;
                match changed {
                    Ok(role) => {
                        (stack.template, stack.wanted, stack.role) = (template, wanted, Some(*role));
                        stack.status = StackStatus::UpdateComplete;
                    }
                    Err(_) => stack.status = StackStatus::UpdateRollbackComplete,
                }
            }
            StackRef::Instance(set, account, region) => {
                let place = (self.account(account).number, region);
                let instance = self.set_mut(set).instances.get_mut(&place);
                if let (Some(instance), Ok(role)) = (instance, changed) {
                    // The set does not notice: the instance stays current, and in sync with the stack's own template.
                    instance.stack = Some(InstanceStack { role: Some(*role), wanted });
                }
            }
        }
    }

    /// `cloudformation:DeleteStack` of a plain stack; done at once.
    ///
    /// # Errors
    /// `ValidationError` for a stack of another account; what IAM answers, when the deletion failed.
    pub fn delete_stack(&mut self, caller: &Caller, key: StackKey) -> Result<(), ApiError> {
        let account = caller.account();
        let resource = self.stack_resource(StackRef::Own(key));
        self.call(caller, Api::DeleteStack, Subject::Account(account), resource, |world| {
            let stack = world.cloudformation.stack(key).filter(|stack| stack.account == account);
            let (role, wanted) = stack.map(|stack| (stack.role, stack.wanted)).ok_or_else(no_stack)?;
            let deleted = role.map_or(Ok(()), |role| world.drop_role(caller, role, wanted));
            let reason = deleted.as_ref().err().map(|error| world.message(error).into());
            if let Some(stack) = world.cloudformation.stack_mut(key) {
                stack.reason = reason;
                stack.status = if deleted.is_ok() { StackStatus::DeleteComplete } else { StackStatus::DeleteFailed };
            }
            deleted
        })
    }

    /// `cloudformation:DescribeStacks` for one plain stack.
    ///
    /// # Errors
    /// `ValidationError` for a stack of another account.
    pub fn describe_stack(&mut self, caller: &Caller, key: StackKey) -> Result<StackInfo, ApiError> {
        let account = caller.account();
        let resource = self.stack_resource(StackRef::Own(key));
        self.call(caller, Api::DescribeStacks, Subject::Account(account), resource, |world| {
            let stack =
                world.cloudformation.stack(key).filter(|stack| stack.account == account).ok_or_else(no_stack)?;
            let (status, role, name) = (stack.status, stack.role, stack.name);
            Ok(StackInfo { status, reason: stack.reason.clone(), role, name })
        })
    }
}

fn no_stack() -> ApiError {
    ApiError::new(Code::ValidationError, "The stack does not exist")
}
