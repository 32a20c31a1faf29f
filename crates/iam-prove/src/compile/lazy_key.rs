//! A single-valued key of texts whose partition would be too large: its values are texts under constraints.

use super::keys::{KeyCondition, KeyTable, SolvedKey, patterns_of};
use crate::bits::Bits;
use crate::search::cell::{Cell, Pred};
use crate::text::atoms::Domain;
use crate::text::lazy::LazyText;
use crate::text::pattern::{Bindings, Others, Pattern};
use rolecall_iam::condition::BaseOperator;
use std::rc::Rc;

/// The key; `None` where a variable is open.
pub(super) fn solve(key: &KeyTable<'_>, bindings: &Bindings, others: &Others, budget: u64) -> Option<SolvedKey> {
    let texts = Rc::new(LazyText::new(Pattern::Any, Domain::TEXT, budget));
    let mut preds = Vec::with_capacity(key.conditions.len());
    for condition in &key.conditions {
        preds.push(match pred(condition, bindings, &texts) {
            Told::Pred(pred) => Some(pred),
            Told::InDoubt => None,
            Told::Open => return None,
        });
    }
    let exact = |values: &[String]| texts.number(values.iter().cloned().map(Pattern::Exact).collect());
    let absent = |absent: bool| if absent { Bits::all(1) } else { Bits::none(1) };
    let bound = match bindings.get(&key.name) {
        Some(None) => Some(Pred::Text { special: absent(true), constraint: (exact(&[]), true) }),
        Some(Some(value)) => {
            Some(Pred::Text { special: absent(false), constraint: (exact(std::slice::from_ref(value)), true) })
        }
        None => others
            .get(&key.name)
            .map(|values| Pred::Text { special: absent(false), constraint: (exact(values), false) }),
    };
    let whole = Cell::Text { special: absent(!key.always), text: Some(Vec::new()), lists: Rc::clone(&texts) };
    Some(SolvedKey { whole, preds, bound, examples: Vec::new(), texts: Some(texts), steps: 0 })
}

/// What a condition says.
enum Told {
    Pred(Pred),
    /// It cannot be told.
    InDoubt,
    /// A variable is open.
    Open,
}

fn pred(condition: &KeyCondition<'_>, bindings: &Bindings, texts: &LazyText) -> Told {
    let special = |absent: bool| if absent { Bits::all(1) } else { Bits::none(1) };
    if condition.operator.base == BaseOperator::Null {
        let Some((absent, present)) = condition.presence() else { return Told::InDoubt };
        // No pattern of an empty list matches.
        return Told::Pred(Pred::Text { special: special(absent), constraint: (texts.number(Vec::new()), !present) });
    }
    if condition.values.is_empty() && !condition.operator.if_exists {
        return Told::InDoubt;
    }
    let mut list = Vec::new();
    for value in condition.values {
        match patterns_of(condition.operator.base, &value.value, condition.variables, bindings) {
            Some(read) => list.extend(read),
            None => return Told::InDoubt,
        }
    }
    if list.iter().any(Pattern::is_symbolic) {
        return Told::Open;
    }
    // A present key never matches an empty list, negated or not.
    let wanted = condition.values.is_empty() || !condition.operator.base.is_negated();
    Told::Pred(Pred::Text { special: special(condition.holds_absent()), constraint: (texts.number(list), wanted) })
}
