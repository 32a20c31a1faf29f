//! Identity and Access Management: roles, their policies, the policy simulator, the account's quotas.

mod documents;
mod policies;
mod roles;

pub use policies::AttachedPolicy;
pub use roles::{NewRole, Role, RoleUpdate};
