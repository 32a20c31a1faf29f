//! Conditions on keys that follow from a named caller: decided at once, or not to be told. Keys with values of their own are
//! in [`super::keys`].

use super::form::Form;
use super::keys::{KeyCondition, MOST_STATES, patterns_of};
use crate::bits::Bits;
use crate::search::cell::Pred;
use crate::text::atoms::{Atoms, Domain};
use crate::text::pattern::{Bindings, Class, Pattern, Token};
use rolecall_iam::condition::BaseOperator;

/// What a condition says of a key whose value the caller fixes; `None`: it cannot be told.
pub(crate) fn fixed_truth(condition: &KeyCondition<'_>, value: Option<&str>, bindings: &Bindings) -> Option<bool> {
    let operator = condition.operator;
    let Some(value) = value else {
        let form = Form { size: 0, several: false, empty: None };
        return match form.pred(condition, Some(&Bits::none(0)))? {
            Pred::Set(single) => Some(single.contains(0)),
            Pred::Key { .. } | Pred::Text { .. } => None,
        };
    };
    if operator.base == BaseOperator::Null {
        let Pred::Set(single) = (Form { size: 1, several: false, empty: None }).null(condition)? else { return None };
        return Some(single.contains(1));
    }
    if condition.values.is_empty() {
        return if operator.set.is_some() || operator.if_exists { Some(false) } else { None };
    }
    let mut any = false;
    for expected in condition.values {
        for pattern in patterns_of(operator.base, &expected.value, condition.variables, bindings)? {
            if pattern.is_symbolic() {
                return None;
            }
            any |= pattern.matches(value);
        }
    }
    Some(any != operator.base.is_negated())
}

/// What a condition says of the ARN of a role that has a path: of all paths the same, or it cannot be told.
pub(crate) fn role_truth(condition: &KeyCondition<'_>, role: &str, bindings: &Bindings) -> Option<bool> {
    let operator = condition.operator;
    if operator.base == BaseOperator::Null || condition.values.is_empty() {
        return fixed_truth(condition, Some(role), bindings);
    }
    let (head, name) = role.split_once(":role/")?;
    let characters = |text: &str| text.chars().map(Token::Char).collect::<Vec<_>>();
    let mut tokens = characters(&format!("{head}:role/"));
    tokens.extend([Token::One(Class::NoColon), Token::Run(Class::NoColon)]);
    tokens.extend(characters(&format!("/{name}")));
    let mut patterns = vec![Pattern::from_tokens(tokens)];
    for expected in condition.values {
        patterns.extend(patterns_of(operator.base, &expected.value, condition.variables, bindings)?);
    }
    if patterns.iter().any(Pattern::is_symbolic) {
        return None;
    }
    let atoms = Atoms::of(&patterns, Domain::TEXT, MOST_STATES).ok()?;
    let (roles, expected) = atoms.sets.split_first()?;
    let mut matched = Bits::none(atoms.len());
    for set in expected {
        matched.join(set);
    }
    let all = roles.iter().all(|atom| matched.contains(atom));
    let any = roles.iter().any(|atom| matched.contains(atom));
    (all == any).then_some(any != operator.base.is_negated())
}
