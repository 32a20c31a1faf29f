//! Identity and Access Management: roles, their policies, the policy simulator, the account's quotas.

mod account_summary;
mod documents;
mod policies;
mod roles;
mod simulator;

pub use account_summary::AccountSummary;
pub use policies::{AttachedPolicy, ManagedPolicy};
pub use roles::{NewRole, Role, RoleUpdate};
