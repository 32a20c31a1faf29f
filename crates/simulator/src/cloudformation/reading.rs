//! ListStackSets and the parts of DescribeStackSet and ListStackSetOperations that tell what a set is meant to do.

use super::operation::{OperationId, Work};
use super::sets::{PermissionModel, SetKey};
use super::template::TemplateId;
use crate::api::Api;
use crate::caller::Caller;
use crate::error::ApiError;
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
        self.set_call(caller, Api::DescribeStackSet, key, |world| {
            let action = |work: Work| match work {
                Work::Deploy { .. } => "UPDATE",
                Work::Delete { .. } => "DELETE",
                Work::DetectDrift => "DETECT_DRIFT",
            };
            Ok(world.set(key).operations.values().map(|operation| (operation.id, action(operation.work))).collect())
        })
    }
}
