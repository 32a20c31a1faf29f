//! Why accounts failed in a rollout, by the diagnosis of `rolecall-core`: the call that AWS refused, or the stack instance that
//! failed, is a step of the customer's automation. What differs in a role needs no cause: that it differs is one.

use crate::clock::system_time;
use crate::summary::RootCause;
use crate::wanted::Wanted;
use rolecall_core::diagnosis::evidence::{Step, StepEnd};
use rolecall_core::diagnosis::{Cause, Evidence, Ranked, Seen, Viewpoint, Weight, diagnose};
use rolecall_iam::arn::AccountId;
use rolecall_lifecycle::rollout::Failure;

/// How the driver calls a stack instance in a [`crate::trouble::Trouble`].
pub(crate) const STACK_INSTANCE: &str = "stack instance";

/// The causes that the failure shows, best first. Of one call that failed nothing else can be told; that a step failed is told
/// already.
pub fn causes_of(wanted: &Wanted, cause: &RootCause) -> Vec<Ranked> {
    let Some(evidence) = evidence(wanted, cause).filter(|_| refused(cause)) else { return Vec::new() };
    let mut ranked = diagnose(&evidence).causes;
    ranked.retain(|ranked| ranked.weight == Weight::Certain && ranked.cause != Cause::DeploymentStepFailed);
    ranked
}

/// Whether AWS said no, and not a comparison of ours, and said why: the denial of AssumeRole has one text for a role that is
/// missing and for one that does not admit the caller (STS API reference, `AssumeRole`, names no difference).
fn refused(cause: &RootCause) -> bool {
    let call = cause.example.as_ref().map(|trouble| trouble.call.as_str());
    let with_a_reason = call != Some("sts:AssumeRole") && matches!(cause.failure, Failure::Error(_));
    with_a_reason || call == Some(STACK_INSTANCE)
}

/// What the rollout knows of the first account that failed so.
fn evidence(wanted: &Wanted, cause: &RootCause) -> Option<Evidence> {
    let (account, trouble) = (AccountId::from(*cause.accounts.first()?), cause.example.as_ref()?);
    let mut evidence = Evidence::new(Viewpoint::Customer, system_time(), wanted.subject(account));
    evidence.bindings = wanted.bindings(account);
    if trouble.call == "iam:CreateRole" {
        // It is called where a reading found none.
        evidence.readings.role = Seen::Absent;
    }
    let what = trouble.call.split_once(':').map_or(trouble.call.as_str(), |(_, action)| action).to_owned();
    let end = StepEnd::Failed { code: trouble.code.clone(), message: trouble.message.clone() };
    evidence.steps = Seen::Present(vec![Step { at: evidence.at, what, delegated: Seen::NotLooked, end }]);
    Some(evidence)
}
