//! The answers of the world as the machine takes them. What a code means is said by `rolecall-core` and
//! `rolecall-lifecycle`, so that the real service reads the real answers the same way.

use crate::error::ApiError;
use rolecall_core::access_check::Outcome;
use rolecall_lifecycle::vendor::ListingProblem;

pub(super) fn outcome(error: &ApiError) -> Outcome {
    Outcome::of_error(error.code.as_str(), error.code.http_status())
}

pub(super) fn listing_problem(error: &ApiError) -> ListingProblem {
    ListingProblem::of_error(error.code.as_str(), error.code.http_status())
}
