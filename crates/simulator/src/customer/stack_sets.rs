//! Stack sets of a customer: made and deployed in two calls. Automatic deployment is the world's.

use super::template::RoleTemplate;
use crate::account::AccountKey;
use crate::caller::Caller;
use crate::cloudformation::{
    AccountFilter, AutoDeployment, CallAs, CreateInstances, CreateStackSet, OperationId, PermissionModel, Preferences,
    SetKey, Targets, Template,
};
use crate::error::ApiError;
use crate::organizations::{NodeId, OrganizationKey};
use crate::text::TextId;
use crate::world::World;

/// A service-managed set of the management account.
#[derive(Clone, Debug)]
pub struct ServiceManaged {
    /// The organization.
    pub organization: OrganizationKey,
    /// `StackSetName`.
    pub name: String,
    /// The Region of the set and of its instances.
    pub region: TextId,
    /// The units that it goes to. The management account is never a target, wherever it stands.
    pub units: Vec<NodeId>,
    /// `AutoDeployment`.
    pub auto_deployment: Option<AutoDeployment>,
    /// `OperationPreferences`.
    pub preferences: Preferences,
}

/// A self-managed set.
#[derive(Clone, Debug)]
pub struct SelfManaged {
    /// The administrator account.
    pub owner: AccountKey,
    /// `StackSetName`.
    pub name: String,
    /// The Region of the set and of its instances.
    pub region: TextId,
    /// `AdministrationRoleARN`, by its name in the administrator account.
    pub administration_role: String,
    /// `ExecutionRoleName`.
    pub execution_role: String,
    /// The accounts that it goes to.
    pub accounts: Vec<AccountKey>,
    /// `OperationPreferences`.
    pub preferences: Preferences,
}

/// Makes a service-managed set of a role and deploys it.
///
/// # Errors
/// As `CreateStackSet` and `CreateStackInstances`.
pub fn deploy_service_managed(
    world: &mut World,
    set: &ServiceManaged,
    role: &RoleTemplate,
) -> Result<(SetKey, OperationId), ApiError> {
    let caller = Caller::Administrator(world.organization(set.organization).management());
    let model = PermissionModel::ServiceManaged { auto_deployment: set.auto_deployment };
    let targets = Targets::Units(set.units.clone(), AccountFilter::None);
    deploy(world, &caller, (&set.name, set.region), role, model, targets, set.preferences)
}

/// Makes a self-managed set of a role and deploys it.
///
/// # Errors
/// As `CreateStackSet` and `CreateStackInstances`.
pub fn deploy_self_managed(
    world: &mut World,
    set: &SelfManaged,
    role: &RoleTemplate,
) -> Result<(SetKey, OperationId), ApiError> {
    let caller = Caller::Administrator(set.owner);
    let model = PermissionModel::SelfManaged {
        administration_role: world.text(&set.administration_role),
        execution_role: world.text(&set.execution_role),
    };
    let targets = Targets::Accounts(set.accounts.clone());
    deploy(world, &caller, (&set.name, set.region), role, model, targets, set.preferences)
}

fn deploy(
    world: &mut World,
    caller: &Caller,
    (name, region): (&str, TextId),
    role: &RoleTemplate,
    model: PermissionModel,
    targets: Targets,
    preferences: Preferences,
) -> Result<(SetKey, OperationId), ApiError> {
    let definition = role.definition(world);
    let definition = world.definition(definition);
    let template = world.add_template(Template::of(definition));
    let (name, call_as) = (world.text(name), CallAs::Own);
    let request = CreateStackSet { name, region, template, model, managed_execution: false, call_as };
    let set = world.create_stack_set(caller, &request)?;
    let instances = CreateInstances { set, targets, regions: vec![region], overrides: None, preferences, call_as };
    world.create_stack_instances(caller, &instances).map(|operation| (set, operation))
}
