//! ListStackSets and the parts of DescribeStackSet and ListStackSetOperations that tell what a set is meant to do.

use super::operation::OperationId;
use super::sets::{PermissionModel, SetKey, StackSet};
use super::stacks::StackKey;
use super::template::TemplateId;
use crate::account::AccountKey;
use crate::api::Api;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::gateway::{Resource, Subject};
use crate::organizations::NodeId;
use crate::text::TextId;
use crate::world::World;

/// `DescribeStackSet`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetInfo {
    /// `StackSetName`.
    pub name: TextId,
    /// `PermissionModel`, with `AutoDeployment`.
    pub model: PermissionModel,
    /// `OrganizationalUnitIds`.
    pub units: Vec<NodeId>,
    /// `Regions`.
    pub regions: Vec<TextId>,
    /// `TemplateBody`.
    pub template: TemplateId,
}

impl World {
    /// `cloudformation:ListStackSets`: those that the caller may work on, in the order of their creation.
    pub fn list_stack_sets(&self, caller: &Caller) -> Vec<SetKey> {
        let keys = (0..self.cloudformation.sets.len()).filter_map(|number| u32::try_from(number).ok()).map(SetKey);
        let visible = |key: &SetKey| {
            let ways = [super::CallAs::Own, super::CallAs::DelegatedAdmin];
            ways.into_iter().any(|call_as| self.check_set(caller, *key, call_as).is_ok())
        };
        keys.filter(visible).collect()
    }

    /// `cloudformation:DescribeStackSet`: what it is meant to do.
    ///
    /// # Errors
    /// `StackSetNotFoundException`.
    pub fn read_stack_set(&mut self, caller: &Caller, key: SetKey) -> Result<SetInfo, ApiError> {
        self.set_call(caller, Api::DescribeStackSet, key, |world| {
            let set = world.set(key);
            Ok(SetInfo {
                name: set.name,
                model: set.model,
                units: set.units.clone(),
                regions: set.regions.clone(),
                template: set.template,
            })
        })
    }

    /// `cloudformation:ListStackSetOperations`: number and `Action`, oldest first.
    ///
    /// # Errors
    /// `StackSetNotFoundException`.
    pub fn list_stack_set_operations(
        &mut self,
        caller: &Caller,
        key: SetKey,
    ) -> Result<Vec<(OperationId, &'static str)>, ApiError> {
        self.set_call(caller, Api::ListStackSetOperations, key, |world| {
            Ok(world.set(key).operations.values().map(|operation| (operation.id, operation.action)).collect())
        })
    }
}

impl SetKey {
    /// Its number in the world, for identifiers.
    pub const fn number(self) -> u32 {
        self.0
    }
}

impl StackKey {
    /// Its number in the world, for identifiers.
    pub const fn number(self) -> u32 {
        self.0
    }
}

impl World {
    /// `cloudformation:ListStackSets` in a Region, as a call.
    ///
    /// # Errors
    /// What any call may answer.
    pub fn list_stack_sets_in(&mut self, caller: &Caller, region: TextId) -> Result<Vec<SetKey>, ApiError> {
        let subject = Subject::Account(caller.account());
        self.call_in(caller, Api::ListStackSets, subject, Resource::Any, Some(region), |world| {
            let here = |key: &SetKey| world.set(*key).region == region;
            Ok(world.list_stack_sets(caller).into_iter().filter(here).collect())
        })
    }

    /// The set of this name that a caller means in a Region, without a call: its own, or that of its management account.
    pub fn stack_set_named(&self, caller: &Caller, region: TextId, name: TextId) -> Option<SetKey> {
        let account = caller.account();
        let management = self.account(account).organization().map(|key| self.organization(key).management);
        let means = |set: &StackSet| {
            let delegated = set.organization.is_some() && Some(set.owner) == management;
            !set.deleted && set.name == name && set.region == region && (set.owner == account || delegated)
        };
        let place = self.cloudformation.sets.iter().position(means)?;
        u32::try_from(place).ok().map(SetKey)
    }

    /// How many operations a set has had so far, without a call: the number of the next one.
    pub fn stack_set_operations_begun(&self, key: SetKey) -> u32 {
        self.set(key).next_operation
    }

    /// The account in which a set stands, its name and its Region.
    pub fn stack_set_place(&self, key: SetKey) -> (AccountKey, TextId, TextId) {
        let set = self.set(key);
        (set.owner, set.name, set.region)
    }

    /// Why an instance failed, while it has.
    pub fn instance_reason(&self, key: SetKey, account: AccountKey, region: TextId) -> Option<&str> {
        self.set(key).reasons.get(&(self.account(account).number(), region)).map(AsRef::as_ref)
    }

    /// The unit through which an instance came into its set.
    pub fn instance_unit(&self, key: SetKey, account: AccountKey, region: TextId) -> Option<NodeId> {
        self.set(key).instances.get(&(self.account(account).number(), region))?.unit
    }

    /// The plain stack of this name in an account and Region that is not deleted, without a call.
    pub fn stack_named(&self, account: AccountKey, region: TextId, name: TextId) -> Option<StackKey> {
        self.cloudformation.named(account, region, name)
    }

    /// The account, Region and name of a plain stack.
    pub fn stack_place(&self, key: StackKey) -> Option<(AccountKey, TextId, TextId)> {
        self.cloudformation.stack(key).map(|stack| (stack.account, stack.region, stack.name))
    }
}
