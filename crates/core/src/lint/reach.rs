//! Which actions, resources and principals a statement reaches, and whether one statement reaches all of another.
//! "Covers" is said only when it is sure, under either reading of resource patterns; else the answer is no.

use super::prefix_index::PrefixIndex;
use super::steps::step;
use crate::contract::patterns;
use rolecall_iam::action::ActionPattern;
use rolecall_iam::document::{Condition, Element, Statement};
use rolecall_iam::glob;
use rolecall_iam::principal::Principal;
use rolecall_iam::span::{Span, Spanned};
use std::cell::OnceCell;
use std::collections::BTreeSet;

/// Lists up to this length are looked through; longer ones get an index.
pub(super) const SHORT: usize = 8;

/// How a statement comes to name an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// By its name, at this place.
    Name(Span),
    /// By a pattern with wildcards, at this place.
    Wildcard(Span),
    /// By `NotAction` that does not list it; the place of the list.
    NotListed(Span),
}

/// How a statement names `action` (`service:Name`), if it does; the plain name goes before wildcards.
pub(super) fn reach(statement: &Statement, action: &str) -> Option<Reach> {
    let mut matching = statement.actions.values.iter().filter(|pattern| pattern.value.matches(action));
    if statement.actions.negated {
        return if matching.next().is_none() { Some(Reach::NotListed(statement.actions.span)) } else { None };
    }
    let mut wildcard = None;
    for pattern in matching {
        if !pattern.value.has_wildcard() {
            return Some(Reach::Name(pattern.span));
        }
        wildcard = wildcard.or(Some(Reach::Wildcard(pattern.span)));
    }
    wildcard
}

/// Whether `outer` matches every action that `inner` matches.
pub(super) fn covers_action(outer: &ActionPattern, inner: &ActionPattern) -> bool {
    let (outer, inner) = (outer.lower(), inner.lower());
    covers_text(outer, inner)
}

/// The same as `patterns::covers`, without allocation where that can be had: `*` of the other side is then a character
/// that only a `*` takes.
fn covers_text(outer: &str, inner: &str) -> bool {
    step();
    if outer == inner || outer == "*" {
        return true;
    }
    let starts = (outer.as_bytes().first(), inner.as_bytes().first());
    if starts.0 != starts.1 && !matches!(starts.0, Some(b'*' | b'?')) {
        return false;
    }
    match outer.bytes().find(|byte| matches!(byte, b'*' | b'?')) {
        None => false,
        Some(_) if outer.contains('?') => patterns::covers(outer, inner),
        Some(_) => glob::matches(outer, inner),
    }
}

/// Whether `outer` matches every resource that `inner` matches, whether patterns are read as text or by segments.
pub(super) fn covers_resource(outer: &str, inner: &str) -> bool {
    step();
    if outer == inner || outer == "*" {
        return true;
    }
    if outer.contains("${") {
        return false;
    }
    let widened;
    let inner = if inner.contains("${") {
        widened = patterns::widen_variables(inner);
        widened.as_str()
    } else {
        inner
    };
    let segments = |text: &str| text.splitn(6, ':').count();
    if segments(outer) < 6 {
        return covers_text(outer, inner);
    }
    segments(inner) == 6
        && outer.splitn(6, ':').zip(inner.splitn(6, ':')).all(|(outer, inner)| covers_text(outer, inner))
}

/// The actions of a statement, to be asked about many patterns.
#[derive(Debug)]
pub(super) struct Listed<'p> {
    element: &'p Element<ActionPattern>,
    index: OnceCell<PrefixIndex<'p>>,
}

impl<'p> Listed<'p> {
    /// The actions of `Action` or `NotAction`.
    pub(super) fn of(statement: &'p Statement) -> Self {
        Self { element: &statement.actions, index: OnceCell::new() }
    }

    fn index(&self) -> &PrefixIndex<'p> {
        self.index.get_or_init(|| {
            PrefixIndex::new(self.element.values.iter().enumerate().map(|(at, value)| (value.value.lower(), at)))
        })
    }

    fn is_short(&self) -> bool {
        self.element.values.len() <= SHORT
    }

    fn at(&self, at: usize) -> Option<&'p ActionPattern> {
        self.element.values.get(at).map(|value| &value.value)
    }

    /// Whether one of the patterns in the list covers this one.
    pub(super) fn covers(&self, pattern: &ActionPattern) -> bool {
        if self.is_short() {
            return self.element.values.iter().any(|outer| covers_action(&outer.value, pattern));
        }
        let mut found = self.index().covering(pattern.lower()).flatten();
        found.any(|at| self.at(*at).is_some_and(|outer| covers_action(outer, pattern)))
    }

    /// Whether one of the patterns in the list has an action in common with this one.
    fn meets(&self, pattern: &ActionPattern) -> bool {
        if self.is_short() {
            return self.element.values.iter().any(|listed| overlap(&listed.value, pattern));
        }
        let mut found = self.index().meeting(pattern.lower()).flatten();
        found.any(|at| self.at(*at).is_some_and(|listed| overlap(listed, pattern)))
    }

    /// Whether the statement's actions hold every action of `pattern`.
    pub(super) fn names_all_of(&self, pattern: &ActionPattern) -> bool {
        if self.element.negated { !self.meets(pattern) } else { self.covers(pattern) }
    }

    /// Whether every action of `inner` is one of these.
    pub(super) fn covers_actions(&self, inner: &'p Statement) -> bool {
        let patterns = || inner.actions.values.iter().map(|pattern| &pattern.value);
        match (self.element.negated, inner.actions.negated) {
            (false, true) => self.element.values.iter().any(|pattern| pattern.value.service().is_none()),
            (true, true) => {
                let inner = Self::of(inner);
                self.element.values.iter().all(|outer| inner.covers(&outer.value))
            }
            (_, false) => patterns().all(|pattern| self.names_all_of(pattern)),
        }
    }
}

/// Whether two patterns may have an action in common.
fn overlap(left: &ActionPattern, right: &ActionPattern) -> bool {
    step();
    let (left, right) = (left.lower(), right.lower());
    let head = |text: &str| text.bytes().position(|byte| matches!(byte, b'*' | b'?')).unwrap_or(text.len());
    let common = head(left).min(head(right));
    left.as_bytes().get(..common) == right.as_bytes().get(..common) && patterns::overlap(left, right)
}

/// Whether every resource of `inner` is one of `outer`; both absent are the same.
pub(super) fn covers_resources(outer: Option<&Element<String>>, inner: Option<&Element<String>>) -> bool {
    match (outer, inner) {
        (None, None) => true,
        (Some(outer), Some(inner)) => match (outer.negated, inner.negated) {
            (false, false) => all_within(&outer.values, &inner.values),
            (true, true) => all_within(&inner.values, &outer.values),
            (false, true) => outer.values.iter().any(|value| value.value == "*"),
            (true, false) => false,
        },
        _ => false,
    }
}

fn all_within(outers: &[Spanned<String>], inners: &[Spanned<String>]) -> bool {
    if outers.len() <= SHORT || inners.len() <= 1 {
        let covered = |inner: &str| outers.iter().any(|outer| covers_resource(&outer.value, inner));
        return inners.iter().all(|inner| covered(&inner.value));
    }
    let index = PrefixIndex::new(outers.iter().enumerate().map(|(at, outer)| (outer.value.as_str(), at)));
    inners.iter().all(|inner| {
        let mut found = index.covering(&inner.value).flatten().filter_map(|at| outers.get(*at));
        found.any(|outer| covers_resource(&outer.value, &inner.value))
    })
}

/// Whether every principal of `inner` is one of `outer`; both absent are the same.
pub(super) fn covers_principals(outer: Option<&Element<Principal>>, inner: Option<&Element<Principal>>) -> bool {
    let (outer, inner) = match (outer, inner) {
        (None, None) => return true,
        (Some(outer), Some(inner)) => (outer, inner),
        _ => return false,
    };
    match (outer.negated, inner.negated) {
        (false, false) => all_among(&outer.values, &inner.values),
        (false, true) => outer.values.iter().any(|value| value.value == Principal::Everyone),
        (true, true) => all_listed(&inner.values, &outer.values),
        (true, false) => false,
    }
}

fn all_among(outers: &[Spanned<Principal>], inners: &[Spanned<Principal>]) -> bool {
    outers.iter().any(|value| value.value == Principal::Everyone) || all_listed(outers, inners)
}

fn all_listed(outers: &[Spanned<Principal>], inners: &[Spanned<Principal>]) -> bool {
    step();
    if outers.len() <= SHORT || inners.len() <= 1 {
        return inners.iter().all(|inner| outers.iter().any(|outer| outer.value == inner.value));
    }
    let listed: BTreeSet<&Principal> = outers.iter().map(|outer| &outer.value).collect();
    inners.iter().all(|inner| listed.contains(&inner.value))
}

/// Whether `inner` asks for everything that `outer` asks for: whoever meets its conditions meets those of `outer`.
pub(super) fn asks_for_all_of(inner: &Statement, outer: &Statement) -> bool {
    outer.conditions.iter().all(|wanted| inner.conditions.iter().any(|found| same_condition(found, wanted)))
}

fn same_condition(left: &Condition, right: &Condition) -> bool {
    step();
    left.operator.value == right.operator.value
        && left.key.value.eq_ignore_ascii_case(&right.key.value)
        && same_values(&left.values, &right.values)
}

fn same_values(left: &[Spanned<String>], right: &[Spanned<String>]) -> bool {
    let in_order = left.len() == right.len() && left.iter().zip(right).all(|(left, right)| left.value == right.value);
    in_order || set(left) == set(right)
}

fn set(values: &[Spanned<String>]) -> BTreeSet<&str> {
    values.iter().map(|value| value.value.as_str()).collect()
}

/// Whether two statements, of which each reaches resources, principals and conditions of the other, mean the same.
pub(super) fn same_meaning(left: &Statement, right: &Statement) -> bool {
    left.effect.value == right.effect.value
        && left.conditions.len() == right.conditions.len()
        && covers_statement(left, right)
        && covers_statement(right, left)
}

/// Whether `outer` reaches every request that `inner` reaches, its effect aside.
pub(super) fn covers_statement<'s>(outer: &'s Statement, inner: &'s Statement) -> bool {
    outer.undecidable.is_empty()
        && inner.undecidable.is_empty()
        && covers_resources(outer.resources.as_ref(), inner.resources.as_ref())
        && covers_principals(outer.principals.as_ref(), inner.principals.as_ref())
        && asks_for_all_of(inner, outer)
        && Listed::of(outer).covers_actions(inner)
}
