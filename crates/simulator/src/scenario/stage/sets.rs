//! Stack sets and plain stacks of the customer, through CloudFormation's requests.

use super::{Actor, Stage, StagedSet};
use crate::api::Api;
use crate::caller::Caller;
use crate::cloudformation::{
    AccountFilter, AutoDeployment, CallAs, CreateInstances, CreateStackSet, ImportStacks, PermissionModel, Preferences,
    SetKey, StackRef, Targets, Template, TemplateId, UpdateStackSet,
};
use crate::organizations::NodeId;
use crate::scenario::{AccountRef, Place, RolePart};
use crate::text::TextId;
use crate::world::World;

impl Stage {
    /// Creates a stack set and deploys it to its units.
    pub(super) fn create_set(&mut self, world: &mut World, number: usize) {
        let Some(part) = self.scenario.stack_sets.get(number).cloned() else { return };
        let maker = part.by.unwrap_or(AccountRef::Management(part.organization));
        let Some(account) = self.key_of(maker) else { return };
        let caller = Caller::Administrator(account);
        let template = self.template(world, &part.role, part.organization, part.no_echo);
        let request = CreateStackSet {
            name: world.text(&part.name),
            region: world.text("us-east-1"),
            template,
            model: PermissionModel::ServiceManaged {
                auto_deployment: part.auto_deployment.map(|retain_stacks| AutoDeployment { retain_stacks }),
            },
            managed_execution: part.managed_execution,
            call_as: part.call_as,
        };
        let made = world.create_stack_set(&caller, &request);
        let text = format!("creates the service-managed stack set {} from {}", part.name, self.name(maker));
        let Some(key) = self.note(world, Actor::Customer, text, (Api::CreateStackSet, account), made) else { return };
        if let Some(slot) = self.sets.get_mut(number) {
            *slot = Some(StagedSet { key, caller, last: None });
        }
        if !part.units.is_empty() {
            self.deploy(world, number, &caller, &part.units, &part.regions, part.preferences, part.call_as);
        }
    }

    fn template(&self, world: &mut World, role: &RolePart, organization: usize, no_echo: bool) -> TemplateId {
        let definition = self.definition(world, role, organization, None);
        let role = world.definition(definition);
        world.add_template(Template { no_echo, ..Template::of(role) })
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one request of CloudFormation")]
    pub(super) fn deploy(
        &mut self,
        world: &mut World,
        number: usize,
        caller: &Caller,
        units: &[Place],
        regions: &[String],
        preferences: Preferences,
        call_as: CallAs,
    ) {
        let Some(set) = self.sets.get(number).copied().flatten() else { return };
        let Some(part) = self.scenario.stack_sets.get(number).cloned() else { return };
        let (units, regions) = match (units.is_empty(), regions.is_empty()) {
            (true, true) => (part.units.clone(), part.regions.clone()),
            (true, false) => (part.units.clone(), regions.to_vec()),
            (false, true) => (units.to_vec(), part.regions.clone()),
            (false, false) => (units.to_vec(), regions.to_vec()),
        };
        let nodes: Vec<NodeId> = units.iter().filter_map(|unit| self.node(unit)).collect();
        let request = CreateInstances {
            set: set.key,
            targets: Targets::Units(nodes, AccountFilter::None),
            regions: regions.iter().map(|region| world.text(region)).collect(),
            overrides: None,
            preferences,
            call_as,
        };
        let begun = world.create_stack_instances(caller, &request);
        let to = units.iter().map(|unit| self.place_name(unit)).collect::<Vec<_>>().join(", ");
        let text = format!("deploys {} to {to} in {}", part.name, regions.join(", "));
        let last = self.note(world, Actor::Customer, text, (Api::CreateStackInstances, caller.account()), begun);
        self.remember(number, last);
    }

    fn remember(&mut self, number: usize, last: Option<crate::cloudformation::OperationId>) {
        if let (Some(set), Some(_)) = (self.sets.get_mut(number).and_then(Option::as_mut), last) {
            set.last = last;
        }
    }

    pub(super) fn update_set(
        &mut self,
        world: &mut World,
        number: usize,
        role: &RolePart,
        preferences: Preferences,
        call_as: CallAs,
    ) {
        let Some(set) = self.sets.get(number).copied().flatten() else { return };
        let Some(part) = self.scenario.stack_sets.get(number).cloned() else { return };
        let template = self.template(world, role, part.organization, part.no_echo);
        let request = UpdateStackSet { set: set.key, template, preferences, call_as };
        let begun = world.update_stack_set(&set.caller, &request);
        let text = format!("updates {} with a new template", part.name);
        let call = (Api::UpdateStackSet, set.caller.account());
        let last = self.note(world, Actor::Customer, text, call, begun);
        self.remember(number, last);
    }

    pub(super) fn detect_drift(&mut self, world: &mut World, number: usize) {
        let Some(set) = self.sets.get(number).copied().flatten() else { return };
        let Some(part) = self.scenario.stack_sets.get(number).cloned() else { return };
        let begun = world.detect_stack_set_drift(&set.caller, set.key, part.preferences, part.call_as);
        let text = format!("runs drift detection on {}", part.name);
        let call = (Api::DetectStackSetDrift, set.caller.account());
        let last = self.note(world, Actor::Customer, text, call, begun);
        self.remember(number, last);
    }

    pub(super) fn create_stack(
        &mut self,
        world: &mut World,
        caller: &Caller,
        account: AccountRef,
        role: &RolePart,
        no_echo: bool,
    ) {
        let Some(key) = self.key_of(account) else { return };
        let template = self.template(world, role, self.organization_of(account), no_echo);
        let (region, name) = (world.text("us-east-1"), world.text("vendor-role"));
        let begun = world.create_stack(caller, region, name, template);
        let text = format!("creates a plain stack vendor-role in {}", self.name(account));
        if let Some(stack) = self.note(world, Actor::Customer, text, (Api::CreateStack, key), begun) {
            self.stacks.insert(account, stack);
        }
    }

    /// The stack of an instance, updated directly in its account.
    pub(super) fn update_stack(
        &mut self,
        world: &mut World,
        caller: &Caller,
        account: AccountRef,
        number: usize,
        role: &RolePart,
    ) {
        let Some(key) = self.key_of(account) else { return };
        let Some(set) = self.sets.get(number).copied().flatten() else { return };
        let template = self.template(world, role, self.organization_of(account), false);
        let region: TextId = world.text("us-east-1");
        let updated = world.update_stack(caller, StackRef::Instance(set.key, key, region), template);
        let text = format!("updates the stack of {} directly in its account", self.name(account));
        let _: Option<()> = self.note(world, Actor::Customer, text, (Api::UpdateStack, key), updated);
    }

    pub(super) fn import(&mut self, world: &mut World, account: AccountRef, number: usize) {
        let Some(set) = self.sets.get(number).copied().flatten() else { return };
        let (Some(stack), Some(key)) = (self.stacks.get(&account).copied(), self.key_of(account)) else { return };
        let Some(part) = self.scenario.stack_sets.get(number).cloned() else { return };
        let request = ImportStacks {
            set: set.key,
            stacks: vec![stack],
            from_s3: false,
            units: vec![NodeId::ROOT],
            preferences: part.preferences,
            call_as: part.call_as,
        };
        let begun = world.import_stacks(&set.caller, &request);
        let text = format!("imports the stack of {} into {}", self.name(account), part.name);
        let last = self.note(world, Actor::Customer, text, (Api::ImportStacksToStackSet, key), begun);
        self.remember(number, last);
    }

    /// The keys of the sets, for whoever reads them later.
    pub fn set_keys(&self) -> Vec<SetKey> {
        self.stack_sets().map(|set| set.key).collect()
    }
}
