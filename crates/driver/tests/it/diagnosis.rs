//! What failures of a rollout come to by the diagnosis of `rolecall-core`, and of which it says nothing.

use crate::organization::{self, member};
use rolecall_core::diagnosis::{Cause, Weight};
use rolecall_driver::diagnosis::causes_of;
use rolecall_driver::summary::RootCause;
use rolecall_driver::trouble::Trouble;
use rolecall_lifecycle::rollout::{ErrorClass, Failure};

fn causes(failure: Failure, call: &str, code: &str, message: &str) -> Vec<(Cause, Weight)> {
    let example = Some(Trouble::new(call, code, message));
    let cause = RootCause { failure, example, accounts: vec![member(3), member(4)] };
    causes_of(&organization::wanted(), &cause).iter().map(|ranked| (ranked.cause, ranked.weight)).collect()
}

#[test]
fn what_aws_refused_has_its_cause() {
    let denied = Failure::Error(ErrorClass::AccessDenied);
    let limit = Failure::Error(ErrorClass::LimitExceeded);
    for (failure, call, code, message, cause) in [
        (
            denied,
            "iam:CreateRole",
            "AccessDenied",
            "… with an explicit deny in a service control policy",
            Cause::ScpDeniesRoleCreation,
        ),
        (
            limit,
            "iam:CreateRole",
            "LimitExceeded",
            "Cannot exceed quota for RolesPerAccount: 1000",
            Cause::RoleQuotaReached,
        ),
        (
            Failure::Collision,
            "stack instance",
            "RoleExists",
            "ProsperOps already exists in stack arn:aws:cloudformation:…",
            Cause::RoleExistsAlready,
        ),
    ] {
        assert_eq!(causes(failure, call, code, message).first(), Some(&(cause, Weight::Certain)), "{call}: {message}");
    }
}

#[test]
fn what_nobody_refused_or_explains_has_none() {
    let throttled = Failure::Error(ErrorClass::Throttled);
    assert_eq!(causes(throttled, "iam:CreateRole", "Throttling", "Rate exceeded"), []);
    // The role may be missing, or admit others.
    let denied = Failure::Error(ErrorClass::AccessDenied);
    let text = "… on resource: arn:aws:iam::100000000003:role/OrganizationAccountAccessRole";
    assert_eq!(causes(denied, "sts:AssumeRole", "AccessDenied", text), []);
    // A difference is its own cause, whatever words are in it.
    let words = "the role says: already exists, service control policy";
    for failure in [Failure::Drifted, Failure::Missing, Failure::NotEqual, Failure::Collision] {
        assert_eq!(causes(failure, "iam:GetRole", "different", words), []);
    }
    let unnamed = RootCause { failure: throttled, example: None, accounts: Vec::new() };
    assert!(causes_of(&organization::wanted(), &unnamed).is_empty());
}
