//! Decides requests against policies with AWS's documented semantics. Policies are compiled once ([`CompiledPolicy`])
//! and decided many times without allocating; [`explain`] says for each statement why it applied or did not.
//!
//! Basis: IAM user guide, `reference_policies_evaluation-logic` and the element pages that the modules name.
//! A statement that cannot be evaluated makes the answer "cannot decide" where it could matter: never a dropped Deny.

mod actions;
mod chain;
mod compile;
mod conditions;
mod context;
mod decision;
pub mod explain;
mod explain_chain;
mod pattern;
mod principals;
mod request;
mod scene;
mod steps;
mod truth;

pub use chain::{Answer, By, PolicyKind, PolicySet, Reason, decide};
pub use compile::CompiledPolicy;
pub use context::{Context, ContextEntry};
pub use decision::{Decision, PolicyDecision, StatementId};
pub use explain_chain::{Explanation, PolicyTrace, explain_answer};
pub use pattern::{ResourcePattern, resource_matches};
pub use request::{ActionFacts, PrincipalTextError, Request, RequestError, RequestPrincipal};
pub use truth::Truth;

#[cfg(test)]
mod tests;
