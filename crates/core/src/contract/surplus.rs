//! Finds grants that no capability needs, and needed actions that are granted on clearly more resources than needed.

use super::grants::{Grant, Granted, Grants, first_few};
use super::patterns::{covers, widen_variables};
use super::{Capability, Contract};
use crate::finding::Finding;
use crate::organization::AccountKind;
use crate::rules;
use rolecall_iam::span::Spanned;
use rolecall_iam_catalog::{Action, ActionId, actions_matching};
use std::collections::{BTreeMap, BTreeSet};

/// What the capabilities of one kind of account need.
struct Needed<'a> {
    capabilities: Vec<&'a Capability>,
    known: BTreeSet<ActionId>,
}

impl<'a> Needed<'a> {
    fn new(contract: &'a Contract, kind: AccountKind) -> Self {
        let capabilities: Vec<_> = contract.allow.iter().filter(|capability| capability.scope.covers(kind)).collect();
        let patterns = capabilities.iter().flat_map(|capability| &capability.actions);
        let known = patterns.flat_map(|pattern| actions_matching(pattern.value.lower())).map(Action::id).collect();
        Self { capabilities, known }
    }

    fn needs(&self, action: Action) -> bool {
        self.known.contains(&action.id())
    }

    /// Whether one pattern of the contract covers all that `pattern` (in lower case) matches, known or not.
    fn covers(&self, pattern: &str) -> bool {
        let mut patterns = self.capabilities.iter().flat_map(|capability| &capability.actions);
        patterns.any(|needed| covers(needed.value.lower(), pattern))
    }

    /// The resources on which an action is needed.
    fn resources(&self, action: &str) -> Vec<&'a str> {
        let needing = self
            .capabilities
            .iter()
            .filter(|capability| capability.actions.iter().any(|pattern| pattern.value.matches(action)));
        needing.flat_map(|capability| capability.resources.iter().map(|resource| resource.value.as_str())).collect()
    }
}

pub(super) fn check(contract: &Contract, kind: AccountKind, grants: &Grants<'_>, findings: &mut Vec<Finding>) {
    let needed = Needed::new(contract, kind);
    findings.extend(grants.iter().filter_map(|grant| actions_not_needed(grant, grants, &needed)));
    wide_resources(grants, &needed, findings);
}

fn actions_not_needed(grant: Grant<'_>, grants: &Grants<'_>, needed: &Needed<'_>) -> Option<Finding> {
    let text = grant.text();
    let surplus: Vec<Action> = grants.actions(grant).filter(|action| !needed.needs(*action)).collect();
    let reaches_further = match grant.what {
        Granted::Matching(pattern) => {
            !needed.covers(pattern.value.lower()) && !grants.is_pattern_denied(pattern.value.lower())
        }
        Granted::AllBut(_) => true,
    };
    if surplus.is_empty() && !reaches_further {
        return None;
    }
    let is_plain = matches!(grant.what, Granted::Matching(pattern) if !pattern.value.has_wildcard());
    let finding =
        |message: String| Finding::new(&rules::permission_not_needed::RULE, grant.span(), text.clone(), message);
    if is_plain {
        return Some(
            finding(format!("`{text}` is granted, and no capability needs it")).with_label("not in the contract"),
        );
    }
    if surplus.is_empty() {
        let message = format!(
            "`{text}` reaches beyond the contract: all actions known today are needed, those that come later are not"
        );
        return Some(finding(message).with_label("the contract lists single actions or narrower patterns"));
    }
    let count = if surplus.len() == 1 { String::from("1 action") } else { format!("{} actions", surplus.len()) };
    let message = format!("`{text}` grants {count} that no capability needs: {}", first_few(&surplus));
    Some(finding(message).with_label("grants more than the contract"))
}

/// A resource pattern of a policy, the needed actions for which it is wider than the contract, and what that names.
struct Wide<'a> {
    resource: &'a Spanned<String>,
    actions: BTreeSet<Action>,
    wanted: Vec<&'a str>,
}

/// For each resource pattern of an `Allow` statement: the needed actions for which it is wider than the contract.
fn wide_resources(grants: &Grants<'_>, needed: &Needed<'_>, findings: &mut Vec<Finding>) {
    let mut wide: BTreeMap<(usize, usize), Wide<'_>> = BTreeMap::new();
    for grant in grants.iter() {
        let Some(resources) = grant.statement.resources.as_ref().filter(|element| !element.negated) else { continue };
        for action in grants.actions(grant).filter(|action| needed.needs(*action) && !action.takes_no_resource()) {
            let wanted = needed.resources(&action.to_string());
            for (index, resource) in resources.values.iter().enumerate() {
                if is_wider(&resource.value, &wanted) {
                    let entry = wide.entry((grant.number, index));
                    let new = || Wide { resource, actions: BTreeSet::new(), wanted: wanted.clone() };
                    entry.or_insert_with(new).actions.insert(action);
                }
            }
        }
    }
    for Wide { resource, actions, wanted } in wide.into_values() {
        let actions: Vec<Action> = actions.into_iter().collect();
        let first = actions.first().map(Action::to_string).unwrap_or_default();
        let subject = format!("resource:{}/{first}", resource.value);
        let message = format!("`{}` is wider than what the contract names for {}", resource.value, first_few(&actions));
        let label = format!("the contract names {}", first_few(&wanted)).replace('`', "");
        let finding = Finding::new(&rules::permission_not_needed::RULE, resource.span, subject, message);
        findings.push(finding.with_label(label));
    }
}

/// Whether a resource of a policy is surely wider than those of the contract: none of them covers it, and it covers one.
fn is_wider(resource: &str, wanted: &[&str]) -> bool {
    let widened = widen_variables(resource);
    !wanted.iter().any(|wanted| covers(wanted, &widened)) && wanted.iter().any(|wanted| covers(resource, wanted))
}
