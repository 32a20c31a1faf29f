//! Comparisons in words: what AWS's simulator decides against the contract, where it and our evaluator differ, and what was not
//! judged, together for each entry of the contract.

use super::{Comparison, Evaluators, Expected, Side, SimulationCall, SimulationOutcome};
use rolecall_iam::span::Span;
use std::collections::{BTreeMap, BTreeSet};

/// Actions that a message names; the others are counted.
const NAMED_MAX: usize = 4;

/// What is told of actions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// AWS decides against the contract.
    Contract,
    /// AWS and our evaluator differ.
    Evaluator,
    /// No judgement.
    NotJudged,
}

/// What is told of one entry of the contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// What.
    pub what: What,
    /// Which entry, as the calls say it.
    pub why: String,
    /// Where the entry stands.
    pub at: Span,
    /// What the entry expects.
    pub expected: Expected,
    /// The actions.
    pub actions: BTreeSet<String>,
    texts: Vec<String>,
}

impl Told {
    /// The actions in words: the first ones, and how many more there are.
    pub fn text(&self) -> String {
        let named = self.texts.iter().take(NAMED_MAX).map(String::as_str).collect::<Vec<_>>().join("; ");
        match self.texts.len().checked_sub(NAMED_MAX) {
            Some(more) if more > 0 => format!("{named}; and {more} more"),
            _ => named,
        }
    }
}

/// Gathers what is told, entry by entry in the order of their names.
#[derive(Clone, Debug, Default)]
pub struct Teller(BTreeMap<(String, Span, What), Told>);

impl Teller {
    /// A call that was not answered.
    pub fn not_answered(&mut self, call: &SimulationCall, why: &str) {
        self.add(call, What::NotJudged, None, why.to_owned());
    }

    /// One action on one resource of a call.
    pub fn compared(&mut self, call: &SimulationCall, comparison: &Comparison) {
        let on = format!("`{}` on `{}`", comparison.action, comparison.resource);
        match &comparison.contract {
            SimulationOutcome::AsExpected => {}
            SimulationOutcome::Differs { found, by_boundary, .. } => {
                let by = if *by_boundary { " by the permissions boundary" } else { "" };
                self.add(call, What::Contract, Some(&comparison.action), format!("{on} is {}{by}", found.as_str()));
            }
            SimulationOutcome::NotJudged(reason) => {
                self.add(call, What::NotJudged, Some(&comparison.action), format!("{on}: {reason}"));
            }
        }
        match &comparison.evaluators {
            Evaluators::Agree(_) => {}
            Evaluators::Differ { aws, ours } => {
                self.add(
                    call,
                    What::Evaluator,
                    Some(&comparison.action),
                    format!("{on} is {} to AWS, {} to rolecall", side(aws), side(ours)),
                );
            }
            // What keeps both from being judged is told once.
            Evaluators::NotJudged(_) if matches!(comparison.contract, SimulationOutcome::NotJudged(_)) => {}
            Evaluators::NotJudged(reason) => {
                self.add(call, What::NotJudged, Some(&comparison.action), format!("{on}: {reason}"));
            }
        }
    }

    /// Everything.
    pub fn told(self) -> impl Iterator<Item = Told> {
        self.0.into_values()
    }

    fn add(&mut self, call: &SimulationCall, what: What, action: Option<&str>, text: String) {
        let told = self.0.entry((call.why.clone(), call.at, what)).or_insert_with(|| Told {
            what,
            why: call.why.clone(),
            at: call.at,
            expected: call.expected,
            actions: BTreeSet::new(),
            texts: Vec::new(),
        });
        told.actions.extend(action.map(str::to_owned));
        told.texts.push(text);
    }
}

/// A decision with the statements that it names.
pub fn side(side: &Side) -> String {
    let statements = side.statements.join(", ");
    if statements.is_empty() {
        return side.decision.as_str().to_owned();
    }
    format!("{} by {statements}", side.decision.as_str())
}
