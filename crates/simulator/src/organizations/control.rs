//! Service and resource control policies on their way down the tree: each place has its levels put together once, when a
//! policy is attached, so that a decision only looks them up.

use super::{NodeId, Organization, OrganizationKey};
use crate::account::AccountNumber;
use crate::policy::PolicyId;
use crate::world::{Change, World};
use rolecall_iam::evaluate::CompiledPolicy;

/// The levels above (and at) an account. A number is never used for other levels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct LevelsId(u32);

impl LevelsId {
    /// Of no organization.
    pub(crate) const NONE: Self = Self(u32::MAX);
}

/// Levels, root first, the account's own last.
#[derive(Clone, Debug, Default)]
pub(crate) struct Levels {
    ids: (Vec<Vec<PolicyId>>, Vec<Vec<PolicyId>>),
    pub(crate) service: Vec<Vec<CompiledPolicy>>,
    pub(crate) resource: Vec<Vec<CompiledPolicy>>,
    /// Whether any SCP says anything but "everything is allowed".
    pub(crate) limits_callers: bool,
    /// Whether any RCP does.
    pub(crate) limits_resources: bool,
    /// Whether no decision depends on the account of a resource or on the time.
    pub(crate) portable: bool,
}

/// What stands for a number that has no levels.
static NO_LEVELS: Levels = Levels {
    ids: (Vec::new(), Vec::new()),
    service: Vec::new(),
    resource: Vec::new(),
    limits_callers: false,
    limits_resources: false,
    portable: true,
};

impl World {
    pub(crate) fn levels(&self, id: LevelsId) -> &Levels {
        self.levels.get(id.0 as usize).unwrap_or(&NO_LEVELS)
    }

    /// The levels of accounts directly below the root of a new organization: the root's policies, then the account's.
    pub(crate) fn new_levels(&mut self, above: Option<LevelsId>, service: PolicyId, resource: PolicyId) -> LevelsId {
        let (mut scps, mut rcps) = above.map(|id| self.levels(id).ids.clone()).unwrap_or_default();
        for _ in 0..if above.is_some() { 1 } else { 2 } {
            scps.push(vec![service]);
            rcps.push(vec![resource]);
        }
        self.keep_levels(scps, rcps)
    }

    fn keep_levels(&mut self, scps: Vec<Vec<PolicyId>>, rcps: Vec<Vec<PolicyId>>) -> LevelsId {
        let compiled = |levels: &[Vec<PolicyId>]| -> Vec<Vec<CompiledPolicy>> {
            let level =
                |ids: &Vec<PolicyId>| ids.iter().filter_map(|id| self.policies.compiled(*id).cloned()).collect();
            levels.iter().map(level).collect()
        };
        let info = |id: &PolicyId| self.policies.get(*id);
        let open = |level: &Vec<PolicyId>| {
            !level.is_empty() && level.iter().all(|id| info(id).is_some_and(|info| info.allows_everything))
        };
        let levels = Levels {
            service: compiled(&scps),
            resource: compiled(&rcps),
            limits_callers: !scps.iter().all(open),
            limits_resources: !rcps.iter().all(open),
            portable: scps.iter().chain(&rcps).flatten().all(|id| info(id).is_some_and(|info| info.portable)),
            ids: (scps, rcps),
        };
        let id = LevelsId(u32::try_from(self.levels.len()).unwrap_or(u32::MAX));
        self.levels.push(levels);
        id
    }

    /// The policies on the way down to a node, itself included.
    fn ids_down_to(organization: &Organization, node: NodeId) -> (Vec<Vec<PolicyId>>, Vec<Vec<PolicyId>>) {
        let mut path: Vec<_> = organization.path_up(node).filter_map(|id| organization.node(id)).collect();
        path.reverse();
        let scps = path.iter().map(|node| node.service_control.clone()).collect();
        let rcps = path.iter().map(|node| node.resource_control.clone()).collect();
        (scps, rcps)
    }

    /// The levels of an account below `node` with these policies of its own.
    pub(crate) fn levels_below(
        &mut self,
        key: OrganizationKey,
        node: NodeId,
        service: Vec<PolicyId>,
        resource: Vec<PolicyId>,
    ) -> LevelsId {
        let (mut scps, mut rcps) = Self::ids_down_to(self.organization(key), node);
        self.steps.nodes += scps.len() as u64;
        scps.push(service);
        rcps.push(resource);
        self.keep_levels(scps, rcps)
    }

    /// After a policy was attached to or detached from a node: it and everything below it.
    pub(crate) fn renew_levels(&mut self, key: OrganizationKey, from: NodeId) {
        let (full_scp, full_rcp) = (self.known.full_scp, self.known.full_rcp);
        for id in self.organization(key).subtree(from) {
            let levels = self.levels_below(key, id, vec![full_scp], vec![full_rcp]);
            let Some(node) = self.organization_mut(key).node_mut(id) else { continue };
            node.levels = levels;
            let accounts: Vec<AccountNumber> = node.accounts.iter().copied().collect();
            if self.organization(key).own_control.is_empty() && self.changes.is_none() {
                continue;
            }
            for number in accounts {
                self.renew_own_levels(key, number);
                if let Some(account) = self.key_of(number) {
                    self.note(account, Change::ControlPolicy);
                }
            }
        }
    }

    /// An account with policies of its own, after a change of these or of what is above.
    pub(crate) fn renew_own_levels(&mut self, key: OrganizationKey, number: AccountNumber) {
        let Some(own) = self.organization(key).own_control.get(&number) else { return };
        let (service, resource) = (own.service.clone(), own.resource.clone());
        let Some(account) = self.key_of(number) else { return };
        let parent = self.account(account).parent;
        let levels = self.levels_below(key, parent, service, resource);
        if let Some(own) = self.organization_mut(key).own_control.get_mut(&number) {
            own.levels = levels;
        }
    }
}
