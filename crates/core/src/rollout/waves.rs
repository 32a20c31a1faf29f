//! Which wave an account belongs to.

use rolecall_iam::arn::AccountId;
use std::collections::BTreeMap;

/// What stands in what: accounts and units by their ID, each with the unit or root that it is directly in.
pub type Parents = BTreeMap<String, String>;

/// A wave as it was asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WaveRule {
    /// Accounts by their ID.
    pub accounts: Vec<AccountId>,
    /// Units or the root, with everything below.
    pub units: Vec<String>,
}

/// The deepest tree that is walked: Organizations allows five levels of units below the root (Organizations user guide,
/// `orgs_reference_limits`); beyond that the tree is no tree.
const DEPTH_MAX: usize = 16;

/// The wave of an account, from 0: the one that names it, else that of the nearest unit above it that is named, else the one
/// behind all others.
pub fn wave_of(account: AccountId, rules: &[WaveRule], parents: &Parents) -> u16 {
    let number = |place: usize| u16::try_from(place).unwrap_or(u16::MAX);
    if let Some(place) = rules.iter().position(|rule| rule.accounts.contains(&account)) {
        return number(place);
    }
    let mut at = parents.get(account.as_str());
    for _ in 0..DEPTH_MAX {
        let Some(unit) = at else { break };
        if let Some(place) = rules.iter().position(|rule| rule.units.contains(unit)) {
            return number(place);
        }
        at = parents.get(unit);
    }
    number(rules.len())
}
