//! A tighter policy: every `Allow` statement names the documented actions that it grants with effect, of these only the
//! needed ones where there is a contract; everything else stays as it is. It is offered only when the prover shows that
//! it is no wider.

use crate::access::{Access, base_policies};
use rolecall_core::contract::Contract;
use rolecall_core::limits::{ROLE_INLINE_POLICIES_MAX_CHARS, counted_chars};
use rolecall_iam::action::ActionPattern;
use rolecall_iam::document::{Effect, Policy, print};
use rolecall_iam::span::{Span, Spanned};
use rolecall_iam_prove::{Options, PolicySide, Verdict, no_new_access};
use std::collections::BTreeMap;

/// A tighter policy, or why there is none.
#[derive(Clone, Debug)]
pub enum Tightened {
    /// One for each identity policy, as JSON, proved to grant nothing that the present ones do not; `changed` says
    /// whether they differ from them at all.
    Proved {
        /// The documents.
        policies: Vec<String>,
        /// Whether anything was taken away.
        changed: bool,
    },
    /// It would not be shorter than AWS allows, or there is nothing to write: the reason.
    NotOffered(String),
    /// The prover could not show that it is no wider: the reason.
    Unproved(String),
}

/// Writes the tighter policies of a side and has them proved.
pub(super) fn tighten(
    side: &PolicySide<'_>,
    access: &Access,
    contract: Option<&Contract>,
    options: Options,
) -> Tightened {
    let kept = kept(access, contract);
    let now = base_policies(side);
    let policies: Vec<Policy> = (0..).zip(now).filter_map(|(index, policy)| narrowed(index, policy, &kept)).collect();
    if policies.is_empty() {
        return Tightened::NotOffered(String::from("nothing of what is granted is needed: remove the policies"));
    }
    let characters: usize = policies.iter().map(|policy| counted_chars(&print::to_json_compact(policy))).sum();
    if characters > ROLE_INLINE_POLICIES_MAX_CHARS {
        return Tightened::NotOffered(format!(
            "written out it has {characters} characters, and the inline policies of a role may have \
             {ROLE_INLINE_POLICIES_MAX_CHARS}: say in a contract what is needed"
        ));
    }
    let tight = PolicySide { base: rolecall_iam_prove::Base::Identity(policies.iter().collect()), ..side.clone() };
    match no_new_access(side, &tight, options) {
        Verdict::None { .. } => {
            let same = policies.len() == now.len()
                && policies.iter().zip(now).all(|(left, right)| names(left) == names(right));
            Tightened::Proved { policies: policies.iter().map(print::to_json_pretty).collect(), changed: !same }
        }
        Verdict::NewAccess(found) => Tightened::Unproved(format!("it would newly grant {}", found.witness.action)),
        Verdict::Unknown { reason, .. } => Tightened::Unproved(reason.to_string()),
    }
}

/// The patterns of the `Allow` statements, to see whether anything was taken away.
fn names(policy: &Policy) -> Vec<Vec<&str>> {
    let allows = policy.statements.iter().filter(|statement| statement.effect.value == Effect::Allow);
    allows.map(|statement| statement.actions.values.iter().map(|pattern| pattern.value.as_str()).collect()).collect()
}

/// The actions that stay, for each statement.
fn kept(access: &Access, contract: Option<&Contract>) -> BTreeMap<(u32, u32), Vec<String>> {
    let mut kept: BTreeMap<(u32, u32), Vec<String>> = BTreeMap::new();
    for group in access.groups.iter().filter(|group| group.resource_fits) {
        let needed = |name: &String| {
            contract.is_none_or(|contract| {
                contract
                    .allow
                    .iter()
                    .flat_map(|capability| &capability.actions)
                    .any(|pattern| pattern.value.matches(name))
            })
        };
        let names = group.actions.iter().map(ToString::to_string).filter(needed);
        kept.entry(group.place.index).or_default().extend(names);
    }
    kept.retain(|_, names| !names.is_empty());
    for names in kept.values_mut() {
        names.sort();
    }
    kept
}

/// A policy whose `Allow` statements name these actions alone; `None` when none is left.
fn narrowed(index: u32, policy: &Policy, kept: &BTreeMap<(u32, u32), Vec<String>>) -> Option<Policy> {
    let mut statements = Vec::new();
    for (number, statement) in (0..).zip(&policy.statements) {
        if statement.effect.value == Effect::Deny {
            statements.push(statement.clone());
            continue;
        }
        let Some(names) = kept.get(&(index, number)) else { continue };
        let mut statement = statement.clone();
        let same = |pattern: &Spanned<ActionPattern>| {
            names.iter().any(|name| name.eq_ignore_ascii_case(pattern.value.as_str()))
        };
        if statement.actions.negated
            || statement.actions.values.len() != names.len()
            || !statement.actions.values.iter().all(same)
        {
            let patterns = names.iter().filter_map(|name| ActionPattern::parse(name).ok());
            statement.actions.negated = false;
            statement.actions.values = patterns.map(|pattern| Spanned::new(pattern, Span::default())).collect();
        }
        statements.push(statement);
    }
    let allows = statements.iter().any(|statement| statement.effect.value == Effect::Allow);
    allows.then(|| Policy { statements, ..policy.clone() })
}
