//! Stacks and stack sets, fact by fact.

mod automatic;
mod operations;
mod other;

use super::{
    AccountFilter, AutoDeployment, CallAs, CreateInstances, CreateStackSet, DeleteInstances, DetailedStatus,
    InstanceInfo, InstanceStatus, OperationId, OperationStatus, PermissionModel, Preferences, SetKey, Targets,
    Template, TemplateId,
};
use crate::account::AccountKey;
use crate::caller::Caller;
use crate::error::{ApiError, Code};
use crate::iam::RoleDefinition;
use crate::organizations::NodeId;
use crate::tests::scene::{Scene, administrator};
use crate::text::TextId;

fn code<T>(answer: Result<T, ApiError>) -> Option<Code> {
    answer.err().map(|error| error.code)
}

impl Scene {
    fn template_of(&mut self, definition: RoleDefinition) -> TemplateId {
        let definition = self.world.definition(definition);
        self.world.add_template(Template::of(definition))
    }

    fn template(&mut self) -> TemplateId {
        let role = self.role();
        self.template_of(role)
    }

    fn set_request(&mut self, model: PermissionModel) -> CreateStackSet {
        let (name, template, region) = (self.world.text("vendor-role"), self.template(), self.region);
        CreateStackSet { name, region, template, model, managed_execution: false, call_as: CallAs::Own }
    }

    /// A service-managed set of the management account.
    pub(crate) fn service_managed(&mut self, retain_stacks: bool) -> SetKey {
        let auto_deployment = Some(AutoDeployment { retain_stacks });
        let request = self.set_request(PermissionModel::ServiceManaged { auto_deployment });
        let caller = self.owner();
        self.world.create_stack_set(&caller, &request).unwrap()
    }

    fn owner(&self) -> Caller {
        administrator(self.management)
    }

    fn instances_in(&self, set: SetKey, units: &[NodeId], preferences: Preferences) -> CreateInstances {
        let targets = Targets::Units(units.to_vec(), AccountFilter::None);
        let regions = vec![self.region];
        CreateInstances { set, targets, regions, overrides: None, preferences, call_as: CallAs::Own }
    }

    pub(crate) fn create(&mut self, set: SetKey, units: &[NodeId], preferences: Preferences) -> OperationId {
        let (request, caller) = (self.instances_in(set, units, preferences), self.owner());
        self.world.create_stack_instances(&caller, &request).unwrap()
    }

    fn status(&mut self, set: SetKey, id: OperationId) -> (OperationStatus, u32) {
        let caller = self.owner();
        let info = self.world.describe_stack_set_operation(&caller, set, id).unwrap();
        (info.status, info.failed_stack_instances_count)
    }

    fn results(&mut self, set: SetKey, id: OperationId) -> Vec<DetailedStatus> {
        let caller = self.owner();
        let results = self.world.list_stack_set_operation_results(&caller, set, id).unwrap();
        results.into_iter().map(|result| result.status).collect()
    }

    fn instance(&mut self, set: SetKey, account: AccountKey) -> Option<InstanceInfo> {
        let (caller, region) = (self.owner(), self.region);
        self.world.describe_stack_instance(&caller, set, account, region).ok()
    }

    fn delete_request(&self, set: SetKey, unit: NodeId, retain_stacks: bool) -> DeleteInstances {
        let targets = Targets::Units(vec![unit], AccountFilter::None);
        let (regions, preferences) = (vec![self.region], Preferences::default());
        DeleteInstances { set, targets, regions, retain_stacks, preferences, call_as: CallAs::Own }
    }

    /// Puts a role in the way: the stack of this account will fail.
    fn block(&mut self, account: AccountKey) {
        let role = self.role_with("made-by-hand");
        self.world.place_role(account, &role).unwrap();
    }

    pub(crate) fn settle(&mut self) {
        self.pass(crate::time::SimSpan::hours(12));
    }

    fn other_region(&mut self) -> TextId {
        self.world.text("eu-west-1")
    }
}
