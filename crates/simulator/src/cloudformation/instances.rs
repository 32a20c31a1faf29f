//! The requests for stack instances: created in units or accounts, updated with overrides, deleted, described.

use super::drift::DriftStatus;
use super::operation::{Operation, OperationId, RoleChoice, Target, Work};
use super::preferences::Preferences;
use super::sets::{CallAs, Instance, SetKey, invalid};
use super::{DetailedStatus, InstanceStatus};
use crate::account::{AccountKey, AccountNumber};
use crate::api::Api;
use crate::caller::Caller;
use crate::error::{ApiError, Code};
use crate::iam::{DefinitionId, UniqueId};
use crate::organizations::NodeId;
use crate::text::TextId;
use crate::world::World;

/// Units in one call.
const UNITS_MAX: usize = 50;
/// Instances of a set (`cloudformation-limits`).
const INSTANCES_MAX: usize = 100_000;

/// Which accounts of the units are meant (`AccountFilterType`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum AccountFilter {
    /// All.
    #[default]
    None,
    /// `INTERSECTION`: only these.
    Intersection(Vec<AccountKey>),
    /// `DIFFERENCE`: all but these.
    Difference(Vec<AccountKey>),
}

/// What an operation on instances is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Targets {
    /// `DeploymentTargets` of a service-managed set: units, with everything below them.
    Units(Vec<NodeId>, AccountFilter),
    /// `Accounts` of a self-managed set.
    Accounts(Vec<AccountKey>),
}

/// `CreateStackInstances`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreateInstances {
    /// The set.
    pub set: SetKey,
    /// Where.
    pub targets: Targets,
    /// `Regions`, in the order of the operation.
    pub regions: Vec<TextId>,
    /// `ParameterOverrides`, as the role that they make.
    pub overrides: Option<DefinitionId>,
    /// `OperationPreferences`.
    pub preferences: Preferences,
    /// `CallAs`.
    pub call_as: CallAs,
}

/// `UpdateStackInstances`: sets the overrides of instances that exist.
pub type UpdateInstances = CreateInstances;

/// `DeleteStackInstances`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeleteInstances {
    /// The set.
    pub set: SetKey,
    /// Where.
    pub targets: Targets,
    /// `Regions`.
    pub regions: Vec<TextId>,
    /// `RetainStacks`.
    pub retain_stacks: bool,
    /// `OperationPreferences`.
    pub preferences: Preferences,
    /// `CallAs`.
    pub call_as: CallAs,
}

/// A stack instance as CloudFormation answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstanceInfo {
    /// The account.
    pub account: AccountKey,
    /// The Region.
    pub region: TextId,
    /// `Status`.
    pub status: InstanceStatus,
    /// `StackInstanceStatus.DetailedStatus`.
    pub detailed: DetailedStatus,
    /// `StatusReason`.
    pub reason: Option<Box<str>>,
    /// Whether it has a `StackId`. An instance of a suspended account has none.
    pub has_stack_id: bool,
    /// The role of its stack.
    pub role: Option<UniqueId>,
    /// `DriftStatus`.
    pub drift: DriftStatus,
    /// `OrganizationalUnitId`.
    pub unit: Option<NodeId>,
    /// `LastOperationId`.
    pub last_operation: Option<OperationId>,
}

impl World {
    /// `cloudformation:CreateStackInstances`.
    ///
    /// # Errors
    /// `ValidationError` for targets that do not fit the set, above 50 units, without a Region;
    /// `OperationInProgressException`; `LimitExceededException` above 100,000 instances.
    pub fn create_stack_instances(
        &mut self,
        caller: &Caller,
        request: &CreateInstances,
    ) -> Result<OperationId, ApiError> {
        let key = request.set;
        self.set_call_as(caller, Api::CreateStackInstances, key, request.call_as, |world| {
            request.preferences.check()?;
            let accounts = world.accounts_of(key, &request.targets)?;
            check_regions(&request.regions)?;
            let more = accounts.len() * request.regions.len();
            if world.set(key).instances.len() + more > INSTANCES_MAX {
                return Err(ApiError::new(Code::CfnLimitExceeded, "The quota of stack instances has been reached."));
            }
            let role = RoleChoice::Override(request.overrides);
            let work = Work::Deploy { template: world.set(key).template, role };
            let operation = Operation::new(work, request.preferences, &accounts, &request.regions, world.now);
            world.check_free(key)?;
            world.remember_targets(key, &request.targets, &request.regions);
            world.begin_operation(key, operation)
        })
    }

    /// `cloudformation:UpdateStackInstances`.
    ///
    /// # Errors
    /// `StackInstanceNotFoundException` when none of the accounts has an instance; as `create_stack_instances`.
    pub fn update_stack_instances(
        &mut self,
        caller: &Caller,
        request: &UpdateInstances,
    ) -> Result<OperationId, ApiError> {
        let key = request.set;
        self.set_call_as(caller, Api::UpdateStackInstances, key, request.call_as, |world| {
            request.preferences.check()?;
            let targets = world.existing(key, &request.targets, &request.regions)?;
            let role = RoleChoice::Override(request.overrides);
            let work = Work::Deploy { template: world.set(key).template, role };
            let operation = Operation::of_targets(work, request.preferences, targets, world.now);
            world.begin_operation(key, Operation { action: "UPDATE", ..operation })
        })
    }

    /// `cloudformation:DeleteStackInstances`.
    ///
    /// # Errors
    /// `StackInstanceNotFoundException`, `OperationInProgressException`, `ValidationError`.
    pub fn delete_stack_instances(
        &mut self,
        caller: &Caller,
        request: &DeleteInstances,
    ) -> Result<OperationId, ApiError> {
        let key = request.set;
        self.set_call_as(caller, Api::DeleteStackInstances, key, request.call_as, |world| {
            request.preferences.check()?;
            let targets = world.existing(key, &request.targets, &request.regions)?;
            let work = Work::Delete { retain: request.retain_stacks };
            let operation = Operation::of_targets(work, request.preferences, targets, world.now);
            world.check_free(key)?;
            if let Targets::Units(units, AccountFilter::None) = &request.targets {
                world.set_mut(key).units.retain(|unit| !units.contains(unit));
            }
            world.begin_operation(key, operation)
        })
    }

    /// `cloudformation:DescribeStackInstance`.
    ///
    /// # Errors
    /// `StackInstanceNotFoundException`.
    pub fn describe_stack_instance(
        &mut self,
        caller: &Caller,
        set: SetKey,
        account: AccountKey,
        region: TextId,
    ) -> Result<InstanceInfo, ApiError> {
        self.set_call(caller, Api::DescribeStackInstance, set, |world| {
            let number = world.account(account).number;
            world.instance_info(set, number, region).ok_or_else(no_instance)
        })
    }

    /// `cloudformation:ListStackInstances`, all at once.
    ///
    /// # Errors
    /// `StackSetNotFoundException`.
    pub fn list_stack_instances(&mut self, caller: &Caller, set: SetKey) -> Result<Vec<InstanceInfo>, ApiError> {
        self.set_call(caller, Api::ListStackInstances, set, |world| {
            let keys: Vec<_> = world.set(set).instances.keys().copied().collect();
            Ok(keys.into_iter().filter_map(|(number, region)| world.instance_info(set, number, region)).collect())
        })
    }

    fn instance_info(&self, key: SetKey, number: AccountNumber, region: TextId) -> Option<InstanceInfo> {
        let set = self.set(key);
        let instance: &Instance = set.instances.get(&(number, region))?;
        Some(InstanceInfo {
            account: self.key_of(number)?,
            region,
            status: instance.status,
            detailed: instance.detailed,
            reason: set.reasons.get(&(number, region)).cloned(),
            has_stack_id: instance.stack.is_some(),
            role: instance.stack.and_then(|stack| stack.role),
            drift: instance.drift,
            unit: instance.unit,
            last_operation: instance.last_operation,
        })
    }

    /// The accounts that targets mean: of units everything below, never the management account.
    fn accounts_of(&mut self, key: SetKey, targets: &Targets) -> Result<Vec<(AccountNumber, AccountKey)>, ApiError> {
        let set = self.set(key);
        match (set.organization, targets) {
            (Some(organization), Targets::Units(units, filter)) => {
                if units.is_empty() || units.len() > UNITS_MAX {
                    return Err(invalid("1 to 50 organizational units can be targeted in one call."));
                }
                let organization = self.organization(organization);
                if units.iter().any(|unit| organization.node(*unit).is_none()) {
                    return Err(invalid("The organizational unit does not exist."));
                }
                let mut nodes: Vec<_> = units.iter().flat_map(|unit| organization.subtree(*unit)).collect();
                nodes.sort_unstable();
                nodes.dedup();
                let numbers = nodes.iter().filter_map(|node| organization.node(*node)).flat_map(|node| &node.accounts);
                let management = organization.management;
                let wanted = |account: AccountKey| match filter {
                    AccountFilter::None => true,
                    AccountFilter::Intersection(some) => some.contains(&account),
                    AccountFilter::Difference(others) => !others.contains(&account),
                };
                let known = numbers.filter_map(|number| Some((*number, self.key_of(*number)?)));
                let found: Vec<_> = known.filter(|(_, account)| *account != management && wanted(*account)).collect();
                self.steps.accounts += found.len() as u64;
                Ok(found)
            }
            (None, Targets::Accounts(accounts)) => {
                Ok(accounts.iter().map(|account| (self.account(*account).number, *account)).collect())
            }
            (Some(_), Targets::Accounts(_)) => Err(invalid(
                "StackSets with SERVICE_MANAGED permission model can only have OrganizationalUnit as target",
            )),
            (None, Targets::Units(..)) => {
                Err(invalid("StackSets with SELF_MANAGED permission model can only have accounts as target"))
            }
        }
    }

    /// The instances that targets mean and that the set has.
    fn existing(&mut self, key: SetKey, targets: &Targets, regions: &[TextId]) -> Result<Vec<Target>, ApiError> {
        check_regions(regions)?;
        let accounts = self.accounts_of(key, targets)?;
        let set = self.set(key);
        let mut found = Vec::new();
        for region in regions {
            let mut of_region: Vec<_> =
                accounts.iter().filter(|(number, _)| set.instances.contains_key(&(*number, *region))).collect();
            of_region.sort_unstable();
            found.extend(of_region.into_iter().map(|(number, _)| Target {
                number: *number,
                region: *region,
                status: DetailedStatus::Pending,
            }));
        }
        if found.is_empty() { Err(no_instance()) } else { Ok(found) }
    }

    /// The instances of a set that are wanted, by Region in the set's order.
    pub(super) fn targets_of_instances(
        &self,
        key: SetKey,
        wanted: impl Fn(AccountNumber, TextId, &Instance) -> bool,
    ) -> Vec<Target> {
        let set = self.set(key);
        let of_region = |region: &TextId| {
            let region = *region;
            set.instances.iter().filter(move |((_, at), _)| *at == region)
        };
        let all = set
            .regions
            .iter()
            .flat_map(of_region)
            .filter(|((number, region), instance)| wanted(*number, *region, instance));
        all.map(|((number, region), _)| Target { number: *number, region: *region, status: DetailedStatus::Pending })
            .collect()
    }

    /// Units and Regions of a set, which auto-deployment goes by.
    fn remember_targets(&mut self, key: SetKey, targets: &Targets, regions: &[TextId]) {
        let set = self.set_mut(key);
        if let Targets::Units(units, _) = targets {
            for unit in units {
                if !set.units.contains(unit) {
                    set.units.push(*unit);
                }
            }
        }
        for region in regions {
            if !set.regions.contains(region) {
                set.regions.push(*region);
            }
        }
    }
}

fn check_regions(regions: &[TextId]) -> Result<(), ApiError> {
    if regions.is_empty() { Err(invalid("At least one Region must be named.")) } else { Ok(()) }
}

fn no_instance() -> ApiError {
    ApiError::new(Code::StackInstanceNotFound, "The specified stack instance doesn't exist.")
}
