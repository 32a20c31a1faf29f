//! What some identity policies grant beyond others, statement by statement: the whole is asked first, and only where it
//! grants more are the statements and their action patterns asked one by one, so that a finding has its line.

use super::{Answer, Proofs, piece};
use crate::finding::Witness;
use rolecall_iam::action::ActionPattern;
use rolecall_iam::document::{Effect, Policy, Statement};
use rolecall_iam::span::Spanned;
use rolecall_iam_prove::{Part, PolicySide, no_new_access_within};

/// What is granted beyond.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NewGrants<'p> {
    /// The statements that grant more.
    pub found: Vec<Beyond<'p>>,
    /// Why it could not be told of the whole, or of a statement.
    pub unknown: Vec<String>,
}

/// A statement that grants more.
#[derive(Clone, Debug, PartialEq)]
pub struct Beyond<'p> {
    /// The statement.
    pub statement: &'p Statement,
    /// Its action patterns that do; empty for `NotAction`.
    pub patterns: Vec<&'p Spanned<ActionPattern>>,
    /// A request that it alone grants, all `Deny` statements counted.
    pub witness: Witness,
}

/// What `candidate` grants a role (`roles`: globs of its ARN) that `reference` does not.
pub fn new_grants<'p>(
    proofs: &mut Proofs,
    reference: &[&Policy],
    candidate: &[&'p Policy],
    roles: Option<&[String]>,
) -> NewGrants<'p> {
    let part = Part { roles, ..Part::default() };
    let known = PolicySide::identity(reference.iter().copied());
    let side = PolicySide::identity(candidate.iter().copied());
    let texts: Vec<&Policy> = reference.iter().chain(candidate).copied().collect();
    let name = format!("new grants {} {roles:?}", reference.len());
    let whole = proofs.ask_once(name, &texts, &side, |options| no_new_access_within(&known, &side, part, options));
    let whole = match whole {
        Answer::None => return NewGrants::default(),
        Answer::Unknown(reason) => return NewGrants { found: Vec::new(), unknown: vec![reason] },
        Answer::Found(whole) => whole,
    };
    let mut grants = NewGrants::default();
    let mut ask = |statement: &Statement, pattern: Option<usize>| {
        let policies = piece(candidate, statement, pattern);
        let alone = PolicySide::identity(&policies);
        proofs.ask(&side, |options| no_new_access_within(&known, &alone, part, options))
    };
    let statements = candidate.iter().flat_map(|policy| &policy.statements);
    for statement in statements.filter(|statement| statement.effect.value == Effect::Allow) {
        match ask(statement, None) {
            Answer::None => {}
            Answer::Unknown(reason) => grants.unknown.push(reason),
            Answer::Found(found) => {
                let all = &statement.actions.values;
                let patterns: Vec<_> = match (statement.actions.negated, all.len()) {
                    (true, _) => Vec::new(),
                    (false, 1) => all.iter().collect(),
                    // What is not known to be inside is named as well.
                    (false, _) => (0..)
                        .zip(all)
                        .filter(|(index, _)| ask(statement, Some(*index)) != Answer::None)
                        .map(|(_, own)| own)
                        .collect(),
                };
                grants.found.push(Beyond { statement, patterns, witness: found.witness });
            }
        }
    }
    if grants.found.is_empty() && grants.unknown.is_empty() {
        grants.unknown.push(format!("the policies grant {} together, and no statement does by itself", whole.witness));
    }
    grants
}
