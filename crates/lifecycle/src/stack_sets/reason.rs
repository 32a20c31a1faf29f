//! What the reason of a stack instance means. CloudFormation passes on the text of the service that refused, IAM here, with
//! its code in most cases; the wording is AWS's and not documented (inferred from reports of users).

use crate::rollout::{ErrorClass, Failure};

/// Parts of reasons, small letters, and what they mean; the first that is found counts.
const MEANINGS: [(&str, Failure); 22] = [
    ("alreadyexists", Failure::Collision),
    ("already exists", Failure::Collision),
    ("explicit deny", Failure::Error(ErrorClass::AccessDenied)),
    ("accessdenied", Failure::Error(ErrorClass::AccessDenied)),
    ("access denied", Failure::Error(ErrorClass::AccessDenied)),
    ("not authorized", Failure::Error(ErrorClass::AccessDenied)),
    ("trust relationship", Failure::Error(ErrorClass::AccessDenied)),
    ("limitexceeded", Failure::Error(ErrorClass::LimitExceeded)),
    ("cannot exceed quota", Failure::Error(ErrorClass::LimitExceeded)),
    ("maximum policy size", Failure::Error(ErrorClass::LimitExceeded)),
    ("throttling", Failure::Error(ErrorClass::Throttled)),
    ("rate exceeded", Failure::Error(ErrorClass::Throttled)),
    ("optinrequired", Failure::Error(ErrorClass::NotReady)),
    ("needs a subscription", Failure::Error(ErrorClass::NotReady)),
    ("security token included in the request is invalid", Failure::Error(ErrorClass::NotReady)),
    ("suspended", Failure::Error(ErrorClass::NotActive)),
    ("deleteconflict", Failure::Error(ErrorClass::Busy)),
    ("concurrentmodification", Failure::Error(ErrorClass::Busy)),
    ("nosuchentity", Failure::Error(ErrorClass::NotFound)),
    ("does not exist", Failure::Error(ErrorClass::NotFound)),
    ("malformedpolicy", Failure::Error(ErrorClass::Invalid)),
    ("validationerror", Failure::Error(ErrorClass::Invalid)),
];

/// What a `StatusReason` means; what is not known is a fault.
pub fn class_of_reason(reason: Option<&str>) -> Failure {
    let reason = reason.unwrap_or_default().to_ascii_lowercase();
    let known = MEANINGS.iter().find(|(part, _)| reason.contains(part));
    known.map_or(Failure::Error(ErrorClass::Fault), |(_, failure)| *failure)
}
