//! What a reviewer looks for first in what is granted: data, destruction, ways to more rights, credentials, cost,
//! persistence, logging, compute. The selections are classes of the catalogue (`rolecall_core::classes`).

use crate::access::{Access, AccessGroup};
use rolecall_core::classes::{self, Class};
use rolecall_core::escalation::{PATHS, Path};
use rolecall_iam_catalog::{Action, action_named};
use rolecall_iam_prove::{PolicySide, Witness, replay_line};
use std::collections::{BTreeMap, BTreeSet};

/// A concern, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Concern {
    /// The customer's data.
    Data,
    /// Deleting things for good.
    Destruction,
    /// Getting more rights.
    PrivilegeEscalation,
    /// Answers that hold credentials.
    Credentials,
    /// Spending money.
    Cost,
    /// Staying after the access was taken away.
    Persistence,
    /// Switching off logs and guards.
    Logging,
    /// Starting, stopping and changing machines.
    Compute,
}

impl Concern {
    /// All, the worst first.
    pub const ALL: [Self; 8] = [
        Self::Data,
        Self::Destruction,
        Self::PrivilegeEscalation,
        Self::Credentials,
        Self::Cost,
        Self::Persistence,
        Self::Logging,
        Self::Compute,
    ];

    /// The class of actions that it is about.
    pub const fn class_name(self) -> &'static str {
        match self {
            Self::Data => "customer-data",
            Self::Destruction => "destruction",
            Self::PrivilegeEscalation => "privilege-escalation",
            Self::Credentials => "credentials",
            Self::Cost => "cost-commitments",
            Self::Persistence => "persistence",
            Self::Logging => "logging-tampering",
            Self::Compute => "compute-control-plane",
        }
    }

    /// The class itself.
    pub fn class(self) -> Option<&'static Class> {
        classes::by_name(self.class_name())
    }
}

/// What the policies grant of a concern; absent from the list when that is nothing.
#[derive(Clone, Debug)]
pub struct ConcernFound {
    /// Which one.
    pub concern: Concern,
    /// The actions by service, in the order of the catalogue, each with the group that grants it first.
    pub actions: BTreeMap<&'static str, Vec<(Action, usize)>>,
    /// A request for the first of them that is allowed.
    pub witness: Option<Witness>,
    /// The same as a line that `rolecall evaluate --requests` takes.
    pub replay: Option<String>,
    /// For privilege escalation: the known ways of which every action is granted.
    pub paths: Vec<EscalationPath>,
}

/// A known way to more rights that is open.
#[derive(Clone, Debug)]
pub struct EscalationPath {
    /// The way.
    pub path: &'static Path,
    /// For each of its actions the group that grants it.
    pub groups: Vec<usize>,
    /// For each of its actions a request that is allowed, as a line that `rolecall evaluate --requests` takes.
    pub replays: Vec<String>,
}

impl ConcernFound {
    /// How many actions.
    pub fn count(&self) -> usize {
        self.actions.values().map(Vec::len).sum()
    }
}

/// The concerns of what is granted; grants without effect are left out.
pub fn concerns(side: &PolicySide<'_>, access: &Access) -> Vec<ConcernFound> {
    let granted = granted(&access.groups);
    let found = |concern: Concern| {
        let class = concern.class()?;
        let mut actions: BTreeMap<&str, Vec<(Action, usize)>> = BTreeMap::new();
        for (action, group) in granted.iter().filter(|(action, _)| class.contains(**action)) {
            actions.entry(action.service().prefix()).or_default().push((*action, *group));
        }
        let paths = if concern == Concern::PrivilegeEscalation { paths(side, access, &granted) } else { Vec::new() };
        let first = actions.values().flatten().next();
        let witness = first.and_then(|(action, group)| access.groups.get(*group)?.witness(*action));
        let replay = witness.as_ref().map(|witness| replay_line(side, witness));
        let there = !actions.is_empty() || !paths.is_empty();
        there.then_some(ConcernFound { concern, actions, witness, replay, paths })
    };
    Concern::ALL.into_iter().filter_map(found).collect()
}

/// Each action with effect and the first group that grants it.
fn granted(groups: &[AccessGroup]) -> BTreeMap<Action, usize> {
    let mut granted = BTreeMap::new();
    for (at, group) in groups.iter().enumerate().filter(|(_, group)| group.resource_fits) {
        for action in &group.actions {
            granted.entry(*action).or_insert(at);
        }
    }
    granted
}

fn paths(side: &PolicySide<'_>, access: &Access, granted: &BTreeMap<Action, usize>) -> Vec<EscalationPath> {
    let open = |path: &'static Path| {
        let mut found = EscalationPath { path, groups: Vec::new(), replays: Vec::new() };
        for name in path.actions {
            let action = action_named(name)?;
            let group = *granted.get(&action)?;
            let witness = access.groups.get(group)?.witness(action)?;
            found.groups.push(group);
            found.replays.push(replay_line(side, &witness));
        }
        Some(found)
    };
    let mut told: BTreeSet<&[&str]> = BTreeSet::new();
    PATHS.iter().filter_map(open).filter(|found| told.insert(found.path.actions)).collect()
}
