//! What a reviewer looks for first in what is granted: data, destruction, ways to more rights, credentials, cost,
//! persistence, logging, compute. The selections are classes of the catalogue (`rolecall_core::classes`).

use crate::access::{Access, AccessGroup};
use rolecall_core::classes::{self, Class};
use rolecall_core::escalation::{PATHS, Path};
use rolecall_iam_catalog::Action;
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
}

impl ConcernFound {
    /// How many actions.
    pub fn count(&self) -> usize {
        self.actions.values().map(Vec::len).sum()
    }
}

/// The concerns of what is granted; grants without effect are left out.
pub fn concerns(access: &Access) -> Vec<ConcernFound> {
    let granted = granted(&access.groups);
    let found = |concern: Concern| {
        let class = concern.class()?;
        let mut actions: BTreeMap<&str, Vec<(Action, usize)>> = BTreeMap::new();
        for (action, group) in granted.iter().filter(|(action, _)| class.contains(**action)) {
            actions.entry(action.service().prefix()).or_default().push((*action, *group));
        }
        let paths = if concern == Concern::PrivilegeEscalation { paths(&granted) } else { Vec::new() };
        let there = !actions.is_empty() || !paths.is_empty();
        there.then_some(ConcernFound { concern, actions, paths })
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

fn paths(granted: &BTreeMap<Action, usize>) -> Vec<EscalationPath> {
    let by_name: BTreeMap<String, usize> = granted.iter().map(|(action, group)| (action.to_string(), *group)).collect();
    let open = |path: &'static Path| {
        let groups: Option<Vec<usize>> = path.actions.iter().map(|action| by_name.get(*action).copied()).collect();
        groups.map(|groups| EscalationPath { path, groups })
    };
    let mut told: BTreeSet<&[&str]> = BTreeSet::new();
    PATHS.iter().filter_map(open).filter(|found| told.insert(found.path.actions)).collect()
}
