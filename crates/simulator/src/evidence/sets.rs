//! Stack sets as the administrators of an account's organization see them, as far as they concern the account.

use super::customer::{of_definition, unit_id};
use crate::account::AccountKey;
use crate::caller::Caller;
use crate::cloudformation::{self, OperationId, SetKey};
use crate::world::World;
use rolecall_core::diagnosis::Seen;
use rolecall_core::diagnosis::evidence::{
    DetailedStatus, DriftStatus, InstanceStatus, OperationStatus, PermissionModel, SeenInstance, SeenOperation,
    SeenResult, SeenSet,
};

/// Of the management account's sets and, for accounts outside of an organization, of none.
pub(super) fn of(world: &mut World, account: AccountKey) -> Seen<Vec<SeenSet>> {
    let Some(key) = world.account(account).organization() else { return Seen::NotLooked };
    let administrator = Caller::Administrator(world.organization(key).management());
    let keys = world.list_stack_sets(&administrator);
    let sets: Vec<_> = keys.into_iter().filter_map(|key| set(world, &administrator, key, account)).collect();
    Seen::looked((!sets.is_empty()).then_some(sets))
}

fn set(world: &mut World, caller: &Caller, key: SetKey, account: AccountKey) -> Option<SeenSet> {
    let info = world.read_stack_set(caller, key).ok()?;
    let instances = world.list_stack_instances(caller, key).ok()?;
    let number = world.account(account).number();
    let text = |world: &World, id| world.texts().get(id).to_owned();
    let (model, retain) = match info.model {
        cloudformation::PermissionModel::ServiceManaged { auto_deployment } => {
            (PermissionModel::ServiceManaged, auto_deployment.map(|automatic| automatic.retain_stacks))
        }
        cloudformation::PermissionModel::SelfManaged { .. } => (PermissionModel::SelfManaged, None),
    };
    let definition = world.template(info.template).role_in(number);
    let mut own = Vec::new();
    for one in instances.into_iter().filter(|one| one.account == account) {
        own.push(SeenInstance {
            region: text(world, one.region),
            status: InstanceStatus::parse(one.status.as_str())?,
            detailed: Seen::looked(DetailedStatus::parse(one.detailed.as_str())),
            reason: Seen::looked(one.reason.map(String::from)),
            drift: Seen::looked(DriftStatus::parse(one.drift.as_str())),
        });
    }
    let operations = world.list_stack_set_operations(caller, key).ok()?;
    let operations: Vec<_> = operations
        .into_iter()
        .filter_map(|(id, action)| operation(world, caller, (key, id), action, account))
        .collect();
    let units: Vec<_> = info.units.iter().map(|unit| unit_id(*unit)).collect();
    Some(SeenSet {
        name: text(world, info.name),
        model: Seen::Present(model),
        retain_stacks: Seen::looked(retain),
        units: Seen::looked((!units.is_empty()).then_some(units)),
        regions: Seen::Present(info.regions.iter().map(|region| text(world, *region)).collect()),
        template: Seen::Present(of_definition(world, account, definition)),
        instances: Seen::looked((!own.is_empty()).then_some(own)),
        operations: Seen::looked((!operations.is_empty()).then_some(operations)),
    })
}

/// An operation, with the results of the account and of every account that failed.
fn operation(
    world: &mut World,
    caller: &Caller,
    (set, id): (SetKey, OperationId),
    action: &str,
    account: AccountKey,
) -> Option<SeenOperation> {
    let info = world.describe_stack_set_operation(caller, set, id).ok()?;
    let lines = world.list_stack_set_operation_results(caller, set, id).ok()?;
    let reasons: Vec<_> = world.list_stack_instances(caller, set).ok()?;
    let failed = cloudformation::DetailedStatus::Failed;
    let wanted = lines.into_iter().filter(|line| line.account == account || line.status == failed);
    let results = wanted.map(|line| {
        let reason = reasons.iter().find(|one| one.account == line.account && one.region == line.region);
        SeenResult {
            account: world.account(line.account).number().to_string(),
            region: world.texts().get(line.region).to_owned(),
            status: line.status.as_str().to_owned(),
            reason: Seen::looked(reason.and_then(|one| one.reason.clone()).map(String::from)),
        }
    });
    Some(SeenOperation {
        id: format!("operation-{}", id.0),
        action: action.to_owned(),
        status: OperationStatus::parse(info.status.as_str())?,
        failed_instances: Seen::Present(info.failed_stack_instances_count),
        results: Seen::Present(results.collect()),
    })
}
