//! What an administrator of the account and of its organization reads.

use super::{Papers, sets, time};
use crate::account::AccountKey;
use crate::caller::Caller;
use crate::iam::{DefinitionId, ManagedPolicy, RoleInfo};
use crate::organizations::{self, NodeId};
use crate::play::Play;
use crate::policy::PolicyId;
use crate::trace::Event;
use crate::world::World;
use rolecall_core::diagnosis::evidence::{
    ControlPolicies, FeatureSet, Figure, ListedRole, Move, NamedPolicy, ReadRole,
};
use rolecall_core::diagnosis::{Evidence, Seen};

/// Roles of an account, by default (IAM user guide, `reference_iam-quotas`).
const ROLES_MAX: u64 = 1_000;

pub(super) fn add(play: &mut Play, account: AccountKey, papers: &Papers, evidence: &mut Evidence) {
    let name = evidence.subject.role_name.clone();
    let world = play.world_mut();
    let inside = Caller::Administrator(account);
    let readings = &mut evidence.readings;
    if let Ok(roles) = world.list_roles(&inside) {
        let listed: Vec<_> = roles.iter().map(|info| listed(world, info)).collect();
        readings.roles = Seen::looked((!listed.is_empty()).then_some(listed));
        let mut named = roles.iter().filter(|info| {
            let definition = world.definitions().get(info.definition);
            world.texts().get(definition.name).eq_ignore_ascii_case(&name)
        });
        let found = named.next().copied();
        readings.role = Seen::looked(found.map(|info| read_role(world, info)));
    }
    let used = world.account(account).roles.len() as u64 + u64::from(world.account(account).other_roles);
    readings.limits.roles = Seen::Present(Figure { used, limit: ROLES_MAX });
    organization(world, account, papers, evidence);
    evidence.stack_sets = sets::of(world, account);
    evidence.steps = papers.steps.clone();
}

fn listed(world: &World, info: &RoleInfo) -> ListedRole {
    let definition = world.definitions().get(info.definition);
    let text = |id| world.texts().get(id).to_owned();
    ListedRole { name: text(definition.name), path: text(definition.path) }
}

/// The text of a policy.
fn document(world: &World, policy: PolicyId) -> String {
    world.policies().get(policy).map_or_else(String::new, |info| info.text.to_string())
}

fn read_role(world: &World, info: RoleInfo) -> ReadRole {
    let mut role = of_definition(world, info.account, info.definition);
    role.trust = Seen::Present(document(world, info.trust));
    let definition = world.definitions().get(info.definition);
    let (subject, hash) = (world.account(info.account).entity(), world.texts().hash(definition.name));
    // CloudTrail has the writes.
    let records = world.trace().records().iter().rev().filter(|record| record.subject == subject);
    let written = records.filter_map(|record| match record.event {
        Event::RoleWritten(name, _) if name == hash => Some(time(record.at)),
        _ => None,
    });
    role.changed = written.take(1).next().map_or(Seen::NotLooked, Seen::Present);
    role
}

/// A role as a definition makes it.
pub(super) fn of_definition(world: &World, account: AccountKey, id: DefinitionId) -> ReadRole {
    let definition = world.definitions().get(id);
    let text = |id| world.texts().get(id).to_owned();
    let managed = |policy: ManagedPolicy| NamedPolicy {
        name: world.managed_arn(account, policy),
        text: world.managed_policy(account, policy).map_or_else(String::new, |policy| document(world, policy)),
    };
    let some = |list: Vec<NamedPolicy>| Seen::looked((!list.is_empty()).then_some(list));
    let inline = definition.inline.iter();
    ReadRole {
        name: text(definition.name),
        path: text(definition.path),
        changed: Seen::NotLooked,
        trust: Seen::Present(document(world, definition.trust)),
        inline: some(
            inline.map(|(name, policy)| NamedPolicy { name: text(*name), text: document(world, *policy) }).collect(),
        ),
        managed: some(definition.managed.iter().map(|policy| managed(*policy)).collect()),
        boundary: Seen::looked(definition.boundary.map(managed)),
    }
}

/// The ID that is shown for the root or a unit.
pub(super) fn unit_id(unit: NodeId) -> String {
    if unit == NodeId::ROOT { String::from("r-root") } else { format!("ou-{:04}", unit.0) }
}

/// From the root down to a node.
fn path(world: &World, account: AccountKey, to: NodeId) -> Vec<String> {
    let Some(key) = world.account(account).organization() else { return Vec::new() };
    let mut path: Vec<_> = world.organization(key).path_up(to).map(unit_id).collect();
    path.reverse();
    path
}

fn organization(world: &mut World, account: AccountKey, papers: &Papers, evidence: &mut Evidence) {
    let Some(key) = world.account(account).organization() else { return };
    let management = world.organization(key).management();
    let administrator = Caller::Administrator(management);
    let Ok(parent) = world.list_parents(&administrator, account) else { return };
    let organization = world.organization(key);
    evidence.listing.features = Seen::Present(match organization.features() {
        organizations::FeatureSet::All => FeatureSet::All,
        organizations::FeatureSet::ConsolidatedBilling => FeatureSet::ConsolidatedBilling,
    });
    let readings = &mut evidence.readings;
    readings.units = Seen::Present(path(world, account, parent));
    readings.moved = Seen::looked(papers.moves.last().map(|(at, from, to)| Move {
        at: time(*at),
        from: path(world, account, *from),
        to: path(world, account, *to),
    }));
    // Control policies never bind the management account (AWS Organizations user guide, `orgs_manage_policies_scps`).
    if management == account || organization.features() == organizations::FeatureSet::ConsolidatedBilling {
        readings.service_control = Seen::Absent;
        readings.resource_control = Seen::Absent;
        return;
    }
    let mut nodes: Vec<NodeId> = organization.path_up(parent).collect();
    nodes.reverse();
    let named = |policies: &[PolicyId]| {
        let named = policies.iter().enumerate();
        named
            .map(|(index, policy)| NamedPolicy { name: format!("p-{index}"), text: document(world, *policy) })
            .collect()
    };
    let level = |target: String, policies: &[PolicyId]| ControlPolicies { target, policies: named(policies) };
    let of_nodes = |pick: fn(&organizations::Node) -> &Vec<PolicyId>| -> Vec<ControlPolicies> {
        let found = nodes.iter().filter_map(|id| Some((*id, organization.node(*id)?)));
        found.map(|(id, node)| level(unit_id(id), pick(node))).collect()
    };
    let number = world.account(account).number();
    let own = organization.own_control.get(&number);
    let mut service = of_nodes(|node| &node.service_control);
    let mut resource = of_nodes(|node| &node.resource_control);
    if let Some(own) = own {
        service.push(level(number.to_string(), &own.service));
        resource.push(level(number.to_string(), &own.resource));
    }
    readings.service_control = Seen::Present(service);
    readings.resource_control = Seen::Present(resource);
}
