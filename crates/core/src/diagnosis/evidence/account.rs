//! What an administrator of the account and of its organization reads: roles, policies, limits, units.

use super::Seen;
use crate::access_check::TimeMs;

/// What was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Readings {
    /// ListRoles. Absent: the account has no roles.
    pub roles: Seen<Vec<ListedRole>>,
    /// The vendor's role, found by its name whatever the case. Absent: there is none by this name.
    pub role: Seen<ReadRole>,
    /// Service control policies that apply to the account, root first. Absent: none apply.
    pub service_control: Seen<Vec<ControlPolicies>>,
    /// Resource control policies that apply to the account, root first. Absent: none apply.
    pub resource_control: Seen<Vec<ControlPolicies>>,
    /// How much of AWS's limits is used.
    pub limits: Limits,
    /// The account's place: IDs from the root down to its parent.
    pub units: Seen<Vec<String>>,
    /// The last move of the account within the organization. Absent: it never moved.
    pub moved: Seen<Move>,
}

/// A role as ListRoles gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedRole {
    /// `RoleName`.
    pub name: String,
    /// `Path`.
    pub path: String,
}

/// The vendor's role as GetRole and its kin give it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadRole {
    /// `RoleName`.
    pub name: String,
    /// `Path`.
    pub path: String,
    /// When it was made, or last changed if that is known.
    pub changed: Seen<TimeMs>,
    /// `AssumeRolePolicyDocument`, as JSON.
    pub trust: Seen<String>,
    /// Inline policies. Absent: none.
    pub inline: Seen<Vec<NamedPolicy>>,
    /// Managed policies with their texts. Absent: none.
    pub managed: Seen<Vec<NamedPolicy>>,
    /// The permissions boundary. Absent: none.
    pub boundary: Seen<NamedPolicy>,
}

/// A policy with its name or ARN.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedPolicy {
    /// Name or ARN.
    pub name: String,
    /// The document, as JSON.
    pub text: String,
}

/// The control policies of one level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ControlPolicies {
    /// What they are attached to: the root, a unit, the account.
    pub target: String,
    /// The policies.
    pub policies: Vec<NamedPolicy>,
}

/// How much of a limit is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Figure {
    /// Used, or asked for.
    pub used: u64,
    /// Allowed.
    pub limit: u64,
}

/// AWS's limits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Roles of the account.
    pub roles: Seen<Figure>,
    /// Characters of all inline policies of the role together, as they were to be written.
    pub inline_characters: Seen<Figure>,
    /// Characters of the trust policy, as it was to be written.
    pub trust_characters: Seen<Figure>,
}

/// A move between units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// When.
    pub at: TimeMs,
    /// From: IDs from the root down.
    pub from: Vec<String>,
    /// To: IDs from the root down.
    pub to: Vec<String>,
}
