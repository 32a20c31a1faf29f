//! AWS Organizations: the tree of organizational units, its accounts, their states, and the control policies above them.
//! Requests that read are in `reading`, those that change in `changing`; what follows from a change of membership for stack
//! sets is in `cloudformation`.

mod changing;
mod control;
mod identifiers;
mod membership;
mod policies;
mod reading;

pub(crate) use changing::CreateRequest;
pub use changing::{Attachment, CreateAccountState, CreateAccountStatus, CreateRequestId};
pub(crate) use control::{Levels, LevelsId};
pub(crate) use policies::NamedControl;
pub use policies::{ControlPolicyInfo, ControlType};
pub use reading::{AccountSummary, NextToken, Page};

use crate::account::{Account, AccountKey, AccountNumber};
use crate::policy::PolicyId;
use crate::random::{EntityId, Stream};
use crate::text::TextId;
use crate::time::SimTime;
use crate::world::Known;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// An organization of a world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrganizationKey(pub(crate) u16);

/// The root or an organizational unit of an organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub(crate) u16);

impl NodeId {
    /// The root. An organization has one.
    pub const ROOT: Self = Self(0);
}

/// Organizational units below each other (`orgs_reference_limits`).
pub(crate) const DEPTH_MAX: u8 = 5;
/// Organizational units of an organization.
pub(crate) const UNITS_MAX: usize = 2_000;

/// What an organization is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FeatureSet {
    /// Consolidated billing only: no control policies, no trusted access.
    ConsolidatedBilling,
    /// All features.
    All,
}

/// The root or an organizational unit.
#[derive(Clone, Debug)]
pub struct Node {
    pub(crate) parent: Option<NodeId>,
    pub(crate) name: TextId,
    /// From the names on the way to the root: the same whatever the order of creation.
    pub(crate) hash: u64,
    pub(crate) depth: u8,
    pub(crate) children: Vec<NodeId>,
    pub(crate) accounts: BTreeSet<AccountNumber>,
    pub(crate) service_control: Vec<PolicyId>,
    pub(crate) resource_control: Vec<PolicyId>,
    /// Of an account directly below that has no policies of its own but the default ones.
    pub(crate) levels: LevelsId,
}

impl Node {
    /// Its parent; the root has none.
    pub const fn parent(&self) -> Option<NodeId> {
        self.parent
    }

    /// Its name.
    pub const fn name(&self) -> TextId {
        self.name
    }

    /// A hash of the names on the way to it.
    pub const fn hash(&self) -> u64 {
        self.hash
    }

    /// The units directly below.
    pub fn children(&self) -> &[NodeId] {
        &self.children
    }
}

/// Control policies attached to one account.
#[derive(Clone, Debug)]
pub(crate) struct OwnControl {
    pub(crate) service: Vec<PolicyId>,
    pub(crate) resource: Vec<PolicyId>,
    pub(crate) levels: LevelsId,
}

/// An organization.
#[derive(Clone, Debug)]
pub struct Organization {
    pub(crate) id: TextId,
    hash: u64,
    pub(crate) management: AccountKey,
    pub(crate) features: FeatureSet,
    pub(crate) trusted_access: bool,
    pub(crate) delegated: Vec<AccountKey>,
    nodes: Vec<Node>,
    /// By number: the order of lists does not depend on the order of creation.
    pub(crate) members: BTreeMap<AccountNumber, AccountKey>,
    pub(crate) own_control: BTreeMap<AccountNumber, OwnControl>,
    /// Control policies that were created with a name.
    pub(crate) named_control: BTreeMap<PolicyId, NamedControl>,
    pub(crate) creating: u8,
    /// When accounts were closed, for the quota of the last 30 days.
    pub(crate) closings: VecDeque<SimTime>,
    pub(crate) stream: Stream,
}

impl Organization {
    pub(crate) fn new(
        id: TextId,
        hash: u64,
        management: AccountKey,
        features: FeatureSet,
        levels: LevelsId,
        known: Known,
    ) -> Self {
        let root = Node {
            parent: None,
            name: known.root_path,
            hash: crate::text::mix(hash),
            depth: 0,
            children: Vec::new(),
            accounts: BTreeSet::new(),
            service_control: vec![known.full_scp],
            resource_control: vec![known.full_rcp],
            levels,
        };
        Self {
            id,
            hash,
            management,
            features,
            trusted_access: false,
            delegated: Vec::new(),
            nodes: vec![root],
            members: BTreeMap::new(),
            own_control: BTreeMap::new(),
            named_control: BTreeMap::new(),
            creating: 0,
            closings: VecDeque::new(),
            stream: Stream::START,
        }
    }

    /// Its ID.
    pub const fn id(&self) -> TextId {
        self.id
    }

    /// The management account.
    pub const fn management(&self) -> AccountKey {
        self.management
    }

    /// What it is for.
    pub const fn features(&self) -> FeatureSet {
        self.features
    }

    /// Builds the trees of its accounts anew, once they are all there: nodes that grew one by one are two thirds full.
    pub(crate) fn pack(&mut self) {
        self.members = std::mem::take(&mut self.members).into_iter().collect();
        for node in &mut self.nodes {
            node.accounts = std::mem::take(&mut node.accounts).into_iter().collect();
        }
    }

    /// Its accounts, the management account included.
    pub fn members(&self) -> impl ExactSizeIterator<Item = (AccountNumber, AccountKey)> {
        self.members.iter().map(|(number, key)| (*number, *key))
    }

    pub(crate) const fn entity(&self) -> EntityId {
        EntityId::organization(self.hash)
    }

    /// The root or a unit; nothing when there is none of this number.
    pub fn node(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(usize::from(id.0))
    }

    pub(crate) fn node_mut(&mut self, id: NodeId) -> Option<&mut Node> {
        self.nodes.get_mut(usize::from(id.0))
    }

    pub(crate) fn push_node(&mut self, node: Node) -> NodeId {
        let id = NodeId(u16::try_from(self.nodes.len()).unwrap_or(u16::MAX));
        let parent = node.parent;
        self.nodes.push(node);
        if let Some(parent) = parent.and_then(|parent| self.node_mut(parent)) {
            parent.children.push(id);
        }
        id
    }

    pub(crate) fn node_count(&self) -> usize {
        self.nodes.len()
    }

    /// The node and what is above it, from below.
    pub(crate) fn path_up(&self, from: NodeId) -> impl Iterator<Item = NodeId> {
        std::iter::successors(Some(from), |id| self.node(*id)?.parent)
    }

    /// The node and everything below it, in order of the numbers of units.
    pub(crate) fn subtree(&self, from: NodeId) -> Vec<NodeId> {
        let (mut found, mut next) = (vec![from], 0);
        while let Some(id) = found.get(next).copied() {
            found.extend(self.node(id).into_iter().flat_map(|node| &node.children));
            next += 1;
        }
        found
    }

    /// Whether a control policy is attached anywhere.
    pub(crate) fn attaches(&self, policy: PolicyId) -> bool {
        self.attached().any(|attached| attached == policy)
    }

    /// The control policies that are attached anywhere; one that is attached twice comes twice.
    pub(crate) fn attached(&self) -> impl Iterator<Item = PolicyId> {
        let nodes = self.nodes.iter().flat_map(|node| node.service_control.iter().chain(&node.resource_control));
        let own = self.own_control.values().flat_map(|own| own.service.iter().chain(&own.resource));
        nodes.chain(own).copied()
    }

    /// The control policies of an account.
    pub(crate) fn levels_of(&self, account: &Account) -> LevelsId {
        match self.own_control.get(&account.number) {
            Some(own) if !self.own_control.is_empty() => own.levels,
            _ => self.node(account.parent).map_or(LevelsId::NONE, |node| node.levels),
        }
    }

    /// The most accounts that may be closed within 30 days: a tenth of the members, at least 10, at most 1,000.
    pub(crate) fn closings_max(&self) -> usize {
        (self.members.len() / 10).clamp(10, 1_000)
    }
}

#[cfg(test)]
mod tests;
