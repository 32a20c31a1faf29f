//! What is wanted: the template of the role, the management account's stack, the stack set with its targets, the choices.

use crate::AccountNumber;
use crate::rollout::{Collision, Preferences, Unlock};

/// Whether the role is brought or taken away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goal {
    /// The role is in the management account and in every member account of the targets.
    RollOut,
    /// Nothing that was rolled out is left.
    Remove,
}

/// Whether there are credentials in the management account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Management {
    /// There are.
    Reachable,
    /// A delegated administrator has none: the stack there is somebody else's work.
    OutOfReach,
}

/// The stack set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Members {
    /// The one Region of its instances: IAM is global, a second one collides by name.
    pub region: String,
    /// Organizational units, or the root: the accounts below them.
    pub units: Vec<String>,
    /// `RetainStacksOnAccountRemoval` of auto-deployment.
    pub retain_stacks: bool,
}

impl Members {
    /// Whether every account of the organization is below the targets.
    pub fn has_root(&self) -> bool {
        self.units.iter().any(|unit| unit.starts_with("r-"))
    }
}

/// What is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Which way.
    pub goal: Goal,
    /// The management account: no service-managed stack set reaches it (CloudFormation User Guide, "Considerations when
    /// creating StackSets with service-managed permissions").
    pub management: AccountNumber,
    /// The ARN of the role in the management account: an output of its stack, by which the stack is known as ours.
    pub role_arn: String,
    /// The role's name: a stack set whose template does not have it is somebody else's.
    pub role_name: String,
    /// The template of the stack and of the stack set, without parameters.
    pub template: String,
    /// The stack set; nothing where only the management account is served.
    pub members: Option<Members>,
}

/// The customer's choices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// What unlocks the members.
    pub unlock: Unlock,
    /// `OperationPreferences`. They do not apply to auto-deployment.
    pub preferences: Preferences,
    /// Roles that are there already. A stack cannot overwrite one: `Overwrite` fails as `Fail` does.
    pub collision: Collision,
    /// Whether instances that failed, were cancelled or are missing are tried once more.
    pub repair: bool,
    /// Whether the roles themselves are read. `CURRENT` and `IN_SYNC` prove nothing: a stack that was updated directly is
    /// both and has another role.
    pub read_roles: bool,
    /// Credentials in the management account.
    pub management: Management,
}
