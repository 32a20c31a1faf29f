//! Control policies as objects of an organization: created with a name, described, listed where they are attached. What
//! attaches them is in `changing`; what they mean on their way down is in `control`.

use super::reading::{Access, NextToken, PAGE_MAX, Page};
use super::{Attachment, FeatureSet, NodeId, OrganizationKey};
use crate::api::Api;
use crate::caller::Caller;
use crate::error::{ApiError, Code};
use crate::policy::PolicyId;
use crate::text::TextId;
use crate::world::World;
use rolecall_iam::document::PolicyType;

/// `PolicyType` of Organizations, the two that bear on what callers may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ControlType {
    /// `SERVICE_CONTROL_POLICY`.
    Service,
    /// `RESOURCE_CONTROL_POLICY`.
    Resource,
}

impl ControlType {
    /// AWS's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Service => "SERVICE_CONTROL_POLICY",
            Self::Resource => "RESOURCE_CONTROL_POLICY",
        }
    }
}

/// A control policy as Organizations answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ControlPolicyInfo {
    /// The policy.
    pub id: PolicyId,
    /// `Name`; that of a policy that was attached without having been created is its identifier.
    pub name: String,
    /// `Description`.
    pub description: String,
    /// `Type`.
    pub control: ControlType,
    /// `AwsManaged`.
    pub aws_managed: bool,
    /// `Content`.
    pub content: String,
}

/// Places of accounts in the targets of a policy come behind those of nodes; account numbers have twelve digits.
const BEHIND_NODES: u64 = 1 << 40;

/// What CreatePolicy was given.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NamedControl {
    name: TextId,
    description: TextId,
    content: TextId,
}

impl World {
    /// `organizations:CreatePolicy` of an SCP or an RCP. Policies of one text are told apart by blanks behind it, which
    /// mean nothing and count for nothing.
    ///
    /// # Errors
    /// `MalformedPolicyDocumentException`, `DuplicatePolicyException` for a name that is taken.
    pub fn create_control_policy(
        &mut self,
        caller: &Caller,
        control: ControlType,
        [name, description, content]: [TextId; 3],
    ) -> Result<ControlPolicyInfo, ApiError> {
        self.read(caller, Api::CreateControlPolicy, Access::Changing, |world, key| {
            let policy_type = match control {
                ControlType::Service => PolicyType::ServiceControl,
                ControlType::Resource => PolicyType::ResourceControl,
            };
            if world.organization(key).named_control.values().any(|named| named.name == name) {
                let text = "A policy with the same name already exists.";
                return Err(ApiError::new(Code::DuplicatePolicy, text));
            }
            let mut text = world.texts.get(content).to_owned();
            let id = loop {
                let id = world.policies.id(&text, policy_type);
                if id != world.known.full_scp && !world.organization(key).named_control.contains_key(&id) {
                    break id;
                }
                text.push(' ');
            };
            if world.policies.compiled(id).is_none() {
                let text = "The provided policy document does not meet the requirements of the specified policy type.";
                return Err(ApiError::new(Code::MalformedPolicyDocumentException, text));
            }
            let named = NamedControl { name, description, content };
            world.organization_mut(key).named_control.insert(id, named);
            world.control_policy_info(key, id).ok_or_else(no_policy)
        })
    }

    /// `organizations:DescribePolicy`.
    ///
    /// # Errors
    /// `PolicyNotFoundException`.
    pub fn describe_control_policy(&mut self, caller: &Caller, id: PolicyId) -> Result<ControlPolicyInfo, ApiError> {
        self.read(caller, Api::DescribePolicy, Access::Reading, |world, key| {
            world.control_policy_info(key, id).ok_or_else(no_policy)
        })
    }

    /// `organizations:ListPoliciesForTarget`: those attached to the root, unit or account itself. An organization without
    /// all features has none (inferred).
    ///
    /// # Errors
    /// `TargetNotFoundException`.
    pub fn list_policies_for_target(
        &mut self,
        caller: &Caller,
        target: Attachment,
        control: ControlType,
    ) -> Result<Vec<ControlPolicyInfo>, ApiError> {
        self.read(caller, Api::ListPoliciesForTarget, Access::Reading, |world, key| {
            let missing = || ApiError::new(Code::TargetNotFound, "We can't find a root, OU, or account with the ID.");
            let organization = world.organization(key);
            let ids = match target {
                Attachment::Node(node) => {
                    let node = organization.node(node).ok_or_else(missing)?;
                    [node.service_control.clone(), node.resource_control.clone()]
                }
                Attachment::Account(account) => {
                    let number = world.account(account).number;
                    world.member(key, account).map_err(|_| missing())?;
                    let own = organization.own_control.get(&number);
                    own.map_or([vec![world.known.full_scp], vec![world.known.full_rcp]], |own| {
                        [own.service.clone(), own.resource.clone()]
                    })
                }
            };
            if organization.features != FeatureSet::All {
                return Ok(Vec::new());
            }
            let [service, resource] = ids;
            let ids = if control == ControlType::Service { service } else { resource };
            Ok(ids.into_iter().filter_map(|id| world.control_policy_info(key, id)).collect())
        })
    }

    /// `organizations:ListPolicies` of a type: AWS's own, created ones, and those that are attached somewhere. An organization
    /// without all features has none (inferred).
    ///
    /// # Errors
    /// As `list_accounts`.
    pub fn list_control_policies(
        &mut self,
        caller: &Caller,
        control: ControlType,
    ) -> Result<Vec<ControlPolicyInfo>, ApiError> {
        self.read(caller, Api::ListControlPolicies, Access::Reading, |world, key| {
            let organization = world.organization(key);
            if organization.features != FeatureSet::All {
                return Ok(Vec::new());
            }
            let mut ids = vec![world.known.full_scp, world.known.full_rcp];
            ids.extend(organization.named_control.keys());
            ids.extend(organization.attached());
            ids.sort_unstable();
            ids.dedup();
            let infos = ids.into_iter().filter_map(|id| world.control_policy_info(key, id));
            Ok(infos.filter(|info| info.control == control).collect())
        })
    }

    /// `organizations:ListTargetsForPolicy`: the root and the units, then the accounts that a policy is attached to.
    ///
    /// # Errors
    /// `PolicyNotFoundException`.
    pub fn list_targets_for_policy(
        &mut self,
        caller: &Caller,
        id: PolicyId,
        token: Option<NextToken>,
        max_results: usize,
    ) -> Result<Page<Attachment>, ApiError> {
        let max = max_results.clamp(1, PAGE_MAX);
        self.read(caller, Api::ListTargetsForPolicy, Access::Reading, |world, key| {
            world.control_policy_info(key, id).ok_or_else(no_policy)?;
            let organization = world.organization(key);
            if organization.features != FeatureSet::All {
                return Ok(Page { items: Vec::new(), next_token: None });
            }
            let is_full = id == world.known.full_scp || id == world.known.full_rcp;
            let has = |service: &[PolicyId], resource: &[PolicyId]| service.contains(&id) || resource.contains(&id);
            let nodes = (0..).zip(&organization.nodes).filter_map(|(place, node)| {
                let attached = has(&node.service_control, &node.resource_control);
                attached.then_some((u64::from(place), Attachment::Node(NodeId(place))))
            });
            let accounts = organization.members.iter().filter_map(|(number, account)| {
                let own = organization.own_control.get(number);
                let attached = own.map_or(is_full, |own| has(&own.service, &own.resource));
                attached.then_some((BEHIND_NODES + number.get(), Attachment::Account(*account)))
            });
            let from = token.map_or(0, |token| token.0.saturating_add(1));
            let mut found: Vec<_> = nodes.chain(accounts).filter(|(place, _)| *place >= from).take(max + 1).collect();
            let more = found.len() > max;
            found.truncate(max);
            let next_token = found.last().filter(|_| more).map(|(place, _)| NextToken(*place));
            Ok(Page { items: found.into_iter().map(|(_, target)| target).collect(), next_token })
        })
    }

    /// `organizations:DescribeOrganizationalUnit`: its name.
    ///
    /// # Errors
    /// `OrganizationalUnitNotFoundException`.
    pub fn describe_organizational_unit(&mut self, caller: &Caller, unit: NodeId) -> Result<TextId, ApiError> {
        self.read(caller, Api::DescribeOrganizationalUnit, Access::Reading, |world, key| {
            let found = world.organization(key).node(unit).filter(|_| unit != NodeId::ROOT).map(|node| node.name);
            found
                .ok_or_else(|| ApiError::new(Code::UnitNotFound, "We can't find an OU with the ID that you specified."))
        })
    }

    /// A policy that the organization has: AWS's own, created, or attached somewhere in it.
    fn control_policy_info(&self, key: OrganizationKey, id: PolicyId) -> Option<ControlPolicyInfo> {
        let organization = self.organization(key);
        let known = self.known;
        if id == known.full_scp || id == known.full_rcp {
            let (name, control) = if id == known.full_scp {
                ("FullAWSAccess", ControlType::Service)
            } else {
                ("RCPFullAWSAccess", ControlType::Resource)
            };
            let (name, description) = (name.to_owned(), "Allows access to every operation".to_owned());
            let content = self.policies.get(id)?.text.to_string();
            return Some(ControlPolicyInfo { id, name, description, control, aws_managed: true, content });
        }
        let info = self.policies.get(id)?;
        let control = match info.policy_type {
            PolicyType::ServiceControl => ControlType::Service,
            PolicyType::ResourceControl => ControlType::Resource,
            _ => return None,
        };
        let (name, description, content) = match organization.named_control.get(&id) {
            Some(named) => {
                let text = |id| self.texts.get(id).to_owned();
                (text(named.name), text(named.description), text(named.content))
            }
            None if organization.attaches(id) => (self.control_policy_text(id), String::new(), info.text.to_string()),
            None => return None,
        };
        Some(ControlPolicyInfo { id, name, description, control, aws_managed: false, content })
    }
}

fn no_policy() -> ApiError {
    ApiError::new(Code::PolicyNotFound, "We can't find a policy with the PolicyId that you specified.")
}
