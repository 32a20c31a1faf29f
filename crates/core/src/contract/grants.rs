//! What the `Allow` statements of policies may grant by their actions, over-approximated: conditions are taken as
//! fulfilled, resources as existing; only an unconditional `Deny` on all resources takes an action away. What it says is not
//! granted is not; whether the rest is, is asked of the prover.

use super::patterns::{covers, overlap};
use rolecall_iam::action::ActionPattern;
use rolecall_iam::document::{Effect, Element, Policy, Statement};
use rolecall_iam::span::{Span, Spanned};
use rolecall_iam_catalog::{Action, actions_matching, all_actions};

/// The grants and unconditional denials of some policies together.
pub(super) struct Grants<'a> {
    grants: Vec<Grant<'a>>,
    denials: Vec<&'a Statement>,
}

/// One pattern of an `Allow` statement, or its whole `NotAction`.
#[derive(Clone, Copy)]
pub(super) struct Grant<'a> {
    /// The statement that it stands in.
    pub(super) statement: &'a Statement,
    /// The number of the statement among all of all policies.
    pub(super) number: usize,
    /// Which actions.
    pub(super) what: Granted<'a>,
}

/// Which actions a grant covers.
#[derive(Clone, Copy)]
pub(super) enum Granted<'a> {
    /// Those that match.
    Matching(&'a Spanned<ActionPattern>),
    /// All that match none of the list.
    AllBut(&'a Element<ActionPattern>),
}

impl<'a> Grants<'a> {
    pub(super) fn new(policies: &[&'a Policy]) -> Self {
        let mut all = Self { grants: Vec::new(), denials: Vec::new() };
        let statements = policies.iter().flat_map(|policy| &policy.statements);
        for (number, statement) in statements.enumerate() {
            match statement.effect.value {
                Effect::Allow => all.add(statement, number),
                Effect::Deny if is_unconditional(statement) => all.denials.push(statement),
                Effect::Deny => {}
            }
        }
        all
    }

    fn add(&mut self, statement: &'a Statement, number: usize) {
        let actions = &statement.actions;
        if actions.negated {
            self.grants.push(Grant { statement, number, what: Granted::AllBut(actions) });
            return;
        }
        self.grants.extend(actions.values.iter().map(|pattern| Grant {
            statement,
            number,
            what: Granted::Matching(pattern),
        }));
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Grant<'a>> {
        self.grants.iter().copied()
    }

    /// Whether an action is taken away wherever it is granted.
    pub(super) fn is_denied(&self, action: &str) -> bool {
        self.denials.iter().any(|statement| {
            let listed = statement.actions.values.iter().any(|pattern| pattern.value.matches(action));
            listed != statement.actions.negated
        })
    }

    /// Whether everything that a pattern (in lower case) matches is surely taken away.
    pub(super) fn is_pattern_denied(&self, pattern: &str) -> bool {
        self.denials.iter().any(|statement| {
            let mut listed = statement.actions.values.iter();
            if statement.actions.negated {
                listed.all(|kept| !overlap(kept.value.lower(), pattern))
            } else {
                listed.any(|denied| covers(denied.value.lower(), pattern))
            }
        })
    }

    /// The known actions of a grant that are not taken away, in the order of the catalogue.
    pub(super) fn actions<'g>(&'g self, grant: Grant<'a>) -> Box<dyn Iterator<Item = Action> + 'g> {
        let denies = !self.denials.is_empty();
        let kept = move |action: &Action| !denies || !self.is_denied(&action.to_string());
        match grant.what {
            Granted::Matching(pattern) => Box::new(actions_matching(pattern.value.lower()).filter(kept)),
            Granted::AllBut(element) => {
                let listed = move |action: &Action| {
                    let name = action.to_string();
                    element.values.iter().any(|pattern| pattern.value.matches(&name))
                };
                Box::new(all_actions().filter(move |action| !listed(action)).filter(kept))
            }
        }
    }
}

impl Grant<'_> {
    /// Where to point.
    pub(super) fn span(&self) -> Span {
        match self.what {
            Granted::Matching(pattern) => pattern.span,
            Granted::AllBut(element) => element.span,
        }
    }

    /// The number of its pattern in the statement; `None` for `NotAction`.
    pub(super) fn pattern(&self) -> Option<usize> {
        match self.what {
            Granted::Matching(pattern) => {
                self.statement.actions.values.iter().position(|other| std::ptr::eq(other, pattern))
            }
            Granted::AllBut(_) => None,
        }
    }

    /// As it is called in messages and subjects.
    pub(super) fn text(&self) -> String {
        match self.what {
            Granted::Matching(pattern) => pattern.value.as_str().to_owned(),
            Granted::AllBut(element) => {
                let list: Vec<_> = element.values.iter().take(3).map(|pattern| pattern.value.as_str()).collect();
                let dots = if element.values.len() > 3 { ", …" } else { "" };
                format!("NotAction [{}{dots}]", list.join(", "))
            }
        }
    }
}

/// A `Deny` without conditions, on all resources.
fn is_unconditional(statement: &Statement) -> bool {
    let all = |element: &Element<String>| !element.negated && element.values.iter().any(|value| value.value == "*");
    statement.conditions.is_empty() && statement.undecidable.is_empty() && statement.resources.as_ref().is_none_or(all)
}

/// "a, b, c and 9 more": the first few of a list, each in backticks.
pub(super) fn first_few<T: std::fmt::Display>(items: &[T]) -> String {
    const SHOWN: usize = 4;
    let shown: Vec<String> = items.iter().take(SHOWN).map(|item| format!("`{item}`")).collect();
    let text = shown.join(", ");
    if items.len() > SHOWN { format!("{text} and {} more", items.len() - SHOWN) } else { text }
}
