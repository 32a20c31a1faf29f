//! Questions over all requests, as the checks ask them of `rolecall_iam_prove`: within one budget for a whole run, each
//! text once, and answered with a witness that people can read and replay. What is asked is decided by the checks.

mod beyond;

pub use beyond::{Beyond, NewGrants, new_grants};

use crate::finding::Witness;
use rolecall_iam::arn::Arn;
use rolecall_iam::document::normal::{NormalPolicy, normal};
use rolecall_iam::document::{Effect, Policy, Statement};
use rolecall_iam::principal::Principal;
use rolecall_iam::span::Spanned;
use rolecall_iam_prove::{NewAccess, Options, PolicySide, USUAL_BUDGET, Verdict, WitnessValue, replay_line};
use std::collections::BTreeMap;

/// The most steps of all questions of a run together: a policy that is made to be hard ends as "not judged", not as a
/// run without an end.
const RUN_BUDGET: u64 = 8 * USUAL_BUDGET;

/// The answer to a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Proved: there is no such request.
    None,
    /// There is one.
    Found(Box<Shown>),
    /// Neither could be shown, and why.
    Unknown(String),
}

/// A request that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The request.
    pub witness: Witness,
    /// The number of the granting statement in its policy.
    pub statement: usize,
}

/// What the questions so far took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Work {
    /// Questions put to the prover.
    pub asked: u32,
    /// Questions whose answer was known from the same text before.
    pub reused: u32,
    /// Steps of the prover: a look at a box, or a state of an automaton.
    pub steps: u64,
}

/// The questions of one run.
#[derive(Clone, Debug)]
pub struct Proofs {
    /// What was answered with "none", by question and texts.
    none: BTreeMap<String, Vec<Vec<NormalPolicy>>>,
    work: Work,
    budget: u64,
}

impl Default for Proofs {
    fn default() -> Self {
        Self::with_budget(RUN_BUDGET)
    }
}

impl Proofs {
    /// Questions that may take so many steps together.
    pub const fn with_budget(budget: u64) -> Self {
        Self { none: BTreeMap::new(), work: Work { asked: 0, reused: 0, steps: 0 }, budget }
    }

    /// What was asked so far.
    pub const fn work(&self) -> Work {
        self.work
    }

    /// Asks; `allowing` is the side that allows the witness.
    pub fn ask(&mut self, allowing: &PolicySide<'_>, question: impl FnOnce(Options) -> Verdict) -> Answer {
        let budget = self.budget.saturating_sub(self.work.steps).min(USUAL_BUDGET);
        self.work.asked += 1;
        let verdict = question(Options { budget, ..Options::default() });
        let (answer, stats) = match verdict {
            Verdict::None { stats } => (Answer::None, stats),
            Verdict::NewAccess(found) => (Answer::Found(Box::new(shown(allowing, &found))), found.stats),
            Verdict::Unknown { reason, stats } => (Answer::Unknown(reason.to_string()), stats),
        };
        self.work.steps = self.work.steps.saturating_add(stats.steps);
        answer
    }

    /// Asks, unless the same question was answered with "none" for the same texts. A finding is asked for again: its place
    /// is that of the text at hand.
    pub fn ask_once(
        &mut self,
        name: String,
        texts: &[&Policy],
        allowing: &PolicySide<'_>,
        question: impl FnOnce(Options) -> Verdict,
    ) -> Answer {
        // The normal form leaves out what cannot be evaluated.
        let told = texts.iter().flat_map(|text| &text.statements).all(|statement| statement.undecidable.is_empty());
        if !told {
            return self.ask(allowing, question);
        }
        let key: Vec<NormalPolicy> = texts.iter().map(|text| normal(text)).collect();
        if self.none.get(&name).is_some_and(|known| known.contains(&key)) {
            self.work.reused += 1;
            return Answer::None;
        }
        let answer = self.ask(allowing, question);
        if answer == Answer::None {
            self.none.entry(name).or_default().push(key);
        }
        answer
    }
}

fn shown(allowing: &PolicySide<'_>, found: &NewAccess) -> Shown {
    let witness = &found.witness;
    let values = |value: &WitnessValue| match value {
        WitnessValue::One(one) => vec![one.clone()],
        WitnessValue::Several(several) => several.clone(),
    };
    let witness = Witness {
        principal: witness.principal.as_str().to_owned(),
        action: witness.action.clone(),
        resource: witness.resource.clone(),
        context: witness.context.iter().map(|(key, value)| (key.clone(), values(value))).collect(),
        request: replay_line(allowing, witness),
    };
    Shown { witness, statement: usize::try_from(found.statement.statement.0).unwrap_or(usize::MAX) }
}

/// Globs of the ARN of a role, in any account of its partition: as it is, and without its path, for whether
/// `aws:PrincipalArn` has the path of the role no page says (unverified). `None` for what is no ARN of a role.
pub fn role_globs(role_arn: &str) -> Option<Vec<String>> {
    let partition = Arn::parse(role_arn).ok()?.partition;
    let (_, path_and_name) = role_arn.split_once(":role/")?;
    let name = path_and_name.rsplit('/').next()?;
    let mut globs = vec![format!("arn:{partition}:iam::*:role/{path_and_name}")];
    if name != path_and_name {
        globs.push(format!("arn:{partition}:iam::*:role/{name}"));
    }
    Some(globs)
}

/// The trust with accounts by their IDs instead of root ARNs: within a partition that is the same.
pub fn trust_by_account_id(trust: &Policy) -> Policy {
    let mut trust = trust.clone();
    let principals = trust.statements.iter_mut().filter_map(|statement| statement.principals.as_mut());
    for principal in principals.flat_map(|element| &mut element.values) {
        if let Principal::Account { account, text } = &mut principal.value {
            *text = account.to_string();
        }
    }
    trust
}

/// The policies with one `Allow` statement alone, and of that one action pattern where it is given; with every `Deny`. What
/// all such pieces grant together is what the policies grant.
pub(crate) fn piece(policies: &[&Policy], kept: &Statement, pattern: Option<usize>) -> Vec<Policy> {
    let one = |statement: &Statement| {
        if !std::ptr::eq(statement, kept) {
            return (statement.effect.value == Effect::Deny).then(|| statement.clone());
        }
        let mut statement = statement.clone();
        if let Some(action) = pattern.and_then(|index| statement.actions.values.get(index)).cloned() {
            statement.actions.values = vec![action];
        }
        Some(statement)
    };
    let of = |policy: &&Policy| Policy {
        span: policy.span,
        version: policy.version.as_ref().map(|version| Spanned::new(version.value, version.span)),
        id: None,
        statements: policy.statements.iter().filter_map(one).collect(),
    };
    policies.iter().map(of).filter(|policy| !policy.statements.is_empty()).collect()
}

#[cfg(test)]
mod tests;
