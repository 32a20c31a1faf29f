//! Import of plain stacks into a stack set. Bare roles cannot be imported, nor stacks whose template has a `NoEcho`
//! parameter.

use super::DetailedStatus;
use super::operation::{Operation, OperationId, RoleChoice, Work};
use super::preferences::Preferences;
use super::sets::{CallAs, Instance, InstanceStack, SetKey, invalid};
use super::stacks::{StackKey, StackStatus};
use crate::account::AccountKey;
use crate::api::Api;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::organizations::NodeId;
use crate::text::TextId;
use crate::world::World;

/// Stacks in the request, at most.
const INLINE_MAX: usize = 10;
/// Stacks through a list in S3, at most.
const S3_MAX: usize = 200;

/// `ImportStacksToStackSet`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportStacks {
    /// The set.
    pub set: SetKey,
    /// `StackIds`, or what stands behind `StackIdsUrl`.
    pub stacks: Vec<StackKey>,
    /// Whether the list is in S3.
    pub from_s3: bool,
    /// `OrganizationalUnitIds` of a service-managed set.
    pub units: Vec<NodeId>,
    /// `OperationPreferences`.
    pub preferences: Preferences,
    /// `CallAs`.
    pub call_as: CallAs,
}

/// A stack that is to be imported, and whether it can be.
struct Candidate {
    account: AccountKey,
    region: TextId,
    stack: InstanceStack,
    fits: bool,
}

impl World {
    /// `cloudformation:ImportStacksToStackSet`. Stacks outside of the targeted units, unfinished ones and those of accounts
    /// that cannot be used become instances with `FAILED_IMPORT`.
    ///
    /// # Errors
    /// `ValidationError` for `NoEcho`, for more than 10 stacks in the request or 200 through S3, for unknown stacks;
    /// `OperationInProgressException`.
    pub fn import_stacks(&mut self, caller: &Caller, request: &ImportStacks) -> Result<OperationId, ApiError> {
        let key = request.set;
        self.set_call_as(caller, Api::ImportStacksToStackSet, key, request.call_as, |world| {
            request.preferences.check()?;
            if request.stacks.len() > if request.from_s3 { S3_MAX } else { INLINE_MAX } {
                return Err(invalid("Too many stacks: 10 in the request, 200 through a list in Amazon S3."));
            }
            let candidates = request.stacks.iter().map(|stack| world.candidate(key, *stack, &request.units));
            let candidates = candidates.collect::<Result<Vec<_>, _>>()?;
            world.check_free(key)?;
            Ok(world.take_in(key, request, &candidates))
        })
    }

    fn candidate(&self, key: SetKey, stack: StackKey, units: &[NodeId]) -> Result<Candidate, ApiError> {
        let stack = self.cloudformation.stack(stack).ok_or_else(|| invalid("The stack does not exist"))?;
        if self.template(stack.template).no_echo || self.template(self.set(key).template).no_echo {
            return Err(invalid("Stacks with NoEcho parameters cannot be imported."));
        }
        let holder = self.account(stack.account);
        let set = self.set(key);
        let below = match (set.organization, holder.organization) {
            (None, _) => true,
            (Some(own), Some(organization)) if own == organization => {
                let organization = self.organization(own);
                organization.management != stack.account
                    && organization.path_up(holder.parent).any(|unit| units.contains(&unit))
            }
            _ => false,
        };
        let made = matches!(stack.status, StackStatus::CreateComplete | StackStatus::UpdateComplete);
        Ok(Candidate {
            account: stack.account,
            region: stack.region,
            stack: InstanceStack { role: stack.role, wanted: stack.wanted },
            fits: below && made && holder.state.is_usable(),
        })
    }

    /// Makes the instances, and brings those that fit to the set's template.
    fn take_in(&mut self, key: SetKey, request: &ImportStacks, candidates: &[Candidate]) -> OperationId {
        let set = self.set_mut(key);
        for unit in &request.units {
            if !set.units.contains(unit) {
                set.units.push(*unit);
            }
        }
        let mut targets = Vec::new();
        for candidate in candidates {
            let number = self.account(candidate.account).number;
            let detailed = if candidate.fits { DetailedStatus::Pending } else { DetailedStatus::FailedImport };
            let set = self.set_mut(key);
            if !set.regions.contains(&candidate.region) {
                set.regions.push(candidate.region);
            }
            let stack = candidate.fits.then_some(candidate.stack);
            set.instances.insert((number, candidate.region), Instance { detailed, stack, ..Instance::NEW });
            if candidate.fits {
                targets.push((number, candidate.region));
            }
        }
        let imported = self.targets_of_instances(key, |number, region, _| targets.contains(&(number, region)));
        let work = Work::Deploy { template: self.set(key).template, role: RoleChoice::AsTheInstanceHas };
        let operation = Operation::of_targets(work, request.preferences, imported, self.now);
        self.enqueue(key, Operation { action: "CREATE", ..operation })
    }
}
