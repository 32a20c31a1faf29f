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
    let all = [String::from("*")];
    // "If this parameter is not provided, then the value defaults to `*`" (SimulateCustomPolicy, `ResourceArns`).
    let resources: &[String] = if call.resource_arns.is_empty() { &all } else { &call.resource_arns };
    for action in &call.action_names {
        let of_action = |result: &&EvaluationResult| result.eval_action_name.eq_ignore_ascii_case(action);
        let results: Vec<_> = answer.evaluation_results.iter().filter(of_action).collect();
        for resource in resources {
            let outcome = one(call, resource, &results, resources.len(), answer.is_truncated);
            judgements.push(ActionJudgement { action: action.clone(), resource: resource.clone(), outcome });
        }
    }
    judgements
}

/// What one result says of a resource.
#[derive(Clone, Copy)]
struct Said<'a> {
    decision: &'a str,
    matched: &'a [MatchedStatement],
    missing: &'a [String],
    boundary: Option<bool>,
    organizations: Option<bool>,
}

fn one(
    call: &SimulationCall,
    resource: &str,
    results: &[&EvaluationResult],
    resources: usize,
    truncated: bool,
) -> SimulationOutcome {
    let silent = |reason| SimulationOutcome::NotJudged(if truncated { NotJudgedReason::Truncated } else { reason });
    if results.is_empty() {
        return silent(NotJudgedReason::NoResult);
    }
    let said: Vec<Said<'_>> = results.iter().filter_map(|result| of_resource(result, resource, resources)).collect();
    let Some(first) = said.first() else { return silent(NotJudgedReason::NoResourceResult) };
    if said.iter().any(|other| other.decision != first.decision) {
        return SimulationOutcome::NotJudged(NotJudgedReason::Contradictory);
    }
    let missing: Vec<String> = said.iter().flat_map(|said| said.missing).cloned().collect();
    if !missing.is_empty() {
        return SimulationOutcome::NotJudged(NotJudgedReason::MissingContext(missing));
    }
    outcome(call.expected, first)
}

/// What a result says of a resource: its own entry, else the result itself when it speaks of that resource alone.
fn of_resource<'a>(result: &'a EvaluationResult, resource: &str, resources: usize) -> Option<Said<'a>> {
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
    speaks_of_it.then_some(Said {
        decision: &result.eval_decision,
        matched: &result.matched_statements,
        missing: &result.missing_context_values,
        boundary: result.allowed_by_permissions_boundary,
        organizations: result.allowed_by_organizations,
    })
}

fn from_specific<'a>(entry: &'a ResourceSpecificResult, result: &'a EvaluationResult) -> Said<'a> {
    // The model says that missing values stand in one of the two places; either one spoils the judgement.
    let missing = if entry.missing_context_values.is_empty() {
        &result.missing_context_values
    } else {
        &entry.missing_context_values
    };
    Said {
        decision: &entry.eval_resource_decision,
        matched: &entry.matched_statements,
        missing,
        boundary: entry.allowed_by_permissions_boundary.or(result.allowed_by_permissions_boundary),
        organizations: result.allowed_by_organizations,
    }
}

fn outcome(expected: Expected, said: &Said<'_>) -> SimulationOutcome {
    let decision = match Decision::parse(said.decision) {
        Some(decision) if decision != Decision::CannotDecide => decision,
        _ => return SimulationOutcome::NotJudged(NotJudgedReason::UnknownDecision(said.decision.to_owned())),
    };
    let allowed = decision == Decision::Allowed;
    if !allowed && said.organizations == Some(false) {
        return SimulationOutcome::NotJudged(NotJudgedReason::Organizations);
    }
    if allowed == (expected == Expected::Allowed) {
        return SimulationOutcome::AsExpected;
    }
    SimulationOutcome::Differs {
        expected,
        found: decision,
        by_boundary: said.boundary == Some(false),
        matched: said.matched.to_vec(),
    }
}
