//! Judges an answer of the policy simulator against what its call expected. Whatever the answer does not say clearly is
//! not judged: a missing context value, a missing action or resource, a cut page, an unknown word.

use super::{EvaluationResult, Expected, MatchedStatement, ResourceSpecificResult, SimulationAnswer, SimulationCall};
use rolecall_iam::evaluate::Decision;

/// What one action on one resource came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActionJudgement {
    /// The action, as the call named it.
    pub action: String,
    /// The resource, as the call named it.
    pub resource: String,
    /// The outcome.
    pub outcome: SimulationOutcome,
}

/// The outcome of one judgement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SimulationOutcome {
    /// AWS says what was expected.
    AsExpected,
    /// AWS says something else.
    Differs {
        /// What the call expected.
        expected: Expected,
        /// What AWS says.
        found: Decision,
        /// Whether the permissions boundary of the call is what denied it.
        by_boundary: bool,
        /// The statements that AWS names.
        matched: Vec<MatchedStatement>,
    },
    /// The answer says nothing certain.
    NotJudged(NotJudgedReason),
}

/// Why an answer is no judgement.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotJudgedReason {
    /// The policies ask for context that the call did not give.
    #[error("the simulation lacked values for {}", .0.join(", "))]
    MissingContext(Vec<String>),
    /// The answer does not speak of the action.
    #[error("the answer has no result for the action")]
    NoResult,
    /// The answer speaks of the action, not of the resource.
    #[error("the answer has no result for the action on this resource")]
    NoResourceResult,
    /// A page was cut, and the next one was not read.
    #[error("the answer is truncated and its next page was not read")]
    Truncated,
    /// A word that is no decision.
    #[error("the answer has the unknown decision `{0}`")]
    UnknownDecision(String),
    /// Two results for the same action and resource that disagree.
    #[error("the answer says two different things of the action")]
    Contradictory,
    /// A service control policy of the account denied it: that is not the policies' own meaning.
    #[error("a service control policy of the simulated account denies it")]
    Organizations,
}

/// Puts the pages of one answer together, in the order in which they were read. It stays truncated when the last one is.
pub fn merge_pages(pages: Vec<SimulationAnswer>) -> SimulationAnswer {
    let mut whole = SimulationAnswer::default();
    for page in pages {
        whole.evaluation_results.extend(page.evaluation_results);
        whole.is_truncated = page.is_truncated;
        whole.marker = page.marker;
    }
    whole
}

/// Judges every action of a call on every resource of it.
pub fn judge(call: &SimulationCall, answer: &SimulationAnswer) -> Vec<ActionJudgement> {
    let mut judgements = Vec::new();
    for (action, resource, said) in said(call, answer) {
        let outcome = said.map_or_else(SimulationOutcome::NotJudged, |said| outcome(call.expected, &said));
        judgements.push(ActionJudgement { action: action.to_owned(), resource: resource.to_owned(), outcome });
    }
    judgements
}

/// What one result says of a resource.
#[derive(Clone, Copy)]
pub(super) struct Said<'a> {
    pub(super) decision: Decision,
    pub(super) matched: &'a [MatchedStatement],
    pub(super) boundary: Option<bool>,
    pub(super) organizations: Option<bool>,
}

/// What an answer says of an action on a resource, where it is certain.
pub(super) type Told<'a> = (&'a str, &'a str, Result<Said<'a>, NotJudgedReason>);

/// What the answer says of every action of a call on every resource of it.
pub(super) fn said<'a>(call: &'a SimulationCall, answer: &'a SimulationAnswer) -> Vec<Told<'a>> {
    // "If this parameter is not provided, then the value defaults to `*`" (SimulateCustomPolicy, `ResourceArns`).
    let resources: Vec<&str> =
        if call.resource_arns.is_empty() { vec!["*"] } else { call.resource_arns.iter().map(String::as_str).collect() };
    let mut told = Vec::with_capacity(call.action_names.len() * resources.len());
    for action in &call.action_names {
        let of_action = |result: &&EvaluationResult| result.eval_action_name.eq_ignore_ascii_case(action);
        let results: Vec<_> = answer.evaluation_results.iter().filter(of_action).collect();
        for resource in &resources {
            told.push((action.as_str(), *resource, one(resource, &results, resources.len(), answer.is_truncated)));
        }
    }
    told
}

/// The words of one result of a resource.
#[derive(Clone, Copy)]
struct Words<'a> {
    decision: &'a str,
    matched: &'a [MatchedStatement],
    missing: &'a [String],
    boundary: Option<bool>,
    organizations: Option<bool>,
}

fn one<'a>(
    resource: &str,
    results: &[&'a EvaluationResult],
    resources: usize,
    truncated: bool,
) -> Result<Said<'a>, NotJudgedReason> {
    let silent = |reason| if truncated { NotJudgedReason::Truncated } else { reason };
    if results.is_empty() {
        return Err(silent(NotJudgedReason::NoResult));
    }
    let said: Vec<Words<'_>> = results.iter().filter_map(|result| of_resource(result, resource, resources)).collect();
    let Some(first) = said.first() else { return Err(silent(NotJudgedReason::NoResourceResult)) };
    if said.iter().any(|other| other.decision != first.decision) {
        return Err(NotJudgedReason::Contradictory);
    }
    let missing: Vec<String> = said.iter().flat_map(|said| said.missing).cloned().collect();
    if !missing.is_empty() {
        return Err(NotJudgedReason::MissingContext(missing));
    }
    match Decision::parse(first.decision) {
        Some(decision) if decision != Decision::CannotDecide => {
            Ok(Said { decision, matched: first.matched, boundary: first.boundary, organizations: first.organizations })
        }
        _ => Err(NotJudgedReason::UnknownDecision(first.decision.to_owned())),
    }
}

/// What a result says of a resource: its own entry, else the result itself when it speaks of that resource alone.
fn of_resource<'a>(result: &'a EvaluationResult, resource: &str, resources: usize) -> Option<Words<'a>> {
    let specific = result.resource_specific_results.iter().find(|entry| entry.eval_resource_name == resource);
    if let Some(entry) = specific {
        return Some(from_specific(entry, result));
    }
    // Results for other resources only: the aggregate says nothing certain of this one.
    if !result.resource_specific_results.is_empty() && resource != "*" {
        return None;
    }
    let speaks_of_it = match &result.eval_resource_name {
        Some(name) => name == resource || (resources == 1 && name == "*"),
        None => resources == 1,
    };
    speaks_of_it.then_some(Words {
        decision: &result.eval_decision,
        matched: &result.matched_statements,
        missing: &result.missing_context_values,
        boundary: result.allowed_by_permissions_boundary,
        organizations: result.allowed_by_organizations,
    })
}

fn from_specific<'a>(entry: &'a ResourceSpecificResult, result: &'a EvaluationResult) -> Words<'a> {
    // The model says that missing values stand in one of the two places; either one spoils the judgement.
    let missing = if entry.missing_context_values.is_empty() {
        &result.missing_context_values
    } else {
        &entry.missing_context_values
    };
    Words {
        decision: &entry.eval_resource_decision,
        matched: &entry.matched_statements,
        missing,
        boundary: entry.allowed_by_permissions_boundary.or(result.allowed_by_permissions_boundary),
        organizations: result.allowed_by_organizations,
    }
}

fn outcome(expected: Expected, said: &Said<'_>) -> SimulationOutcome {
    if said.decision != Decision::Allowed && said.organizations == Some(false) {
        return SimulationOutcome::NotJudged(NotJudgedReason::Organizations);
    }
    against(expected, said)
}

/// The decision against what was expected, whoever limits it.
pub(super) fn against(expected: Expected, said: &Said<'_>) -> SimulationOutcome {
    if (said.decision == Decision::Allowed) == (expected == Expected::Allowed) {
        return SimulationOutcome::AsExpected;
    }
    SimulationOutcome::Differs {
        expected,
        found: said.decision,
        by_boundary: said.boundary == Some(false),
        matched: said.matched.to_vec(),
    }
}
