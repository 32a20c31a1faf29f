//! Before anybody tries: what control policies and the permissions boundary do to the role, from what was read alone.

use super::evidence::Evidence;
use super::policy_reading::{Limited, actions_limited, assume_role_limited};
use rolecall_iam::evaluate::PolicyKind;

/// What the kinds of policy that limit do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preflight {
    /// Service control policies, to the actions that the vendor needs.
    pub service_control: Limited,
    /// The permissions boundary, likewise.
    pub boundary: Limited,
    /// Resource control policies, to AssumeRole by the vendor.
    pub resource_control: Limited,
}

/// Reads it from evidence.
pub fn preflight(evidence: &Evidence) -> Preflight {
    Preflight {
        service_control: actions_limited(evidence, PolicyKind::ServiceControl),
        boundary: actions_limited(evidence, PolicyKind::PermissionsBoundary),
        resource_control: assume_role_limited(evidence),
    }
}
