//! Sets of actions grouped by service, to find fast which of them a policy's patterns match.

use rolecall_iam::action::ActionPattern;
use rolecall_iam::glob;
use std::collections::BTreeMap;

/// A set of actions, each with its number.
#[derive(Clone, Debug, Default)]
pub(super) struct ActionTable {
    /// By service prefix in lower case: full names, as AWS spells them, with their numbers.
    services: BTreeMap<String, Vec<(String, usize)>>,
    count: usize,
}

impl ActionTable {
    /// A table of these actions (`service:Name`), numbered from 0 in their order; a repeated one keeps its first number.
    pub(super) fn new(actions: impl IntoIterator<Item = String>) -> Self {
        let mut table = Self::default();
        for action in actions {
            let service = action.split(':').next().unwrap_or_default().to_ascii_lowercase();
            let own = table.services.entry(service).or_default();
            if own.iter().all(|(name, _)| *name != action) {
                own.push((action, table.count));
                table.count += 1;
            }
        }
        table
    }

    /// How many actions it holds.
    pub(super) fn len(&self) -> usize {
        self.count
    }

    /// The actions of the table that the pattern matches, with their numbers; none for `*`, which matches all.
    pub(super) fn matching<'t>(&'t self, pattern: &'t ActionPattern) -> impl Iterator<Item = (&'t str, usize)> {
        let own = pattern.service().and_then(|service| self.services.get(service)).map_or(&[][..], Vec::as_slice);
        let lower = pattern.lower();
        own.iter()
            .filter(move |(name, _)| glob::matches_ignore_ascii_case(lower, name))
            .map(|(name, number)| (name.as_str(), *number))
    }

    /// The number of an action.
    pub(super) fn number(&self, action: &str) -> Option<usize> {
        let service = action.split(':').next().unwrap_or_default();
        self.services.get(service)?.iter().find(|(name, _)| name == action).map(|(_, number)| *number)
    }
}
