//! Which actions, resources and principals a statement reaches, and whether one statement reaches all of another.
//! "Covers" is said only when it is sure, under either reading of resource patterns; else the answer is no.

use crate::contract::patterns;
use rolecall_iam::action::ActionPattern;
use rolecall_iam::document::{Condition, Element, Statement};
use rolecall_iam::glob;
use rolecall_iam::principal::Principal;
use rolecall_iam::span::Span;

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

/// Whether every action of `inner` is one of `outer`.
pub(super) fn covers_actions(outer: &Element<ActionPattern>, inner: &Element<ActionPattern>) -> bool {
    let within = |outers: &Element<ActionPattern>, inners: &Element<ActionPattern>| {
        inners.values.iter().all(|inner| outers.values.iter().any(|outer| covers_action(&outer.value, &inner.value)))
    };
    match (outer.negated, inner.negated) {
        (false, false) => within(outer, inner),
        (true, true) => within(inner, outer),
        (false, true) => outer.values.iter().any(|pattern| pattern.value.service().is_none()),
        (true, false) => inner.values.iter().all(|inner| not_listed(outer, &inner.value)),
    }
}

/// Whether no action of `pattern` stands in the list of a `NotAction`.
pub(super) fn not_listed(element: &Element<ActionPattern>, pattern: &ActionPattern) -> bool {
    !element.values.iter().any(|listed| patterns::overlap(listed.value.lower(), pattern.lower()))
}

/// Whether the statement's actions hold every action of `pattern`.
pub(super) fn names_all_of(statement: &Statement, pattern: &ActionPattern) -> bool {
    if statement.actions.negated {
        return not_listed(&statement.actions, pattern);
    }
    statement.actions.values.iter().any(|outer| covers_action(&outer.value, pattern))
}

/// Whether every resource of `inner` is one of `outer`; both absent are the same.
pub(super) fn covers_resources(outer: Option<&Element<String>>, inner: Option<&Element<String>>) -> bool {
    let within = |outers: &Element<String>, inners: &Element<String>| {
        inners.values.iter().all(|inner| outers.values.iter().any(|outer| covers_resource(&outer.value, &inner.value)))
    };
    match (outer, inner) {
        (None, None) => true,
        (Some(outer), Some(inner)) => match (outer.negated, inner.negated) {
            (false, false) => within(outer, inner),
            (true, true) => within(inner, outer),
            (false, true) => outer.values.iter().any(|value| value.value == "*"),
            (true, false) => false,
        },
        _ => false,
    }
}

/// Whether every principal of `inner` is one of `outer`; both absent are the same.
pub(super) fn covers_principals(outer: Option<&Element<Principal>>, inner: Option<&Element<Principal>>) -> bool {
    match (outer, inner) {
        (None, None) => true,
        (Some(outer), Some(inner)) if !outer.negated => {
            let everyone = outer.values.iter().any(|value| value.value == Principal::Everyone);
            let listed = |wanted: &Principal| outer.values.iter().any(|value| value.value == *wanted);
            everyone || (!inner.negated && inner.values.iter().all(|value| listed(&value.value)))
        }
        (Some(outer), Some(inner)) => {
            inner.negated && outer.values.iter().all(|left| inner.values.iter().any(|right| left.value == right.value))
        }
        _ => false,
    }
}

/// Whether `inner` asks for everything that `outer` asks for: whoever meets its conditions meets those of `outer`.
pub(super) fn asks_for_all_of(inner: &Statement, outer: &Statement) -> bool {
    outer.conditions.iter().all(|wanted| inner.conditions.iter().any(|found| same_condition(found, wanted)))
}

fn same_condition(left: &Condition, right: &Condition) -> bool {
    let holds = |all: &Condition, each: &Condition| {
        each.values.iter().all(|wanted| all.values.iter().any(|found| found.value == wanted.value))
    };
    left.operator.value == right.operator.value
        && left.key.value.eq_ignore_ascii_case(&right.key.value)
        && holds(left, right)
        && holds(right, left)
}

/// Whether `outer` reaches every request that `inner` reaches, its effect aside.
pub(super) fn covers_statement(outer: &Statement, inner: &Statement) -> bool {
    outer.undecidable.is_empty()
        && inner.undecidable.is_empty()
        && covers_resources(outer.resources.as_ref(), inner.resources.as_ref())
        && covers_principals(outer.principals.as_ref(), inner.principals.as_ref())
        && asks_for_all_of(inner, outer)
        && covers_actions(&outer.actions, &inner.actions)
}

/// Whether two statements surely mean the same: each reaches what the other reaches, with the same effect.
pub(super) fn same_meaning(left: &Statement, right: &Statement) -> bool {
    left.effect.value == right.effect.value
        && left.conditions.len() == right.conditions.len()
        && covers_statement(left, right)
        && covers_statement(right, left)
}
