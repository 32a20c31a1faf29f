//! Statements that have the same in them. They are found by what they are written with, not by comparing each with each.

use super::{Feature, feature};
use crate::lint::steps::step;
use rolecall_iam::document::{Effect, Statement};
use rolecall_iam::principal::Principal;
use std::collections::BTreeMap;

/// What sorts out most statements at little cost.
type Outline<'p> = (Effect, bool, usize, &'p str, &'p str, usize);

/// All that a statement has, sorted.
type Content<'p> =
    (Vec<&'p str>, Option<(bool, Vec<&'p str>)>, Option<(bool, Vec<&'p Principal>)>, Vec<(Feature<'p>, Vec<&'p str>)>);

/// For each statement the first one with the same content, if that is another. A statement that cannot be decided, or
/// that is among the damaged ones, has no twin.
pub(super) fn of(statements: &[Statement], damaged: &[usize]) -> Vec<Option<usize>> {
    let mut groups: BTreeMap<Outline<'_>, Vec<usize>> = BTreeMap::new();
    let sound = |number: usize, one: &Statement| one.undecidable.is_empty() && damaged.binary_search(&number).is_err();
    for (number, statement) in statements.iter().enumerate().filter(|(number, one)| sound(*number, one)) {
        step();
        groups.entry(outline(statement)).or_default().push(number);
    }
    let mut twins = vec![None; statements.len()];
    for group in groups.values().filter(|group| group.len() > 1) {
        let mut seen: BTreeMap<Content<'_>, usize> = BTreeMap::new();
        for (number, statement) in group.iter().filter_map(|number| Some((*number, statements.get(*number)?))) {
            step();
            let first = *seen.entry(content(statement)).or_insert(number);
            if let Some(twin) = twins.get_mut(number).filter(|_| first != number) {
                *twin = Some(first);
            }
        }
    }
    twins
}

fn outline(statement: &Statement) -> Outline<'_> {
    let action = statement.actions.values.iter().map(|pattern| pattern.value.lower()).min();
    let resources = statement.resources.iter().flat_map(|resources| &resources.values);
    let resource = resources.map(|value| value.value.as_str()).min();
    (
        statement.effect.value,
        statement.actions.negated,
        statement.resources.as_ref().map_or(0, |resources| 1 + usize::from(resources.negated)),
        action.unwrap_or_default(),
        resource.unwrap_or_default(),
        statement.conditions.len(),
    )
}

fn content(statement: &Statement) -> Content<'_> {
    let actions = sorted(statement.actions.values.iter().map(|pattern| pattern.value.lower()));
    let resources = statement
        .resources
        .as_ref()
        .map(|element| (element.negated, sorted(element.values.iter().map(|value| value.value.as_str()))));
    let principals = statement
        .principals
        .as_ref()
        .map(|element| (element.negated, sorted(element.values.iter().map(|value| &value.value))));
    let mut conditions: Vec<_> = Vec::with_capacity(statement.conditions.len());
    for condition in &statement.conditions {
        conditions.push((feature(condition), sorted(condition.values.iter().map(|value| value.value.as_str()))));
    }
    conditions.sort_unstable();
    (actions, resources, principals, conditions)
}

fn sorted<T: Ord>(items: impl Iterator<Item = T>) -> Vec<T> {
    let mut items: Vec<T> = items.collect();
    items.sort_unstable();
    items.dedup();
    items
}
