//! Stack sets and the requests for them: who may work on which set (`CallAs`), what a set may hold.

use super::DetailedStatus;
use super::InstanceStatus;
use super::drift::DriftStatus;
use super::operation::{Operation, OperationId, RoleChoice, Work};
use super::preferences::Preferences;
use super::template::TemplateId;
use crate::account::{AccountKey, AccountNumber};
use crate::api::Api;
use crate::caller::Caller;
use crate::error::{ApiError, Code};
use crate::gateway::{Resource, Subject};
use crate::iam::{DefinitionId, UniqueId};
use crate::organizations::{FeatureSet, NodeId, OrganizationKey};
use crate::random::EntityId;
use crate::text::TextId;
use crate::world::World;
use std::collections::{BTreeMap, VecDeque};

/// Stack sets of an account and Region (`cloudformation-limits`).
const SETS_MAX: usize = 1_000;

/// A stack set of a world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SetKey(pub(crate) u32);

/// On whose behalf a caller acts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CallAs {
    /// `SELF`: the management account for its service-managed sets, anybody for self-managed ones.
    #[default]
    Own,
    /// `DELEGATED_ADMIN`.
    DelegatedAdmin,
}

/// Automatic deployment of a service-managed set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AutoDeployment {
    /// `RetainStacksOnAccountRemoval`.
    pub retain_stacks: bool,
}

/// How a set gets its rights in the accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PermissionModel {
    /// `SERVICE_MANAGED`: through AWS Organizations.
    ServiceManaged {
        /// `AutoDeployment`, when enabled.
        auto_deployment: Option<AutoDeployment>,
    },
    /// `SELF_MANAGED`: the administration role assumes the execution role of each account.
    SelfManaged {
        /// `AdministrationRoleARN`, by its name in the administrator's account.
        administration_role: TextId,
        /// `ExecutionRoleName`.
        execution_role: TextId,
    },
}

/// `CreateStackSet`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CreateStackSet {
    /// `StackSetName`.
    pub name: TextId,
    /// The Region of the call: sets are regional.
    pub region: TextId,
    /// `TemplateBody` or `TemplateURL`.
    pub template: TemplateId,
    /// `PermissionModel`.
    pub model: PermissionModel,
    /// `ManagedExecution`.
    pub managed_execution: bool,
    /// `CallAs`.
    pub call_as: CallAs,
}

/// `UpdateStackSet`: the new template goes to all instances.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UpdateStackSet {
    /// The set.
    pub set: SetKey,
    /// The template.
    pub template: TemplateId,
    /// `OperationPreferences`.
    pub preferences: Preferences,
    /// `CallAs`.
    pub call_as: CallAs,
}

/// The stack of an instance.
#[derive(Clone, Copy, Debug)]
pub(super) struct InstanceStack {
    pub(super) role: Option<UniqueId>,
    /// The role that the stack's own template asks for.
    pub(super) wanted: DefinitionId,
}

/// A stack instance.
#[derive(Clone, Copy, Debug)]
pub(super) struct Instance {
    pub(super) status: InstanceStatus,
    pub(super) detailed: DetailedStatus,
    pub(super) drift: DriftStatus,
    /// The unit through which it came into the set.
    pub(super) unit: Option<NodeId>,
    /// `ParameterOverrides`, as the role that they make.
    pub(super) overrides: Option<DefinitionId>,
    /// Without a stack the instance has no `StackId`.
    pub(super) stack: Option<InstanceStack>,
    /// The operation that was about it last.
    pub(super) last_operation: Option<OperationId>,
}

impl Instance {
    pub(super) const NEW: Self = Self {
        status: InstanceStatus::Outdated,
        detailed: DetailedStatus::Pending,
        drift: DriftStatus::NotChecked,
        unit: None,
        overrides: None,
        stack: None,
        last_operation: None,
    };
}

/// A stack set.
#[derive(Clone, Debug)]
pub(super) struct StackSet {
    pub(super) name: TextId,
    pub(super) region: TextId,
    pub(super) hash: u64,
    /// The account in which it stands: for service-managed ones the management account.
    pub(super) owner: AccountKey,
    pub(super) organization: Option<OrganizationKey>,
    pub(super) model: PermissionModel,
    pub(super) template: TemplateId,
    pub(super) managed_execution: bool,
    pub(super) deleted: bool,
    /// Units that were targeted.
    pub(super) units: Vec<NodeId>,
    /// Regions of its instances, in the order in which they came.
    pub(super) regions: Vec<TextId>,
    pub(super) instances: BTreeMap<(AccountNumber, TextId), Instance>,
    /// Why instances failed, while they have.
    pub(super) reasons: BTreeMap<(AccountNumber, TextId), Box<str>>,
    pub(super) operations: BTreeMap<u32, Operation>,
    pub(super) next_operation: u32,
    /// Operations that run or wait, oldest first.
    pub(super) open: VecDeque<OperationId>,
    /// Those that run.
    pub(super) active: Vec<OperationId>,
    /// Instances that are worked on.
    pub(super) running: usize,
}

impl StackSet {
    pub(super) const fn entity(&self) -> EntityId {
        EntityId::stack_set(self.hash)
    }
}

impl World {
    #[expect(clippy::indexing_slicing, reason = "keys are made by `create_stack_set` alone, one for each set")]
    pub(super) fn set(&self, key: SetKey) -> &StackSet {
        &self.cloudformation.sets[key.0 as usize]
    }

    #[expect(clippy::indexing_slicing, reason = "keys are made by `create_stack_set` alone, one for each set")]
    pub(super) fn set_mut(&mut self, key: SetKey) -> &mut StackSet {
        &mut self.cloudformation.sets[key.0 as usize]
    }

    /// `cloudformation:CreateStackSet`.
    ///
    /// # Errors
    /// `ValidationError` for a service-managed set from anybody but the management account or a delegated administrator
    /// who says so, without all features or trusted access, with nested stacks or macros, or with a template that is too
    /// long; `NameAlreadyExistsException`; `LimitExceededException`.
    pub fn create_stack_set(&mut self, caller: &Caller, request: &CreateStackSet) -> Result<SetKey, ApiError> {
        let subject = Subject::Account(caller.account());
        self.call_in(caller, Api::CreateStackSet, subject, Resource::Any, Some(request.region), |world| {
            let template = std::sync::Arc::clone(world.template(request.template));
            template.check_size()?;
            let organization = match request.model {
                PermissionModel::SelfManaged { .. } => None,
                PermissionModel::ServiceManaged { .. } => {
                    if template.nested_or_macros {
                        return Err(invalid(
                            "Stack sets with service-managed permissions cannot have nested stacks or macros.",
                        ));
                    }
                    Some(world.organization_of_sets(caller, request.call_as)?)
                }
            };
            let owner = organization.map_or(caller.account(), |key| world.organization(key).management);
            world.check_new_set(owner, request)?;
            let number = world.account(owner).number.get();
            let hash = crate::text::mix(number ^ world.texts.hash(request.region)) ^ world.texts.hash(request.name);
            let key = SetKey(u32::try_from(world.cloudformation.sets.len()).unwrap_or(u32::MAX));
            world.cloudformation.sets.push(StackSet {
                name: request.name,
                region: request.region,
                hash,
                owner,
                organization,
                model: request.model,
                template: request.template,
                managed_execution: request.managed_execution,
                deleted: false,
                units: Vec::new(),
                regions: Vec::new(),
                instances: BTreeMap::new(),
                reasons: BTreeMap::new(),
                operations: BTreeMap::new(),
                next_operation: 0,
                open: VecDeque::new(),
                active: Vec::new(),
                running: 0,
            });
            Ok(key)
        })
    }

    fn check_new_set(&self, owner: AccountKey, request: &CreateStackSet) -> Result<(), ApiError> {
        let own = self.cloudformation.sets.iter().filter(|set| set.owner == owner && set.region == request.region);
        let own: Vec<_> = own.filter(|set| !set.deleted).collect();
        if own.iter().any(|set| set.name == request.name) {
            return Err(ApiError::new(Code::NameAlreadyExists, "The specified name is already in use."));
        }
        if own.len() >= SETS_MAX {
            return Err(ApiError::new(Code::CfnLimitExceeded, "The quota of stack sets has been reached."));
        }
        Ok(())
    }

    /// The organization whose service-managed sets a caller may work on.
    fn organization_of_sets(&self, caller: &Caller, call_as: CallAs) -> Result<OrganizationKey, ApiError> {
        let text = "You must be the management account or delegated admin account of an organization before operating a SERVICE_MANAGED stack set";
        let account = caller.account();
        let key = self.account(account).organization.ok_or_else(|| invalid(text))?;
        let organization = self.organization(key);
        let allowed = match call_as {
            CallAs::Own => organization.management == account,
            CallAs::DelegatedAdmin => organization.delegated.contains(&account),
        };
        if !allowed {
            return Err(invalid(text));
        }
        if organization.features != FeatureSet::All || !organization.trusted_access {
            return Err(invalid("You must enable organizations access to operate a service managed stack set"));
        }
        Ok(key)
    }

    /// Whether a caller may work on a set.
    pub(super) fn check_set(&self, caller: &Caller, key: SetKey, call_as: CallAs) -> Result<(), ApiError> {
        let set = self.set(key);
        if set.deleted {
            return Err(self.no_set(key));
        }
        match (set.organization, call_as) {
            (None, CallAs::Own) if set.owner == caller.account() => Ok(()),
            (Some(organization), _) => match self.organization_of_sets(caller, call_as) {
                Ok(own) if own == organization => Ok(()),
                Ok(_) => Err(self.no_set(key)),
                Err(error) => Err(error),
            },
            (None, _) => Err(self.no_set(key)),
        }
    }

    fn no_set(&self, key: SetKey) -> ApiError {
        let name = self.texts.get(self.set(key).name);
        ApiError::written(Code::StackSetNotFound, format!("StackSet {name} not found"))
    }

    /// A call about a set that only reads, or that was checked before: the caller may be the owner or a delegated
    /// administrator.
    pub(super) fn set_call<T>(
        &mut self,
        caller: &Caller,
        api: Api,
        key: SetKey,
        work: impl FnOnce(&mut Self) -> Result<T, ApiError>,
    ) -> Result<T, ApiError> {
        let delegated = |key: OrganizationKey| self.organization(key).delegated.contains(&caller.account());
        let call_as =
            if self.set(key).organization.is_some_and(delegated) { CallAs::DelegatedAdmin } else { CallAs::Own };
        self.set_call_as(caller, api, key, call_as, work)
    }

    pub(super) fn set_call_as<T>(
        &mut self,
        caller: &Caller,
        api: Api,
        key: SetKey,
        call_as: CallAs,
        work: impl FnOnce(&mut Self) -> Result<T, ApiError>,
    ) -> Result<T, ApiError> {
        let StackSet { owner: account, region, name, .. } = *self.set(key);
        let (subject, resource) = (Subject::Account(account), Resource::StackSet { account, region, name });
        self.call_in(caller, api, subject, resource, Some(region), |world| {
            world.check_set(caller, key, call_as)?;
            work(world)
        })
    }

    /// `cloudformation:UpdateStackSet`.
    ///
    /// # Errors
    /// `OperationInProgressException`, `StackSetNotFoundException`, `ValidationError`.
    pub fn update_stack_set(&mut self, caller: &Caller, request: &UpdateStackSet) -> Result<OperationId, ApiError> {
        let key = request.set;
        self.set_call_as(caller, Api::UpdateStackSet, key, request.call_as, |world| {
            request.preferences.check()?;
            let template = std::sync::Arc::clone(world.template(request.template));
            template.check_size()?;
            if template.nested_or_macros && world.set(key).organization.is_some() {
                return Err(invalid(
                    "Stack sets with service-managed permissions cannot have nested stacks or macros.",
                ));
            }
            let work = Work::Deploy { template: request.template, role: RoleChoice::AsTheInstanceHas };
            let targets =
                world.targets_of_instances(key, |_, _, instance| instance.status != InstanceStatus::Inoperable);
            let operation = Operation::of_targets(work, request.preferences, targets, world.now);
            let id = world.begin_operation(key, operation)?;
            world.set_mut(key).template = request.template;
            Ok(id)
        })
    }

    /// `cloudformation:DeleteStackSet`.
    ///
    /// # Errors
    /// `StackSetNotEmptyException` while it has instances; `OperationInProgressException`.
    pub fn delete_stack_set(&mut self, caller: &Caller, key: SetKey, call_as: CallAs) -> Result<(), ApiError> {
        self.set_call_as(caller, Api::DeleteStackSet, key, call_as, |world| {
            if !world.set(key).open.is_empty() {
                return Err(world.in_progress(key));
            }
            if !world.set(key).instances.is_empty() {
                let text =
                    "You can't yet delete this stack set, because it still contains one or more stack instances.";
                return Err(ApiError::new(Code::StackSetNotEmpty, text));
            }
            world.set_mut(key).deleted = true;
            Ok(())
        })
    }

    /// `cloudformation:DescribeStackSet`: its name and how many instances it has.
    ///
    /// # Errors
    /// `StackSetNotFoundException`.
    pub fn describe_stack_set(&mut self, caller: &Caller, key: SetKey) -> Result<(TextId, usize), ApiError> {
        self.set_call(caller, Api::DescribeStackSet, key, |world| {
            let set = world.set(key);
            Ok((set.name, set.instances.len()))
        })
    }
}

pub(super) fn invalid(text: &'static str) -> ApiError {
    ApiError::new(Code::ValidationError, text)
}
