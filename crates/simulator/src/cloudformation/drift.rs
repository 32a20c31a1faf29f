//! Drift: whether the role of a stack is what the stack's own template asks for. A stack that somebody updated directly
//! has another template than its set, and is in sync with it.

use super::operation::{Operation, OperationId, Target, Work};
use super::preferences::Preferences;
use super::sets::{CallAs, SetKey};
use crate::api::Api;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::world::World;

/// `DriftStatus` of a stack instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DriftStatus {
    /// `NOT_CHECKED`.
    NotChecked,
    /// `IN_SYNC`.
    InSync,
    /// `DRIFTED`.
    Drifted,
    /// `UNKNOWN`: there is no stack to look at.
    Unknown,
}

impl DriftStatus {
    /// The word of the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotChecked => "NOT_CHECKED",
            Self::InSync => "IN_SYNC",
            Self::Drifted => "DRIFTED",
            Self::Unknown => "UNKNOWN",
        }
    }
}

impl World {
    /// `cloudformation:DetectStackSetDrift` over all instances.
    ///
    /// # Errors
    /// `OperationInProgressException`, `StackSetNotFoundException`.
    pub fn detect_stack_set_drift(
        &mut self,
        caller: &Caller,
        key: SetKey,
        preferences: Preferences,
        call_as: CallAs,
    ) -> Result<OperationId, ApiError> {
        self.set_call_as(caller, Api::DetectStackSetDrift, key, call_as, |world| {
            preferences.check()?;
            let targets = world.targets_of_instances(key, |_, _, _| true);
            world.begin_operation(key, Operation::of_targets(Work::DetectDrift, preferences, targets, world.now))
        })
    }

    pub(super) fn detect_drift(&mut self, key: SetKey, target: &Target) {
        let place = (target.number, target.region);
        let stack = self.set(key).instances.get(&place).and_then(|instance| instance.stack);
        let drift = match stack {
            None => DriftStatus::Unknown,
            Some(stack) => {
                let current = stack.role.and_then(|role| self.role_info(role)).map(|info| info.definition);
                let same = match (stack.role, current) {
                    (None, _) => true,
                    (Some(_), None) => false,
                    (Some(_), Some(current)) => {
                        self.definitions.get(current).says_the_same(self.definitions.get(stack.wanted))
                    }
                };
                if same { DriftStatus::InSync } else { DriftStatus::Drifted }
            }
        };
        if let Some(instance) = self.set_mut(key).instances.get_mut(&place) {
            instance.drift = drift;
        }
    }
}
