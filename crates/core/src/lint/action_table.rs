//! Sets of actions grouped by service, to find fast which of them a policy's patterns match.

use super::resolved::Named;
use rolecall_iam::action::ActionPattern;
use rolecall_iam::glob;
use rolecall_iam_catalog::{Action, action_named};
use std::collections::BTreeMap;

/// A set of actions, each with its number.
#[derive(Clone, Debug, Default)]
pub(super) struct ActionTable {
    /// By service prefix in lower case: full names, as AWS spells them, with their numbers.
    services: BTreeMap<String, Vec<(String, usize)>>,
    /// The actions of the catalogue among them, sorted, with their numbers.
    known: Vec<(Action, usize)>,
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
                table.known.extend(action_named(&action).map(|known| (known, table.count)));
                own.push((action, table.count));
                table.count += 1;
            }
        }
        table.known.sort_unstable();
        table
    }

    /// How many actions it holds.
    pub(super) fn len(&self) -> usize {
        self.count
    }

    /// The actions of the table that the pattern matches, which stands for `named`, with their numbers; none for `*`,
    /// which matches all.
    pub(super) fn matching<'t>(
        &'t self,
        named: Named,
        pattern: &'t ActionPattern,
    ) -> impl Iterator<Item = (&'t str, usize)> {
        // One action is found by its number, most often not: names are compared for patterns only.
        let may_match = match named {
            Named::One(action) => self.known.binary_search_by_key(&action, |(known, _)| *known).is_ok(),
            Named::WholeService(_) | Named::Several(_) => true,
            Named::Everything | Named::NoAction(_) | Named::NoService => false,
        };
        let service = pattern.service().filter(|_| may_match);
        let own = service.and_then(|service| self.services.get(service)).map_or(&[][..], Vec::as_slice);
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
